"""Ratings in the five grades of 好差评: of one answer, or of a whole conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import IntEnum

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.store import desk_rated as desk_rated
from bot.store.database import Database
from bot.store.states import Direction
from bot.store.tables import Conversation, Message, Rating


class Grade(IntEnum):
    """The grades, as the national 好差评 has them."""

    VERY_SATISFIED = 5
    SATISFIED = 4
    FAIRLY_SATISFIED = 3
    DISSATISFIED = 2
    VERY_DISSATISFIED = 1


@dataclass(frozen=True, slots=True)
class Given:
    """A rating as it is in the store."""

    message_id: int | None
    grade: Grade
    comment: str
    created_at: datetime


class RatingStore:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def rate(
        self, channel: str, sender: str, grade: Grade, *, message_id: int | None = None, comment: str = ""
    ) -> None:
        """Keep a rating in place of the one given before. In: a masked comment.

        NotFound when nothing was said yet, or the message is none of ours in this conversation.
        """

        def work(session: Session) -> None:
            found = session.execute(
                select(Conversation.id)
                .where(Conversation.channel == channel, Conversation.sender == sender)
                .with_for_update()
            ).scalar_one_or_none()
            if found is None or not _is_ours(session, found, message_id):
                raise NotFound("There is nothing to rate.", mend="Rate an answer of this conversation.")
            of_the_same = (
                Rating.message_id.is_(None) if message_id is None else Rating.message_id == message_id
            )
            session.execute(delete(Rating).where(Rating.conversation_id == found, of_the_same))
            session.add(
                Rating(
                    conversation_id=found,
                    message_id=message_id,
                    grade=int(grade),
                    comment=comment,
                    created_at=datetime.now(UTC),
                )
            )

        await self._database.write(work)

    async def given(self, channel: str, sender: str) -> tuple[Given, ...]:
        """The ratings of a conversation, oldest first."""
        query = (
            select(Rating)
            .join(Conversation, Conversation.id == Rating.conversation_id)
            .where(Conversation.channel == channel, Conversation.sender == sender)
            .order_by(Rating.id)
        )
        return await self._database.read(
            lambda session: tuple(
                Given(row.message_id, Grade(row.grade), row.comment, row.created_at)
                for row in session.execute(query).scalars()
            )
        )


def _is_ours(session: Session, conversation_id: int, message_id: int | None) -> bool:
    if message_id is None:
        return True
    message = session.get(Message, message_id)
    return (
        message is not None
        and message.conversation_id == conversation_id
        and message.direction is Direction.OUT
    )
