"""Versions of the knowledge records: what is published now, and what was at any time before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import and_, func, insert, or_, select, text, update
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.store.database import Database
from bot.store.states import KnowledgeStatus
from bot.store.tables import KnowledgeVersion
from knowledge.model import KINDS, Bundle, Faq, Guide, Hall, Item, Kind, Record, Region, key_of, kind_of

_CHUNK = 200


@dataclass(frozen=True, slots=True)
class PublishCounts:
    """What a publication did, in records."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    @property
    def published(self) -> int:
        """How many new versions there are."""
        return self.added + self.changed

    def __add__(self, other: PublishCounts) -> PublishCounts:
        return PublishCounts(
            self.added + other.added, self.changed + other.changed, self.unchanged + other.unchanged
        )

    def __str__(self) -> str:
        return f"{self.added} added, {self.changed} changed, {self.unchanged} unchanged"


@dataclass(frozen=True)
class Published:
    """Everything published, as the knowledge base takes it; `versions` is by kind and key."""

    items: tuple[Item, ...] = ()
    guides: tuple[Guide, ...] = ()
    halls: tuple[Hall, ...] = ()
    regions: tuple[Region, ...] = ()
    faqs: tuple[Faq, ...] = ()
    bundles: tuple[Bundle, ...] = ()
    versions: Mapping[tuple[str, str], int] = field(default_factory=dict)

    @property
    def guide_versions(self) -> dict[str, int]:
        """Guide id → version."""
        return {key: version for (kind, key), version in self.versions.items() if kind == "guide"}


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """One version of a record with its history."""

    kind: str
    key: str
    version: int
    status: KnowledgeStatus
    record: Record
    digest: str
    author: str
    approver: str | None
    source: str
    created_at: datetime
    published_at: datetime | None
    retired_at: datetime | None


