"""The gazetteer: every region by code, the division tree, agreement zones, and how two places relate.

Codes that are not listed are still placed by their digits (GB/T 2260: two for the province, two for
the city, two for the district), so a guide or a message from an unlisted county finds its province.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from math import asin, cos, radians, sin, sqrt

from knowledge.model import NATIONWIDE, Region, RegionLevel
from knowledge.regions.lexicon import Lexicon, build_lexicon, short_name

_MUNICIPALITIES = frozenset({"110000", "120000", "310000", "500000"})
_DISTRICT_LEVELS = frozenset(
    {RegionLevel.DISTRICT, RegionLevel.COUNTY, RegionLevel.COUNTY_CITY, RegionLevel.FUNCTIONAL_ZONE}
)
_EARTH_KM = 6371.0
NEAREST_WITHIN_KM = 80.0
"""Farther than this from every known place, a position is said to be unknown."""


class Relation(StrEnum):
    """The closest relation two places are known to have (a city and its county: SAME_CITY)."""

    SAME_DISTRICT = "same_district"
    SAME_CITY = "same_city"
    SAME_PROVINCE = "same_province"
    OTHER_PROVINCE = "other_province"
    UNKNOWN = "unknown"


class Gazetteer:
    """Immutable after construction; every question is answered from dictionaries made once."""

    def __init__(self, regions: Iterable[Region]) -> None:
        self._regions: dict[str, Region] = {region.code: region for region in regions}
        self._ancestors = {code: self._line(code) for code in self._regions}
        self._zones = tuple(r for r in self._regions.values() if r.level is RegionLevel.ZONE)
        self._children: dict[str, list[str]] = {}
        for region in self._regions.values():
            if region.code != NATIONWIDE and region.level is not RegionLevel.ZONE:
                self._children.setdefault(region.parent_code or NATIONWIDE, []).append(region.code)
        self._places = tuple(
            (r, radians(r.lat), radians(r.lon))
            for r in self._regions.values()
            if r.lat is not None and r.lon is not None
        )

    @property
    def regions(self) -> Mapping[str, Region]:
        """All regions by code."""
        return self._regions

    @cached_property
    def lexicon(self) -> Lexicon:
        """The names people type, made once at the first message read."""
        return build_lexicon(self._regions.values(), self.contains)

    def get(self, code: str) -> Region | None:
        return self._regions.get(code)

    def ancestors(self, code: str) -> tuple[str, ...]:
        """The divisions above a code, nearest first, without itself, ending with the nation."""
        known = self._ancestors.get(code)
        return known if known is not None else self._line(code)

    def contains(self, outer: str, inner: str) -> bool:
        """Whether `inner` lies in `outer` (equal counts). A zone lies where all its members lie."""
        if outer == inner or outer in self.ancestors(inner):
            return True
        if members := self._members(outer):
            return any(self.contains(member, inner) for member in members)
        if members := self._members(inner):
            return all(self.contains(outer, member) for member in members)
        return False

    def children(self, code: str) -> tuple[str, ...]:
        """The divisions right under a code, in the order of the region files."""
        return tuple(self._children.get(code, ()))

    def zones_of(self, code: str) -> tuple[Region, ...]:
        """The agreement zones a place belongs to."""
        return tuple(zone for zone in self._zones if zone.code != code and self.contains(zone.code, code))

    def is_zone(self, code: str) -> bool:
        return bool(self._members(code))

    def district_of(self, code: str) -> str | None:
        """The county-level unit a code is in; None for anything wider."""
        region = self._regions.get(code)
        if region is not None:
            return code if region.level in _DISTRICT_LEVELS else None
        return code if code[:6].isdigit() and not code.endswith("00") else None

    def city_of(self, code: str) -> str | None:
        """The city a code is in; a municipality is its own city. None for anything wider."""
        return next((c for c in (code, *self.ancestors(code)) if self._is_city(c)), None)

    def province_of(self, code: str) -> str | None:
        """The province a code is in; for a zone, the one all its members share."""
        if members := self._members(code):
            provinces = {self.province_of(member) for member in members}
            return provinces.pop() if len(provinces) == 1 else None
        return next((c for c in (code, *self.ancestors(code)) if _is_province(c)), None)

    def relation(self, a: str | None, b: str | None) -> Relation:
        """How close two places are known to be."""
        if not a or not b or NATIONWIDE in (a, b):
            return Relation.UNKNOWN
        for level, relation in (
            (self.district_of, Relation.SAME_DISTRICT),
            (self.city_of, Relation.SAME_CITY),
            (self.province_of, Relation.SAME_PROVINCE),
        ):
            if (found := level(a)) is not None and found == level(b):
                return relation
        provinces = {self.province_of(a), self.province_of(b)}
        return Relation.UNKNOWN if None in provinces else Relation.OTHER_PROVINCE

    def display(self, code: str) -> str:
        """The name shown to people: 平度市（青岛）, 青岛市, 胶东五市, 全国; the code itself if unlisted."""
        region = self._regions.get(code)
        if region is None:
            return "全国" if code == NATIONWIDE else code
        city = self._regions.get(self.city_of(code) or "")
        if city is None or city is region or region.level is RegionLevel.ZONE:
            return region.name
        short = short_name(city.name)
        return region.name if region.name.startswith(short) else f"{region.name}（{short}）"

    def nearest(self, lat: float, lon: float) -> Region | None:
        """The region whose point is nearest to a position; None when none is within reach."""
        here = (radians(lat), radians(lon))
        found = min(((_km(here, (p, q)), r.code, r) for r, p, q in self._places), default=None)
        return found[2] if found is not None and found[0] <= NEAREST_WITHIN_KM else None

    def _members(self, code: str) -> tuple[str, ...]:
        region = self._regions.get(code)
        return region.members if region is not None and region.level is RegionLevel.ZONE else ()

    def _is_city(self, code: str) -> bool:
        region = self._regions.get(code)
        return code in _MUNICIPALITIES or (region is not None and region.level is RegionLevel.CITY)

    def _line(self, code: str) -> tuple[str, ...]:
        line: list[str] = []
        current = code
        while (parent := self._parent(current)) and parent not in (code, *line, NATIONWIDE):
            line.append(parent)
            current = parent
        return (*line, NATIONWIDE) if code != NATIONWIDE else ()

    def _parent(self, code: str) -> str | None:
        region = self._regions.get(code)
        if region is not None:
            return region.parent_code
        candidates = (f"{code[:4]}00", f"{code[:2]}0000") if code[:6].isdigit() else ()
        return next((c for c in candidates if c != code and c in self._regions), None)


def _is_province(code: str) -> bool:
    return code.isdigit() and code.endswith("0000") and code != NATIONWIDE


def _km(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Great-circle distance between two points given in radians."""
    half = sin((b[0] - a[0]) / 2) ** 2 + cos(a[0]) * cos(b[0]) * sin((b[1] - a[1]) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))
