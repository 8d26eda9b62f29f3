"""Which team serves a conversation, who gets it, and when a person comes by itself."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.desk.choosing import Need, Now, assign, choose, covers, in_order
from bot.desk.crew import Crew
from bot.desk.hours import OFFICE_HOURS, ChineseCalendar
from bot.desk.telling import Waiting, offer_text, queued_text, when_text
from bot.desk.triggers import TurnEnded, after_turn
from bot.desk.words import load_desk_words
from bot.store.desk_values import Agent, Handoff, HandoffState, Presence, Team, Trigger

MONDAY = datetime(2026, 11, 30, 2, tzinfo=UTC)  # ten o'clock in China
NOW = Now(MONDAY, ChineseCalendar(), timedelta(seconds=45))
NIGHT = Now(MONDAY + timedelta(hours=12), ChineseCalendar(), timedelta(seconds=45))
WORDS = load_desk_words().to("zh")


def team(
    id_: int,
    *regions: str,
    departments: tuple[str, ...] = (),
    is_default: bool = False,
    languages: tuple[str, ...] = ("zh",),
) -> Team:
    return Team(
        id_,
        f"组{id_}",
        regions,
        departments,
        languages,
        OFFICE_HOURS,
        True,
        is_default,
        "12345",
        None,
    )


def agent(
    id_: int,
    *teams: int,
    load: int = 0,
    seen: datetime = MONDAY,
    presence: Presence = Presence.ONLINE,
    languages: tuple[str, ...] = ("zh",),
) -> Agent:
    return Agent(id_, f"a{id_}", f"A{id_}", str(id_), 2, languages, presence, seen, teams, load)


def waits(
    id_: int,
    team_id: int,
    *,
    priority: int = 0,
    second: int = 0,
    left_by: int | None = None,
    language: str = "zh",
) -> Handoff:
    at = MONDAY + timedelta(seconds=second)
    return Handoff(
        id_,
        id_,
        HandoffState.QUEUED,
        Trigger.ASKED,
        "",
        team_id,
        None,
        left_by,
        priority,
        None,
        language,
        "",
        "",
        None,
        {},
        at,
        None,
        at,
        None,
        None,
        "",
    )


QINGDAO, PINGDU, WEIFANG = "370200", "370283", "370700"
DEFAULT, CITY, COUNTY, PENSIONS = (
    team(1, is_default=True),
    team(2, QINGDAO),
    team(3, PINGDU),
    team(4, QINGDAO, departments=("社会保险",)),
)
TEAMS = (DEFAULT, CITY, COUNTY, PENSIONS)
ALL_THERE = Crew(TEAMS, tuple(agent(10 + t.id, t.id) for t in TEAMS))


@pytest.mark.parametrize(
    ("outer", "inner", "holds"),
    [
        ("370000", PINGDU, True),
        (QINGDAO, PINGDU, True),
        (PINGDU, PINGDU, True),
        (PINGDU, QINGDAO, False),
        (WEIFANG, PINGDU, False),
        ("000000", PINGDU, True),
    ],
)
def test_a_code_covers_all_below_it(outer: str, inner: str, holds: bool) -> None:
    assert covers(outer, inner) is holds


@pytest.mark.parametrize(
    ("need", "chosen"),
    [
        (Need(PINGDU), 3),
        (Need(QINGDAO), 2),
        (Need(QINGDAO, "社会保险"), 4),
        (Need(WEIFANG), 1),
        (Need(None), 1),
        (Need(PINGDU, language="en"), 1),
    ],
)
def test_the_most_fitting_team_serves(need: Need, chosen: int) -> None:
    found = choose(ALL_THERE, need, NOW)
    assert found.team is not None and found.team.id == chosen


def test_another_team_helps_when_the_fitting_one_has_nobody_there() -> None:
    crew = Crew(TEAMS, (agent(12, 2), agent(13, 3, presence=Presence.BREAK)))
    found = choose(crew, Need(PINGDU), NOW)
    assert found.team is not None and found.team.id == 2


def test_nobody_there_and_off_hours_are_told_apart() -> None:
    lost = Crew(TEAMS, (agent(13, 3, seen=MONDAY - timedelta(seconds=46)),))
    nobody = choose(lost, Need(PINGDU), NOW)
    assert (nobody.team, nobody.would and nobody.would.id, nobody.is_off_hours) == (None, 3, False)
    closed = choose(ALL_THERE, Need(PINGDU), NIGHT)
    assert (closed.team, closed.is_off_hours) == (None, True)
    assert "现在没有工作人员在线" in offer_text(WORDS, nobody, NOW.at)
    assert "明天 09:00 有人上班" in offer_text(WORDS, closed, NIGHT.at)
    assert choose(Crew((), ()), Need(), NOW).would is None


def test_whoever_has_most_room_is_given_the_first_in_order() -> None:
    crew = Crew((DEFAULT,), (agent(1, load=1), agent(2), agent(3, load=2), agent(4, presence=Presence.BREAK)))
    queue = [waits(1, 1, second=1), waits(2, 1, second=2), waits(3, 1, priority=2, second=3), waits(4, 1)]

    assert [one.id for one in in_order(queue)] == [3, 4, 1, 2]
    given = [(one.id, who.account_id) for one, who in assign(crew, queue, NOW)]
    assert given == [(3, 2), (4, 1), (1, 2)]


def test_a_team_that_names_the_language_goes_before_one_of_the_region() -> None:
    english, anything = team(5, languages=("en",)), team(6, PINGDU, languages=())
    crew = Crew((*TEAMS, english, anything), tuple(agent(10 + n, n) for n in range(1, 7)))

    def chosen(language: str) -> int:
        found = choose(crew, Need(PINGDU, language=language), NOW).team
        assert found is not None
        return found.id

    assert [chosen("en"), chosen("zh"), chosen("de")] == [5, 3, 6]


def test_where_nobody_speaks_the_language_somebody_else_helps() -> None:
    """First the default team, then the one of the place."""
    need = Need(PINGDU, language="en")
    nobody_at_default = Crew(TEAMS, (agent(12, 2), agent(13, 3)))
    found = choose(nobody_at_default, need, NOW)
    assert found.team is not None and found.team.id == 3
    gone = choose(Crew(TEAMS, ()), need, NOW)
    assert (gone.team, gone.would and gone.would.id) == (None, 1)


@pytest.mark.parametrize(
    ("of_english", "second", "given"),
    [
        ({"load": 1}, 0, [2]),  # who speaks it, though another has more room
        ({"load": 2}, 0, []),  # is there, but not free: kept for them …
        ({"load": 2}, -121, [1]),  # … for two minutes
        ({"presence": Presence.BREAK}, 0, [1]),  # nobody there speaks it
        ({"languages": ()}, 0, [2]),  # none named means any
    ],
)
def test_who_speaks_the_language_is_given_the_chat(
    of_english: dict[str, Any], second: int, given: list[int]
) -> None:
    crew = Crew((DEFAULT,), (agent(1), agent(2, **{"languages": ("zh", "en")} | of_english)))

    found = assign(crew, [waits(1, 1, language="en", second=second)], NOW)

    assert [who.account_id for _, who in found] == given


def test_a_chat_kept_for_its_language_keeps_nobody_else_waiting() -> None:
    crew = Crew((DEFAULT,), (agent(1), agent(2, load=2, languages=("en",))))
    queue = [waits(1, 1, language="en", second=-5), waits(2, 1)]

    assert [(one.id, who.account_id) for one, who in assign(crew, queue, NOW)] == [(2, 1)]


def test_what_somebody_gave_back_is_not_given_them_again_by_itself() -> None:
    crew = Crew((DEFAULT,), (agent(1),))
    assert assign(crew, [waits(1, 1, left_by=1)], NOW) == []
    assert len(assign(Crew((DEFAULT,), (agent(1), agent(2))), [waits(1, 1, left_by=1)], NOW)) == 1


@pytest.mark.parametrize(
    ("ended", "misses", "trigger", "then"),
    [
        (TurnEnded(("answered",)), 1, None, 0),
        (TurnEnded(("nothing_found",)), 0, None, 1),
        (TurnEnded(("nothing_found",)), 1, Trigger.FAILURES, 2),
        (TurnEnded(("failed",)), 1, Trigger.FAILURES, 2),
        (TurnEnded(("smalltalk",)), 1, None, 1),
        (TurnEnded(("smalltalk",)), 2, None, 2),
        (TurnEnded(("failed",), broken=True), 0, Trigger.BROKEN, 1),
        (TurnEnded(("handoff",), "asked"), 1, Trigger.ASKED, 0),
        (TurnEnded(("handoff",), "complaint"), 1, Trigger.COMPLAINT, 0),
        (TurnEnded(("answered",), "guide"), 0, Trigger.GUIDE, 0),
        (TurnEnded(("handoff",)), 0, None, 0),
    ],
)
def test_when_a_person_is_needed(ended: TurnEnded, misses: int, trigger: Trigger | None, then: int) -> None:
    assert after_turn(ended, misses) == (trigger, then)


def test_what_citizens_are_told_is_short_and_honest() -> None:
    first = queued_text(WORDS, Trigger.ASKED, Waiting(1, None))
    third = queued_text(WORDS, Trigger.COMPLAINT, Waiting(3, 7))
    assert "分钟" not in first and "最前面" in first
    assert "第 3 位" in third and "大约等了 7 分钟" in third
    for said in (first, third, offer_text(WORDS, choose(ALL_THERE, Need(), NIGHT), NIGHT.at)):
        assert "12345" in said and "{" not in said and len(said) <= 110
    assert when_text(WORDS, MONDAY, MONDAY) == "今天 10:00"
    assert when_text(WORDS, MONDAY + timedelta(days=3), MONDAY) == "12月3日（周四） 10:00"
