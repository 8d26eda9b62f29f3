"""When a team works: spans of each weekday, with China's public holidays and make-up working days. Pure.

Days off are those the State Council announces each year (国务院办公厅关于节假日安排的通知), as the library
chinese_calendar has them. Beyond its last year only weekdays are known; `Calendar` says so once a year.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, timezone
from enum import StrEnum

import chinese_calendar
import structlog

from bot.store.desk_values import Hours

log = structlog.get_logger(__name__)

LOCAL = timezone(timedelta(hours=8), "Asia/Shanghai")
"""All of China, all year."""
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFFICE_HOURS: Hours = {
    **{day: [["09:00", "12:00"], ["13:30", "17:00"]] for day in DAYS[:5]},
    "holidays": "closed",
}
"""What a team has until it says otherwise."""
_LOOKED_AHEAD = 60
_LAST_MINUTE = time(23, 59)


class Day(StrEnum):
    """What a date is in China."""

    ORDINARY = "ordinary"
    HOLIDAY = "holiday"
    MAKE_UP = "make_up"
    """A Saturday or Sunday on which a day off is worked in."""


Calendar = Callable[[date], Day]


class ChineseCalendar:
    """The announced days off. Callable as a `Calendar`."""

    def __init__(self) -> None:
        self._told: set[int] = set()

    def __call__(self, day: date) -> Day:
        try:
            is_off, name = chinese_calendar.get_holiday_detail(day)
        except NotImplementedError:
            if day.year not in self._told:
                self._told.add(day.year)
                log.warning("holidays_unknown", year=day.year)
            return Day.ORDINARY
        if name is None:
            return Day.ORDINARY
        return Day.HOLIDAY if is_off else Day.MAKE_UP


Span = tuple[datetime, datetime]


def spans(hours: Hours, day: date, calendar: Calendar) -> tuple[Span, ...]:
    """When a team works on a date, in order.

    A make-up day without hours of its own has those of a Monday. A public holiday has none, unless the
    team works on holidays.
    """
    kind = calendar(day)
    if kind is Day.HOLIDAY and hours.get("holidays", "closed") != "open":
        return ()
    listed = hours.get(DAYS[day.weekday()]) or ()
    if kind is Day.MAKE_UP and not listed:
        listed = hours.get(DAYS[0]) or ()
    return tuple(sorted((_at(day, begin), _end(day, end)) for begin, end in listed))


def is_open(hours: Hours, at: datetime, calendar: Calendar) -> bool:
    """Whether a team works at an instant. A break between two spans counts as closed."""
    local = at.astimezone(LOCAL)
    return any(begin <= local < end for begin, end in spans(hours, local.date(), calendar))


def opens_next(hours: Hours, at: datetime, calendar: Calendar) -> datetime | None:
    """When a team works next, in local time; None when it does not in the next two months."""
    local = at.astimezone(LOCAL)
    begins = (begin for begin, _ in _ahead(hours, local, calendar))
    return next((begin for begin in begins if begin > local), None)


def due(hours: Hours, at: datetime, calendar: Calendar) -> datetime:
    """By when a message left at an instant is to be answered: the end of the next working day.

    What is left before the first hour of a working day is answered on that day. A team without any hours
    has a week.
    """
    local = at.astimezone(LOCAL)
    for day in _days(local.date()):
        worked = spans(hours, day, calendar)
        if worked and worked[0][0] > local:
            return worked[-1][1]
    return local + timedelta(days=7)


def _ahead(hours: Hours, local: datetime, calendar: Calendar) -> Iterator[Span]:
    for day in _days(local.date()):
        yield from spans(hours, day, calendar)


def _days(first: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range(_LOOKED_AHEAD))


def _at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), LOCAL)


def _end(day: date, clock: str) -> datetime:
    """23:59 means the whole day: there is no 24:00 to be said."""
    if time.fromisoformat(clock) == _LAST_MINUTE:
        return datetime.combine(day + timedelta(days=1), time(), LOCAL)
    return _at(day, clock)
