from __future__ import annotations

import time
from datetime import date

import pytest

from knowledge.model import (
    Channel,
    Hall,
    HandleArea,
    HandleMode,
    Lobby,
    OwnerRole,
    ScopeStatus,
)
from knowledge.model.hall import HallStatus, HallWindow
from tests.unit.knowledge.where_samples import HERE, JIAODONG, OWNER, TODAY, guide, hall, options, scope

A, M, C = HandleArea, HandleMode, Channel
CHANGYI = HERE["cluster"]
NEARBY = scope(A.CLUSTER, M.NEARBY_CHECK, *JIAODONG, promise_explain="当场", materials_explain="只带身份证")


def test_an_option_says_what_allows_it_and_what_differs() -> None:
    first, own = options(guide(NEARBY), CHANGYI, OWNER)
    assert first.rule is not None
    assert (first.rule.document_no, first.rule.date) == ("示例发〔2024〕1号", "2024-01-01")
    assert (first.explain, first.promise_explain, first.materials_explain) == (
        NEARBY.explain,
        "当场",
        "只带身份证",
    )
    assert (first.authority, first.guide_id, first.scope) == ("某部门", "matter@000000", NEARBY)
    assert (own.rule, own.scope, own.explain, own.promise_explain) == (None, None, "属地窗口", "")


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, ScopeStatus.IN_FORCE),
        ({"status": ScopeStatus.PILOT}, ScopeStatus.PILOT),
        ({"status": ScopeStatus.PLANNED}, ScopeStatus.PLANNED),
        ({"effective_date": date(2024, 6, 2)}, ScopeStatus.PLANNED),
        ({"effective_date": TODAY, "expiry_date": TODAY}, ScopeStatus.IN_FORCE),
        ({"expiry_date": date(2024, 5, 31)}, None),
    ],
    ids=["in force", "pilot", "planned", "starts tomorrow", "only today", "ended yesterday"],
)
def test_scopes_in_time(fields: dict[str, object], status: ScopeStatus | None) -> None:
    found = options(guide(scope(A.CLUSTER, M.NEARBY_CHECK, *JIAODONG, **fields)), CHANGYI, OWNER)
    assert [o.status for o in found if o.scope] == ([status] if status else [])
    assert [o.scope is None for o in found if o.status is ScopeStatus.IN_FORCE][-1:] == [
        True
    ] or status is None


def test_what_is_planned_comes_last_and_hides_nothing() -> None:
    planned = scope(A.NATIONWIDE, M.ANY_WINDOW, status=ScopeStatus.PLANNED)
    found = options(guide(planned), CHANGYI, OWNER)
    assert [(o.scope is planned, o.status) for o in found] == [
        (False, ScopeStatus.IN_FORCE),
        (True, ScopeStatus.PLANNED),
    ]


def test_a_plan_for_other_people_is_not_mentioned() -> None:
    planned = scope(A.CITY, M.ANY_WINDOW, status=ScopeStatus.PLANNED)
    assert [o.scope for o in options(guide(planned), CHANGYI, OWNER)] == [None]


@pytest.mark.parametrize(
    ("fields", "statuses"),
    [
        ({"status": ScopeStatus.PLANNED}, [ScopeStatus.PLANNED, ScopeStatus.PLANNED]),
        ({"status": ScopeStatus.PILOT}, [ScopeStatus.PILOT, ScopeStatus.PILOT]),
        ({"effective_date": date(2025, 1, 1)}, [ScopeStatus.PLANNED, ScopeStatus.PLANNED]),
        ({"expiry_date": date(2024, 5, 31)}, []),
    ],
)
def test_a_guide_gives_its_status_to_its_options(
    fields: dict[str, object], statuses: list[ScopeStatus]
) -> None:
    assert [o.status for o in options(guide(NEARBY, **fields), CHANGYI, OWNER)] == statuses


def test_order_no_trip_then_here_then_owner_then_agent_and_post() -> None:
    the_guide = guide(
        scope(A.PROVINCE, M.COLLECT),
        scope(A.CLUSTER, M.AGENT, *JIAODONG),
        NEARBY,
        handle_type=(C.POST, C.WINDOW, C.SELF_SERVICE, C.PHONE, C.ONLINE),
        online_explain="某网站",
        link_way="12333",
    )
    found = options(the_guide, CHANGYI, OWNER)
    assert [(o.channel, o.mode, o.region) for o in found] == [
        (C.ONLINE, None, None),
        (C.PHONE, None, None),
        (C.WINDOW, M.NEARBY_CHECK, CHANGYI),
        (C.WINDOW, M.COLLECT, CHANGYI),
        (C.AGENT, M.AGENT, CHANGYI),
        (C.WINDOW, None, OWNER),
        (C.SELF_SERVICE, None, OWNER),
        (C.POST, None, None),
    ]


