"""Which unknown region would change the answer: found by trying regions, not by a list of rules."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from knowledge.model import NATIONWIDE, Guide, Hall, Item, OwnerRole, Region, RegionLevel
from knowledge.regions.gazetteer import Gazetteer
from knowledge.where.choose import choose_guide
from knowledge.where.coverage import known_region
from knowledge.where.engine import where
from knowledge.where.option import Side

_MOST_TRIED = 16


def missing_regions(
    guides: Sequence[Guide],
    item: Item,
    *,
    here: str | None,
    owner: str | None,
    gazetteer: Gazetteer,
    halls: Sequence[Hall],
    on: date,
) -> tuple[Side, ...]:
    """The unknown regions whose value changes the guide or an option; the halls named do not count.

    Each unknown side is tried with places near and far from what is known and with the members of
    every scope of the guides; it is missing when two of them lead to different answers.
    """
    here, owner = known_region(here), known_region(owner)
    owned = item.owner_role is not OwnerRole.ANY
    if item.owner_role is OwnerRole.RESIDENCE:
        owner, owned = None, False
    if not owned:
        owner = None

    def answer(at: str | None, of: str | None) -> object:
        choice = choose_guide(guides, here=at, owner=of, gazetteer=gazetteer, on=on)
        if choice is None:
            return None
        options = where(choice, item, here=at, owner=of, gazetteer=gazetteer, halls=halls, on=on)
        return tuple(
            (
                o.guide_id,
                o.channel,
                o.mode,
                o.status,
                o.explain,
                o.promise_explain,
                o.materials_explain,
                o.rule,
            )
            for o in options
        )

    def differs(answers: Iterable[object]) -> bool:
        found = iter(answers)
        first = next(found, None)
        return any(other != first for other in found)

    tried = _places_to_try(guides, here or owner, gazetteer)
    sides: list[Side] = []
    if here is None:
        homes = [owner] if owner or not owned else tried
        if any(differs(answer(place, home) for place in tried) for home in homes):
            sides.append("here")
    if owned and owner is None:
        spots = [here] if here else tried
        if any(differs(answer(spot, place) for place in tried) for spot in spots):
            sides.append("owner")
    return tuple(sides)


def _places_to_try(guides: Sequence[Guide], known: str | None, gazetteer: Gazetteer) -> list[str]:
    """Places that stand for every relation: the same, a neighbour, another city, province, a member."""
    named = [place for guide in guides for place in _places_named(guide, gazetteer)]
    base = known or next(iter(named), None) or _any_district(gazetteer)
    around = [base, *_around(base, gazetteer)] if base else []
    return list(dict.fromkeys((*around, *named)))[:_MOST_TRIED]


def _places_named(guide: Guide, gazetteer: Gazetteer) -> Iterable[str]:
    """The guide's region and, of each agreement, two members: enough to cross it and to stay in one."""
    region = gazetteer.get(guide.region)
    members = region.members[:2] if region is not None else ()
    yield from members or ([guide.region] if guide.region != NATIONWIDE else [])
    for scope in guide.handle_scopes:
        yield from scope.handle_area_divisions[:2]


def _any_district(gazetteer: Gazetteer) -> str | None:
    return next((code for code in gazetteer.regions if gazetteer.district_of(code)), None)


def _around(base: str, gazetteer: Gazetteer) -> list[str]:
    """A district of the base, one beside it, a district of another city, and another province."""
    city, province = gazetteer.city_of(base), gazetteer.province_of(base)
    cities = [c for c in gazetteer.children(province or "") if gazetteer.city_of(c) == c and c != city]
    other_city = cities[:1] + [d for c in cities[:1] for d in gazetteer.children(c)[:1]]
    provinces = [r for r in gazetteer.children(NATIONWIDE) if _is_other_province(gazetteer.get(r), province)]
    return [*gazetteer.children(city or "")[:2], *other_city, *provinces[:1]]


def _is_other_province(region: Region | None, province: str | None) -> bool:
    return region is not None and region.level is RegionLevel.PROVINCE and region.code != province
