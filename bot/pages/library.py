"""What the pages show: single guides from the store, and the few records all pages need, kept in memory."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass

from bot.store import Database
from bot.store.published import Edition, GuideHead, PublishedKnowledge
from knowledge.model import Bundle, Faq, Guide, Hall, Item, Kind, Region, faq_records
from knowledge.model.record import is_record_id
from knowledge.regions.gazetteer import Gazetteer

_FRESH_S = 2.0
MOST_LISTED = 50_000
"""Guides that are listed. A country has more; they are found by asking, and each has its page all the same."""
_KINDS: tuple[Kind, ...] = ("region", "item", "hall", "faq", "bundle")


@dataclass(frozen=True)
class Catalog:
    """The published records that are few, and the names of the guides."""

    gazetteer: Gazetteer
    items: Mapping[str, Item]
    halls: Mapping[str, Hall]
    bundles: Mapping[str, Bundle]
    heads: Mapping[str, GuideHead]
    """Guides by id; a question-and-answer record is one too. Empty when they are too many for a list."""
    is_listed: bool
    """Whether the guides are few enough for a list."""


@dataclass(frozen=True, slots=True)
class GuideEdition:
    """One version of a guide with its item."""

    guide: Guide
    item: Item | None
    version: int
    current: int | None

    @property
    def is_current(self) -> bool:
        return self.version == self.current


class Library:
    """Reads the store; a change there is seen within two seconds."""

    def __init__(self, database: Database) -> None:
        self._published = PublishedKnowledge(database)
        self._catalog: Catalog | None = None
        self._mark: tuple[int, int] | None = None
        self._looked = float("-inf")
        self._loading = asyncio.Lock()

    async def catalog(self) -> Catalog:
        """The records all pages need, as published now."""
        async with self._loading:
            if self._catalog is None or time.monotonic() - self._looked > _FRESH_S:
                mark = await self._published.mark()
                if self._catalog is None or mark != self._mark:
                    self._catalog, self._mark = await self._load(), mark
                self._looked = time.monotonic()
            return self._catalog

    async def guide(self, guide_id: str, version: int | None = None) -> GuideEdition | None:
        """A guide as published now, or one of its earlier versions; None when there is none.

        The id comes from an address: what can be no id is not even asked for.
        """
        if not is_record_id(guide_id):
            return None
        catalog = await self.catalog()
        edition = await self._published.edition("guide", guide_id, version)
        if edition is not None and isinstance(edition.record, Guide):
            guide = edition.record
            return GuideEdition(guide, catalog.items.get(guide.item_id), edition.version, edition.current)
        return await self._answer(guide_id, version)

    async def _answer(self, guide_id: str, version: int | None) -> GuideEdition | None:
        """The guide that a question-and-answer record is."""
        edition: Edition | None = await self._published.edition("faq", guide_id.rpartition("@")[0], version)
        if edition is None or not isinstance(edition.record, Faq):
            return None
        item, guide = faq_records(edition.record)
        return GuideEdition(guide, item, edition.version, edition.current) if guide.id == guide_id else None

    async def _load(self) -> Catalog:
        records = await self._published.every(_KINDS)
        heads = await self._published.guide_heads(MOST_LISTED)
        items = {record.id: record for record in records if isinstance(record, Item)}
        by_id = {head.id: head for head in heads or ()}
        for item, guide in (faq_records(record) for record in records if isinstance(record, Faq)):
            items[item.id] = item
            by_id[guide.id] = GuideHead(guide.id, item.id, guide.region, guide.task_name, guide.fictional)
        return Catalog(
            gazetteer=Gazetteer(record for record in records if isinstance(record, Region)),
            items=items,
            halls={record.id: record for record in records if isinstance(record, Hall)},
            bundles={record.id: record for record in records if isinstance(record, Bundle)},
            heads=by_id if heads is not None else {},
            is_listed=heads is not None,
        )
