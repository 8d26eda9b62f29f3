"""Finding turns: the same on both databases, newest first, in pages that neither repeat nor skip.

The order is that in which the turns were begun, by a number that never changes and is given out once: whoever goes
on below the last one sees every older turn once, whatever is added meanwhile. A turn that began earlier and is
stored later than one shown already is above the page and not missed by it: it is newer than the list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import NamedTuple

from sqlalchemy import literal, select
from sqlalchemy.orm import Session, defer, load_only

from bot.store.database import Database
from bot.store.review_index import Wanted, text_index
from bot.store.review_keeping import label_facet
from bot.store.review_tables import ReviewEntry, ReviewLabel
from bot.store.review_values import Flag, Found, Page, Sought
from bot.store.review_words import (
    day_of,
    facet_key,
    facets_of_confidence,
    facets_of_days,
    holds,
    keys_of_terms,
    terms_of,
)
from bot.store.staff_tables import StaffAccount
from bot.store.states import Direction
from bot.store.tables import Message

AT_LEAST = 1000
"""Up to so many turns are counted."""
_AT_ONCE = 60
_MOST_YEARS = 10
_SHOWN_AT_ONCE = 500
_ASSISTANT = frozenset({"bot", "front"})


@dataclass(frozen=True, slots=True)
class Total:
    """How many turns there are: by their keys, which now and then say too much."""

    count: int
    is_least: bool
    """There are more; these many were counted."""


class ReviewSearch:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def page(self, sought: Sought, *, below: int | None = None, limit: int = 50) -> Page:
        """What is found, newest first, under a place."""

        def work(session: Session) -> Page:
            found = list(islice(find(session, sought, below), limit + 1))
            shown = shown_rows(session, found[:limit])
            return Page(shown, found[limit - 1] if len(found) > limit else None)

        return await self._database.read(work)

    async def total(self, sought: Sought) -> Total:
        """About how many are found."""

        def work(session: Session) -> Total:
            wanted = _wanted(sought)
            if wanted is None:
                return Total(0, False)
            if wanted.is_empty:
                some = select(ReviewEntry.id).limit(AT_LEAST + 1)
                count = len(session.execute(some).all())
            else:
                connection = session.connection()
                count = text_index(connection).count(connection, wanted, AT_LEAST + 1)
            return Total(min(count, AT_LEAST), count > AT_LEAST)

        return await self._database.read(work)

    async def rows(self, entry_ids: Sequence[int]) -> tuple[Found, ...]:
        """Some turns, newest first; those that are no more are left out."""
        return await self._database.read(lambda session: shown_rows(session, entry_ids))

    async def all_rows(self, sought: Sought, most: int) -> tuple[Found, ...]:
        """What is found, newest first, for an export."""
        return await self._database.read(
            lambda session: shown_rows(session, list(islice(find(session, sought, None), most)))
        )


def find(session: Session, sought: Sought, below: int | None) -> Iterator[int]:
    """Turns that are what is sought, newest first, under a place."""
    wanted = _wanted(sought)
    if wanted is None:
        return
    terms, connection = terms_of(sought.query), session.connection()
    proposed = (
        _everything(session, below)
        if wanted.is_empty
        else text_index(connection).newest(connection, wanted, below, _AT_ONCE)
    )
    for ids in proposed:
        if wanted.is_empty:
            yield from ids
            continue
        query = (
            select(
                ReviewEntry.id,
                ReviewEntry.words if terms else literal(""),
                ReviewEntry.facets,
                ReviewEntry.at,
                ReviewEntry.confidence,
            )
            .where(ReviewEntry.id.in_(ids))
            .order_by(ReviewEntry.id.desc())
        )
        for row in session.execute(query):
            if _is_sought(_Looked(*row[1:]), sought, terms):
                yield row[0]


def _everything(session: Session, below: int | None) -> Iterator[Sequence[int]]:
    while True:
        query = select(ReviewEntry.id).order_by(ReviewEntry.id.desc()).limit(_AT_ONCE)
        if below is not None:
            query = query.where(ReviewEntry.id < below)
        ids = session.execute(query).scalars().all()
        if not ids:
            return
        yield ids
        below = ids[-1]


class _Looked(NamedTuple):
    """What is looked at of a turn the keys propose."""

    words: str
    facets: str
    at: datetime
    confidence: float | None


def _equal(sought: Sought) -> dict[str, str]:
    """The facets a turn must have, each by its letter."""
    said = {
        "c": sought.channel,
        "o": sought.outcome,
        "a": sought.aspect,
        "g": sought.guide,
        "r": sought.region,
        "s": sought.agent,
        "n": sought.rating,
        "v": sought.verdict.value if sought.verdict else None,
        "l": label_facet(sought.label) if sought.label else None,
        "f": sought.flag.value if sought.flag else None,
    }
    return {name: f"{name}={value}" for name, value in said.items() if value is not None}


def _wanted(sought: Sought) -> Wanted | None:
    """The keys of what is sought; None when nothing can be it."""
    terms = terms_of(sought.query)
    if sought.query.strip() and not terms:
        return None
    every = [*keys_of_terms(terms), *map(facet_key, _equal(sought).values())]
    groups: list[Sequence[str]] = []
    if days := _days(sought):
        groups.append(days)
    if sought.min_confidence is not None or sought.max_confidence is not None:
        least, most = _confidences(sought)
        groups.append(facets_of_confidence(least, most))
    return Wanted(tuple(every), tuple(tuple(map(facet_key, group)) for group in groups))


def _days(sought: Sought) -> Sequence[str]:
    """The days as facets; none for a span so long that they would not narrow anything."""
    if sought.first_day is None and sought.last_day is None:
        return ()
    last = sought.last_day or day_of(datetime.now(UTC))
    first = sought.first_day or date(max(1, last.year - _MOST_YEARS), 1, 1)
    if first > last:
        return (f"d={first:%Y%m%d}",)
    return facets_of_days(first, last) if last.year - first.year <= _MOST_YEARS else ()


def _confidences(sought: Sought) -> tuple[float, float]:
    return sought.min_confidence or 0.0, 1.0 if sought.max_confidence is None else sought.max_confidence


def _is_sought(entry: _Looked, sought: Sought, terms: Sequence[str]) -> bool:
    """Whether the turn itself is what the keys only propose."""
    if not holds(entry.words, terms):
        return False
    facets = set(entry.facets.split())
    if not facets.issuperset(_equal(sought).values()):
        return False
    day = day_of(entry.at)
    if (sought.first_day and day < sought.first_day) or (sought.last_day and day > sought.last_day):
        return False
    if sought.min_confidence is None and sought.max_confidence is None:
        return True
    least, most = _confidences(sought)
    return entry.confidence is not None and least <= entry.confidence <= most


# --- what a list shows -------------------------------------------------------------------------------


def shown_rows(session: Session, ids: Sequence[int]) -> tuple[Found, ...]:
    """The turns with what was said in them, newest first; those that are no more are left out."""
    found: list[Found] = []
    newest_first = sorted(ids, reverse=True)
    for start in range(0, len(newest_first), _SHOWN_AT_ONCE):
        found += _shown(session, newest_first[start : start + _SHOWN_AT_ONCE])
    return tuple(found)


def _shown(session: Session, ids: Sequence[int]) -> list[Found]:
    of_these = select(ReviewEntry).options(defer(ReviewEntry.words)).where(ReviewEntry.id.in_(ids))
    entries = session.execute(of_these.order_by(ReviewEntry.id.desc())).scalars().all()
    columns = load_only(
        Message.id, Message.reply_to, Message.seq, Message.text, Message.direction, Message.author,
        Message.payload, Message.guide_version,
    )  # fmt: skip
    query = (
        select(Message)
        .options(columns)
        .where(Message.id.in_(ids) | Message.reply_to.in_(ids))
        .order_by(Message.seq)
    )
    said: dict[int, list[Message]] = {}
    for message in session.execute(query).scalars():
        said.setdefault(message.reply_to or message.id, []).append(message)
    labels: dict[int, list[str]] = {}
    labelled = select(ReviewLabel.entry_id, ReviewLabel.label).where(ReviewLabel.entry_id.in_(ids))
    for entry_id, label in session.execute(labelled.order_by(ReviewLabel.label)):
        labels.setdefault(entry_id, []).append(label)
    names = _names(session, {entry.agent for entry in entries if entry.agent is not None})
    return [
        _found(entry, said.get(entry.id, ()), tuple(labels.get(entry.id, ())), names) for entry in entries
    ]


def _names(session: Session, accounts: set[str]) -> dict[str, str]:
    """Accounts as colleagues read them."""
    if not accounts:
        return {}
    query = select(StaffAccount.name, StaffAccount.display_name).where(StaffAccount.name.in_(accounts))
    return {name: display_name for name, display_name in session.execute(query)}


def _found(
    entry: ReviewEntry, said: Sequence[Message], labels: tuple[str, ...], names: Mapping[str, str]
) -> Found:
    asked = [message.text for message in said if message.direction is Direction.IN]
    told = [message for message in said if message.direction is Direction.OUT]
    answer = next((message for message in told if message.id == entry.answer_id), None)
    payload: Mapping[str, object] = (answer.payload if answer else None) or {}
    guide, sources = payload.get("guide"), payload.get("sources")
    flags = {
        Flag.NO_ANSWER: entry.no_answer,
        Flag.HANDED_OFF: entry.handed_off,
        Flag.CORRECTED: entry.corrected,
    }
    return Found(
        entry_id=entry.id,
        conversation_id=entry.conversation_id,
        answer_id=entry.answer_id,
        at=entry.at,
        channel=entry.channel,
        question="\n".join(asked),
        answer="\n".join(message.text for message in told),
        outcome=entry.outcome,
        aspect=entry.aspect,
        guide_id=entry.guide_id,
        guide_title=str(guide.get("title") or "") if isinstance(guide, dict) else None,
        region=entry.region,
        confidence=entry.confidence,
        agent=None if entry.agent is None else names.get(entry.agent, entry.agent),
        rating=entry.rating,
        verdict=entry.verdict,
        flags=tuple(flag for flag, holds_ in flags.items() if holds_),
        labels=labels,
        ai=answer is not None and answer.author in _ASSISTANT,
        sources=tuple(sources) if isinstance(sources, list) else (),
        guide_version=answer.guide_version if answer else None,
    )
