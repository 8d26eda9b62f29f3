"""Conversations and messages: what was said, by whom, and why it was answered so. How far it has come: `deliveries`."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session, aliased

from bot.errors import NotFound
from bot.store.deliveries import Deliveries
from bot.store.desk_tables import HandoffRecord
from bot.store.desk_values import HandoffState
from bot.store.review_erasing import forget_conversation
from bot.store.rows import conversation_of, known_message, stored_message
from bot.store.states import Direction, MessageState, Owner
from bot.store.tables import Conversation, Erasure, Message
from bot.store.values import (
    Arrival,
    Contact,
    ConversationState,
    Exchange,
    NewReply,
    Sealed,
    Standing,
    StoredMessage,
)

_NO_CONTACT = Contact()

Settle = Callable[[Session, Conversation, Sequence[NewReply]], Sequence[NewReply] | None]
"""Decides in the transaction that stores the replies to a message what of them is said."""


class ConversationStore(Deliveries):
    """Every method is one transaction."""

    async def receive(
        self,
        channel: str,
        sender: str,
        external_id: str | None,
        text: str,
        masked: Sequence[str] = (),
        contact: Contact = _NO_CONTACT,
        own: Sequence[Mapping[str, Any]] | None = None,
        sealed: Sealed | None = None,
    ) -> Arrival:
        """Store an inbound message before anything is done with it, unless its id was stored before.

        In: the sender's pseudonym, the masked text and the kinds of number masked in it, how the person is
        reached from now on (what it leaves out stays as it was), the replies the channel gives by itself,
        kept so that they are still known when this process ends, and a contact in it: that is kept when the
        citizen is leaving a message, else let go.
        """
        now = datetime.now(UTC)
        kept = ({"masked": list(masked)} if masked else {}) | ({} if own is None else {"own": list(own)})

        def work(session: Session) -> Arrival:
            conversation = conversation_of(session, channel, sender, now)
            known = None if external_id is None else known_message(session, conversation.id, external_id)
            if known is not None:
                return Arrival(known.id, conversation.id, False, known.seq, conversation.owner)
            conversation.last_seq += 1
            conversation.updated_at = now
            conversation.address = contact.address or conversation.address
            conversation.region = contact.region or conversation.region
            conversation.language = contact.language or conversation.language
            if contact.large_print is not None:
                conversation.large_print = contact.large_print
            is_left = sealed is not None and conversation.leaving is not None
            payload = kept | ({"contact": dict(sealed.contact)} if sealed and is_left else {})
            message = Message(
                conversation_id=conversation.id,
                seq=conversation.last_seq,
                direction=Direction.IN,
                author="citizen",
                external_id=external_id,
                text=sealed.text if sealed and is_left else text,
                payload=payload or None,
                state=MessageState.PENDING,
                reason="",
                session=conversation.session,
                created_at=now,
                updated_at=now,
            )
            session.add(message)
            if conversation.owner in (Owner.QUEUED, Owner.HUMAN):
                _citizen_wrote(session, conversation.id, now)
            session.flush()
            return Arrival(message.id, conversation.id, True, message.seq, conversation.owner)

        return await self._database.write(work)

    async def tell_region(self, channel: str, sender: str, region: str) -> None:
        """The channel learnt where a person is who has written before."""
        here = (Conversation.channel == channel) & (Conversation.sender == sender)
        statement = update(Conversation).where(here).values(region=region)
        await self._database.write(lambda session: session.execute(statement))

    async def state(self, conversation_id: int, message_id: int = 0) -> ConversationState:
        """Who speaks, how long the Rasa session is already, and what the message at hand has for the desk."""

        def work(session: Session) -> ConversationState:
            row = session.get_one(Conversation, conversation_id)
            message = session.get(Message, message_id)
            contact = (message.payload or {}).get("contact") if message else None
            return ConversationState(row.owner, row.session, row.turn, row.region, row.leaving, contact)

        return await self._database.read(work)

    async def standing(self, channel: str, sender: str) -> Standing | None:
        """Where a conversation stands; None before its first message."""
        query = select(Conversation.id, Conversation.owner, Conversation.last_seq).where(
            Conversation.channel == channel, Conversation.sender == sender
        )
        row = await self._database.read(lambda session: session.execute(query).one_or_none())
        return None if row is None else Standing(*row)

    async def answer(
        self,
        message_id: int,
        replies: Sequence[NewReply],
        after: ConversationState | None,
        *,
        timings: Mapping[str, int],
        settle: Settle | None = None,
    ) -> tuple[StoredMessage, ...] | None:
        """Store the replies to a message and the Rasa session after them (None: as it is).

        `settle` has the last word on what is said, in this transaction and with the conversation locked.
        Out: None when it wants the message answered in another way; then no reply is stored.
        """
        now = datetime.now(UTC)

        def work(session: Session) -> tuple[StoredMessage, ...] | None:
            message = session.get_one(Message, message_id)
            conversation = session.get_one(Conversation, message.conversation_id, with_for_update=True)
            said = replies if settle is None else settle(session, conversation, replies)
            if said is None:
                return None
            if after is not None:
                conversation.session = after.session
                conversation.turn = after.turn
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
                for place, reply in enumerate(said, start=1)
            ]
            conversation.last_seq += len(rows)
            session.add_all(rows)
            session.flush()
            return tuple(stored_message(row, conversation.channel, conversation.sender) for row in rows)

        return await self._database.write(work)

    async def is_answering(self, channel: str, sender: str) -> bool:
        """Whether a message of the person is being worked on."""
        query = (
            select(Message.id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(
                Conversation.channel == channel,
                Conversation.sender == sender,
                Message.direction == Direction.IN,
                Message.state == MessageState.PENDING,
            )
            .limit(1)
        )
        return await self._database.read(lambda session: session.execute(query).first() is not None)

    async def erase(self, channel: str, sender: str, tracker: str) -> int:
        """Delete all that is stored of a person on a channel; out: how many messages that was.

        `tracker`: name of the person's conversation with Rasa, noted so that it is deleted as well.
        """
        query = select(Conversation).where(Conversation.channel == channel, Conversation.sender == sender)

        def work(session: Session) -> int:
            if session.get(Erasure, tracker) is None:
                session.add(Erasure(tracker=tracker, created_at=datetime.now(UTC)))
            found = session.execute(query.with_for_update()).scalar_one_or_none()
            if found is None:
                return 0
            forget_conversation(session, found)
            of_person = Message.conversation_id == found.id
            count = session.execute(select(func.count()).where(of_person)).scalar_one()
            session.execute(delete(Message).where(of_person))
            session.delete(found)
            return count

        return await self._database.write(work)

    async def erasures(self) -> tuple[str, ...]:
        """Names of conversations Rasa is still to forget, oldest first."""
        query = select(Erasure.tracker).order_by(Erasure.created_at).limit(1000)
        return await self._database.read(lambda session: tuple(session.execute(query).scalars()))

    async def erased(self, tracker: str) -> None:
        """Rasa has forgotten it."""
        statement = delete(Erasure).where(Erasure.tracker == tracker)
        await self._database.write(lambda session: session.execute(statement))

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
            return [stored_message(*row) for row in session.execute(query)] if root else []

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
            lambda session: tuple(stored_message(*row) for row in session.execute(query))
        )


def _citizen_wrote(session: Session, conversation_id: int, now: datetime) -> None:
    """From now on somebody owes the citizen an answer."""
    is_open = (HandoffRecord.conversation_id == conversation_id) & (
        HandoffRecord.state != HandoffState.CLOSED
    )
    session.execute(update(HandoffRecord).where(is_open).values(last_citizen_at=now))
