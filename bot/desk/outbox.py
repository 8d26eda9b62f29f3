"""Handing over what the desk says: stored first, then given to the channel, in order, each message once.

A conversation has one worker at a time. What a stopped process left is found by the clock. A channel that
cannot reach people by itself takes what waits with the person's next request.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy import select

from bot.channels.message import Deliver, NotDelivered, Turn
from bot.errors import BangbanError
from bot.store.database import Database
from bot.store.rows import stored_message
from bot.store.states import Direction, MessageState
from bot.store.tables import Conversation, Message
from bot.store.values import StoredMessage

log = structlog.get_logger(__name__)

NO_REQUEST = "no_request"
"""The reason of a message that waits for the person's next request."""
LEFT_BEHIND = timedelta(seconds=15)
"""So old a message is that nobody is handing over."""
_OTHER_FRONTS_S = 2.0

DeliverTo = Callable[[str], Deliver]


class Handing(Protocol):
    """The conversation path, as it is needed here."""

    async def push(
        self, channel: str, name: str, messages: tuple[StoredMessage, ...], deliver: Deliver, *, in_turn: bool
    ) -> None:
        """Hand over messages that answer none of the person's, and record what became of them."""

    async def not_reachable(self, messages: tuple[StoredMessage, ...], reason: str) -> None:
        """Note that messages wait."""


class Outbox:
    """In: how each channel reaches a person by the address kept with the conversation.

    `in_turn`: channels on which the order of two deliveries is the order in which they are begun, so that
    they must not overlap with a turn. `shared`: a person may be connected to another front. `told`: hears of each
    conversation in which messages were handed over, or were not.
    """

    def __init__(
        self,
        database: Database,
        handing: Handing,
        channels: Mapping[str, DeliverTo],
        *,
        in_turn: frozenset[str],
        shared: bool,
        told: Callable[[int], None],
    ) -> None:
        self._database = database
        self._handing = handing
        self._channels = channels
        self._in_turn = in_turn
        self._shared = shared
        self._told = told
        self._working: dict[int, asyncio.Task[None]] = {}
        self._again: set[int] = set()

    def kick(self, conversation_id: int) -> None:
        """There is something to hand over in a conversation."""
        if conversation_id in self._working:
            self._again.add(conversation_id)
            return
        task = asyncio.get_running_loop().create_task(self._work(conversation_id))
        self._working[conversation_id] = task
        task.add_done_callback(lambda _: self._done(conversation_id))

    async def find_left(self, now: datetime) -> int:
        """Take up what nobody is handing over; out: in how many conversations."""
        query = (
            select(Message.conversation_id)
            .where(
                Message.state == MessageState.PENDING,
                Message.created_at < now - LEFT_BEHIND,
                Message.direction == Direction.OUT,
                Message.reply_to.is_(None),
            )
            .distinct()
        )
        found = await self._database.read(lambda session: list(session.execute(query).scalars()))
        for conversation_id in found:
            self.kick(conversation_id)
        return len(found)

    async def finish(self, seconds: float) -> None:
        """Let what is under way end; the rest is taken up at the next start."""
        tasks = set(self._working.values())
        if tasks:
            _, late = await asyncio.wait(tasks, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _done(self, conversation_id: int) -> None:
        self._working.pop(conversation_id, None)
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self.kick(conversation_id)

    async def _work(self, conversation_id: int) -> None:
        try:
            await self._hand_over(conversation_id)
        except BangbanError as error:
            log.error("desk_not_handed_over", conversation=conversation_id, code=error.code)
        except Exception:  # the clock finds what is left
            log.exception("desk_not_handed_over", conversation=conversation_id)

    async def _hand_over(self, conversation_id: int) -> None:
        address, messages = await self._waiting(conversation_id)
        if not messages:
            return
        channel, name = messages[0].channel, messages[0].sender
        deliver_to = self._channels.get(channel)
        if deliver_to is None or not address:
            await self._handing.not_reachable(messages, NO_REQUEST)
            self._told(conversation_id)
            return
        deliver = deliver_to(address)
        try:
            await self._handing.push(
                channel,
                name,
                messages,
                _patient(deliver) if self._shared else deliver,
                in_turn=channel in self._in_turn,
            )
        finally:
            self._told(conversation_id)

    async def _waiting(self, conversation_id: int) -> tuple[str | None, tuple[StoredMessage, ...]]:
        query = (
            select(Message, Conversation.channel, Conversation.sender, Conversation.address)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(
                Message.conversation_id == conversation_id,
                Message.state == MessageState.PENDING,
                Message.direction == Direction.OUT,
                Message.reply_to.is_(None),
            )
            .order_by(Message.seq)
        )
        rows = await self._database.read(lambda session: session.execute(query).all())
        address = rows[0][3] if rows else None
        return address, tuple(stored_message(row[0], row[1], row[2]) for row in rows)


def _patient(deliver: Deliver) -> Deliver:
    """A person who is not connected here may be to another front, which shows it and notes so."""

    async def wait_for_others(turn: Turn) -> None:
        try:
            await deliver(turn)
        except NotDelivered:
            await asyncio.sleep(_OTHER_FRONTS_S)
            raise

    return wait_for_others
