"""What is known of a conversation when a person comes into it, read from what was said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.moving import Facts
from bot.desk.words import says
from bot.store.desk_tables import HandoffRecord
from bot.store.desk_values import LANGUAGE, Priority, Trigger
from bot.store.states import Direction, KnowledgeStatus
from bot.store.tables import Conversation, KnowledgeVersion, Message

_LOOKED_BACK = 40
_LONGEST_MATTER = 200
_AGAIN = timedelta(days=7)


def facts_of(
    session: Session,
    conversation: Conversation,
    trigger: Trigger,
    at: datetime,
    asking: Sequence[str] = (),
) -> Facts:
    """The matter, where, and how urgent.

    The matter is the guide that was answered from last; without one the citizen's own last words. `asking`: words
    that are nothing but a request for a person.
    """
    said = (
        session.execute(
            select(Message)
            .where(Message.conversation_id == conversation.id)
            .order_by(Message.seq.desc())
            .limit(_LOOKED_BACK)
        )
        .scalars()
        .all()
    )
    answered = next((m for m in said if m.guide_id and m.direction is Direction.OUT), None)
    guide: dict[str, Any] = ((answered.payload or {}).get("guide") or {}) if answered else {}
    title = str(guide.get("title") or "")
    return Facts(
        priority=_priority(session, conversation, trigger, at),
        region=_region(said) or conversation.region,
        language=conversation.language or LANGUAGE,
        large_print=conversation.large_print,
        department=_category(session, guide.get("item_id")),
        matter=title or _last_words(said, asking),
        guide_id=answered.guide_id if answered else None,
        packet={"guide": {"title": title, "version": answered.guide_version}} if answered else {},
    )


def _region(said: Sequence[Message]) -> str | None:
    """Where the person is, as the newest reply that tells has it."""
    for message in said:
        regions = (message.payload or {}).get("regions") if message.direction is Direction.OUT else None
        here = (regions or {}).get("here") or (regions or {}).get("owner")
        if isinstance(here, dict) and here.get("code"):
            return str(here["code"])[:12]
    return None


def _last_words(said: Sequence[Message], asking: Sequence[str]) -> str:
    words = (m.text for m in said if m.direction is Direction.IN and not says(m.text, asking))
    return next((text[:_LONGEST_MATTER] for text in words if text), "")


def _category(session: Session, item_id: object) -> str:
    """The category of an item: the department that serves it."""
    if not isinstance(item_id, str) or not item_id:
        return ""
    query = select(KnowledgeVersion.content).where(
        KnowledgeVersion.kind == "item",
        KnowledgeVersion.key == item_id,
        KnowledgeVersion.status == KnowledgeStatus.PUBLISHED,
    )
    content = session.execute(query).scalar_one_or_none() or {}
    return str(content.get("category") or "")


def _priority(session: Session, conversation: Conversation, trigger: Trigger, at: datetime) -> int:
    if trigger is Trigger.COMPLAINT:
        return Priority.COMPLAINT
    if conversation.large_print:
        return Priority.RAISED
    earlier = (
        select(HandoffRecord.id)
        .where(HandoffRecord.conversation_id == conversation.id, HandoffRecord.queued_at > at - _AGAIN)
        .limit(1)
    )
    return Priority.RAISED if session.execute(earlier).first() else Priority.NORMAL
