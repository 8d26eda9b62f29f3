"""Where a person can handle a matter: guide × here × owner region × date → options, best first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from knowledge.model import (
    NATIONWIDE,
    Channel,
    Guide,
    Hall,
    HandleArea,
    HandleMode,
    HandleScope,
    Item,
    OwnerRole,
    ScopeStatus,
)
from knowledge.regions.gazetteer import Gazetteer
from knowledge.where.coverage import Fit, fit, known_region
from knowledge.where.option import GuideChoice, Side, WhereOption
from knowledge.where.order import best_first
from knowledge.where.places import Places, Reach

FULLY_ONLINE = "全程网办"
"""How online_handle_depth says that nothing needs a visit."""
CITY_HALL = "市级大厅"
"""How a scope's words say that it is the halls of the cities that take the matter."""
_MODE_CHANNEL = {
    HandleMode.ONLINE: Channel.ONLINE,
    HandleMode.COLLECT: Channel.WINDOW,
    HandleMode.JOINT: Channel.WINDOW,
    HandleMode.ANY_WINDOW: Channel.WINDOW,
    HandleMode.NEARBY_CHECK: Channel.WINDOW,
    HandleMode.AGENT: Channel.AGENT,
}
_AWAY_MODES = frozenset({HandleMode.COLLECT, HandleMode.JOINT, HandleMode.NEARBY_CHECK})
"""Ways that only make sense away from the owning authority."""


def where(
    choice: GuideChoice | Guide,
    item: Item,
    *,
    here: str | None,
    owner: str | None,
    gazetteer: Gazetteer,
    halls: Sequence[Hall],
    on: date,
) -> tuple[WhereOption, ...]:
    """The options of one guide for one person, best first; planned ones last, expired ones gone.

    First what needs no trip, then where the person is, then the owner region, then what depends on a
    region not known, then agents and post. Nothing is made up: no option without a field behind it.
    """
    guide = choice.guide if isinstance(choice, GuideChoice) else choice
    if guide.expiry_date is not None and guide.expiry_date < on:
        return ()
    here, owner = known_region(here), known_region(owner)
    if item.owner_role is OwnerRole.RESIDENCE:
        owner = owner or here
    case = _Case(
        guide=guide,
        here=here,
        owner=owner if item.owner_role is not OwnerRole.ANY else None,
        owned=item.owner_role is not OwnerRole.ANY,
        gazetteer=gazetteer,
        places=Places(item, guide, halls, gazetteer),
        on=on,
    )
    by_scope = tuple(_by_scopes(case))
    return best_first((*by_scope, *_ordinary(case, by_scope)), here, gazetteer)


@dataclass(frozen=True, slots=True)
class _Case:
    """One guide put to one person on one day."""

    guide: Guide
    here: str | None
    owner: str | None
    owned: bool
    gazetteer: Gazetteer
    places: Places
    on: date

    @property
    def is_local(self) -> bool:
        """Whether the person is in the district, or the city as far as is known, that owns the matter."""
        return self.owned and bool(
            self.here and self.owner and self.gazetteer.contains(self.owner, self.here)
        )

    def status_of(self, scope: HandleScope | None) -> ScopeStatus:
        """The least certain of what guide, scope and their dates say."""
        stated = [self.guide.status, scope.status if scope else ScopeStatus.IN_FORCE]
        starts = [self.guide.effective_date, scope.effective_date if scope else None]
        if ScopeStatus.PLANNED in stated or any(start is not None and start > self.on for start in starts):
            return ScopeStatus.PLANNED
        return ScopeStatus.PILOT if ScopeStatus.PILOT in stated else ScopeStatus.IN_FORCE

    def option(
        self,
        channel: Channel | None,
        region: str | None,
        explain: str,
        *,
        scope: HandleScope | None = None,
        mode: HandleMode | None = None,
        unknown: tuple[Side, ...] = (),
        reach: Reach = Reach.OWN,
    ) -> WhereOption:
        in_person = channel in (None, Channel.WINDOW, Channel.AGENT, Channel.SELF_SERVICE)
        lobbies = self.places.lobbies_in(region) if in_person else ()
        shown = {lobby.hall_id for lobby in lobbies}
        halls = self.places.halls_in(region, reach=reach) if in_person else ()
        return WhereOption(
            channel=channel,
            mode=mode,
            region=region,
            halls=tuple(hall for hall in halls if hall.id not in shown),
            lobbies=lobbies,
            authority=self.guide.dept_name,
            rule=scope.rule if scope else None,
            status=self.status_of(scope),
            scope=scope,
            explain=explain,
            promise_explain=scope.promise_explain if scope else "",
            materials_explain=scope.materials_explain if scope else "",
            guide_id=self.guide.id,
            unknown=unknown,
        )


def _by_scopes(case: _Case) -> Iterator[WhereOption]:
    """One option for each scope that covers the person, or would if an unknown region allowed it."""
    for scope in case.guide.handle_scopes:
        if scope.expiry_date is not None and scope.expiry_date < case.on:
            continue
        if scope.handle_area is HandleArea.DISTRICT:
            yield _at_owner(case, scope)
            continue
        found = fit(scope, case.guide, case.here, case.owner, case.owned, case.gazetteer)
        if found.holds is not False and not _is_pointless(case, scope):
            yield _away(case, scope, found)


def _is_pointless(case: _Case, scope: HandleScope) -> bool:
    """Whether the scope is for people elsewhere while this one is at the owning authority's place."""
    if not case.is_local or scope.handle_area_mode is HandleMode.ONLINE:
        return False
    return scope.handle_area_mode in _AWAY_MODES or scope.handle_area is HandleArea.CROSS_PROVINCE