class KnowledgeStore:
    """Publishing and reading of knowledge versions."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def publish(
        self,
        records: Iterable[Record],
        author: str,
        *,
        files: Mapping[tuple[str, str], str] | None = None,
    ) -> PublishCounts:
        """Publish records; each changed one becomes a new version and its last one is retired.

        A record whose content is the published one's is left alone, and nothing is taken away that is not
        among the records. `files` says by kind and key where a record comes from. Each few hundred
        records are one transaction, so that a large import does not keep citizens' messages waiting;
        publishing again after an interruption does the rest.
        """
        counts = PublishCounts()
        for chunk in _chunks(records):
            counts += await self._database.write(partial(_publish, chunk, author, files or {}))
        return counts

    async def published(self) -> Published:
        """Every published record with its version."""
        found: dict[str, list[Record]] = {kind: [] for kind in KINDS}
        versions: dict[tuple[str, str], int] = {}
        columns = (
            KnowledgeVersion.kind,
            KnowledgeVersion.key,
            KnowledgeVersion.version,
            KnowledgeVersion.content,
        )
        query = (
            select(*columns)
            .where(KnowledgeVersion.status == KnowledgeStatus.PUBLISHED)
            .order_by(KnowledgeVersion.kind, KnowledgeVersion.key)
        )
        for kind, key, version, content in await self._database.read(
            lambda session: session.execute(query).all()
        ):
            found[kind].append(KINDS[kind].model_validate(content))
            versions[kind, key] = version
        return Published(
            items=tuple(record for record in found["item"] if isinstance(record, Item)),
            guides=tuple(record for record in found["guide"] if isinstance(record, Guide)),
            halls=tuple(record for record in found["hall"] if isinstance(record, Hall)),
            regions=tuple(record for record in found["region"] if isinstance(record, Region)),
            faqs=tuple(record for record in found["faq"] if isinstance(record, Faq)),
            bundles=tuple(record for record in found["bundle"] if isinstance(record, Bundle)),
            versions=versions,
        )

    async def newest(self) -> int:
        """A number that grows with every version that is stored."""
        query = select(func.max(KnowledgeVersion.id))
        return await self._database.read(lambda session: session.execute(query).scalar_one()) or 0

    async def matters(self) -> tuple[tuple[Item, ...], tuple[Faq, ...]]:
        """The published items that have a guide, and the published questions; no guide is read."""
        is_published = KnowledgeVersion.status == KnowledgeStatus.PUBLISHED
        guided = select(KnowledgeVersion.content["item_id"].as_string()).where(
            is_published, KnowledgeVersion.kind == "guide"
        )
        query = (
            select(KnowledgeVersion.kind, KnowledgeVersion.content)
            .where(
                is_published,
                or_(
                    KnowledgeVersion.kind == "faq",
                    and_(KnowledgeVersion.kind == "item", KnowledgeVersion.key.in_(guided)),
                ),
            )
            .order_by(KnowledgeVersion.key)
        )
        rows = await self._database.read(lambda session: session.execute(query).all())
        items = tuple(Item.model_validate(content) for kind, content in rows if kind == "item")
        return items, tuple(Faq.model_validate(content) for kind, content in rows if kind == "faq")

    async def count_published(self) -> int:
        """How many records are published; 0 means nothing was imported yet."""
        query = (
            select(func.count())
            .select_from(KnowledgeVersion)
            .where(KnowledgeVersion.status == KnowledgeStatus.PUBLISHED)
        )
        return await self._database.read(lambda session: session.execute(query).scalar_one())

    async def version(self, kind: Kind, key: str, version: int) -> StoredRecord:
        """One version as it was; NotFound when there is none."""
        query = select(KnowledgeVersion).where(
            KnowledgeVersion.kind == kind,
            KnowledgeVersion.key == key,
            KnowledgeVersion.version == version,
        )
        row = await self._database.read(lambda session: session.execute(query).scalar_one_or_none())
        if row is None:
            raise NotFound(f"There is no version {version} of the {kind} {key}.")
        return StoredRecord(
            kind=row.kind,
            key=row.key,
            version=row.version,
            status=row.status,
            record=KINDS[kind].model_validate(row.content),
            digest=row.digest,
            author=row.author,
            approver=row.approver,
            source=row.source,
            created_at=row.created_at,
            published_at=row.published_at,
            retired_at=row.retired_at,
        )


def _chunks(records: Iterable[Record]) -> Iterator[Sequence[Record]]:
    chunk: list[Record] = []
    for record in records:
        chunk.append(record)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _publish(
    records: Sequence[Record], author: str, files: Mapping[tuple[str, str], str], session: Session
) -> PublishCounts:
    now = datetime.now(UTC)
    wanted = {(kind_of(record), key_of(record)): record for record in records}
    latest = _latest(session, list(wanted))
    rows = []
    replaced = []
    unchanged = 0
    for (kind, key), record in wanted.items():
        version, published_id, published_digest = latest.get((kind, key), (0, None, ""))
        digest = record.digest()
        if digest == published_digest:
            unchanged += 1
            continue
        if published_id is not None:
            replaced.append(published_id)
        rows.append(
            {
                "kind": kind,
                "key": key,
                "version": version + 1,
                "status": KnowledgeStatus.PUBLISHED,
                "content": record.to_json(),
                "digest": digest,
                "author": author,
                "source": files.get((kind, key), ""),
                "created_at": now,
                "published_at": now,
            }
        )
    if replaced:
        retired = {"status": KnowledgeStatus.RETIRED, "retired_at": now}
        session.execute(update(KnowledgeVersion).where(KnowledgeVersion.id.in_(replaced)).values(**retired))
    if rows:
        session.execute(insert(KnowledgeVersion), rows)
    changed = sum(row["version"] != 1 for row in rows)
    return PublishCounts(added=len(rows) - changed, changed=changed, unchanged=unchanged)


def _latest(
    session: Session, keys: Sequence[tuple[str, str]]
) -> dict[tuple[str, str], tuple[int, int | None, str]]:
    """For each key: its highest version, and id and digest of the published one."""
    by_kind: dict[str, list[str]] = {}
    for kind, key in keys:
        by_kind.setdefault(kind, []).append(key)
    if session.get_bind().dialect.name == "postgresql":
        # Two publications at once would count to the same version; readers are not kept waiting.
        session.execute(text("LOCK TABLE knowledge_versions IN SHARE ROW EXCLUSIVE MODE"))
    query = select(
        KnowledgeVersion.kind,
        KnowledgeVersion.key,
        KnowledgeVersion.version,
        KnowledgeVersion.id,
        KnowledgeVersion.status,
        KnowledgeVersion.digest,
    ).where(
        or_(
            *(
                and_(KnowledgeVersion.kind == kind, KnowledgeVersion.key.in_(some))
                for kind, some in by_kind.items()
            )
        )
    )
    found: dict[tuple[str, str], tuple[int, int | None, str]] = {}
    for kind, key, version, row, status, digest in session.execute(query):
        highest, published_id, published_digest = found.get((kind, key), (0, None, ""))
        if status == KnowledgeStatus.PUBLISHED:
            published_id, published_digest = row, digest
        found[kind, key] = max(highest, version), published_id, published_digest
    return found
