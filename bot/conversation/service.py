"""`Conversations.receive`: the one way every message of every channel goes."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

import structlog

from bot.channels.cleaning import clean_text
from bot.channels.message import (
    ChannelName,
    Deliver,
    Incoming,
    Outcome,
    Reply,
    Turn,
)
from bot.content import FrontWords
from bot.conversation.answering import Answered, Answering
from bot.conversation.delivering import Delivering, again, stored_reply
from bot.conversation.identity import kept_id, pseudonym
from bot.conversation.order import SharedLock, Ticket, Turnstile, WaitedTooLong
from bot.conversation.rasa import Failure, RasaClient, RasaFailed
from bot.conversation.timing import Clock, TurnRules
from bot.desk.triggers import TurnEnded
from bot.desk.turn import Turn as DeskTurn
from bot.desk.turns import DeskTurns
from bot.errors import BangbanError
from bot.masking import mask
from bot.store import (
    Arrival,
    Contact,
    ConversationStore,
    MessageState,
    StoredMessage,
    Unfinished,
)

log = structlog.get_logger(__name__)

_RESUMED_AT_ONCE = 8
_NOBODY = 3
"""Times the longest turn after which a message that a channel should have taken up is given up."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A stored message on its way to an answer."""

    arrival: Arrival
    text: str
    key: str
    own: tuple[Reply, ...] | None = None
    also: tuple[Reply, ...] = ()
    is_unreadable: bool = False