def _away(case: _Case, scope: HandleScope, found: Fit) -> WhereOption:
    mode = scope.handle_area_mode
    channel = _channel_of(case.guide, scope)
    goes = channel not in (Channel.ONLINE, Channel.APP, Channel.PHONE, Channel.POST)
    unknown = found.unknown
    if goes and mode is not HandleMode.ANY_WINDOW:
        unknown = _sides(case, unknown)
    return case.option(
        channel,
        case.here if goes else None,
        scope.explain,
        scope=scope,
        mode=mode,
        unknown=unknown,
        reach=Reach.CITY_HALL if CITY_HALL in scope.explain else Reach.LISTING,
    )


def _sides(case: _Case, unknown: tuple[Side, ...]) -> tuple[Side, ...]:
    """Ways for people elsewhere also depend on whether the person is elsewhere at all."""
    sides: list[Side] = []
    if case.here is None or "here" in unknown:
        sides.append("here")
    if (case.owned and case.owner is None) or "owner" in unknown:
        sides.append("owner")
    return tuple(sides)


def _channel_of(guide: Guide, scope: HandleScope) -> Channel | None:
    """What the scope's way says, else what the guide says, a window first; None when neither does."""
    if scope.handle_area_mode is not None:
        return _MODE_CHANNEL[scope.handle_area_mode]
    if Channel.WINDOW in guide.handle_type:
        return Channel.WINDOW
    return guide.handle_type[0] if guide.handle_type else None


def _home(case: _Case) -> tuple[str | None, tuple[Side, ...]]:
    """Where the owning authority is, and which regions one would have to know to say so."""
    guide_region = known_region(case.guide.region)
    if guide_region is not None and case.gazetteer.is_zone(guide_region):
        guide_region = None
    if case.owned:
        return (case.owner, ()) if case.owner else (guide_region, ("owner",))
    if case.here is not None and case.gazetteer.contains(guide_region or NATIONWIDE, case.here):
        return case.here, ()
    return (guide_region, ()) if guide_region else (None, ("here",))


def _at_owner(case: _Case, scope: HandleScope) -> WhereOption:
    """只在属地: wherever the person is, the matter is handed in where it belongs."""
    region, unknown = _home(case)
    channel = _channel_of(case.guide, scope)
    if region is not None and case.owned and case.gazetteer.district_of(region) is None:
        unknown = ("owner",)
    goes = channel not in (Channel.ONLINE, Channel.APP, Channel.PHONE, Channel.POST)
    return case.option(
        channel,
        region if goes else None,
        scope.explain or case.guide.where_explain,
        scope=scope,
        mode=scope.handle_area_mode,
        unknown=unknown,
    )


def _ordinary(case: _Case, by_scope: Sequence[WhereOption]) -> Iterator[WhereOption]:
    """The ways the guide itself lists (办理形式), each with the guide's own words."""
    guide, listed = case.guide, case.guide.handle_type
    words_for_no_trip = "" if Channel.WINDOW in listed else guide.where_explain
    if Channel.ONLINE in listed or Channel.APP in listed:
        channel = Channel.ONLINE if Channel.ONLINE in listed else Channel.APP
        mode = HandleMode.ONLINE if FULLY_ONLINE in guide.online_handle_depth else None
        explain = guide.online_explain or words_for_no_trip
        if explain or not _has(by_scope, Channel.ONLINE):
            yield case.option(channel, None, explain, mode=mode)
    if Channel.PHONE in listed:
        yield case.option(Channel.PHONE, None, words_for_no_trip or guide.link_way)
    if _takes_in_person(case, by_scope):
        region, unknown = _home(case)
        if Channel.WINDOW in listed or not listed:
            channel_of_window = Channel.WINDOW if listed or guide.lobbies else None
            yield case.option(channel_of_window, region, guide.where_explain, unknown=unknown)
        if Channel.SELF_SERVICE in listed:
            yield case.option(Channel.SELF_SERVICE, region, guide.where_explain, unknown=unknown)
    if Channel.AGENT in listed and not _has(by_scope, Channel.AGENT):
        yield case.option(Channel.AGENT, None, guide.agent_explain)
    if Channel.POST in listed:
        yield case.option(Channel.POST, None, "")


def _has(options: Sequence[WhereOption], channel: Channel) -> bool:
    """Whether a scope already gives this channel for certain."""
    return any(
        o.channel is channel and not o.unknown and o.status is not ScopeStatus.PLANNED for o in options
    )


def _takes_in_person(case: _Case, by_scope: Sequence[WhereOption]) -> bool:
    """Whether the guide's own window is worth naming beside what the scopes give."""
    guide, gazetteer = case.guide, case.gazetteer
    real = [option for option in by_scope if option.status is not ScopeStatus.PLANNED]
    if gazetteer.is_zone(guide.region) and guide.handle_scopes:
        return False
    if not guide.handle_type and not guide.lobbies and not guide.where_explain:
        return False
    if any(_includes_own_window(option, case) for option in real):
        return False
    owner = case.owner
    return owner is None or gazetteer.contains(guide.region, owner) or gazetteer.contains(owner, guide.region)


def _includes_own_window(option: WhereOption, case: _Case) -> bool:
    """Whether an option already is the guide's own window: 只在属地, 全国任一窗口, or 任一窗口 right there."""
    scope = option.scope
    if scope is None or option.channel not in (None, Channel.WINDOW):
        return False
    if scope.handle_area is HandleArea.DISTRICT:
        return True
    if scope.handle_area_mode is not HandleMode.ANY_WINDOW or option.unknown:
        return False
    return scope.handle_area is HandleArea.NATIONWIDE or case.is_local
