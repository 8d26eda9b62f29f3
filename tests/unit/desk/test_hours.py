"""When a team works, with the announced days off of 2026."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from structlog.testing import capture_logs

from bot.desk.hours import LOCAL, OFFICE_HOURS, ChineseCalendar, Day, due, is_open, opens_next, spans

CALENDAR = ChineseCalendar()
ALWAYS = {day: [["00:00", "23:59"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")} | {
    "holidays": "open"
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LOCAL)


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        ("2026-01-01", Day.HOLIDAY),
        ("2026-01-04", Day.MAKE_UP),  # a Sunday
        ("2026-02-14", Day.MAKE_UP),  # a Saturday before the Spring Festival
        ("2026-02-17", Day.HOLIDAY),
        ("2026-10-01", Day.HOLIDAY),
        ("2026-10-10", Day.MAKE_UP),
        ("2026-11-28", Day.ORDINARY),
        ("2026-11-30", Day.ORDINARY),
    ],
)
def test_announced_days(day: str, kind: Day) -> None:
    assert CALENDAR(date.fromisoformat(day)) is kind


@pytest.mark.parametrize(
    ("when", "opened"),
    [
        ("2026-11-30T08:59", False),  # a Monday
        ("2026-11-30T09:00", True),
        ("2026-11-30T12:00", False),  # the break
        ("2026-11-30T13:29", False),
        ("2026-11-30T13:30", True),
        ("2026-11-30T17:00", False),
        ("2026-11-29T10:00", False),  # a Sunday
        ("2026-02-14T10:00", True),  # a Saturday that is worked
        ("2026-10-05T10:00", False),  # a Monday off
    ],
)
def test_office_hours(when: str, opened: bool) -> None:
    assert is_open(OFFICE_HOURS, at(when), CALENDAR) is opened


@pytest.mark.parametrize(
    ("when", "opens"),
    [
        ("2026-11-29T10:00", "2026-11-30T09:00"),
        ("2026-11-30T12:30", "2026-11-30T13:30"),
        ("2026-09-30T18:00", "2026-10-08T09:00"),  # the National Day lasts to the 7th
        ("2026-02-13T18:00", "2026-02-14T09:00"),
    ],
)
def test_when_it_opens_next(when: str, opens: str) -> None:
    assert opens_next(OFFICE_HOURS, at(when), CALENDAR) == at(opens)


@pytest.mark.parametrize(
    ("left", "answered"),
    [
        ("2026-11-29T10:00", "2026-11-30T17:00"),
        ("2026-11-30T07:00", "2026-11-30T17:00"),  # before the first hour: on that day
        ("2026-11-30T12:30", "2026-12-01T17:00"),
        ("2026-11-27T18:00", "2026-11-30T17:00"),  # over a weekend
        ("2026-09-30T18:00", "2026-10-08T17:00"),
    ],
)
def test_when_a_message_is_to_be_answered(left: str, answered: str) -> None:
    assert due(OFFICE_HOURS, at(left), CALENDAR) == at(answered)


def test_a_team_may_work_always_or_never() -> None:
    assert is_open(ALWAYS, at("2026-10-01T23:59:30"), CALENDAR)
    assert is_open(ALWAYS, at("2026-10-02T00:00"), CALENDAR)
    assert not is_open({}, at("2026-11-30T10:00"), CALENDAR)
    assert opens_next({}, at("2026-11-30T10:00"), CALENDAR) is None
    assert due({}, at("2026-11-30T10:00"), CALENDAR) == at("2026-12-07T10:00")


def test_a_saturday_with_hours_of_its_own_keeps_them_when_it_is_worked() -> None:
    hours = {**OFFICE_HOURS, "sat": [["10:00", "11:00"]]}

    [span] = spans(hours, date(2026, 2, 14), CALENDAR)

    assert span == (at("2026-02-14T10:00"), at("2026-02-14T11:00"))


def test_a_year_nothing_is_announced_for_counts_by_weekdays_and_says_so_once() -> None:
    calendar = ChineseCalendar()
    with capture_logs() as lines:
        assert calendar(date(2031, 10, 1)) is Day.ORDINARY
        assert calendar(date(2031, 10, 2)) is Day.ORDINARY

    assert [(line["event"], line["year"]) for line in lines] == [("holidays_unknown", 2031)]
