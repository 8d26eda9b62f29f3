"""A guide as its page shows it: pure, from the guide, the halls it names and the day."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from bot.pages.library import Catalog, GuideEdition
from bot.pages.words import PageWords
from knowledge.model import (
    NATIONWIDE,
    DayType,
    Fee,
    Guide,
    Hall,
    HandleScope,
    Lobby,
    Rule,
    ScopeStatus,
)

Say = Callable[..., str]
_FACTS = (
    "catalog_code",
    "task_code",
    "task_handle_item",
    "task_type",
    "project_type",
    "use_level",
    "serve_type",
)
_MOST_OTHERS = 60


@dataclass(frozen=True, slots=True)
class PlaceView:
    """One place to go to."""

    name: str
    window: str
    address: str
    hours: str
    phone: str


@dataclass(frozen=True, slots=True)
class ScopeView:
    """One way of having it done elsewhere, with what allows it."""

    title: str
    explain: str
    lines: tuple[str, ...]
    rule: str
    rule_url: str


@dataclass(frozen=True, slots=True)
class Other:
    """A guide of the same item elsewhere."""

    id: str
    region: str
    task_name: str


@dataclass(frozen=True)
class GuidePage:
    """Everything of the page that is not simply a field of the guide."""

    guide: Guide
    version: int
    current: int | None
    region: str
    hotline: str
    warnings: tuple[str, ...]
    ways: str
    places: tuple[PlaceView, ...]
    practical: tuple[str, ...]
    scopes: tuple[ScopeView, ...]
    limits: tuple[str, ...]
    fees: tuple[Fee, ...]
    """Those the sentence on fees does not name already."""
    facts: tuple[tuple[str, str], ...]
    others: tuple[Other, ...]


def guide_page(edition: GuideEdition, catalog: Catalog, words: PageWords, today: date) -> GuidePage:
    """The page of one version of a guide on a day."""
    guide, say = edition.guide, words.say
    hotline = edition.item.hotline if edition.item else ""
    return GuidePage(
        guide=guide,
        version=edition.version,
        current=edition.current,
        region=region_words(guide.region, catalog, say),
        hotline="" if hotline in guide.link_way else hotline,
        warnings=tuple(_warnings(edition, say, today)),
        ways="、".join(say(f"channel.{channel.value}") for channel in guide.handle_type),
        places=tuple(_places(guide, catalog.halls)),
        practical=tuple(_practical(guide, say)),
        scopes=tuple(_scope(s, catalog, say, today) for s in guide.handle_scopes if not _is_over(s, today)),
        limits=(*_limit(guide, "promise", say), *_limit(guide, "anticipate", say)),
        fees=tuple(fee for fee in guide.fees if fee.fee_stand not in guide.fee_explain),
        facts=tuple((say(f"fact.{name}"), text) for name in _FACTS if (text := _fact(guide, name))),
        others=tuple(_others(guide, catalog, say)),
    )


def region_words(code: str, catalog: Catalog, say: Say) -> str:
    """The name of a region; of the nation, that it is the whole country."""
    return say("region.nation") if code == NATIONWIDE else catalog.gazetteer.display(code)


def _warnings(edition: GuideEdition, say: Say, today: date) -> Iterator[str]:
    """Why this page is not simply to be followed, the gravest first."""
    guide = edition.guide
    if edition.current is None:
        yield say("version.withdrawn")
    elif not edition.is_current:
        yield say("version.old", version=edition.version)
    if guide.expiry_date is not None and guide.expiry_date < today:
        yield say("version.expired", date=guide.expiry_date)
    if guide.effective_date is not None and guide.effective_date > today:
        yield say("version.not_yet", date=guide.effective_date)
    if guide.status is ScopeStatus.PLANNED:
        yield say("version.planned")
    if guide.status is ScopeStatus.PILOT:
        yield say("version.pilot")
    if guide.unverified_fields:
        yield say("version.unverified")


def _places(guide: Guide, halls: Mapping[str, Hall]) -> Iterator[PlaceView]:
    for lobby in guide.lobbies:
        hall = halls.get(lobby.hall_id) if lobby.hall_id else None
        if hall is None or hall.can_be_shown:
            yield _place(lobby, hall)


def _place(lobby: Lobby, hall: Hall | None) -> PlaceView:
    """What the guide says of the place; what it leaves out, as the hall table has it."""
    return PlaceView(
        name=lobby.name or (hall.name if hall else ""),
        window=lobby.window,
        address=lobby.address or (hall.address if hall else ""),
        hours=lobby.opening_hours or (hall.opening_hours if hall else ""),
        phone=lobby.phone or (hall.phone if hall else ""),
    )


def _practical(guide: Guide, say: Say) -> Iterator[str]:
    if guide.limit_scene_num is not None:
        key = "where.visits" if guide.limit_scene_num else "where.visits_none"
        yield say(key, count=guide.limit_scene_num)
    if guide.is_schedule is not None:
        yield say("where.schedule_yes" if guide.is_schedule else "where.schedule_no")
    if guide.is_express is not None:
        yield say("where.express_yes" if guide.is_express else "where.express_no")


def _is_over(scope: HandleScope, today: date) -> bool:
    return scope.expiry_date is not None and scope.expiry_date < today


def _scope(scope: HandleScope, catalog: Catalog, say: Say, today: date) -> ScopeView:
    title = [say(f"area.{scope.handle_area.value}")]
    if scope.handle_area_mode is not None:
        title.append(say(f"mode.{scope.handle_area_mode.value}"))
    if scope.status is not ScopeStatus.IN_FORCE:
        title.append(say(f"status.{scope.status.value}"))
    between = "、".join(region_words(code, catalog, say) for code in scope.handle_area_divisions)
    lines = [
        say("where.between", places=between) if between else "",
        say("where.limit", text=scope.promise_explain) if scope.promise_explain else "",
        say("where.materials", text=scope.materials_explain) if scope.materials_explain else "",
        say("where.from", date=scope.effective_date)
        if scope.effective_date is not None and scope.effective_date > today
        else "",
        say("where.until", date=scope.expiry_date) if scope.expiry_date is not None else "",
        scope.note,
    ]
    return ScopeView(
        title=" · ".join(title),
        explain=scope.explain,
        lines=tuple(line for line in lines if line),
        rule=say("where.rule", rule=_rule(scope.rule)) + _doubt(scope.rule, say),
        rule_url=scope.rule.url,
    )


def _rule(rule: Rule) -> str:
    tail = "，".join(part for part in (rule.document_no, rule.date) if part and part not in rule.name)
    return f"{rule.name}（{tail}）" if tail else rule.name


def _doubt(rule: Rule, say: Say) -> str:
    return "" if rule.verified else say("where.unverified_rule")


def _limit(guide: Guide, kind: str, say: Say) -> Iterator[str]:
    """The guide's own sentence; the number comes first when the sentence does not name it."""
    count: int | None = getattr(guide, f"{kind}_day")
    unit: DayType | None = getattr(guide, f"{kind}_type")
    explain: str = getattr(guide, f"{kind}_explain")
    parts = [explain] if explain else []
    if count is not None and unit not in (None, DayType.ON_THE_SPOT) and str(count) not in explain:
        key = "time.amount_bare" if unit in (DayType.HOUR, DayType.MONTH) else "time.amount"
        parts.insert(0, say(key, count=count, unit=unit.value if unit else ""))
    if parts:
        yield say("time.promise" if kind == "promise" else "time.statutory", text="；".join(parts))


def _fact(guide: Guide, name: str) -> str:
    value = getattr(guide, name)
    return value if isinstance(value, str) else "、".join(value)


def _others(guide: Guide, catalog: Catalog, say: Say) -> Iterator[Other]:
    """Guides of the same item elsewhere; none that is made up beside one that is not."""
    found = (
        head
        for head in catalog.heads.values()
        if head.item_id == guide.item_id and head.id != guide.id and head.fictional == guide.fictional
    )
    for head, _ in zip(found, range(_MOST_OTHERS), strict=False):
        yield Other(head.id, region_words(head.region, catalog, say), head.task_name)
