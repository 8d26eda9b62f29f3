"""Whether a handling scope covers a person: three answers, since regions may be unknown or too wide."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from knowledge.model import NATIONWIDE, Guide, HandleArea, HandleScope
from knowledge.regions.gazetteer import Gazetteer
from knowledge.where.option import Side


@dataclass(frozen=True, slots=True)
class Fit:
    """`holds` is None when it depends on the regions named in `unknown`."""

    holds: bool | None
    unknown: tuple[Side, ...] = ()

    def __and__(self, other: Fit) -> Fit:
        if self.holds is False or other.holds is False:
            return NO
        if self.holds and other.holds:
            return YES
        sides: tuple[Side, ...] = ("here", "owner")
        return Fit(None, tuple(side for side in sides if side in self.unknown + other.unknown))


OTHER_SYSTEMS = frozenset({"710000", "810000", "820000"})
"""台湾, 香港, 澳门: 全国通办 and 跨省通办 (国办发〔2020〕35号) are of the mainland's offices; a list that names
them does so by its divisions."""

YES = Fit(True)
NO = Fit(False)


def known_region(code: str | None) -> str | None:
    """A region that says something: the nation as a region says nothing."""
    return None if code in (None, "", NATIONWIDE) else code


def fit(
    scope: HandleScope, guide: Guide, here: str | None, owner: str | None, owned: bool, gazetteer: Gazetteer
) -> Fit:
    """Whether the scope takes a matter of `owner` handed in at `here`.

    `owned` is False for matters no region owns (护照): only `here` counts. A scope takes what is as
    near as it says or nearer: 跨省通办 takes another city of the province too. Within one city (and
    within one member of an agreement) nothing is crossed, so a cluster or agreement does not count.
    """
    match scope.handle_area:
        case HandleArea.CLUSTER | HandleArea.AGREEMENT:
            return _between_members(scope, guide, here, owner, owned, gazetteer)
        case HandleArea.NATIONWIDE | HandleArea.CROSS_PROVINCE:
            if {gazetteer.province_of(code) for code in (here, owner) if code} & OTHER_SYSTEMS:
                return NO
            return _listed(scope.handle_area_divisions, here, owner, owned, gazetteer)
        case HandleArea.PROVINCE:
            near = _same(gazetteer.province_of, guide, here, owner, owned, gazetteer)
        case HandleArea.CITY:
            near = _same(gazetteer.city_of, guide, here, owner, owned, gazetteer)
        case HandleArea.DISTRICT:
            near = _same(gazetteer.district_of, guide, here, owner, owned, gazetteer)
    return near & _listed(scope.handle_area_divisions, here, owner, owned, gazetteer)


def may_hold(scope: HandleScope, guide: Guide, here: str, owner: str, gazetteer: Gazetteer) -> bool:
    """Whether a scope surely takes an owned matter between two known regions."""
    return fit(scope, guide, here, owner, True, gazetteer).holds is True


def _listed(
    divisions: tuple[str, ...], here: str | None, owner: str | None, owned: bool, gazetteer: Gazetteer
) -> Fit:
    if not divisions:
        return YES
    here_fit = _member(divisions, here, "here", gazetteer)
    return here_fit & _member(divisions, owner, "owner", gazetteer) if owned else here_fit


def _member(divisions: tuple[str, ...], code: str | None, side: Side, gazetteer: Gazetteer) -> Fit:
    if code is None:
        return Fit(None, (side,))
    if any(gazetteer.contains(division, code) for division in divisions):
        return YES
    wider = any(gazetteer.contains(code, division) for division in divisions)
    return Fit(None, (side,)) if wider else NO


def _between_members(
    scope: HandleScope, guide: Guide, here: str | None, owner: str | None, owned: bool, gazetteer: Gazetteer
) -> Fit:
    divisions = scope.handle_area_divisions or (guide.region,)
    members = _listed(divisions, here, owner, owned, gazetteer)
    if not owned or here is None or owner is None or members.holds is False:
        return members
    same_city = gazetteer.city_of(here)
    if same_city is not None and same_city == gazetteer.city_of(owner):
        return NO
    return members


def _same(
    level: Callable[[str], str | None],
    guide: Guide,
    here: str | None,
    owner: str | None,
    owned: bool,
    gazetteer: Gazetteer,
) -> Fit:
    """Whether both are in the same district, city or province; a wider region may or may not be."""
    home = owner if owned else known_region(guide.region)
    if here is None:
        return Fit(None, ("here", "owner")) if owned and owner is None else Fit(None, ("here",))
    if home is None:
        return Fit(None, ("owner",)) if owned else YES
    if gazetteer.is_zone(home) or (not owned and level(home) is None):
        return _member((home,), here, "here", gazetteer)
    of_here, of_home = level(here), level(home)
    if of_here is not None and of_home is not None:
        return YES if of_here == of_home else NO
    if of_here is None and gazetteer.contains(here, home):
        return Fit(None, ("here",))
    if of_home is None and gazetteer.contains(home, here):
        return Fit(None, ("owner",))
    return NO
