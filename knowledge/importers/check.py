"""Cross checks of a batch against itself and what is known: everything named must exist.

A record that names something that does not exist is left out with an error when the name is essential
(the item and region of a guide, the region of a hall, the parent of a region), and goes in with a warning
when it is a convenience (a neighbour, a hall among the places of a guide).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from knowledge.importers.explain import nearest
from knowledge.importers.known import NOTHING_KNOWN, Known
from knowledge.importers.report import Batch, RowError, shown
from knowledge.model import NATIONWIDE, Bundle, Faq, Guide, Hall, Item, Kind, Region


def check(batch: Batch, known: Known = NOTHING_KNOWN) -> Batch:
    """The batch without the records that cannot stand, with what was found among errors and warnings."""
    checker = _Checker(batch, known)
    regions = checker.sound_regions()
    checker.region_codes = {*known.regions, *(region.code for region in regions), NATIONWIDE}
    items = tuple(item for item in batch.items if checker.item_stands(item))
    checker.item_ids = {*known.items, *(item.id for item in items)}
    halls = tuple(hall for hall in batch.halls if checker.hall_stands(hall))
    checker.hall_ids = {*known.halls, *(hall.id for hall in halls)}
    guides = tuple(guide for guide in batch.guides if checker.guide_stands(guide))
    faqs = tuple(faq for faq in batch.faqs if checker.faq_stands(faq))
    checker.guide_ids = {*known.guide_ids, *(guide.id for guide in guides)}
    bundles = tuple(bundle for bundle in batch.bundles if checker.bundle_stands(bundle))
    for item in items:
        checker.look_at_item(item)
    for guide in guides:
        checker.look_at_guide(guide)
    return replace(
        batch,
        regions=regions,
        items=items,
        halls=halls,
        guides=guides,
        faqs=faqs,
        bundles=bundles,
        errors=(*batch.errors, *checker.errors),
        warnings=(*batch.warnings, *checker.warnings),
    )


class _Checker:
    def __init__(self, batch: Batch, known: Known) -> None:
        self._batch = batch
        self._known = known
        self.errors: list[RowError] = []
        self.warnings: list[RowError] = []
        self.region_codes: set[str] = set()
        self.item_ids: set[str] = set()
        self.hall_ids: set[str] = set()
        self.guide_ids: set[str] = set()

    def sound_regions(self) -> tuple[Region, ...]:
        """The regions whose parents and members exist and whose parents form no circle."""
        standing = {region.code: region for region in self._batch.regions}
        while True:
            codes = {*self._known.regions, *standing, NATIONWIDE}
            fallen = [region for region in standing.values() if not self._region_stands(region, codes)]
            if not fallen:
                break
            for region in fallen:
                del standing[region.code]
        parents = {code: region.parent_code for code, region in {**self._known.regions, **standing}.items()}
        for code in [code for code in standing if _is_circle(code, parents)]:
            above = shown(parents[code] or "")
            self._error("region", code, "parent_code", "a region above", above, "it is its own ancestor")
            del standing[code]
        return tuple(standing.values())

    def _region_stands(self, region: Region, codes: set[str]) -> bool:
        missing = [code for code in (region.parent_code, *region.members) if code and code not in codes]
        for code in missing:
            field = "parent_code" if code == region.parent_code else "members"
            mend = "import it as well"
            self._error("region", region.code, field, "a region that exists", shown(code), mend)
        return not missing

    def item_stands(self, item: Item) -> bool:
        """Whether no FAQ has the item's id: both are searched under it."""
        if item.id not in self._known.faq_ids:
            return True
        mend = "give the item another id"
        self._error("item", item.id, "id", "an id that no FAQ has", shown(item.id), mend)
        return False

    def hall_stands(self, hall: Hall) -> bool:
        """Whether the region of the hall exists; windows' items are looked at on the way."""
        if not self._has_region("hall", hall.id, hall.region):
            return False
        for window in hall.windows:
            for item_id in window.items:
                self._want("hall", hall.id, f"windows {window.name}", item_id, self.item_ids, "an item")
        return True

    def faq_stands(self, faq: Faq) -> bool:
        """Whether the region of the FAQ exists and no item has its id."""
        if faq.id in self.item_ids:
            mend = "give the FAQ another id"
            self._error("faq", faq.id, "id", "an id that no item has", shown(faq.id), mend)
            return False
        return self._has_region("faq", faq.id, faq.region)

    def bundle_stands(self, bundle: Bundle) -> bool:
        """Whether the region and every guide of the bundle exist: a list with a gap is no whole list."""
        missing = [guide_id for guide_id in bundle.guides if guide_id not in self.guide_ids]
        for guide_id in missing:
            near = nearest(guide_id, sorted(self.guide_ids))
            hint = f"did you mean {near}?" if near else "import the guide as well"
            self._error("bundle", bundle.id, "guides", "a guide that exists", shown(guide_id), hint)
        return self._has_region("bundle", bundle.id, bundle.region) and not missing

    def guide_stands(self, guide: Guide) -> bool:
        """Whether the item and the region of the guide exist."""
        stands = self._has_region("guide", guide.id, guide.region)
        if guide.item_id not in self.item_ids:
            near = nearest(guide.item_id, sorted(self.item_ids))
            hint = f"did you mean {near}?" if near else "import the item as well"
            self._error("guide", guide.id, "item_id", "an item that exists", shown(guide.item_id), hint)
            stands = False
        return stands

    def look_at_item(self, item: Item) -> None:
        """Neighbours should exist."""
        for neighbour in item.neighbours:
            self._want("item", item.id, "neighbours", neighbour, self.item_ids, "an item")

    def look_at_guide(self, guide: Guide) -> None:
        """Halls, regions of scopes and the superseded guide should exist; what is verified has a source."""
        for lobby in guide.lobbies:
            if lobby.hall_id:
                self._want("guide", guide.id, "lobbies", lobby.hall_id, self.hall_ids, "a hall")
        for code in _divisions(guide):
            self._want("guide", guide.id, "handle_area_divisions", code, self.region_codes, "a region")
        if guide.supersedes:
            self._want("guide", guide.id, "supersedes", guide.supersedes, self.guide_ids, "a guide")
        if not guide.sources and not guide.fictional and "*" not in guide.unverified_fields:
            why = "an answer must name its source"
            self._warn("guide", guide.id, "sources", "at least one source", "none", why)

    def _has_region(self, kind: Kind, key: str, code: str) -> bool:
        if code in self.region_codes:
            return True
        self._error(kind, key, "region", "a region that exists", shown(code), "import the region as well")
        return False

    def _want(self, kind: Kind, key: str, field: str, wanted: str, among: set[str], what: str) -> None:
        if wanted not in among:
            near = nearest(wanted, sorted(among))
            hint = f"did you mean {near}?" if near else ""
            self._warn(kind, key, field, f"{what} that exists", shown(wanted), hint)

    def _error(self, kind: Kind, key: str, field: str, expected: str, received: str, message: str) -> None:
        self.errors.append(self._row(kind, key, field, expected, received, message))

    def _warn(self, kind: Kind, key: str, field: str, expected: str, received: str, message: str) -> None:
        self.warnings.append(self._row(kind, key, field, expected, received, message))

    def _row(self, kind: Kind, key: str, field: str, expected: str, received: str, message: str) -> RowError:
        place = self._batch.place_of(kind, key)
        return RowError(place.file, place.row, f"{kind} {key}: {field}", expected, received, message)


def _divisions(guide: Guide) -> Iterator[str]:
    for scope in guide.handle_scopes:
        yield from scope.handle_area_divisions


def _is_circle(code: str, parents: dict[str, str | None]) -> bool:
    seen = {code}
    above = parents.get(code)
    while above is not None and above not in seen:
        seen.add(above)
        above = parents.get(above)
    return above is not None
