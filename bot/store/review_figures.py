"""Figures of the review: read from what is counted as turns are stored, never from the turns themselves.

So a page of figures costs the same however much was said, and stays right when people are erased. Only episodes with
a person are counted where they stand (there are few), together with the numbers kept of those that were erased.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.store.database import Database
from bot.store.desk_tables import HandoffRecord
from bot.store.review_counting import SPANS, Count, everywhere_of, span
from bot.store.review_erasing import episode_times
from bot.store.review_tables import ReviewCount
from bot.store.review_words import CHINA
from bot.store.tables import Conversation

_MOST_MATTERS = 20
_PLAIN = tuple(
    count.value
    for count in (
        Count.TURNS,
        Count.CONVERSATIONS,
        Count.SELF_SERVED,
        Count.HANDED,
        Count.NO_ANSWER,
        Count.STAFF_MESSAGES,
        Count.RATING,
    )
)


@dataclass(frozen=True, slots=True)
class Span:
    """The days, channel and region (with all below it) that are counted."""

    first_day: date
    last_day: date
    channel: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Volumes:
    """How much there was. A conversation counts once on every day it is talked in."""

    conversations: int = 0
    turns: int = 0
    self_served: int = 0
    """Of the conversations: at least one answer was given and no person was needed."""
    handed: int = 0
    """Of the conversations: a person was asked for."""
    no_answer: int = 0
    """Of the turns: nothing was found, or something failed."""
    staff_messages: int = 0
    ratings: int = 0
    grades: int = 0
    """The sum of the ratings."""


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took, of all times it happened."""

    count: int = 0
    seconds: int = 0
    """All together."""
    half: int | None = None
    """Half of them took no longer than this …"""
    nine_in_ten: int | None = None
    """… and nine in ten than this; seconds, the upper end of the span they were counted in. None: longer than a
    day, or nothing was counted."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything of one page."""

    totals: Volumes
    by_day: Mapping[date, Volumes]
    by_channel: Mapping[str, Volumes]
    by_region: Mapping[str, Volumes]
    """By city (the first four digits, then 00); empty: not known."""
    outcomes: Mapping[str, int]
    aspects: Mapping[str, int]
    guides: Mapping[str, int]
    """The most frequent ones, most frequent first."""
    ratings: Mapping[int, int]
    verdicts: Mapping[str, int]
    waiting: Times
    handling: Times


class ReviewFigures:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def figures(self, asked: Span) -> Figures:
        """What happened in these days."""
        return await self._database.read(lambda session: figures(session, asked))


def figures(session: Session, asked: Span) -> Figures:
    """See `ReviewFigures.figures`."""
    by_day = _plain(session, asked, ReviewCount.day)
    by_channel = _plain(session, asked, ReviewCount.channel)
    by_region = _plain(session, asked, ReviewCount.region)
    totals: Counter[str] = Counter()
    for counted in by_channel.values():
        totals.update(counted)
    by_city: dict[str, Counter[str]] = defaultdict(Counter)
    for region, counted in by_region.items():
        by_city[_city(region)].update(counted)
    return Figures(
        totals=_volumes(totals),
        by_day={day: _volumes(by_day[day]) for day in sorted(by_day)},
        by_channel={channel: _volumes(by_channel[channel]) for channel in sorted(by_channel)},
        by_region={region: _volumes(by_city[region]) for region in sorted(by_city)},
        outcomes=_keyed(session, asked, Count.OUTCOME),
        aspects=_keyed(session, asked, Count.ASPECT),
        guides=_keyed(session, asked, Count.GUIDE, _MOST_MATTERS),
        ratings={int(key): count for key, count in _keyed(session, asked, Count.RATING).items()},
        verdicts=_keyed(session, asked, Count.VERDICT),
        **_episodes(session, asked),
    )


def _plain(session: Session, asked: Span, by: InstrumentedAttribute[Any]) -> dict[Any, Counter[str]]:
    """The volumes, by day, channel or region."""
    query = (
        select(by, ReviewCount.name, func.sum(ReviewCount.count), func.sum(ReviewCount.total))
        .where(ReviewCount.name.in_(_PLAIN), _within(asked))
        .group_by(by, ReviewCount.name)
    )
    found: dict[Any, Counter[str]] = defaultdict(Counter)
    for one, name, count, total in session.execute(query):
        found[one][name] += int(count)
        if name == Count.RATING.value:
            found[one]["grades"] += int(total)
    return found


