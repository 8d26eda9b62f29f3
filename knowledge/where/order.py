"""The order of options: no trip, where the person is, the owner region, what depends, agents, plans."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.model import Channel, HandleArea, HandleMode, ScopeStatus
from knowledge.regions.gazetteer import Gazetteer
from knowledge.where.option import WhereOption

_NO_TRIP = (Channel.ONLINE, Channel.APP, Channel.PHONE)
_NARROW_FIRST = {
    area: n
    for n, area in enumerate(
        (
            HandleArea.DISTRICT,
            HandleArea.CITY,
            HandleArea.AGREEMENT,
            HandleArea.CLUSTER,
            HandleArea.PROVINCE,
            HandleArea.CROSS_PROVINCE,
            HandleArea.NATIONWIDE,
        )
    )
}


def best_first(
    options: Iterable[WhereOption], here: str | None, gazetteer: Gazetteer
) -> tuple[WhereOption, ...]:
    """Options in the order a person would try them, the same one named once."""
    once: dict[tuple[object, ...], WhereOption] = {}
    for option in options:
        same = (option.channel, option.region, option.explain or option.mode, option.status)
        once.setdefault(same, option)
    return tuple(sorted(once.values(), key=lambda option: _rank(option, here, gazetteer)))


def _rank(option: WhereOption, here: str | None, gazetteer: Gazetteer) -> tuple[int, int, int, int]:
    area = option.scope.handle_area if option.scope else None
    pilot = int(option.status is ScopeStatus.PILOT)
    narrow = _NARROW_FIRST[area] if area else len(_NARROW_FIRST)
    return (_group(option, here, gazetteer), pilot, _in_group(option), narrow)


def _group(option: WhereOption, here: str | None, gazetteer: Gazetteer) -> int:
    if option.status is ScopeStatus.PLANNED:
        return 9
    depends = (
        bool(option.unknown)
        and option.scope is not None
        and option.scope.handle_area is not HandleArea.DISTRICT
    )
    if option.channel in _NO_TRIP:
        return 0 if option.explain and not depends else 3
    if option.channel is Channel.POST or (option.channel is Channel.AGENT and option.scope is None):
        return 5
    if depends:
        return 4
    at_here = here is not None and option.region is not None and gazetteer.contains(option.region, here)
    return 1 if at_here or _is_anywhere(option) else 2


def _is_anywhere(option: WhereOption) -> bool:
    return option.mode is HandleMode.ANY_WINDOW and option.region is None


def _in_group(option: WhereOption) -> int:
    """Windows before machines, machines before agents; full online handling before the rest."""
    if option.channel in _NO_TRIP:
        return 0 if option.mode is HandleMode.ONLINE else 1 + _NO_TRIP.index(option.channel)
    order: tuple[Channel | None, ...] = (
        Channel.WINDOW,
        None,
        Channel.SELF_SERVICE,
        Channel.AGENT,
        Channel.POST,
    )
    return order.index(option.channel)
