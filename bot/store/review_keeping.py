"""Turns are taken in by the transaction that stores them: what is said is found as soon as it is said.

Whoever adds a message, a rating or an episode with a person to a session need not know of the review: the session
notes it, and before it commits, the turns are read once more, indexed and counted. Imported by the database, so that
no way leads around it. What is deleted must be let go of here first (`let_go`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, event, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapper, Session, object_session

from bot.store.desk_tables import HandoffRecord
from bot.store.review_counting import Counts, Key, counts_of, region_of
from bot.store.review_index import text_index
from bot.store.review_tables import ReviewCount, ReviewEntry, ReviewJudgement, ReviewLabel
from bot.store.review_turn import (
    Said,
    Turn,
    add_turn,
    change_turn,
    read_opener,
    read_place,
    read_said,
    read_turn,
)
from bot.store.review_values import Verdict
from bot.store.review_words import (
    confidence_facet,
    day_facets,
    day_of,
    facet_key,
    folded,
    keys_of_words,
    region_facets,
)
from bot.store.states import Direction
from bot.store.tables import Message, Rating

_TOUCHED = "review_touched"
_FRESH = "review_fresh"
_HANDED = "review_handed"
_ANSWERED = "answered"
_LABELLED = "l="
_NO_ANSWER = frozenset({"nothing_found", "failed"})


@event.listens_for(Message, "after_insert")
def _said(_mapper: Mapper[Any], _connection: Connection, message: Message) -> None:
    _note(message, _TOUCHED, message.reply_to or message.id)
    if message.reply_to is None:
        _note(message, _FRESH, message.id, message)
    elif (session := object_session(message)) is not None:
        session.info.get(_FRESH, {}).pop(message.reply_to, None)


@event.listens_for(Rating, "after_insert")
def _rated(_mapper: Mapper[Any], _connection: Connection, rating: Rating) -> None:
    _note(rating, _TOUCHED, (rating.conversation_id, rating.message_id))


@event.listens_for(HandoffRecord, "after_insert")
def _handed(_mapper: Mapper[Any], _connection: Connection, handoff: HandoffRecord) -> None:
    _note(handoff, _HANDED, handoff.conversation_id)


def _note(added: object, name: str, what: Any, value: object = None) -> None:
    session = object_session(added)
    if session is not None:
        session.info.setdefault(name, {})[what] = value


@event.listens_for(Session, "before_commit")
def _before_commit(session: Session) -> None:
    if session.new or session.dirty:
        session.flush()
    touched: dict[Any, None] = session.info.pop(_TOUCHED, {})
    fresh: dict[int, Message] = session.info.pop(_FRESH, {})
    handed: dict[int, None] = session.info.pop(_HANDED, {})
    if not touched and not handed:
        return
    said = [what for what in touched if isinstance(what, int)]
    rated = [_rated_turn(session, *what) for what in touched if not isinstance(what, int)]
    opined = [turn for turn in rated if turn is not None]
    take_in(session, said, opined=opined, handed=handed, fresh=fresh)


@event.listens_for(Session, "after_rollback")
def _after_rollback(session: Session) -> None:
    for name in (_TOUCHED, _FRESH, _HANDED):
        session.info.pop(name, None)


def take_in(
    session: Session,
    roots: Iterable[int] = (),
    *,
    opined: Iterable[int] = (),
    handed: Iterable[int] = (),
    fresh: Mapping[int, Message] | None = None,
) -> None:
    """Read turns once more, by the messages that begin them, index them and count what is different.

    `opined`: turns that were rated, judged or labelled. `handed`: conversations a person is asked for in this
    transaction; it is noted with their newest turn. `fresh`: of the turns, those that begin in this transaction and
    have no answer yet, by their messages.
    """
    if session.new or session.dirty:
        session.flush()
    new = fresh or {}
    heard = set(opined)
    because = {turn for one in handed if (turn := _newest_turn(session, one)) is not None}
    difference: Counter[Key] = Counter()
    totals: Counter[Key] = Counter()
    for root in sorted({*roots, *heard, *because}):
        state = _State(root in because, root in heard)
        for then, now in _take_in(session, root, state, new.get(root)):
            for key in {*then, *now}:
                difference[key] += now.get(key, (0, 0))[0] - then.get(key, (0, 0))[0]
                totals[key] += now.get(key, (0, 0))[1] - then.get(key, (0, 0))[1]
    _count(session, difference, totals)


def let_go(session: Session, entries: Collection[ReviewEntry]) -> None:
    """Take turns out of the index, before their messages are deleted. What was counted stays counted."""
    connection = session.connection()
    index = text_index(connection)
    for entry in entries:
        index.drop(connection, entry.id, _keys(entry))
    if entries:
        session.execute(delete(ReviewEntry).where(ReviewEntry.id.in_([entry.id for entry in entries])))


def _rated_turn(session: Session, conversation_id: int, message_id: int | None) -> int | None:
    """A rating of the whole conversation stands with its newest turn."""
    if message_id is None:
        return _newest_turn(session, conversation_id)
    message = session.get(Message, message_id)
    return None if message is None else message.reply_to or message.id


def _newest_turn(session: Session, conversation_id: int) -> int | None:
    query = select(func.max(Message.id)).where(
        Message.conversation_id == conversation_id, Message.direction == Direction.IN
    )
    return session.execute(query).scalar_one_or_none()


@dataclass(frozen=True, slots=True)
class _State:
    """What happened to a turn."""

    is_handed: bool
    is_opined: bool


def _take_in(
    session: Session, root: int, state: _State, fresh: Message | None
) -> list[tuple[Counts, Counts]]:
    """Read one turn; out: what it, and the turn that speaks for its day, counted as before and count as now."""
    connection = session.connection()
    said = read_said(connection, root) if fresh is None else (Said.of(fresh),)
    if not said or said[0].id != root:
        return []
    turn = read_turn(connection, root) if fresh is None else None
    is_new = turn is None
    before: Counts = {} if turn is None else counts_of(turn)
    old_keys = set() if turn is None else _keys(turn)
    opener: Turn | None = None
    if turn is None:
        turn, opener = _begun(connection, said[0])
    _fill(session, turn, said, state)
    if opener is None:
        opener = _opener(connection, turn)
    of_opener: Counts = {} if opener is None else counts_of(opener)
    is_told = _speak_of_the_day(turn, opener)
    index = text_index(connection)
    if is_new:
        add_turn(connection, turn)
        index.put(connection, root, _keys(turn))
    else:
        change_turn(session, turn)
        if (new_keys := _keys(turn)) != old_keys:
            index.replace(connection, root, old_keys, new_keys)
    if opener is not None and is_told:
        change_turn(session, opener)
    return [(before, counts_of(turn)), (of_opener, counts_of(opener) if opener else {})]


def _begun(connection: Connection, message: Said) -> tuple[Turn, Turn | None]:
    """A turn of which nothing is known but what never changes, and the one that speaks for its day, which may be
    itself."""
    day = day_of(message.created_at)
    channel, region, opener = read_place(connection, message.conversation_id, day)
    is_turn = message.direction is Direction.IN
    turn = Turn(
        id=message.id,
        conversation_id=message.conversation_id,
        channel=channel,
        at=message.created_at,
        day=day,
        is_turn=is_turn,
        region=region,
        opens=is_turn and opener is None,
    )
    return turn, opener if is_turn else None


def _fill(session: Session, entry: Turn, said: Sequence[Said], state: _State) -> None:
    """What is known of a turn by now."""
    answer = next((one for one in said if one.direction is Direction.OUT), None)
    texts = [one.text for one in said]
    labels: tuple[str, ...] = ()
    if state.is_opined or entry.rating is not None or entry.verdict is not None or _LABELLED in entry.facets:
        labels, comments = _opinions(session, entry, [one.id for one in said])
        texts += comments
    regions: list[str | None] = [entry.region]
    if answer is not None:
        regions += _read_answer(entry, answer)
    entry.handed_off = entry.handed_off or state.is_handed or entry.outcome == "handoff"
    entry.words = "\n".join(filter(None, map(folded, texts)))
    entry.facets = " ".join(sorted(_facets(entry, regions, labels)))


def _read_answer(entry: Turn, answer: Said) -> list[str | None]:
    """What the answer says of the turn; out: the regions it speaks of."""
    entry.answer_id = answer.id
    entry.outcome, entry.aspect, entry.guide_id = answer.outcome, answer.aspect, answer.guide_id
    entry.no_answer = answer.outcome in _NO_ANSWER
    payload, why = answer.payload or {}, answer.provenance or {}
    if agent := payload.get("agent"):
        entry.agent = answer.author if isinstance(agent, dict) else None
    hits = why.get("hits") or ()
    entry.confidence = float(hits[0]["probability"]) if hits else None
    regions = payload.get("regions") or {}
    codes = [(regions.get(side) or {}).get("code") for side in ("here", "owner")]
    entry.region = region_of(*codes, entry.region)
    return codes


def _opinions(session: Session, entry: Turn, message_ids: list[int]) -> tuple[tuple[str, ...], list[str]]:
    """The labels of a turn, and every comment on it; its rating and verdict are noted."""
    labels = session.execute(select(ReviewLabel.label).where(ReviewLabel.entry_id == entry.id)).scalars()
    judged = session.execute(
        select(ReviewJudgement.verdict, ReviewJudgement.comment, ReviewJudgement.correct_guide_id)
        .where(ReviewJudgement.entry_id == entry.id)
        .order_by(ReviewJudgement.id)
    ).all()
    rated = session.execute(
        select(Rating.grade, Rating.comment)
        .where(
            Rating.message_id.in_(message_ids)
            | (
                (Rating.conversation_id == entry.conversation_id)
                & Rating.message_id.is_(None)
                & (_newest_turn(session, entry.conversation_id) == entry.id)
            )
        )
        .order_by(Rating.id)
    ).all()
    if judged:
        entry.verdict = judged[-1].verdict
        entry.corrected = (
            judged[-1].verdict is Verdict.WRONG_GUIDE and judged[-1].correct_guide_id is not None
        )
    entry.rating = rated[-1].grade if rated else entry.rating
    return tuple(labels), [one.comment for one in (*judged, *rated)]


def _facets(entry: Turn, regions: Iterable[str | None], labels: Iterable[str]) -> set[str]:
    said = {
        "c": entry.channel,
        "o": entry.outcome,
        "a": entry.aspect,
        "g": entry.guide_id,
        "s": entry.agent,
        "n": entry.rating,
        "v": entry.verdict.value if entry.verdict else None,
    }
    flags = {"no_answer": entry.no_answer, "handed_off": entry.handed_off, "corrected": entry.corrected}
    return {
        *(f"{name}={value}" for name, value in said.items() if value is not None),
        *(f"f={name}" for name, holds in flags.items() if holds),
        *(f"l={label_facet(label)}" for label in labels),
        *region_facets((entry.region, *regions)),
        *day_facets(entry.day),
        *([confidence_facet(entry.confidence)] if entry.confidence is not None else ()),
    }


def label_facet(label: str) -> str:
    """A label without spaces, which part facets."""
    return folded(label).replace(" ", "_")


def _opener(connection: Connection, entry: Turn) -> Turn | None:
    """The first turn of the conversation on the day, where it must hear of this one; None when this is the first,
    or no turn."""
    is_heard = entry.handed_off or entry.outcome == _ANSWERED
    if not entry.is_turn or entry.opens or not is_heard:
        return None
    opener = read_opener(connection, entry.conversation_id, entry.day)
    entry.opens = opener is None
    return opener


def _speak_of_the_day(entry: Turn, opener: Turn | None) -> bool:
    """Have it counted for the day; out: whether that is new to the turn that speaks for it."""
    speaker = opener or entry
    before = (speaker.day_served, speaker.day_handed)
    if entry.is_turn:
        speaker.day_served = speaker.day_served or entry.outcome == _ANSWERED
        speaker.day_handed = speaker.day_handed or entry.handed_off
    return before != (speaker.day_served, speaker.day_handed)


def _keys(entry: Turn | ReviewEntry) -> set[int]:
    return keys_of_words(entry.words) | {facet_key(facet) for facet in entry.facets.split()}


def _count(session: Session, difference: Counter[Key], totals: Counter[Key]) -> None:
    """In one fixed order, so that two transactions never wait for each other."""
    rows = [
        {
            "day": day,
            "name": name,
            "key": key,
            "channel": channel,
            "region": region,
            "count": difference[day, name, key, channel, region],
            "total": totals[day, name, key, channel, region],
        }
        for day, name, key, channel, region in sorted(difference)
        if difference[day, name, key, channel, region] or totals[day, name, key, channel, region]
    ]
    add_counts(session, rows)


def add_counts(session: Session, rows: list[dict[str, Any]]) -> None:
    """Add numbers to what is counted."""
    if rows:
        session.connection().execute(_ADDING[session.get_bind().dialect.name == "postgresql"], rows)


def _adding(statement: postgresql.Insert | sqlite.Insert) -> postgresql.Insert | sqlite.Insert:
    return statement.on_conflict_do_update(
        index_elements=["name", "day", "channel", "region", "key"],
        set_={
            "count": ReviewCount.count + statement.excluded.count,
            "total": ReviewCount.total + statement.excluded.total,
        },
    )


_ADDING = (_adding(sqlite.insert(ReviewCount)), _adding(postgresql.insert(ReviewCount)))
