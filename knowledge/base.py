"""The knowledge base: every record, read-only, with one digest over the whole content."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Self, TypeVar

from knowledge.errors import KnowledgeError, UnknownRecord
from knowledge.model import NATIONWIDE, Guide, Hall, Item, Region
from knowledge.regions.gazetteer import Gazetteer
from knowledge.shelf import MemoryShelf, Shelf, read_records, write_records

_T = TypeVar("_T")


class RecordsInconsistent(KnowledgeError):
    """Records that refer to others which are not there."""

    code = "records_inconsistent"


class BaseEmpty(KnowledgeError):
    """A knowledge base without items cannot be searched."""

    code = "base_empty"


class KnowledgeBase:
    """Immutable. Made from records (tests, building an index) or opened from an index's file."""

    def __init__(
        self,
        items: Iterable[Item],
        halls: Iterable[Hall],
        regions: Iterable[Region],
        shelf: Shelf,
        digest: str | None = None,
    ) -> None:
        self._items = _by_key((item.id, item) for item in items)
        self._halls = _by_key((hall.id, hall) for hall in halls)
        self._regions = _by_key((region.code, region) for region in regions)
        self._zones = {code for code, region in self._regions.items() if region.members}
        self._shelf = shelf
        self._digest = digest
        by_region: defaultdict[str, list[Hall]] = defaultdict(list)
        for hall in self._halls.values():
            if hall.can_be_shown:
                by_region[hall.region].append(hall)
        self._halls_in = {region: tuple(halls) for region, halls in by_region.items()}

    @classmethod
    def from_records(
        cls,
        items: Iterable[Item],
        guides: Iterable[Guide],
        halls: Iterable[Hall] = (),
        regions: Iterable[Region] = (),
        versions: Mapping[str, int] | None = None,
    ) -> Self:
        """A base in memory. Of two records with one id the later is kept; a version not given is 1.

        RecordsInconsistent when a guide's item is absent.
        """
        base = cls(items, halls, regions, MemoryShelf(guides, versions or {}))
        lost = [f"{g.id} → {g.item_id}" for g, _ in base._shelf.every() if g.item_id not in base._items]
        if lost:
            raise RecordsInconsistent(
                f"{len(lost)} guides name an item that does not exist: {', '.join(lost[:10])}.",
                mend="Import these items, or correct item_id in the guides.",
            )
        return base

    @classmethod
    def open(cls, path: Path) -> Self:
        """A base whose guides stay in the file `save` wrote and are read when asked for."""
        items, halls, regions, shelf, digest = read_records(path)
        return cls(items, halls, regions, shelf, digest)

    def save(self, path: Path) -> None:
        """Write everything to a new file."""
        write_records(
            path,
            self._items.values(),
            self._halls.values(),
            self._regions.values(),
            self._shelf,
            self.digest(),
        )

    @property
    def items(self) -> Mapping[str, Item]:
        """All items by id, in the order of their ids."""
        return MappingProxyType(self._items)

    @property
    def halls(self) -> Mapping[str, Hall]:
        """All halls by id, also those that may not be shown."""
        return MappingProxyType(self._halls)

    @property
    def regions(self) -> Mapping[str, Region]:
        """All regions by code."""
        return MappingProxyType(self._regions)

    def require_items(self) -> None:
        """BaseEmpty when there is nothing to search."""
        if not self._items:
            raise BaseEmpty(
                "The knowledge base has no items.", mend="Import guides first: bangban import PATH…"
            )

    @cached_property
    def gazetteer(self) -> Gazetteer:
        return Gazetteer(self._regions.values())

    @cached_property
    def names_with_places(self) -> tuple[str, ...]:
        """Names of items that begin with a place (示例市居民停车证申领): a search that sets places aside
        would miss them."""
        names = {name for item in self._items.values() for name in (item.task_name, *item.aliases) if name}
        lexicon = self.gazetteer.lexicon
        return tuple(
            name
            for name in sorted(names)
            if any(
                name.startswith(form.text) and form.stands_at(name, 0) and not form.weak
                for form in lexicon.get(name[0], ())
            )
        )

    def item(self, item_id: str) -> Item:
        """One item; UnknownRecord if absent."""
        if (item := self._items.get(item_id)) is None:
            raise _unknown("item", item_id)
        return item

    def guide(self, guide_id: str) -> Guide:
        """One guide; UnknownRecord if absent."""
        if (guide := self._shelf.get(guide_id)) is None:
            raise _unknown("guide", guide_id)
        return guide

    def find_guide(self, guide_id: str) -> Guide | None:
        """One guide, None if absent (a conversation may remember one that was withdrawn)."""
        return self._shelf.get(guide_id)

    def version(self, guide_id: str) -> int:
        """The published version of a guide; UnknownRecord if absent."""
        if (version := self._shelf.version(guide_id)) is None:
            raise _unknown("guide", guide_id)
        return version

    def guides(self) -> Iterator[Guide]:
        """Every guide, by id. Reads the whole file of an opened base."""
        return (guide for guide, _ in self._shelf.every())

    def guide_count(self) -> int:
        return len(self._shelf)

    def guides_of(self, item_id: str) -> tuple[Guide, ...]:
        """All guides of an item, by id."""
        return self._shelf.of_item(item_id)

    def guides_near(self, item_id: str, *codes: str | None) -> tuple[Guide, ...]:
        """The guides of an item that can matter to someone in or from these regions: those of the
        regions, of what lies above them, of every agreement zone, and the national one.

        What `guides_of` gives, without reading three thousand counties' guides of one item.
        """
        lines = {c for code in codes if code for c in (code, *self.gazetteer.ancestors(code))}
        return self._shelf.of_item(item_id, self._zones | lines | {NATIONWIDE})

    def halls_in(self, region_code: str) -> tuple[Hall, ...]:
        """The halls of exactly this region that citizens may be sent to."""
        return self._halls_in.get(region_code, ())

    def hall(self, hall_id: str) -> Hall:
        """One hall; UnknownRecord if absent."""
        if (hall := self._halls.get(hall_id)) is None:
            raise _unknown("hall", hall_id)
        return hall

    def digest(self) -> str:
        """SHA-256 over all records and versions; equal content has equal digest, whatever the order."""
        if self._digest is None:
            total = hashlib.sha256()
            for kind, records in (("item", self._items), ("hall", self._halls), ("region", self._regions)):
                for key, record in records.items():
                    total.update(f"{kind}\t{key}\t{record.digest()}\n".encode())
            for guide, version in self._shelf.every():
                total.update(f"guide\t{guide.id}\t{version}\t{guide.digest()}\n".encode())
            self._digest = total.hexdigest()
        return self._digest


def _by_key(pairs: Iterable[tuple[str, _T]]) -> dict[str, _T]:
    return dict(sorted(dict(pairs).items()))


def _unknown(kind: str, key: str) -> UnknownRecord:
    return UnknownRecord(
        f"There is no {kind} “{key}” in the knowledge base.",
        mend="Check the id; after an import, run `bangban train` so that the index holds it.",
    )
