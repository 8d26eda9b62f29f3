"""Moves in the store: each is one transaction with the conversation locked, and is recorded in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.message import Option, Outcome, Reply
from bot.desk.machine import AskedFor, Chat, Event, Move, Refusal, Step, TakenOver, move
from bot.errors import NotFound
from bot.store.desk_tables import HandoffEventRecord, HandoffRecord
from bot.store.desk_values import Handoff, HandoffState, Priority, Trigger
from bot.store.states import Direction, MessageState, Owner
from bot.store.tables import Conversation, Message

SYSTEM = "system"
"""Author of what the desk says by itself."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a conversation when a person comes into it."""

    priority: int = Priority.NORMAL
    reason: str = ""
    region: str | None = None
    language: str = "zh"
    large_print: bool = False
    department: str = ""
    matter: str = ""
    guide_id: str | None = None
    packet: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Moved:
    """A move that was made."""

    move: Move
    conversation: Conversation
    record: HandoffRecord | None
    """The episode it belongs to; None when none began."""


def locked(session: Session, conversation_id: int) -> tuple[Conversation, HandoffRecord | None]:
    """A conversation, held until the transaction ends, and its open episode. NotFound without one."""
    found = session.get(Conversation, conversation_id, with_for_update=True)
    if found is None:
        raise NotFound("There is no such conversation.", mend="Load the list again.")
    return found, open_record(session, conversation_id)


def open_record(session: Session, conversation_id: int) -> HandoffRecord | None:
    """The open episode of a conversation."""
    query = select(HandoffRecord).where(
        HandoffRecord.conversation_id == conversation_id, HandoffRecord.state != HandoffState.CLOSED
    )
    return session.execute(query).scalar_one_or_none()


def chat_of(conversation: Conversation, record: HandoffRecord | None) -> Chat:
    """What the machine knows of it."""
    if record is None:
        return Chat(conversation.owner)
    return Chat(conversation.owner, record.agent_id, record.team_id, record.queued_at, record.left_by)


def make(
    session: Session,
    conversation: Conversation,
    record: HandoffRecord | None,
    event: Event,
    at: datetime,
    *,
    actor: int | None = None,
    why: str = "",
    facts: Facts | None = None,
    detail: Mapping[str, Any] | None = None,
) -> Moved | Refusal:
    """Decide what follows from an event, and do it. In: the rows of `locked`, who acts and why."""
    decided = move(chat_of(conversation, record), event)
    if isinstance(decided, Refusal):
        return decided
    if not decided.is_recorded:
        return Moved(decided, conversation, record)
    conversation.owner = decided.after.owner
    conversation.updated_at = at
    if decided.begins:
        record = _begin(conversation, event, decided.after, facts or Facts(), at)
        session.add(record)
    elif record is not None:
        _go_on(record, decided, at, why)
    if decided.after.owner in (Owner.QUEUED, Owner.HUMAN):
        conversation.leaving = None
    session.flush()
    session.add(
        HandoffEventRecord(
            handoff_id=record.id if record else None,
            conversation_id=conversation.id,
            event=decided.step.value,
            before=decided.before.owner,
            after=decided.after.owner,
            actor=actor,
            why=why,
            at=at,
            detail=_detail(decided, detail),
        )
    )
    return Moved(decided, conversation, record)


def _begin(
    conversation: Conversation, event: Event, after: Chat, facts: Facts, at: datetime
) -> HandoffRecord:
    trigger = event.trigger if isinstance(event, AskedFor) else Trigger.TAKEN_OVER
    has_person = isinstance(event, TakenOver)
    return HandoffRecord(
        conversation_id=conversation.id,
        state=HandoffState.HUMAN if has_person else HandoffState.QUEUED,
        trigger=trigger,
        reason=facts.reason,
        team_id=after.team_id,
        agent_id=after.agent_id,
        left_by=None,
        priority=facts.priority,
        region=facts.region,
        language=facts.language,
        large_print=facts.large_print,
        department=facts.department[:60],
        matter=facts.matter,
        guide_id=facts.guide_id,
        packet=dict(facts.packet),
        queued_at=after.queued_at or at,
        claimed_at=at if has_person else None,
        last_citizen_at=None if has_person else at,
        last_agent_at=None,
        reminded_at=at,
        closed_at=None,
        result="",
    )


def _go_on(record: HandoffRecord, decided: Move, at: datetime, why: str) -> None:
    after = decided.after
    if decided.ends:
        record.state, record.closed_at = HandoffState.CLOSED, at
        record.result = why or decided.step.value
        return
    record.state = HandoffState(after.owner.value)
    if after.agent_id != record.agent_id and after.agent_id is not None:
        record.claimed_at = at
    if after.owner is Owner.QUEUED:
        record.reminded_at = at
    record.agent_id, record.team_id, record.left_by = after.agent_id, after.team_id, after.left_by


def _detail(decided: Move, more: Mapping[str, Any] | None) -> dict[str, Any]:
    told = {"agent_before": decided.before.agent_id, "agent_after": decided.after.agent_id}
    team = {"team": decided.after.team_id} if decided.after.team_id != decided.before.team_id else {}
    return {**{key: value for key, value in told.items() if value is not None}, **team, **(more or {})}


def said_by_desk(text: str, step: Step, handoff_id: int | None, *options: str) -> dict[str, Any]:
    """The payload of what the desk says: a reply every channel can show, and which step it tells of."""
    choices = tuple(Option(id=str(n), title=title) for n, title in enumerate(options, start=1))
    reply = Reply(outcome=Outcome.HANDOFF, text=text, options=choices)
    return {**reply.public(), "desk": {"step": step.value, "handoff_id": handoff_id}}


def tell(
    session: Session, conversation: Conversation, text: str, step: Step, handoff_id: int | None, at: datetime
) -> Message:
    """Store what the desk says to the citizen without being asked; it is handed over after the transaction."""
    return push(session, conversation, SYSTEM, text, said_by_desk(text, step, handoff_id), at)


def push(
    session: Session,
    conversation: Conversation,
    author: str,
    text: str,
    payload: Mapping[str, Any],
    at: datetime,
    *,
    external_id: str | None = None,
    guide: tuple[str, int | None, str | None] | None = None,
) -> Message:
    """Store a message to the citizen that answers no message of theirs. `guide`: id, version, aspect."""
    guide_id, version, aspect = guide or (None, None, None)
    conversation.last_seq += 1
    conversation.updated_at = at
    message = Message(
        conversation_id=conversation.id,
        seq=conversation.last_seq,
        direction=Direction.OUT,
        author=author,
        external_id=external_id,
        text=text,
        payload=dict(payload),
        outcome=None,
        aspect=aspect,
        guide_id=guide_id,
        guide_version=version,
        state=MessageState.PENDING,
        reason="",
        session=conversation.session,
        created_at=at,
        updated_at=at,
    )
    session.add(message)
    session.flush()
    return message


def handoff_of_row(row: HandoffRecord) -> Handoff:
    """A row as a value."""
    return Handoff(
        row.id,
        row.conversation_id,
        row.state,
        row.trigger,
        row.reason,
        row.team_id,
        row.agent_id,
        row.left_by,
        row.priority,
        row.region,
        row.language,
        row.department,
        row.matter,
        row.guide_id,
        row.packet,
        row.queued_at,
        row.claimed_at,
        row.last_citizen_at,
        row.last_agent_at,
        row.closed_at,
        row.result,
        row.reminded_at,
        row.large_print,
    )
