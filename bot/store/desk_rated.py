"""A low grade for an episode with a person is one of its steps, so that it is found when work is looked over.

Whoever keeps a rating need not know of it: it is noted in the same transaction.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, event, insert, select

from bot.store.desk_tables import HandoffEventRecord, HandoffRecord
from bot.store.desk_values import HandoffState
from bot.store.tables import Conversation, Message, Rating

RATED_LOW = "rated_low"
"""The event; its `detail` holds the grade and the id of the rating."""
LOW = 2
"""不满意 and 非常不满意."""
_FOR = timedelta(days=1)
"""So long after its end a grade of the whole conversation is meant for the episode."""


@event.listens_for(Rating, "after_insert")
def _note_low_grade(_mapper: Any, connection: Connection, rating: Rating) -> None:
    if rating.grade > LOW:
        return
    found = connection.execute(
        select(
            HandoffRecord.id,
            HandoffRecord.queued_at,
            HandoffRecord.closed_at,
            HandoffRecord.state,
            Conversation.owner,
        )
        .join(Conversation, Conversation.id == HandoffRecord.conversation_id)
        .where(HandoffRecord.conversation_id == rating.conversation_id)
        .order_by(HandoffRecord.id.desc())
        .limit(1)
    ).one_or_none()
    if found is None or found.state is not HandoffState.CLOSED:
        return
    if not _is_meant(connection, rating, found) or _is_noted(connection, found.id):
        return
    connection.execute(
        insert(HandoffEventRecord).values(
            handoff_id=found.id,
            conversation_id=rating.conversation_id,
            event=RATED_LOW,
            before=found.owner,
            after=found.owner,
            actor=None,
            why="",
            at=rating.created_at,
            detail={"grade": rating.grade, "rating": rating.id},
        )
    )


def _is_meant(connection: Connection, rating: Rating, episode: Any) -> bool:
    """Whether the grade is for the episode: for the conversation soon after it, or for words of staff in it."""
    if rating.message_id is None:
        return bool(rating.created_at - episode.closed_at <= _FOR)
    message = connection.execute(
        select(Message.author, Message.created_at).where(Message.id == rating.message_id)
    ).one_or_none()
    if message is None:
        return False
    return message.author not in ("bot", "front") and message.created_at >= episode.queued_at


def _is_noted(connection: Connection, handoff_id: int) -> bool:
    noted = select(HandoffEventRecord.id).where(
        HandoffEventRecord.handoff_id == handoff_id, HandoffEventRecord.event == RATED_LOW
    )
    return connection.execute(noted.limit(1)).first() is not None