def test_what_depends_on_an_unknown_region_comes_after_what_is_certain() -> None:
    found = options(guide(scope(A.CLUSTER, M.ONLINE, *JIAODONG), NEARBY), None, OWNER)
    assert [(o.mode, o.unknown) for o in found] == [
        (None, ()),
        (M.ONLINE, ("here",)),
        (M.NEARBY_CHECK, ("here",)),
    ]


def test_an_in_force_scope_comes_before_a_pilot() -> None:
    pilot = scope(A.CITY, M.ANY_WINDOW, status=ScopeStatus.PILOT)
    found = options(guide(pilot, scope(A.PROVINCE, M.COLLECT)), HERE["same city"], OWNER)
    assert [o.status for o in found][:2] == [ScopeStatus.IN_FORCE, ScopeStatus.PILOT]


@pytest.mark.parametrize(
    ("fields", "channel", "mode", "explain"),
    [
        ({"handle_type": (C.ONLINE,), "online_explain": "某网站"}, C.ONLINE, None, "某网站"),
        ({"handle_type": (C.ONLINE,), "online_handle_depth": "全程网办"}, C.ONLINE, M.ONLINE, "属地窗口"),
        ({"handle_type": (C.APP,), "online_explain": "某App"}, C.APP, None, "某App"),
        ({"handle_type": (C.PHONE,), "link_way": "12345"}, C.PHONE, None, "属地窗口"),
        ({"handle_type": (C.PHONE,), "where_explain": "", "link_way": "12345"}, C.PHONE, None, "12345"),
        ({"handle_type": (C.AGENT,), "agent_explain": "专人帮办"}, C.AGENT, None, "专人帮办"),
    ],
)
def test_a_guide_without_windows_sends_nobody_anywhere(
    fields: dict[str, object], channel: Channel, mode: HandleMode | None, explain: str
) -> None:
    (only,) = options(guide(**fields), CHANGYI, OWNER)
    assert (only.channel, only.mode, only.explain, only.region, only.halls) == (
        channel,
        mode,
        explain,
        None,
        (),
    )


def test_online_is_no_option_unless_the_guide_lists_it() -> None:
    found = options(
        guide(online_explain="可网上预约", online_handle_url="https://demo.example"), CHANGYI, OWNER
    )
    assert [o.channel for o in found] == [C.WINDOW]


def test_a_guide_that_says_nothing_of_where_gives_no_option() -> None:
    assert options(guide(handle_type=(), where_explain=""), CHANGYI, OWNER) == ()


def test_a_place_without_a_way_keeps_the_way_open() -> None:
    (only,) = options(guide(handle_type=()), CHANGYI, OWNER)
    assert (only.channel, only.region, only.explain) == (None, OWNER, "属地窗口")


def test_the_same_option_is_named_once() -> None:
    again = scope(A.CLUSTER, M.NEARBY_CHECK, *JIAODONG, explain=NEARBY.explain)
    assert len([o for o in options(guide(NEARBY, again), CHANGYI, OWNER) if o.scope]) == 1


def test_where_one_lives_owns_a_matter_of_residence() -> None:
    (only,) = options(guide(), CHANGYI, None, role=OwnerRole.RESIDENCE)
    assert (only.region, only.unknown) == (CHANGYI, ())
    (other,) = options(guide(), CHANGYI, OWNER, role=OwnerRole.RESIDENCE)
    assert other.region == OWNER


def test_a_regional_guide_names_its_region_when_the_owner_is_not_known() -> None:
    (only,) = options(guide(region="370200"), None, None)
    assert (only.region, only.unknown) == ("370200", ("owner",))


def test_a_guide_says_nothing_of_windows_outside_its_region() -> None:
    assert options(guide(region="370200"), "320500", "320500") == ()


def test_a_zone_guide_has_no_window_of_its_own_beside_its_scopes() -> None:
    zone = guide(NEARBY, region="zone-jiaodong")
    assert [o.mode for o in options(zone, CHANGYI, OWNER)] == [M.NEARBY_CHECK]
    assert options(zone, HERE["province"], OWNER) == ()


def test_members_of_a_zone_guide_are_the_zone_when_its_scope_lists_none() -> None:
    zone = guide(scope(A.CLUSTER, M.NEARBY_CHECK), region="zone-jiaodong")
    assert [o.region for o in options(zone, CHANGYI, OWNER)] == [CHANGYI]
    assert options(zone, HERE["province"], OWNER) == ()


def test_halls_are_those_of_the_place_one_goes_to() -> None:
    halls = (hall("a", CHANGYI), hall("b", OWNER), hall("c", "370100"))
    at_here, at_owner = options(guide(NEARBY), CHANGYI, OWNER, halls=halls)
    assert [h.id for h in at_here.halls] == ["a"]
    assert [h.id for h in at_owner.halls] == ["b"]