class Conversations:
    """Receives messages, has them answered, stores and delivers the replies."""

    def __init__(
        self,
        store: ConversationStore,
        rasa: RasaClient,
        words: FrontWords,
        rules: TurnRules,
        lock: SharedLock,
        desk: DeskTurns,
        resuming: Sequence[ChannelName] = (),
    ) -> None:
        """`resuming`: channels that call `resume` at start, so that nothing of theirs is marked then."""
        self._store = store
        self._rasa = rasa
        self._rules = rules
        self._lock = lock
        self._desk = desk
        self._answering = Answering(rasa, words, rules)
        self._delivering = Delivering(store, desk)
        self._turnstile = Turnstile()
        self._resuming = tuple(resuming)
        self._started = datetime.now(UTC)

    async def receive(
        self,
        incoming: Incoming,
        deliver: Deliver,
        stored: Callable[[Arrival], None] | None = None,
    ) -> Turn:
        """Answer a message and hand the replies to `deliver`; `stored` is called before that is begun.

        A duplicate is never answered anew: it gets the replies of the first copy, once they are there.
        Raises BangbanError only when the message could not be stored.
        """
        sender = pseudonym(self._rules.salt, incoming.channel, incoming.sender)
        key = f"{incoming.channel}-{sender}"
        cleaned = clean_text(incoming.text)
        masked = mask(cleaned)
        ticket = self._turnstile.join(key)
        try:
            arrival = await self._store.receive(
                incoming.channel,
                sender,
                None if incoming.external_id is None else kept_id(incoming.external_id),
                masked.text,
                masked.found,
                Contact(incoming.address, incoming.region, incoming.language, incoming.large_print),
                None if incoming.own is None else [reply.public() for reply in incoming.own],
                self._desk.sealed(cleaned),
            )
            if arrival.fresh:
                self._desk.arrived(arrival)
            if stored is not None:
                stored(arrival)
            if arrival.fresh or await self._store.reopen(arrival.message_id):
                asked = _Asked(arrival, masked.text, key, incoming.own, incoming.also, incoming.is_unreadable)
                return await self._in_order(asked, ticket, deliver, can_push=incoming.address is not None)
        finally:
            ticket.leave()
        turn = await self._first_copy(arrival)
        await self._delivering.deliver(turn, deliver, _followed(arrival))
        return turn

    async def history(
        self, channel: ChannelName, sender: str, *, after_seq: int = 0
    ) -> tuple[StoredMessage, ...]:
        """What was said with a person on a channel after a place in the conversation, oldest first."""
        return await self._store.messages(
            channel, pseudonym(self._rules.salt, channel, sender), after_seq=after_seq
        )

    async def erase(self, channel: ChannelName, sender: str) -> int:
        """Delete all we hold of a person on a channel, after the turns under way; out: how many messages.

        Rasa's memory of the conversation goes with it, at once or when Rasa is there again.
        """
        return await self.erase_kept(channel, self.name_of(channel, sender))

    async def erase_kept(self, channel: str, name: str) -> int:
        """The same for a person we know by pseudonym alone, as staff do."""
        async with self._turn_of(f"{channel}-{name}"):
            count = await self._store.erase(channel, name, tracker=f"{channel}-{name}")
        self._desk.erased()
        await self.erase_trackers()
        return count

    async def hand_over(self, channel: ChannelName, sender: str, deliver: Deliver) -> None:
        """Have `deliver` hand over what it knows to wait for a person, after the turns under way."""
        name = self.name_of(channel, sender)
        async with self._turn_of(f"{channel}-{name}"):
            standing = await self._store.standing(channel, name)
            await self._delivering.deliver(
                Turn(0, ()), deliver, standing.conversation_id if standing else None
            )

    async def push(
        self, channel: str, name: str, messages: tuple[StoredMessage, ...], deliver: Deliver, *, in_turn: bool
    ) -> None:
        """Hand over messages that answer none of the person's, and record what became of them.

        In: the person's pseudonym. `in_turn`: after the turns under way, so that nothing overtakes them.
        """
        turn = Turn(0, tuple(map(stored_reply, messages)))
        if not in_turn:
            await self._delivering.deliver(turn, deliver)
            return
        async with self._turn_of(f"{channel}-{name}"):
            await self._delivering.deliver(turn, deliver)

    async def not_reachable(self, messages: tuple[StoredMessage, ...], reason: str) -> None:
        """Note that messages wait for the person."""
        await self._store.undelivered([message.id for message in messages], reason)

    @contextlib.asynccontextmanager
    async def _turn_of(self, key: str) -> AsyncIterator[None]:
        """Inside, no other turn of a conversation runs; unless one does not end, then it is not waited for."""
        ticket = self._turnstile.join(key)
        try:
            async with contextlib.AsyncExitStack() as held:
                with contextlib.suppress(WaitedTooLong):
                    await ticket.wait(self._rules.wait_s)
                    lock = self._lock.hold(key, wait_s=self._rules.wait_s, longest_s=self._rules.held_s)
                    await held.enter_async_context(lock)
                yield
        finally:
            ticket.leave()

    async def erase_trackers(self) -> None:
        """Have Rasa forget the conversations that are deleted here."""
        for tracker in await self._store.erasures():
            try:
                await self._rasa.forget(tracker)
            except RasaFailed as failed:
                log.warning("rasa_forgets_later", failure=failed.failure.value)
                return
            await self._store.erased(tracker)

    def name_of(self, channel: ChannelName, sender: str) -> str:
        """The pseudonym under which a person is kept."""
        return pseudonym(self._rules.salt, channel, sender)

    async def mark_unfinished(self, *, alone: bool) -> int:
        """Mark the messages a stopped process left behind. `alone`: no other front runs on this store."""
        age = timedelta(0) if alone else timedelta(seconds=self._rules.longest_s)
        now = datetime.now(UTC)
        count = await self._store.fail_unfinished(now - age, but=self._resuming)
        if not alone:  # nobody has taken these up
            count += await self._store.fail_unfinished(now - _NOBODY * age)
        if count:
            log.warning("unfinished_messages_marked", count=count)
        return count

    async def resume(self, channel: ChannelName, deliver_to: Callable[[str], Deliver], *, alone: bool) -> int:
        """Go on with what a stopped process left behind on a channel that reaches people by address.

        `deliver_to` makes the delivery to an address. `alone`: no other front runs on this store, so that
        all from before this one's start was left behind.
        Out: how many messages were taken up.
        """
        age = timedelta(seconds=self._rules.longest_s)
        since = self._started if alone else datetime.now(UTC) - age
        found = await self._store.unfinished(channel, since)
        left = [message for message in found if await self._store.take(message.message_id, since)]
        if left:
            log.warning("unfinished_messages_resumed", channel=channel, count=len(left))
        at_once = asyncio.Semaphore(_RESUMED_AT_ONCE)

        async def one(message: Unfinished, ticket: Ticket) -> None:
            try:
                async with at_once:
                    await self._resume(message, ticket, deliver_to(message.address), channel)
            except BangbanError as error:
                log.error("not_resumed", message_id=message.message_id, code=error.code)
            finally:
                ticket.leave()

        tickets = [(message, self._turnstile.join(f"{channel}-{message.sender}")) for message in left]
        await asyncio.gather(*(one(message, ticket) for message, ticket in tickets))
        return len(left)

    async def _resume(
        self, message: Unfinished, ticket: Ticket, deliver: Deliver, channel: ChannelName
    ) -> None:
        if message.answered:
            await ticket.wait(self._rules.wait_s)
            turn = again(await self._store.exchange(message.message_id))
            await self._delivering.deliver(turn, deliver, message.conversation_id)
            return
        arrival = Arrival(message.message_id, message.conversation_id, fresh=True)
        own = None if message.own is None else tuple(Reply.read(payload) for payload in message.own)
        asked = _Asked(arrival, message.text, f"{channel}-{message.sender}", own)
        await self._in_order(asked, ticket, deliver)

    async def _in_order(
        self, asked: _Asked, ticket: Ticket, deliver: Deliver, *, can_push: bool = True
    ) -> Turn:
        """Wait for the sender's turns before this one; then answer, store and deliver.

        `can_push`: the channel reaches the person at any time. Else what staff said meanwhile is handed over
        now, before the answer.
        """
        clock = Clock()
        try:
            await ticket.wait(self._rules.wait_s)
            async with self._lock.hold(asked.key, wait_s=self._rules.wait_s, longest_s=self._rules.held_s):
                clock.lap("wait")
                turn = await self._settled(asked, clock)
                if not can_push:
                    waited = await self._store.take_waiting(asked.arrival.conversation_id)
                    turn = replace(turn, replies=(*map(stored_reply, waited), *turn.replies))
                await self._delivering.deliver(turn, deliver, _followed(asked.arrival))
        except WaitedTooLong:
            clock.lap("wait")
            answered = self._answering.own_words("busy", Outcome.FAILED, None, {"failure": "busy"})
            turn = await self._stored(asked, answered, clock, is_ours=False)
            await self._delivering.deliver(turn, deliver, _followed(asked.arrival))
        return turn

    async def _settled(self, asked: _Asked, clock: Clock) -> Turn:
        """Answer and store: the desk answers what is its to answer, the bot the rest."""
        state = await self._store.state(asked.arrival.conversation_id, asked.arrival.message_id)
        if asked.own is None and self._desk.is_ours(state, asked.text):
            turn = await self._store_replies(
                asked, Answered((), "front", None, {"route": "desk"}), clock, True
            )
            if turn is not None:
                return turn
            state = await self._store.state(asked.arrival.conversation_id)
        if asked.own is None:
            answered = await self._answering.answer(asked.arrival.message_id, asked.text, asked.key, state)
            answered = replace(answered, replies=(*answered.replies, *asked.also))
        else:
            answered = Answered(asked.own, "front", None, {"route": "channel"})
        clock.lap("answer")
        return await self._stored(asked, answered, clock, is_ours=False)

    async def _stored(self, asked: _Asked, answered: Answered, clock: Clock, *, is_ours: bool) -> Turn:
        turn = await self._store_replies(asked, answered, clock, is_ours)
        assert turn is not None, "only a message that was the desk's is answered in another way"
        return turn

    async def _store_replies(
        self, asked: _Asked, answered: Answered, clock: Clock, is_ours: bool
    ) -> Turn | None:
        """Store what is said, on which the desk has the last word. None: the bot is to answer after all."""
        arrival = asked.arrival
        at_desk = DeskTurn(
            arrival,
            asked.text,
            is_ours=is_ours,
            is_unreadable=asked.is_unreadable,
            is_own=asked.own is not None,
            ended=self._ended(asked.text, answered),
        )
        rows = await self._store.answer(
            arrival.message_id,
            answered.to_store(),
            answered.after,
            timings=clock.laps,
            settle=lambda session, conversation, said: self._desk.settle(
                session, conversation, at_desk, said
            ),
        )
        if rows is None:
            return None
        self._desk.settled(at_desk)
        log.info(
            "turn",
            message_id=arrival.message_id,
            conversation=arrival.conversation_id,
            outcome=[row.outcome for row in rows],
            guide=rows[0].guide_id if rows else None,
            failure=answered.why.get("failure"),
            detail=answered.why.get("detail") or None,
            ms=clock.laps,
        )
        with_person = at_desk.is_silent and not rows
        return Turn(arrival.message_id, tuple(map(stored_reply, rows)), with_person=with_person)

    def _ended(self, text: str, answered: Answered) -> TurnEnded:
        """What the turn came to, as the desk must know it."""
        failure = answered.why.get("failure")
        handoff = next((reply.handoff for reply in answered.replies if reply.handoff), None)
        if failure is not None and self._desk.asks_for_person(text):
            handoff = "asked"
        return TurnEnded(
            tuple(reply.outcome.value for reply in answered.replies),
            handoff,
            broken=failure is not None and failure not in (Failure.TIMEOUT.value, "busy"),
        )

    async def _first_copy(self, arrival: Arrival) -> Turn:
        """The replies of the first copy of a duplicate, waiting for them while it is being worked on."""
        give_up = time.monotonic() + self._rules.wait_s + self._rules.deadline_s
        pause = 0.05
        while True:
            exchange = await self._store.exchange(arrival.message_id)
            if exchange.question.state is not MessageState.PENDING or time.monotonic() > give_up:
                return again(exchange)
            await asyncio.sleep(pause)
            pause = min(2 * pause, 0.4)


def _followed(arrival: Arrival) -> int | None:
    """The conversation of a message, when people at the desk have it."""
    return arrival.conversation_id if arrival.owner.is_with_people else None
