"""Where the guides of a knowledge base stand: in memory, or in a read-only SQLite file.

Items, halls and regions are few and always in memory; guides are items × authorities, so a country
has millions and only those asked for are read.
"""

from __future__ import annotations

import sqlite3
import threading
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol, TypeVar

import orjson

from knowledge.errors import IndexMismatch
from knowledge.model import Guide, Hall, Item, Record, Region

_SCHEMA = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE records (kind TEXT NOT NULL, id TEXT NOT NULL, body BLOB NOT NULL,
                      PRIMARY KEY (kind, id)) WITHOUT ROWID;
CREATE TABLE guides (id TEXT PRIMARY KEY, item_id TEXT NOT NULL, region TEXT NOT NULL,
                     version INTEGER NOT NULL, body BLOB NOT NULL);
"""
_GUIDES_OF_ITEM = "CREATE INDEX guides_of_item ON guides (item_id, region, id)"
_CACHED_ITEMS = 512
_CACHED_GUIDES = 4096
_R = TypeVar("_R", bound=Record)


class Shelf(Protocol):
    """Reads guides. Nothing on a shelf changes."""

    def get(self, guide_id: str) -> Guide | None: ...
    def version(self, guide_id: str) -> int | None: ...
    def of_item(self, item_id: str, regions: Collection[str] | None = None) -> tuple[Guide, ...]:
        """The guides of an item, by id; with `regions`, only those of exactly these region codes."""
        ...

    def every(self) -> Iterator[tuple[Guide, int]]:
        """All guides with their versions, by id."""
        ...

    def __len__(self) -> int: ...


class MemoryShelf:
    """Guides in memory: small sets, tests, and a base that is about to be written."""

    def __init__(self, guides: Iterable[Guide], versions: Mapping[str, int]) -> None:
        self._guides = {guide.id: guide for guide in sorted(guides, key=lambda guide: guide.id)}
        self._versions = {guide_id: versions.get(guide_id, 1) for guide_id in self._guides}
        by_item: defaultdict[str, list[Guide]] = defaultdict(list)
        for guide in self._guides.values():
            by_item[guide.item_id].append(guide)
        self._by_item = {item_id: tuple(guides) for item_id, guides in by_item.items()}

    def get(self, guide_id: str) -> Guide | None:
        return self._guides.get(guide_id)

    def version(self, guide_id: str) -> int | None:
        return self._versions.get(guide_id)

    def of_item(self, item_id: str, regions: Collection[str] | None = None) -> tuple[Guide, ...]:
        guides = self._by_item.get(item_id, ())
        return guides if regions is None else tuple(g for g in guides if g.region in regions)

    def every(self) -> Iterator[tuple[Guide, int]]:
        return ((guide, self._versions[guide.id]) for guide in self._guides.values())

    def __len__(self) -> int:
        return len(self._guides)


class SqliteShelf:
    """Guides in a file written by `write_records`; the file is never written to again."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._lock = threading.Lock()
        self._guide = lru_cache(_CACHED_GUIDES)(self._read_guide)
        self._ids = lru_cache(_CACHED_ITEMS)(self._read_ids)

    def get(self, guide_id: str) -> Guide | None:
        return self._guide(guide_id)

    def version(self, guide_id: str) -> int | None:
        rows = self._rows("SELECT version FROM guides WHERE id = ?", guide_id)
        return int(rows[0][0]) if rows else None

    def of_item(self, item_id: str, regions: Collection[str] | None = None) -> tuple[Guide, ...]:
        ids = (guide_id for guide_id, region in self._ids(item_id) if regions is None or region in regions)
        return tuple(guide for guide_id in ids if (guide := self._guide(guide_id)) is not None)

    def every(self) -> Iterator[tuple[Guide, int]]:
        last = ""
        while rows := self._rows(
            "SELECT id, body, version FROM guides WHERE id > ? ORDER BY id LIMIT 1000", last
        ):
            yield from ((_unpack(Guide, body), version) for _, body, version in rows)
            last = rows[-1][0]

    def __len__(self) -> int:
        return int(self._rows("SELECT count(*) FROM guides")[0][0])

    def _read_guide(self, guide_id: str) -> Guide | None:
        rows = self._rows("SELECT body FROM guides WHERE id = ?", guide_id)
        return _unpack(Guide, rows[0][0]) if rows else None

    def _read_ids(self, item_id: str) -> tuple[tuple[str, str], ...]:
        return tuple(self._rows("SELECT id, region FROM guides WHERE item_id = ? ORDER BY id", item_id))

    def _rows(self, query: str, *values: str) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._connection.execute(query, values).fetchall()


def write_records(
    path: Path,
    items: Iterable[Item],
    halls: Iterable[Hall],
    regions: Iterable[Region],
    shelf: Shelf,
    digest: str,
) -> None:
    """Write a knowledge base to a new SQLite file."""
    connection = sqlite3.connect(path)
    try:
        connection.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA}")
        for kind, records in (
            ("item", ((r.id, r) for r in items)),
            ("hall", ((r.id, r) for r in halls)),
            ("region", ((r.code, r) for r in regions)),
        ):
            connection.executemany(
                "INSERT INTO records VALUES (?, ?, ?)", ((kind, key, _pack(r)) for key, r in records)
            )
        connection.executemany(
            "INSERT INTO guides VALUES (?, ?, ?, ?, ?)",
            ((g.id, g.item_id, g.region, version, _pack(g)) for g, version in shelf.every()),
        )
        connection.execute(_GUIDES_OF_ITEM)
        connection.execute("INSERT INTO meta VALUES ('digest', ?)", (digest,))
        connection.commit()
    finally:
        connection.close()


def read_records(path: Path) -> tuple[list[Item], list[Hall], list[Region], SqliteShelf, str]:
    """Items, halls, regions, the shelf of guides and the digest of a file made by `write_records`."""
    mend = "Run `bangban train` to build the index again."
    if not path.is_file():
        raise IndexMismatch(f"The records of the index are missing: {path}.", mend=mend)
    connection = sqlite3.connect(
        f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
    )
    try:
        found: dict[str, list[bytes]] = {"item": [], "hall": [], "region": []}
        for kind, body in connection.execute("SELECT kind, body FROM records ORDER BY kind, id"):
            found[kind].append(body)
        digest = str(connection.execute("SELECT value FROM meta WHERE key = 'digest'").fetchone()[0])
    except (sqlite3.Error, KeyError, TypeError) as error:
        connection.close()
        raise IndexMismatch(f"The records of the index cannot be read: {path}: {error}.", mend=mend) from None
    return (
        [_unpack(Item, body) for body in found["item"]],
        [_unpack(Hall, body) for body in found["hall"]],
        [_unpack(Region, body) for body in found["region"]],
        SqliteShelf(connection),
        digest,
    )


def _pack(record: Record) -> bytes:
    return zlib.compress(orjson.dumps(record.to_json()), 3)


def _unpack(kind: type[_R], body: bytes) -> _R:
    return kind.model_validate_json(zlib.decompress(body))
