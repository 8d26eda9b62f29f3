"""Where the person is: a shared position or a scanned code → a region we know, and the halls near it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

from bot.channels.wechat.inbound import Location
from bot.channels.wechat.words import WeChatWords
from bot.content import fill
from knowledge.model import Hall, Region
from knowledge.regions import Gazetteer, read_regions

_EARTH_KM = 6371.0
_NEAR_KM = 50.0
_MOST_HALLS = 3


@dataclass(frozen=True, slots=True)
class Here:
    """A region, and what it is called to people."""

    code: str
    name: str


class Places:
    """The published regions and halls."""

    def __init__(self, regions: Sequence[Region], halls: Sequence[Hall]) -> None:
        self._gazetteer = Gazetteer(regions)
        self._halls = tuple(hall for hall in halls if hall.can_be_shown)

    def of_position(self, where: Location) -> Here | None:
        """The county the address names, if it names one; else the region whose known point is nearest."""
        reading = read_regions(where.label, self._gazetteer) if where.label else None
        if reading is not None:
            named = [reading.here, *reading.owners.values(), *reading.unassigned]
            districts = {self._gazetteer.district_of(code) for code in named if code} - {None}
            if len(districts) == 1:
                return self._here(str(districts.pop()))
        found = self._gazetteer.nearest(where.lat, where.lon)
        return None if found is None else self._here(found.code)

    def of_scene(self, scene: str) -> Here | None:
        """What a code stands for: a region code or the id of a hall, with or without `region:`, `hall:`."""
        name = scene.strip().removeprefix("region:").removeprefix("hall:")
        if self._gazetteer.get(name) is not None:
            return self._here(name)
        hall = next((hall for hall in self._halls if hall.id == name), None)
        return None if hall is None else Here(hall.region, hall.name)

    def halls_near(self, where: Location, here: Here | None, words: WeChatWords) -> str:
        """The nearest halls in words; those of the region when none has coordinates; "" when none is known."""
        measured = [
            (_km(where, hall.lat, hall.lon), hall)
            for hall in self._halls
            if hall.lat is not None and hall.lon is not None
        ]
        near = sorted(((km, hall) for km, hall in measured if km <= _NEAR_KM), key=lambda pair: pair[0])
        if near:
            shown = [_line(n, hall, km, words) for n, (km, hall) in enumerate(near[:_MOST_HALLS], start=1)]
            return "\n".join((words.halls_near, *shown))
        listed = [hall for hall in self._halls if here and hall.region == here.code and hall.address]
        if here is None or not listed:
            return ""
        shown = [_line(n, hall, None, words) for n, hall in enumerate(listed[:_MOST_HALLS], start=1)]
        return "\n".join((fill(words.halls_here, place=here.name), *shown))

    def _here(self, code: str) -> Here:
        return Here(code, self._gazetteer.display(code))


def _line(n: int, hall: Hall, km: float | None, words: WeChatWords) -> str:
    """One hall; what has no source is left out."""
    line = fill(
        words.hall,
        n=n,
        name=hall.name,
        distance="" if km is None else fill(words.hall_distance, km=f"{km:.1f}"),
        address=hall.address and fill(words.hall_address, text=hall.address),
        hours=hall.opening_hours and fill(words.hall_hours, text=hall.opening_hours),
        phone=hall.phone and fill(words.hall_phone, text=hall.phone),
    )
    return f"{line}\n　{words.hall_fictional}" if hall.fictional else line


def _km(where: Location, lat: float, lon: float) -> float:
    a, b = radians(where.lat), radians(lat)
    half = sin((b - a) / 2) ** 2 + cos(a) * cos(b) * sin(radians(lon - where.lon) / 2) ** 2
    return 2 * _EARTH_KM * asin(sqrt(half))
