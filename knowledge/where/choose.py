"""Choosing the guide of an item for a person: owner region first, up the division tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from knowledge.model import NATIONWIDE, Guide, RegionLevel, ScopeStatus
from knowledge.regions.gazetteer import Gazetteer, Relation
from knowledge.where.coverage import known_region, may_hold
from knowledge.where.option import GuideChoice

_WIDTH = {RegionLevel.NATION: 0, RegionLevel.PROVINCE: 1, RegionLevel.ZONE: 2, RegionLevel.CITY: 3}


def choose_guide(
    guides: Sequence[Guide], *, here: str | None, owner: str | None, gazetteer: Gazetteer, on: date
) -> GuideChoice | None:
    """The guide to answer from, or None when none of them is for these regions.

    An agreement zone's guide is chosen when both regions are known members in different cities;
    knowing one region only, it is chosen just when no division of that region has a guide. Planned
    and not yet effective guides are alternatives, never the choice; expired and superseded are gone.
    """
    here, owner = known_region(here), known_region(owner)
    usable = [guide for guide in _in_reach(guides, here, owner, gazetteer) if not _is_over(guide, on)]
    current = [guide for guide in usable if guide.status is not ScopeStatus.PLANNED and guide.in_force(on)]
    replaced = {guide.supersedes for guide in current}
    chosen = _choose([guide for guide in current if guide.id not in replaced], here, owner, gazetteer)
    if chosen is None:
        return None
    asked = owner or here
    fell_back = asked is not None and chosen.region != asked and not gazetteer.is_zone(chosen.region)
    others = (guide for guide in usable if guide.id != chosen.id and guide.id not in replaced)
    return GuideChoice(chosen, fell_back, tuple(sorted(others, key=lambda g: (_width(g, gazetteer), g.id))))


def _in_reach(
    guides: Sequence[Guide], here: str | None, owner: str | None, gazetteer: Gazetteer
) -> Sequence[Guide]:
    """Guides on the line of a known region or of its zones; all of them when no region is known."""
    known = [code for code in (here, owner) if code is not None]
    if not known:
        return guides
    reach = {code for one in known for code in (one, *gazetteer.ancestors(one))}
    reach |= {zone.code for one in known for zone in gazetteer.zones_of(one)}
    return [guide for guide in guides if guide.region in reach]


def _is_over(guide: Guide, on: date) -> bool:
    return guide.expiry_date is not None and guide.expiry_date < on


def _choose(
    guides: Sequence[Guide], here: str | None, owner: str | None, gazetteer: Gazetteer
) -> Guide | None:
    by_region = _newest_by_region(guides)
    asked = owner or here
    if asked is None:
        return min(guides, key=lambda guide: (_width(guide, gazetteer), guide.id), default=None)
    known = [code for code in (here, owner) if code is not None]
    zones = [
        guide
        for region, guide in by_region.items()
        if gazetteer.is_zone(region) and all(gazetteer.contains(region, code) for code in known)
    ]
    if zones and (_crosses_cities(here, owner, gazetteer) or any(gazetteer.is_zone(c) for c in known)):
        return _smallest_zone(zones, gazetteer)
    for region in (asked, *gazetteer.ancestors(asked)):
        if region in by_region:
            return by_region[region]
    if zones:
        return _smallest_zone(zones, gazetteer)
    return _accepting(by_region, here, owner, gazetteer)


def _crosses_cities(here: str | None, owner: str | None, gazetteer: Gazetteer) -> bool:
    return gazetteer.relation(here, owner) in (Relation.SAME_PROVINCE, Relation.OTHER_PROVINCE)


def _accepting(
    by_region: dict[str, Guide], here: str | None, owner: str | None, gazetteer: Gazetteer
) -> Guide | None:
    """The guide of where the person is, when it has a scope that takes matters of the owner region."""
    if here is None or owner is None:
        return None
    for region in (here, *gazetteer.ancestors(here)):
        guide = by_region.get(region)
        if guide and any(may_hold(scope, guide, here, owner, gazetteer) for scope in guide.handle_scopes):
            return guide
    return None


def _newest_by_region(guides: Iterable[Guide]) -> dict[str, Guide]:
    ordered = sorted(guides, key=lambda g: (g.effective_date or date.min, g.publish_date, g.id))
    return {guide.region: guide for guide in ordered}


def _smallest_zone(zones: Sequence[Guide], gazetteer: Gazetteer) -> Guide:
    def size(guide: Guide) -> tuple[int, str]:
        zone = gazetteer.get(guide.region)
        return (len(zone.members) if zone else 0, guide.id)

    return min(zones, key=size)


def _width(guide: Guide, gazetteer: Gazetteer) -> int:
    if guide.region == NATIONWIDE:
        return 0
    region = gazetteer.get(guide.region)
    return _WIDTH.get(region.level, 4) if region else 4