def _within(asked: Span) -> ColumnElement[bool]:
    parts = [ReviewCount.day >= asked.first_day, ReviewCount.day <= asked.last_day]
    if asked.channel:
        parts.append(ReviewCount.channel == asked.channel)
    if asked.region:
        parts.append(ReviewCount.region.startswith(_stem(asked.region), autoescape=True))
    return and_(*parts)


def _stem(region: str) -> str:
    """The digits a region and everything below it begin with."""
    for zeros in ("0000", "00"):
        if len(region) == 6 and region.isdigit() and region.endswith(zeros):
            return region.removesuffix(zeros)
    return region


def _city(region: str) -> str:
    return f"{region[:4]}00" if len(region) == 6 and region.isdigit() else region


def _keyed(session: Session, asked: Span, name: Count, most: int | None = None) -> dict[str, int]:
    """How often each key was counted, the most frequent first."""
    count = func.sum(ReviewCount.count)
    counted_as = name.value if asked.channel or asked.region else everywhere_of(name)
    query = (
        select(ReviewCount.key, count)
        .where(ReviewCount.name == counted_as, _within(asked))
        .group_by(ReviewCount.key)
        .having(count > 0)
        .order_by(count.desc(), ReviewCount.key)
        .limit(most)
    )
    return {key: int(number) for key, number in session.execute(query)}


def _volumes(counted: Mapping[str, int]) -> Volumes:
    return Volumes(
        conversations=counted.get(Count.CONVERSATIONS, 0),
        turns=counted.get(Count.TURNS, 0),
        self_served=counted.get(Count.SELF_SERVED, 0),
        handed=counted.get(Count.HANDED, 0),
        no_answer=counted.get(Count.NO_ANSWER, 0),
        staff_messages=counted.get(Count.STAFF_MESSAGES, 0),
        ratings=counted.get(Count.RATING, 0),
        grades=counted.get("grades", 0),
    )


def _episodes(session: Session, asked: Span) -> dict[str, Times]:
    """Waiting and handling: of the episodes there are, and of those that were erased."""
    spans: dict[str, dict[str, int]] = {name: defaultdict(int) for name in (Count.WAITED, Count.HANDLED)}
    seconds: dict[str, int] = defaultdict(int)
    for name in spans:
        query = (
            select(ReviewCount.key, func.sum(ReviewCount.count), func.sum(ReviewCount.total))
            .where(_within(asked), ReviewCount.name == name)
            .group_by(ReviewCount.key)
        )
        for key, count, total in session.execute(query):
            spans[name][key] += int(count)
            seconds[name] += int(total)
    begin = datetime.combine(asked.first_day, time(), CHINA)
    end = datetime.combine(asked.last_day + timedelta(days=1), time(), CHINA)
    times = (HandoffRecord.queued_at, HandoffRecord.claimed_at, HandoffRecord.closed_at)
    handoffs = select(*times).where(HandoffRecord.queued_at >= begin, HandoffRecord.queued_at < end)
    if asked.channel:
        handoffs = handoffs.join(Conversation, Conversation.id == HandoffRecord.conversation_id).where(
            Conversation.channel == asked.channel
        )
    if asked.region:
        handoffs = handoffs.where(HandoffRecord.region.startswith(_stem(asked.region), autoescape=True))
    for row in session.execute(handoffs):
        for name, began, ended in episode_times(*row):
            took = max(0.0, (ended - began).total_seconds())
            spans[name][span(took)] += 1
            seconds[name] += round(took)
    return {
        "waiting": _times(spans[Count.WAITED], seconds[Count.WAITED]),
        "handling": _times(spans[Count.HANDLED], seconds[Count.HANDLED]),
    }


def _times(spans: Mapping[str, int], seconds: int) -> Times:
    count = sum(spans.values())
    return Times(count, seconds, _quantile(spans, count, 0.5), _quantile(spans, count, 0.9))


def _quantile(spans: Mapping[str, int], count: int, share: float) -> int | None:
    """The upper end of the span up to which this share of all lies."""
    so_far = 0
    for limit in SPANS if count else ():
        so_far += spans.get(str(limit), 0)
        if so_far >= share * count:
            return limit
    return None
