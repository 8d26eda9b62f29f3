"""Conversations as the desk sees them, many at a time, read in one transaction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from bot.desk.choosing import in_order
from bot.desk.crew import Crew
from bot.desk.moving import handoff_of_row
from bot.desk.values import ChatState, GuideRef, Last, TeamRef
from bot.store.desk_tables import DeskTeam, HandoffRecord
from bot.store.desk_values import Handoff, HandoffState
from bot.store.states import Direction, MessageState
from bot.store.tables import Conversation, Message

AUTHORS = frozenset({"citizen", "bot", "front", "system"})


def open_handoffs(session: Session) -> tuple[Handoff, ...]:
    """All open episodes, in the order they are served."""
    query = select(HandoffRecord).where(HandoffRecord.state != HandoffState.CLOSED)
    return tuple(in_order(handoff_of_row(row) for row in session.execute(query).scalars()))


def unanswered_since(session: Session) -> dict[int, datetime]:
    """By conversation that a person has: when the citizen wrote first after the person's last words."""
    after = func.coalesce(HandoffRecord.last_agent_at, HandoffRecord.queued_at)
    query = (
        select(Message.conversation_id, func.min(Message.created_at))
        .join(HandoffRecord, HandoffRecord.conversation_id == Message.conversation_id)
        .where(
            HandoffRecord.state == HandoffState.HUMAN,
            HandoffRecord.last_citizen_at > after,
            Message.direction == Direction.IN,
            Message.created_at > after,
        )
        .group_by(Message.conversation_id)
    )
    return {key: value for key, value in session.execute(query)}


def chat_states(session: Session, crew: Crew, ids: Sequence[int]) -> tuple[ChatState, ...]:
    """The conversations with these ids, in this order; those that do not exist are left out."""
    if not ids:
        return ()
    rows = {
        row.id: row for row in session.execute(select(Conversation).where(Conversation.id.in_(ids))).scalars()
    }
    handoffs = _newest(session, ids)
    last = _last(session, ids)
    undelivered = _undelivered(session, ids)
    is_waiting = any(one.state is HandoffState.QUEUED for one in handoffs.values())
    places = positions(open_handoffs(session)) if is_waiting else {}
    teams = {row.id: row.name for row in session.execute(select(DeskTeam)).scalars()}
    return tuple(
        _state(rows[one], handoffs.get(one), crew, teams, last.get(one), undelivered.get(one, 0), places)
        for one in ids
        if one in rows
    )


def positions(handoffs: Iterable[Handoff]) -> dict[int, int]:
    """By episode that waits: its place in the queue of its team. In: in the order they are served."""
    places: dict[int, int] = {}
    counts: defaultdict[int | None, int] = defaultdict(int)
    for one in handoffs:
        if one.state is HandoffState.QUEUED:
            counts[one.team_id] += 1
            places[one.id] = counts[one.team_id]
    return places


def author_of(direction: Direction, author: str) -> str:
    """Who wrote a message, in one of five words."""
    if direction is Direction.IN:
        return "citizen"
    return author if author in AUTHORS else "agent"


def _state(
    row: Conversation,
    handoff: Handoff | None,
    crew: Crew,
    teams: dict[int, str],
    last: Last | None,
    undelivered: int,
    places: dict[int, int],
) -> ChatState:
    guide = None
    if handoff is not None and handoff.guide_id:
        known = handoff.packet.get("guide") or {}
        guide = GuideRef(handoff.guide_id, str(known.get("title") or ""), known.get("version"))
    team_id = handoff.team_id if handoff else None
    return ChatState(
        conversation_id=row.id,
        channel=row.channel,
        sender=row.sender,
        owner=row.owner,
        handoff=handoff,
        team=TeamRef(team_id, teams.get(team_id, "")) if team_id is not None else None,
        agent=crew.named(handoff.agent_id) if handoff else None,
        guide=guide,
        region=(handoff.region if handoff else None) or row.region,
        position=places.get(handoff.id) if handoff else None,
        last=last,
        undelivered=undelivered,
        updated_at=row.updated_at,
    )


def _newest(session: Session, ids: Sequence[int]) -> dict[int, Handoff]:
    """The open episode of each conversation is its newest one: another begins only when it has ended."""
    newest = (
        select(func.max(HandoffRecord.id))
        .where(HandoffRecord.conversation_id.in_(ids))
        .group_by(HandoffRecord.conversation_id)
    )
    rows = session.execute(select(HandoffRecord).where(HandoffRecord.id.in_(newest))).scalars()
    return {row.conversation_id: handoff_of_row(row) for row in rows}


def _last(session: Session, ids: Sequence[int]) -> dict[int, Last]:
    query = (
        select(Message)
        .join(
            Conversation,
            and_(Conversation.id == Message.conversation_id, Conversation.last_seq == Message.seq),
        )
        .where(Conversation.id.in_(ids))
    )
    return {
        row.conversation_id: Last(row.seq, author_of(row.direction, row.author), row.text, row.created_at)
        for row in session.execute(query).scalars()
    }


def _undelivered(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """Since the newest episode began."""
    begun = (
        select(HandoffRecord.conversation_id, func.max(HandoffRecord.queued_at).label("at"))
        .where(HandoffRecord.conversation_id.in_(ids))
        .group_by(HandoffRecord.conversation_id)
        .subquery()
    )
    query = (
        select(Message.conversation_id, func.count())
        .join(begun, begun.c.conversation_id == Message.conversation_id)
        .where(
            Message.direction == Direction.OUT,
            Message.state == MessageState.FAILED,
            Message.created_at >= begun.c.at,
        )
        .group_by(Message.conversation_id)
    )
    return {key: value for key, value in session.execute(query)}
