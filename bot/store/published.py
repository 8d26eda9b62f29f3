"""Reading what is published one record at a time, for pages: a country's guides are never read whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.database import Database
from bot.store.states import KnowledgeStatus
from bot.store.tables import KnowledgeVersion
from knowledge.model import KINDS, Kind, Record

_SHOWN = (KnowledgeStatus.PUBLISHED, KnowledgeStatus.RETIRED)
"""What the public may see: what is, and what once was, published; never a draft."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One version of a record as the public sees it."""

    record: Record
    version: int
    current: int | None
    """The version published now; None when the record was withdrawn."""

    @property
    def is_current(self) -> bool:
        return self.version == self.current


@dataclass(frozen=True, slots=True)
class GuideHead:
    """A guide as a list names it."""

    id: str
    item_id: str
    region: str
    task_name: str
    fictional: bool


class PublishedKnowledge:
    """What was published. Nothing here writes."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def edition(self, kind: Kind, key: str, version: int | None = None) -> Edition | None:
        """A version of a record, by default the one published now; None when the public never saw it."""

        def work(session: Session) -> Edition | None:
            published = select(KnowledgeVersion.version).where(
                KnowledgeVersion.kind == kind,
                KnowledgeVersion.key == key,
                KnowledgeVersion.status == KnowledgeStatus.PUBLISHED,
            )
            current = session.execute(published).scalar_one_or_none()
            wanted = current if version is None else version
            query = select(KnowledgeVersion.content).where(
                KnowledgeVersion.kind == kind,
                KnowledgeVersion.key == key,
                KnowledgeVersion.version == wanted,
                KnowledgeVersion.status.in_(_SHOWN),
            )
            content = session.execute(query).scalar_one_or_none() if wanted is not None else None
            if content is None or wanted is None:
                return None
            return Edition(KINDS[kind].model_validate(content), wanted, current)

        return await self._database.read(work)

    async def content_of(self, kind: Kind, key: str, digest: str) -> dict[str, Any] | None:
        """The content of a version by its digest; None when the public never saw it."""
        query = (
            select(KnowledgeVersion.content)
            .where(
                KnowledgeVersion.kind == kind,
                KnowledgeVersion.key == key,
                KnowledgeVersion.digest == digest,
                KnowledgeVersion.status.in_(_SHOWN),
            )
            .limit(1)
        )
        return await self._database.read(lambda session: session.execute(query).scalar_one_or_none())

    async def mark(self) -> tuple[int, int]:
        """Changes whenever something is published or withdrawn."""
        query = select(func.count(), func.coalesce(func.sum(KnowledgeVersion.id), 0)).where(
            KnowledgeVersion.status == KnowledgeStatus.PUBLISHED
        )
        count, total = await self._database.read(lambda session: session.execute(query).one())
        return int(count), int(total)

    async def every(self, kinds: Sequence[Kind]) -> tuple[Record, ...]:
        """All published records of these kinds, by key; not meant for guides."""
        query = (
            select(KnowledgeVersion.kind, KnowledgeVersion.content)
            .where(KnowledgeVersion.status == KnowledgeStatus.PUBLISHED, KnowledgeVersion.kind.in_(kinds))
            .order_by(KnowledgeVersion.kind, KnowledgeVersion.key)
        )
        return await self._database.read(
            lambda session: tuple(
                KINDS[kind].model_validate(content) for kind, content in session.execute(query)
            )
        )

    async def guide_heads(self, most: int) -> tuple[GuideHead, ...] | None:
        """Every published guide by name, without its content, by id; None when there are more than `most`."""
        content = KnowledgeVersion.content
        query = (
            select(
                KnowledgeVersion.key,
                content["item_id"].as_string(),
                content["region"].as_string(),
                content["task_name"].as_string(),
                content["fictional"].as_boolean(),
            )
            .where(KnowledgeVersion.status == KnowledgeStatus.PUBLISHED, KnowledgeVersion.kind == "guide")
            .order_by(KnowledgeVersion.key)
        )
        count = select(func.count()).where(
            KnowledgeVersion.status == KnowledgeStatus.PUBLISHED, KnowledgeVersion.kind == "guide"
        )

        def work(session: Session) -> tuple[GuideHead, ...] | None:
            if session.execute(count).scalar_one() > most:
                return None
            return tuple(GuideHead(*row) for row in session.execute(query))

        return await self._database.read(work)
