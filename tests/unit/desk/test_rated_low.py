"""A low grade for an episode with a person is noted with it, on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store import Database, RatingStore
from bot.store.desk_rated import RATED_LOW
from bot.store.desk_tables import HandoffEventRecord, HandoffRecord
from bot.store.desk_values import HandoffState, Trigger
from bot.store.ratings import Grade
from bot.store.states import Direction, MessageState, Owner
from bot.store.tables import Conversation, Message
from tests.unit.staff.conftest import database, database_url

__all__ = ["database", "database_url"]

NOW = datetime.now(UTC)


async def episode(
    database: Database, *, state: HandoffState | None, closed: timedelta = timedelta(minutes=1)
) -> dict[str, int]:
    """A conversation with an answer of the bot's, one of staff's, and an episode; out: ids by name."""

    def work(session: Session) -> dict[str, int]:
        owner = Owner(state.value) if state else Owner.BOT
        conversation = Conversation(
            channel="widget",
            sender="s",
            owner=owner,
            session=1,
            turn=1,
            last_seq=2,
            created_at=NOW,
            updated_at=NOW,
        )
        session.add(conversation)
        session.flush()
        ids = {}
        for seq, author in enumerate(("bot", "li"), start=1):
            message = Message(
                conversation_id=conversation.id,
                seq=seq,
                direction=Direction.OUT,
                author=author,
                text="…",
                state=MessageState.SENT,
                reason="",
                session=1,
                created_at=NOW,
                updated_at=NOW,
            )
            session.add(message)
            session.flush()
            ids[author] = message.id
        if state is not None:
            record = HandoffRecord(
                conversation_id=conversation.id,
                state=state,
                trigger=Trigger.ASKED,
                reason="",
                priority=0,
                language="zh",
                department="",
                matter="",
                packet={},
                queued_at=NOW - timedelta(minutes=9) - closed,
                closed_at=NOW - closed if state is HandoffState.CLOSED else None,
                result="",
            )
            session.add(record)
            session.flush()
            ids["handoff"] = record.id
        return ids

    return await database.write(work)


async def noted(database: Database) -> list[tuple[int | None, dict[str, Any]]]:
    query = select(HandoffEventRecord).where(HandoffEventRecord.event == RATED_LOW)
    return await database.read(
        lambda session: [(row.handoff_id, row.detail) for row in session.execute(query).scalars()]
    )


@pytest.mark.parametrize(
    ("grade", "of", "state", "is_noted"),
    [
        (Grade.VERY_DISSATISFIED, None, HandoffState.CLOSED, True),
        (Grade.DISSATISFIED, "li", HandoffState.CLOSED, True),
        (Grade.DISSATISFIED, "bot", HandoffState.CLOSED, False),
        (Grade.FAIRLY_SATISFIED, None, HandoffState.CLOSED, False),
        (Grade.VERY_DISSATISFIED, None, HandoffState.HUMAN, False),
        (Grade.VERY_DISSATISFIED, None, None, False),
    ],
)
async def test_a_low_grade_for_the_person_is_found(
    database: Database, grade: Grade, of: str | None, state: HandoffState | None, is_noted: bool
) -> None:
    ids = await episode(database, state=state)
    ratings = RatingStore(database)
    for _ in range(2):  # changed, or given again: it is noted once
        await ratings.rate("widget", "s", grade, message_id=ids[of] if of else None)
    found = await noted(database)
    assert [handoff for handoff, _ in found] == ([ids["handoff"]] if is_noted else [])
    assert all(detail["grade"] == grade for _, detail in found)


async def test_a_grade_days_later_is_for_something_else(database: Database) -> None:
    await episode(database, state=HandoffState.CLOSED, closed=timedelta(days=2))
    await RatingStore(database).rate("widget", "s", Grade.DISSATISFIED)
    assert await noted(database) == []
