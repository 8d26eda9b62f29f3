"""The messages of a conversation, a page at a time, for staff who follow it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from bot.store.database import Database
from bot.store.desk_tables import DeskNoteRecord, HandoffRecord
from bot.store.desk_values import DeskNote
from bot.store.rows import stored_message
from bot.store.states import Direction, MessageState, Owner
from bot.store.tables import Conversation, Message
from bot.store.values import StoredMessage


@dataclass(frozen=True, slots=True)
class Holding:
    """Who has a conversation, and whose queue it is or was in, by its newest episode."""

    owner: Owner
    agent_id: int | None
    team_id: int | None
    is_handed_over: bool
    """Whether there ever was an episode."""


@dataclass(frozen=True, slots=True)
class News:
    """What is new in a conversation for somebody who follows it."""

    holding: Holding
    said: tuple[StoredMessage, ...]
    """After the place asked for, in order; at most as many as were asked for."""
    again: tuple[StoredMessage, ...]
    """Those at the places asked for, as they are now."""
    notes: tuple[DeskNote, ...]
    """After the one asked for."""


class ChatMessages:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def newest(
        self, conversation_id: int, most: int, *, before: int | None = None
    ) -> tuple[StoredMessage, ...]:
        """The last messages of a conversation, or the last before a place in it, in order."""
        query = _of(conversation_id).order_by(Message.seq.desc()).limit(most)
        found = await self._read(query if before is None else query.where(Message.seq < before))
        return tuple(reversed(found))

    async def after(self, conversation_id: int, place: int, most: int) -> tuple[StoredMessage, ...]:
        """The first messages after a place, in order."""
        return await self._read(_after(conversation_id, place, most))

    async def one(self, conversation_id: int, message_id: int) -> StoredMessage | None:
        """A message of this conversation by its id; None when it is none of it."""
        found = await self._read(_of(conversation_id).where(Message.id == message_id))
        return found[0] if found else None

    async def news(
        self, conversation_id: int, place: int, most: int, again: Collection[int] | None, note_id: int
    ) -> News | None:
        """What is new since a look before; None when there is no such conversation (any more).

        `again`: places of messages to read anew; None at the first look, for those of ours up to `place`
        that have not arrived.
        """

        def work(session: Session) -> News | None:
            holding = _holding(session, conversation_id)
            if holding is None:
                return None
            repeated = _of(conversation_id).order_by(Message.seq)
            if again is None:
                repeated = repeated.where(
                    Message.seq <= place,
                    Message.direction == Direction.OUT,
                    Message.state != MessageState.SENT,
                ).limit(most)
            else:
                repeated = repeated.where(Message.seq.in_(again))
            notes = (
                select(DeskNoteRecord)
                .where(DeskNoteRecord.conversation_id == conversation_id, DeskNoteRecord.id > note_id)
                .order_by(DeskNoteRecord.id)
            )
            return News(
                holding,
                _messages(session, _after(conversation_id, place, most)),
                _messages(session, repeated) if again is None or again else (),
                tuple(_note(row) for row in session.execute(notes).scalars()),
            )

        return await self._database.read(work)

    async def holding(self, conversation_id: int) -> Holding | None:
        """Who has a conversation; None when there is none."""
        return await self._database.read(lambda session: _holding(session, conversation_id))

    async def address(self, conversation_id: int) -> tuple[str, str] | None:
        """Channel and sender of a conversation."""
        query = select(Conversation.channel, Conversation.sender).where(Conversation.id == conversation_id)
        row = await self._database.read(lambda session: session.execute(query).one_or_none())
        return None if row is None else (row[0], row[1])

    async def _read(self, query: Select[Any]) -> tuple[StoredMessage, ...]:
        return await self._database.read(lambda session: _messages(session, query))


def _messages(session: Session, query: Select[Any]) -> tuple[StoredMessage, ...]:
    return tuple(stored_message(*row) for row in session.execute(query))


def _holding(session: Session, conversation_id: int) -> Holding | None:
    query = (
        select(Conversation.owner, HandoffRecord.agent_id, HandoffRecord.team_id, HandoffRecord.id)
        .outerjoin(HandoffRecord, HandoffRecord.conversation_id == Conversation.id)
        .where(Conversation.id == conversation_id)
        .order_by(HandoffRecord.id.desc())
        .limit(1)
    )
    row = session.execute(query).one_or_none()
    return None if row is None else Holding(row[0], row[1], row[2], row[3] is not None)


def _of(conversation_id: int) -> Select[Any]:
    query: Any = select(Message, Conversation.channel, Conversation.sender)
    joined: Select[Any] = query.join(Conversation, Conversation.id == Message.conversation_id)
    return joined.where(Message.conversation_id == conversation_id)


def _after(conversation_id: int, place: int, most: int) -> Select[Any]:
    return _of(conversation_id).where(Message.seq > place).order_by(Message.seq).limit(most)


def _note(row: DeskNoteRecord) -> DeskNote:
    return DeskNote(row.id, row.conversation_id, row.handoff_id, row.account_id, row.kind, row.text, row.at)
