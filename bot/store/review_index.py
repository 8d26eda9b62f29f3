"""The index of the words: the same keys in FTS5 on SQLite, in arrays under a GIN index on PostgreSQL.

Rows come newest first. FTS5 walks its lists from the end, so a common word costs no more than a page of it.
PostgreSQL's bitmaps know no order: there a common word is looked for in a window of the newest rows first, then in
one four times as wide, and so on; a rare one has nothing to sort anyway. Decided by measurement: ADR 16.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import BigInteger, Connection, TextClause, bindparam
from sqlalchemy import text as _text

from bot.store.review_words import facet_key

_BUCKET = 13
"""Rows of 2^13 ids in a row share a key on PostgreSQL …"""
_WINDOWS = (1, 4, 16, 64)
"""… and so many of them are looked at in turn; then the rest, whatever there is."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Keys a row must have: all of these, and of each of those groups at least one."""

    every: tuple[int, ...] = ()
    one_of: tuple[tuple[int, ...], ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.every and not self.one_of


class TextIndex(Protocol):
    """What differs between the databases."""

    def put(self, connection: Connection, entry_id: int, keys: Collection[int]) -> None:
        """Take in a row that is not there."""

    def replace(
        self, connection: Connection, entry_id: int, old: Collection[int], new: Collection[int]
    ) -> None:
        """Give a row other keys. In: exactly those it has."""

    def drop(self, connection: Connection, entry_id: int, keys: Collection[int]) -> None:
        """Take a row out. In: exactly the keys it has."""

    def newest(
        self, connection: Connection, wanted: Wanted, below: int | None, at_once: int
    ) -> Iterator[Sequence[int]]:
        """Rows that have the keys, newest first, some at a time, all with an id under `below`."""

    def count(self, connection: Connection, wanted: Wanted, most: int) -> int:
        """How many rows have the keys, up to a number from which on it is not counted."""


def text_index(connection: Connection) -> TextIndex:
    """The one of a database."""
    return _POSTGRES if connection.dialect.name == "postgresql" else _SQLITE


class _Fts5:
    """A table of FTS5 that keeps no text: what is deleted must be told letter by letter."""

    def put(self, connection: Connection, entry_id: int, keys: Collection[int]) -> None:
        connection.execute(_PUT_FTS5, {"id": entry_id, "keys": _said(keys)})

    def replace(
        self, connection: Connection, entry_id: int, old: Collection[int], new: Collection[int]
    ) -> None:
        self.drop(connection, entry_id, old)
        self.put(connection, entry_id, new)

    def drop(self, connection: Connection, entry_id: int, keys: Collection[int]) -> None:
        connection.execute(_DROP_FTS5, {"id": entry_id, "keys": _said(keys)})

    def newest(
        self, connection: Connection, wanted: Wanted, below: int | None, at_once: int
    ) -> Iterator[Sequence[int]]:
        statement = _sql(
            "SELECT rowid FROM review_search WHERE review_search MATCH :wanted AND rowid < :below"
            " ORDER BY rowid DESC LIMIT :most"
        )
        under = _BEYOND if below is None else below
        while True:
            given = {"wanted": _match(wanted), "below": under, "most": at_once}
            ids = list(connection.execute(statement, given).scalars())
            if ids:
                yield ids
            if len(ids) < at_once:
                return
            under, at_once = ids[-1], 2 * at_once

    def count(self, connection: Connection, wanted: Wanted, most: int) -> int:
        statement = _sql(
            "SELECT count(*) FROM (SELECT rowid FROM review_search WHERE review_search MATCH :wanted LIMIT :most)"
        )
        return int(connection.execute(statement, {"wanted": _match(wanted), "most": most}).scalar_one())


class _Gin:
    """Arrays of numbers. The plan is the index or nothing: one that reads a million rows is never right."""

    def put(self, connection: Connection, entry_id: int, keys: Collection[int]) -> None:
        connection.execute(_PUT_GIN, {"id": entry_id, "keys": [*keys, _bucket_key(entry_id)]})

    def replace(
        self, connection: Connection, entry_id: int, old: Collection[int], new: Collection[int]
    ) -> None:
        if set(old) != set(new):
            connection.execute(_CHANGE_GIN, {"id": entry_id, "keys": [*new, _bucket_key(entry_id)]})

    def drop(self, connection: Connection, entry_id: int, keys: Collection[int]) -> None:
        connection.execute(_DROP_GIN, {"id": entry_id})

    def newest(
        self, connection: Connection, wanted: Wanted, below: int | None, at_once: int
    ) -> Iterator[Sequence[int]]:
        _by_index(connection)
        if below is None:
            newest = connection.execute(_text("SELECT max(id) FROM review_search")).scalar()
            if newest is None:
                return
            below = int(newest) + 1
        top = (below - 1) >> _BUCKET
        for width in (*_WINDOWS, None):
            first = 0 if width is None else max(0, top - width + 1)
            buckets = None if width is None else [_key_of_bucket(n) for n in range(first, top + 1)]
            under = min(below, (top + 1) << _BUCKET)
            while True:
                ids = self._some(connection, wanted, under, at_once, buckets)
                if ids:
                    yield ids
                if len(ids) < at_once:
                    break
                under = ids[-1]
            top = first - 1
            if top < 0:
                return

    def _some(
        self, connection: Connection, wanted: Wanted, under: int, most: int, buckets: list[int] | None
    ) -> list[int]:
        where, given = _where(wanted)
        if buckets is not None:
            where, given = f"{where} AND keys && :buckets", given | {"buckets": buckets}
        statement = _sql(
            f"WITH found AS MATERIALIZED (SELECT id FROM review_search WHERE {where} AND id < :under)"
            " SELECT id FROM found ORDER BY id DESC LIMIT :most"
        )
        return list(connection.execute(statement, given | {"under": under, "most": most}).scalars())

    def count(self, connection: Connection, wanted: Wanted, most: int) -> int:
        _by_index(connection)
        where, given = _where(wanted)
        statement = _sql(
            f"SELECT count(*) FROM (SELECT 1 FROM review_search WHERE {where} LIMIT :most) AS part"
        )
        return int(connection.execute(statement, given | {"most": most}).scalar_one())


_SQLITE: TextIndex = _Fts5()
_POSTGRES: TextIndex = _Gin()
_BEYOND = 1 << 62


def _said(keys: Collection[int]) -> str:
    return " ".join(map(_token, sorted(keys)))


def _token(key: int) -> str:
    return f"{key & 0xFFFFFFFF:08x}"


def _match(wanted: Wanted) -> str:
    groups = (f"({' OR '.join(map(_token, group))})" for group in wanted.one_of)
    return " AND ".join((*map(_token, wanted.every), *groups))


def _where(wanted: Wanted) -> tuple[str, dict[str, list[int]]]:
    """A condition of our own words, and its values."""
    parts, given = ["keys @> :every"], {"every": list(wanted.every)}
    if not wanted.every:
        parts, given = [], {}
    for place, group in enumerate(wanted.one_of):
        parts.append(f"keys && :group{place}")
        given[f"group{place}"] = list(group)
    return " AND ".join(parts), given


def _bucket_key(entry_id: int) -> int:
    return _key_of_bucket(entry_id >> _BUCKET)


def _key_of_bucket(bucket: int) -> int:
    return facet_key(f"b={bucket}")


def _by_index(connection: Connection) -> None:
    connection.execute(_text("SET LOCAL enable_seqscan = off"))


def _sql(statement: str) -> TextClause:
    """A statement whose ids are 64 bits wide."""
    wide = [bindparam(name, type_=BigInteger) for name in ("id", "under", "below") if f":{name}" in statement]
    return _text(statement).bindparams(*wide)


_PUT_FTS5 = _sql("INSERT INTO review_search(rowid, keys) VALUES (:id, :keys)")
_DROP_FTS5 = _sql("INSERT INTO review_search(review_search, rowid, keys) VALUES ('delete', :id, :keys)")
_PUT_GIN = _sql("INSERT INTO review_search(id, keys) VALUES (:id, :keys)")
_CHANGE_GIN = _sql("UPDATE review_search SET keys = :keys WHERE id = :id")
_DROP_GIN = _sql("DELETE FROM review_search WHERE id = :id")
"""Made once: every message goes by them."""
