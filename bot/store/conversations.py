"""Conversations and messages: what was said, by whom, how far it has come, and why it was answered so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, and_, delete, exists, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from bot.errors import NotFound
from bot.store.database import Database
from bot.store.states import RESTARTED, Direction, MessageState, Owner
from bot.store.tables import Conversation, Message
from bot.store.values import (
    Arrival,
    Contact,
    ConversationState,
    Exchange,
    NewReply,
    StoredMessage,
    Unfinished,
)

_NO_CONTACT = Contact()


class ConversationStore:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def receive(
        self,
        channel: str,
        sender: str,
        external_id: str | None,
        text: str,
        masked: Sequence[str] = (),
        contact: Contact = _NO_CONTACT,
    ) -> Arrival:
        """Store an inbound message before anything is done with it, unless its id was stored before.

        In: the sender's pseudonym, the masked text and the kinds of number masked in it, and how the
        person is reached from now on (what it leaves out stays as it was).
        """
        now = datetime.now(UTC)

        def work(session: Session) -> Arrival:
            conversation = _conversation(session, channel, sender, now)
            known = None if external_id is None else _known(session, conversation.id, external_id)
            if known is not None:
                return Arrival(message_id=known, conversation_id=conversation.id, fresh=False)
            conversation.last_seq += 1
            conversation.updated_at = now
            conversation.address = contact.address or conversation.address
            conversation.region = contact.region or conversation.region
            message = Message(
                conversation_id=conversation.id,
                seq=conversation.last_seq,
                direction=Direction.IN,
                author="citizen",
                external_id=external_id,
                text=text,
                payload={"masked": list(masked)} if masked else None,
                state=MessageState.PENDING,
                reason="",
                session=conversation.session,
                created_at=now,
                updated_at=now,
            )
            session.add(message)
            session.flush()
            return Arrival(message_id=message.id, conversation_id=conversation.id, fresh=True)

        return await self._database.write(work)

    async def state(self, conversation_id: int) -> ConversationState:
        """Who speaks, and how long the Rasa session is already."""
        query = select(
            Conversation.owner, Conversation.session, Conversation.turn, Conversation.region
        ).where(Conversation.id == conversation_id)
        owner, number, turn, region = await self._database.read(lambda session: session.execute(query).one())
        return ConversationState(owner=owner, session=number, turn=turn, region=region)

    async def answer(
        self,
        message_id: int,
        replies: Sequence[NewReply],
        after: ConversationState | None,
        *,
        timings: Mapping[str, int],
        handoff_requested: bool = False,
    ) -> tuple[StoredMessage, ...]:
        """Store the replies to a message and the state of the conversation after them (None: as it is)."""
        now = datetime.now(UTC)

        def work(session: Session) -> tuple[StoredMessage, ...]:
            message = session.get_one(Message, message_id)
            conversation = session.get_one(Conversation, message.conversation_id, with_for_update=True)
            if after is not None:
                conversation.owner = after.owner
                conversation.session = after.session
                conversation.turn = after.turn
            if handoff_requested:
                conversation.handoff_requested_at = now
            conversation.updated_at = now
            message.state = MessageState.ANSWERED
            message.reason = ""
            message.session = conversation.session
            message.updated_at = now
            rows = [
                Message(
                    **asdict(reply),
                    conversation_id=conversation.id,
                    seq=conversation.last_seq + place,
                    direction=Direction.OUT,
                    state=MessageState.PENDING,
                    reason="",
                    reply_to=message_id,
                    session=conversation.session,
                    timings=dict(timings),
                    created_at=now,
                    updated_at=now,
                )
                for place, reply in enumerate(replies, start=1)
            ]
            conversation.last_seq += len(rows)
            session.add_all(rows)
            session.flush()
            return tuple(_stored(row, conversation.channel, conversation.sender) for row in rows)

        return await self._database.write(work)

    async def claim(self, message_ids: Sequence[int]) -> frozenset[int]:
        """Take replies that nobody is handing over and nobody has; out: those that are now the caller's.

        For a channel where a second copy would reach the person: of several callers each reply goes to one.
        """
        if not message_ids:
            return frozenset()
        free = Message.id.in_(message_ids) & Message.state.in_((MessageState.PENDING, MessageState.FAILED))
        values = {"state": MessageState.SENDING, "reason": "", "updated_at": datetime.now(UTC)}
        statement = update(Message).where(free).values(**values).returning(Message.id)
        return await self._database.write(
            lambda session: frozenset(
                session.execute(statement, execution_options={"synchronize_session": False}).scalars()
            )
        )

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
        was taken up again counts from then. `but`: channels whose messages are left as they are.
        """
        resumed = select(Conversation.id).where(Conversation.channel.in_(but))
        unfinished = and_(
            Message.state.in_((MessageState.PENDING, MessageState.SENDING)),
            Message.updated_at < older_than,
            Message.conversation_id.not_in(resumed),
        )
        return await self._mark(unfinished, MessageState.FAILED, RESTARTED)

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
                )
                for row, sender, address in session.execute(query)
            )
        )

    async def erase(self, channel: str, sender: str) -> int:
        """Delete all that is stored of a person on a channel; out: how many messages that was."""
        query = select(Conversation).where(Conversation.channel == channel, Conversation.sender == sender)

        def work(session: Session) -> int:
            found = session.execute(query.with_for_update()).scalar_one_or_none()
            if found is None:
                return 0
            of_person = Message.conversation_id == found.id
            count = session.execute(select(func.count()).where(of_person)).scalar_one()
            session.execute(delete(Message).where(of_person))
            session.delete(found)
            return count

        return await self._database.write(work)

    async def reopen(self, message_id: int) -> bool:
        """Take up again a message that a restart left unanswered. True for one caller only."""
        left = (
            (Message.id == message_id)
            & (Message.direction == Direction.IN)
            & (Message.state == MessageState.FAILED)
            & (Message.reason == RESTARTED)
        )
        return await self._mark(left, MessageState.PENDING, "") == 1

    async def exchange(self, message_id: int) -> Exchange:
        """The message and the replies to it, whichever of them the id names. NotFound without one."""

        def work(session: Session) -> list[StoredMessage]:
            named = session.get(Message, message_id)
            root = None if named is None else named.reply_to or named.id
            one = aliased(Message)
            query = (
                select(one, Conversation.channel, Conversation.sender)
                .join(Conversation, Conversation.id == one.conversation_id)
                .where((one.id == root) | (one.reply_to == root))
                .order_by(one.seq)
            )
            return [_stored(*row) for row in session.execute(query)] if root else []

        found = await self._database.read(work)
        if not found:
            raise NotFound(f"There is no message {message_id}.", mend="Check the id of the message.")
        return Exchange(question=found[0], replies=tuple(found[1:]))

    async def messages(self, channel: str, sender: str, *, after_seq: int = 0) -> tuple[StoredMessage, ...]:
        """What was said in a conversation after a place in it, in order."""
        query = (
            select(Message, Conversation.channel, Conversation.sender)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Conversation.channel == channel, Conversation.sender == sender, Message.seq > after_seq)
            .order_by(Message.seq)
        )
        return await self._database.read(
            lambda session: tuple(_stored(*row) for row in session.execute(query))
        )

    async def _mark(self, which: ColumnElement[bool], state: MessageState, reason: str) -> int:
        """Set the state of messages; out: how many."""
        values = {"state": state, "reason": reason, "updated_at": datetime.now(UTC)}
        statement = update(Message).where(which).values(**values).returning(Message.id)
        return await self._database.write(
            lambda session: len(
                session.execute(statement, execution_options={"synchronize_session": False}).all()
            )
        )


def _conversation(session: Session, channel: str, sender: str, now: datetime) -> Conversation:
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


def _known(session: Session, conversation_id: int, external_id: str) -> int | None:
    """The message stored under the channel's id, if there is one."""
    query = select(Message.id).where(
        Message.conversation_id == conversation_id,
        Message.direction == Direction.IN,
        Message.external_id == external_id,
    )
    return session.execute(query).scalar_one_or_none()


def _stored(message: Message, channel: str, sender: str) -> StoredMessage:
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
