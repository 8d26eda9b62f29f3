"""Finding a region by what somebody types into a field: its name, an everyday name, a code, its city before it. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.model import Region, RegionLevel
from knowledge.regions.gazetteer import Gazetteer
from knowledge.regions.lexicon import short_name

_EXACT, _BEGINS, _ELSEWHERE = range(3)


def find_regions(places: Gazetteer, typed: str, most: int = 20) -> tuple[Region, ...]:
    """The divisions that fit, the closest first; of equals the wider first, then by code. Nothing typed finds nothing.

    The nation and agreement zones are not among them: nobody is registered or insured in these.
    """
    wanted = "".join(typed.split())
    if not wanted:
        return ()
    ranked = [
        (rank, len(places.ancestors(region.code)), region.code, region)
        for region in places.regions.values()
        if region.level not in (RegionLevel.NATION, RegionLevel.ZONE)
        and (rank := _rank(places, region, wanted)) is not None
    ]
    return tuple(region for *_, region in sorted(ranked, key=lambda found: found[:3])[:most])


def _rank(places: Gazetteer, region: Region, wanted: str) -> int | None:
    """How closely a region fits; None: not at all."""
    if wanted.isascii() and wanted.isdecimal():
        return _EXACT if wanted == region.code else _BEGINS if region.code.startswith(wanted) else None
    best: int | None = None
    for name in _names(places, region):
        rank = _EXACT if name == wanted else _BEGINS if name.startswith(wanted) else _ELSEWHERE
        if wanted in name and (best is None or rank < best):
            best = rank
    return best


def _names(places: Gazetteer, region: Region) -> Iterator[str]:
    """What a region may be called, also with its city before it: 市中区, 济南市中区, 济南市市中区."""
    own = (region.name, short_name(region.name), *region.aliases)
    yield from own
    city = places.get(places.city_of(region.code) or "")
    if city is not None and city is not region:
        for name in (region.name, short_name(region.name)):
            yield city.name + name
            yield short_name(city.name) + name
