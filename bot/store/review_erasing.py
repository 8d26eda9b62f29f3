"""Letting people go: nothing of a conversation stays in the review but numbers that name nobody."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.store.desk_tables import HandoffRecord
from bot.store.review_counting import Count, span
from bot.store.review_keeping import add_counts, let_go
from bot.store.review_tables import ReviewEntry, ReviewProposal
from bot.store.review_words import day_of
from bot.store.tables import Conversation, WeChatWindow


def forget_conversation(session: Session, conversation: Conversation) -> int:
    """Before a conversation is deleted because the person asked for it: its turns, and all that was made of them.

    Wordings the bot was to learn from them go too, approved ones as well; out: how many approved ones.
    """
    of_it = ReviewEntry.conversation_id == conversation.id
    entries = session.execute(select(ReviewEntry).where(of_it)).scalars().all()
    keep_episodes_counted(session, conversation)
    ids = [entry.id for entry in entries]
    made = delete(ReviewProposal).where(ReviewProposal.entry_id.in_(ids)).returning(ReviewProposal.state)
    states = session.execute(made).scalars().all() if ids else []
    let_go(session, entries)
    session.execute(delete(WeChatWindow).where(WeChatWindow.sender == conversation.sender))
    return sum(state == "approved" for state in states)


def keep_episodes_counted(session: Session, conversation: Conversation) -> None:
    """Episodes with a person are counted where they stand; before they are deleted, their times are kept."""
    query = select(HandoffRecord).where(HandoffRecord.conversation_id == conversation.id)
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for handoff in session.execute(query).scalars():
        for name, began, ended in episode_times(handoff.queued_at, handoff.claimed_at, handoff.closed_at):
            seconds = max(0.0, (ended - began).total_seconds())
            where = {
                "day": day_of(handoff.queued_at),
                "name": name.value,
                "key": span(seconds),
                "channel": conversation.channel,
                "region": handoff.region or "",
            }
            row = rows.setdefault(tuple(where.values()), {**where, "count": 0, "total": 0})
            row["count"] += 1
            row["total"] += round(seconds)
    add_counts(session, [rows[key] for key in sorted(rows)])


def episode_times(
    queued_at: datetime, claimed_at: datetime | None, closed_at: datetime | None
) -> Iterator[tuple[Count, datetime, datetime]]:
    """How long an episode waited for a person, and how long a person had it."""
    if claimed_at is not None:
        yield Count.WAITED, queued_at, claimed_at
        if closed_at is not None:
            yield Count.HANDLED, claimed_at, closed_at
