"""Rows of conversations and messages: finding them, and what they mean outside the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.store.states import (
    ARRIVAL_UNKNOWN,
    PARTLY_SENT,
    RESPONSE_UNKNOWN,
    Direction,
    MessageState,
    Owner,
)
from bot.store.tables import Conversation, Message
from bot.store.values import StoredMessage


def can_be_sent_again() -> ColumnElement[bool]:
    """Of replies: those that failed, and of which the person has nothing."""
    return (
        (Message.state == MessageState.FAILED)
        & Message.reason.not_in((ARRIVAL_UNKNOWN, RESPONSE_UNKNOWN))
        & ~Message.reason.startswith(PARTLY_SENT, autoescape=True)
    )


def own_replies(payload: Mapping[str, Any] | None) -> tuple[Mapping[str, Any], ...] | None:
    """What a channel answers to a message by itself; None when it is answered like any other."""
    own = (payload or {}).get("own")
    return None if own is None else tuple(own)


def conversation_of(session: Session, channel: str, sender: str, now: datetime) -> Conversation:
    """The conversation of a sender, made when it is the first message; locked until the transaction ends."""
    here = (Conversation.channel == channel) & (Conversation.sender == sender)
    query = select(Conversation).where(here).with_for_update()
    found = session.execute(query).scalar_one_or_none()
    if found is not None:
        return found
    values = {
        "channel": channel,
        "sender": sender,
        "owner": Owner.BOT,
        "session": 1,
        "turn": 0,
        "last_seq": 0,
        "created_at": now,
        "updated_at": now,
    }
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(make(Conversation).values(**values).on_conflict_do_nothing())
    return session.execute(query).scalar_one()


def known_message(session: Session, conversation_id: int, external_id: str) -> Message | None:
    """The message stored under the channel's id, if there is one."""
    query = select(Message).where(
        Message.conversation_id == conversation_id,
        Message.direction == Direction.IN,
        Message.external_id == external_id,
    )
    return session.execute(query).scalar_one_or_none()


def stored_message(message: Message, channel: str, sender: str) -> StoredMessage:
    """A row as its readers know it."""
    return StoredMessage(
        id=message.id,
        conversation_id=message.conversation_id,
        channel=channel,
        sender=sender,
        seq=message.seq,
        direction=message.direction,
        author=message.author,
        external_id=message.external_id,
        text=message.text,
        payload=message.payload or {},
        outcome=message.outcome,
        aspect=message.aspect,
        guide_id=message.guide_id,
        guide_version=message.guide_version,
        provenance=message.provenance or {},
        state=message.state,
        reason=message.reason,
        reply_to=message.reply_to,
        session=message.session,
        timings=message.timings or {},
        created_at=message.created_at,
    )
