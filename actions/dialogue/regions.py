"""Which region is `here` (the person) and which is `owner` (the matter) after this message."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from actions.dialogue.choosing import plain
from actions.dialogue.model import Asking, Memory, Option
from knowledge.model import Item, OwnerRole
from knowledge.regions.gazetteer import Gazetteer
from knowledge.regions.reading import RegionReading

_NO_OWNER = frozenset({OwnerRole.ANY, OwnerRole.RESIDENCE})


@dataclass(frozen=True)
class Regions:
    here: str | None
    owner: str | None


def assign(
    reading: RegionReading,
    item: Item,
    memory: Memory,
    places: Gazetteer,
    *,
    previous_role: OwnerRole | None,
    follow_up: bool,
    belongs: bool = False,
) -> Regions:
    """Combine what this message says with what is remembered.

    A region without a role goes to what we just asked for, unless a matter is named with it or it is said to be
    the matter's; else, in a
    follow-up without a matter (「烟台呢」), to `here`; else to the owner the item needs. A remembered owner
    is kept only for a matter of the same owner role: where someone is insured says nothing about where
    they own a flat. `belongs`: the place is said to be the matter's (「莱西的呢」).
    """
    role = item.owner_role
    # A place we do not know is where the person says to be: what we knew before no longer holds.
    here = reading.here_for(role) or (None if reading.unknown else memory.here)
    kept = memory.owner if previous_role is None or previous_role == role else None
    back = _goes_back(reading, role, kept, memory)
    here, owner = (back, kept) if back else (here, reading.owner_for(role) or kept)
    for code in reading.unassigned:
        if memory.asking is Asking.HERE and follow_up and not belongs and reading.here is None:
            here = code
        elif reading.correction and code in (memory.here, kept):
            continue  # 「不对，是潍坊的昌邑」 says again what is known: nothing moves
        elif reading.correction and (near := _misheard(code, memory.here, kept, places)):
            here, owner = (code, owner) if near == memory.here else (here, code)
        elif (
            (memory.asking is Asking.OWNER and follow_up)
            or (belongs and follow_up and kept and role not in _NO_OWNER)
            or (reading.correction and kept and not (memory.here and memory.here != kept))
        ):
            owner = code
        elif follow_up and kept and _narrows(kept, code, memory.here, places):
            owner = code  # 「郑州的」 after 「户口在河南」
        elif (follow_up or role in _NO_OWNER) and reading.here is None:
            here = code
        elif reading.owner_for(role) is None:
            owner = code
        elif reading.here is None:
            here = code
    if role is OwnerRole.RESIDENCE:
        owner = reading.owner_for(role) or here
    if role is OwnerRole.ANY:
        owner = None
    return Regions(here=here, owner=owner)


def _goes_back(reading: RegionReading, role: OwnerRole, kept: str | None, memory: Memory) -> str | None:
    """Where the person goes (「又回青岛了」「要是我回济南住呢」), when both regions are known: no owner is meant."""
    named = reading.here or role in reading.owners or reading.origin in (kept, None)
    return None if named or not (kept and memory.here) else reading.origin


def asks_of_the_place(text: str, reading: RegionReading) -> bool:
    """「莱西的呢」「那莘县的怎么办」: the same asked of another place's own."""
    place = reading.mentions[0].text if len(reading.mentions) == 1 else ""
    return bool(place) and bool(re.match(rf"(?:那|那么|要是|如果|换成)*{re.escape(place)}的", plain(text)))


def _misheard(code: str, here: str | None, owner: str | None, places: Gazetteer) -> str | None:
    """The one of two known regions whose name begins like the corrected one (临清 for 临邑)."""
    if not here or not owner or here == owner:
        return None
    like = [one for one in (here, owner) if places.display(one)[:1] == places.display(code)[:1]]
    return like[0] if len(like) == 1 else None


def _narrows(owner: str, code: str, here: str | None, places: Gazetteer) -> bool:
    """Whether a place lies in the known owner region, while the person is elsewhere."""
    inside = owner != code and places.contains(owner, code)
    return inside and not (here and places.contains(owner, here))


def with_picked_region(regions: Regions, picked: Option | None, asking: Asking | None) -> Regions:
    """The regions with the one picked from our question, if that is what was picked."""
    if picked is None or asking not in (Asking.HERE, Asking.OWNER):
        return regions
    if asking is Asking.HERE:
        return replace(regions, here=picked.id)
    return replace(regions, owner=picked.id)


def remember_regions(memory: Memory, reading: RegionReading) -> Memory:
    """Keep what a message says of regions although its matter is not known yet."""
    owner = next(iter(reading.owners.values()), reading.origin or memory.owner)
    here = reading.here or (reading.unassigned[0] if reading.unassigned else memory.here)
    return replace(memory, here=here, owner=owner)
