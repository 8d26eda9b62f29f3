"""How far messages have come: who hands over which reply, what arrived, and what a stopped process left behind."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, exists, select, update
from sqlalchemy.orm import aliased

from bot.store.database import Database
from bot.store.rows import can_be_sent_again, own_replies, stored_message
from bot.store.states import ARRIVAL_UNKNOWN, RESPONSE_UNKNOWN, RESTARTED, Direction, MessageState
from bot.store.tables import Conversation, Message
from bot.store.values import StoredMessage, Unfinished


class Deliveries:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take_waiting(self, conversation_id: int) -> tuple[StoredMessage, ...]:
        """Claim what was said to a person who can only be reached in a request of theirs, oldest first."""
        query = (
            select(Message, Conversation.channel, Conversation.sender)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(
                Message.conversation_id == conversation_id,
                Message.direction == Direction.OUT,
                Message.reply_to.is_(None),
                can_be_sent_again() | (Message.state == MessageState.PENDING),
            )
            .order_by(Message.seq)
        )
        found = await self._database.read(
            lambda session: tuple(stored_message(*row) for row in session.execute(query))
        )
        mine = await self.claim([row.id for row in found]) if found else frozenset()
        return tuple(row for row in found if row.id in mine)

    async def waiting(self, channel: str, sender: str, since: datetime) -> tuple[StoredMessage, ...]:
        """Replies since a time that the person does not have and may still be given, oldest first."""
        query = (
            select(Message, Conversation.channel, Conversation.sender)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(
                Conversation.channel == channel,
                Conversation.sender == sender,
                Message.direction == Direction.OUT,
                Message.created_at >= since,
                can_be_sent_again(),
            )
            .order_by(Message.seq)
        )
        return await self._database.read(
            lambda session: tuple(stored_message(*row) for row in session.execute(query))
        )

    async def claim(
        self, message_ids: Sequence[int], *, in_response: bool = False, repeated: bool = False
    ) -> frozenset[int]:
        """Take replies that nobody is handing over and nobody has; out: those that are now the caller's.

        For a channel where a second copy would reach the person: of several callers each reply goes to one.
        `in_response`: they are written into an open request of the channel. `repeated`: the channel made
        that request again, which tells that what was written into the one before has not arrived.
        """
        if not message_ids:
            return frozenset()
        again = can_be_sent_again()
        if repeated:
            again |= (Message.state == MessageState.FAILED) & (Message.reason == RESPONSE_UNKNOWN)
        free = Message.id.in_(message_ids) & ((Message.state == MessageState.PENDING) | again)
        reason = RESPONSE_UNKNOWN if in_response else ""
        values = {"state": MessageState.SENDING, "reason": reason, "updated_at": datetime.now(UTC)}
        statement = update(Message).where(free).values(**values).returning(Message.id)
        return await self._database.write(
            lambda session: frozenset(
                session.execute(statement, execution_options={"synchronize_session": False}).scalars()
            )
        )

    async def no_response(self, message_ids: Sequence[int]) -> None:
        """Replies claimed for a response are handed over in another way after all."""
        if message_ids:
            in_hand = Message.id.in_(message_ids) & (Message.state == MessageState.SENDING)
            await self._mark(in_hand, MessageState.SENDING, "")

    async def delivered(self, message_ids: Sequence[int]) -> None:
        """The channel took these replies."""
        if message_ids:
            await self._mark(Message.id.in_(message_ids), MessageState.SENT, "")

    async def undelivered(self, message_ids: Sequence[int], reason: str) -> None:
        """The channel did not take these replies; a reply sent before stays sent."""
        if message_ids:
            unsent = Message.id.in_(message_ids) & (Message.state != MessageState.SENT)
            await self._mark(unsent, MessageState.FAILED, reason[:200])

    async def fail_unfinished(self, older_than: datetime, *, but: Sequence[str] = ()) -> int:
        """Mark what a process left behind when it ended; out: how many messages.

        A citizen's message nothing answered, or a reply that was not handed over, becomes
        `failed(restarted)`: staff can see it, and it is worked on again if the channel repeats it. One that
        was taken up again counts from then. `but`: channels whose messages are left as they are, save for a
        reply that was being handed over: whether it arrived cannot be known.
        """
        resumed = select(Conversation.id).where(Conversation.channel.in_(but))
        unfinished = and_(
            Message.state == MessageState.PENDING,
            Message.updated_at < older_than,
            Message.conversation_id.not_in(resumed),
        )
        in_hand = and_(Message.state == MessageState.SENDING, Message.updated_at < older_than)
        in_response = Message.reason == RESPONSE_UNKNOWN
        left = await self._mark(unfinished, MessageState.FAILED, RESTARTED)
        left += await self._mark(in_hand & in_response, MessageState.FAILED, RESPONSE_UNKNOWN)
        return left + await self._mark(in_hand, MessageState.FAILED, ARRIVAL_UNKNOWN)

    async def unfinished(self, channel: str, older_than: datetime) -> tuple[Unfinished, ...]:
        """Messages of a channel that can reach people, left behind by a stopped process, oldest first.

        Those nothing answered, and those with a reply nobody began to hand over. A reply that was being
        handed over is not among them: whether it arrived cannot be known.
        """
        one, reply = aliased(Message), aliased(Message)
        unsent = exists().where((reply.reply_to == one.id) & (reply.state == MessageState.PENDING))
        left = (one.state == MessageState.PENDING) | ((one.state == MessageState.ANSWERED) & unsent)
        query = (
            select(one, Conversation.sender, Conversation.address)
            .join(Conversation, Conversation.id == one.conversation_id)
            .where(
                Conversation.channel == channel,
                Conversation.address.is_not(None),
                one.direction == Direction.IN,
                one.updated_at < older_than,
                left,
            )
            .order_by(one.conversation_id, one.seq)
        )
        return await self._database.read(
            lambda session: tuple(
                Unfinished(
                    conversation_id=row.conversation_id,
                    message_id=row.id,
                    sender=sender,
                    address=address or "",
                    text=row.text,
                    answered=row.state is MessageState.ANSWERED,
                    own=own_replies(row.payload),
                )
                for row, sender, address in session.execute(query)
            )
        )

    async def take(self, message_id: int, older_than: datetime) -> bool:
        """Take up an unfinished message; True for one caller only. It counts as begun from now on."""
        left = (Message.id == message_id) & (Message.updated_at < older_than)
        values = {"updated_at": datetime.now(UTC)}
        statement = update(Message).where(left).values(**values).returning(Message.id)
        return await self._database.write(
            lambda session: (
                session.execute(statement, execution_options={"synchronize_session": False}).first()
                is not None
            )
        )

    async def reopen(self, message_id: int) -> bool:
        """Take up again a message that a restart left unanswered. True for one caller only."""
        left = (
            (Message.id == message_id)
            & (Message.direction == Direction.IN)
            & (Message.state == MessageState.FAILED)
            & (Message.reason == RESTARTED)
        )
        return await self._mark(left, MessageState.PENDING, "") == 1

    async def _mark(self, which: ColumnElement[bool], state: MessageState, reason: str) -> int:
        """Set the state of messages; out: how many."""
        values = {"state": state, "reason": reason, "updated_at": datetime.now(UTC)}
        statement = update(Message).where(which).values(**values).returning(Message.id)
        return await self._database.write(
            lambda session: len(
                session.execute(statement, execution_options={"synchronize_session": False}).all()
            )
        )