def _halls_at_here(halls: tuple[Hall, ...]) -> list[str]:
    return [h.id for h in options(guide(NEARBY), CHANGYI, OWNER, halls=halls)[0].halls]


def test_halls_that_may_not_be_shown_or_list_other_matters_are_left_out() -> None:
    halls = (
        hall("moved", CHANGYI, status=HallStatus.HISTORICAL),
        hall("empty", CHANGYI, status=HallStatus.PLACEHOLDER),
        hall("others", CHANGYI, windows=(HallWindow(name="1", items=("passport",)),)),
        hall("bureau", CHANGYI, kind="投诉受理机构"),
        hall("partly", CHANGYI, windows=(HallWindow(name="2", items=("passport",)), HallWindow(name="3"))),
        hall("general", CHANGYI),
    )
    named = hall("named", CHANGYI, windows=(HallWindow(name="4", items=("matter",)),))
    assert _halls_at_here(halls) == ["partly", "general"]
    assert _halls_at_here((*halls, named)) == ["named"]


@pytest.mark.parametrize(
    ("explain", "windows", "expected"),
    [
        ("到居住地经办机构", (), []),
        ("到任何一个市级大厅", (), ["weifang"]),
        ("到居住地经办机构", (HallWindow(name="1", items=("matter",)),), ["weifang"]),
    ],
    ids=["no word of city halls", "city halls take it", "the city hall lists it"],
)
def test_the_city_lends_a_hall_only_when_it_takes_the_matter(
    explain: str, windows: tuple[HallWindow, ...], expected: list[str]
) -> None:
    halls = (hall("weifang", "370700", windows=windows), hall("qingdao", "370200", windows=windows))
    collected = scope(A.CLUSTER, M.COLLECT, *JIAODONG, explain=explain)
    at_here, at_owner = options(guide(collected), CHANGYI, OWNER, halls=halls)
    assert [h.id for h in at_here.halls] == expected
    assert at_owner.halls == ()


def test_lobbies_of_the_guide_come_with_the_place_and_are_not_named_twice() -> None:
    halls = (hall("centre", OWNER), hall("other", OWNER), hall("gone", OWNER, status=HallStatus.HISTORICAL))
    lobbies = (Lobby(hall_id="centre", window="3号窗口"), Lobby(hall_id="gone"))
    (only,) = options(guide(region=OWNER, lobbies=lobbies), OWNER, OWNER, halls=halls)
    assert [lobby.hall_id for lobby in only.lobbies] == ["centre"]
    assert [h.id for h in only.halls] == ["other"]


def test_a_lobby_elsewhere_is_not_shown_to_people_here() -> None:
    lobbies = (Lobby(hall_id="rizhao", window="帮办代办窗口"),)
    halls = (hall("rizhao", "371100"),)
    the_guide = guide(scope(A.CLUSTER, M.AGENT, *JIAODONG), region="zone-jiaodong", lobbies=lobbies)
    (at_rizhao,) = options(the_guide, "371100", OWNER, halls=halls)
    assert [lobby.window for lobby in at_rizhao.lobbies] == ["帮办代办窗口"]
    (at_changyi,) = options(the_guide, CHANGYI, OWNER, halls=halls)
    assert at_changyi.lobbies == ()


def test_an_answer_takes_less_than_a_millisecond() -> None:
    scopes = [scope(area, mode, *JIAODONG) for area in A for mode in (M.ONLINE, M.COLLECT)]
    the_guide = guide(*scopes, handle_type=tuple(C))
    halls = tuple(hall(f"hall{n}", "370000") for n in range(100))
    times = []
    for _ in range(30):
        started = time.thread_time()
        options(the_guide, CHANGYI, OWNER, halls=halls)
        times.append(time.thread_time() - started)
    assert sorted(times)[len(times) // 4] < 0.001


@pytest.mark.parametrize("area", [HandleArea.NATIONWIDE, HandleArea.CROSS_PROVINCE])
@pytest.mark.parametrize("far", ["710000", "810000", "820000"])
def test_nationwide_means_the_mainlands_offices(area: HandleArea, far: str) -> None:
    the_guide = guide(scope(area, HandleMode.ANY_WINDOW))
    assert [o.region for o in options(the_guide, far, OWNER) if o.scope] == []
    assert [o.region for o in options(the_guide, HERE["other province"], OWNER) if o.scope]
    assert [o for o in options(the_guide, OWNER, far) if o.scope] == []


def test_a_list_that_names_hong_kong_counts_there() -> None:
    the_guide = guide(scope(HandleArea.AGREEMENT, HandleMode.COLLECT, "810000", "370283"))
    assert [o.region for o in options(the_guide, "810000", OWNER) if o.scope] == ["810000"]
