"""Handing replies to a channel, and recording whether it took them."""

from __future__ import annotations

import asyncio

import structlog

from bot.channels.message import Deliver, NotDelivered, Recorded, Reply, StoredReply, Turn
from bot.conversation.timing import DELIVERY_S
from bot.desk.turns import DeskTurns
from bot.errors import BangbanError
from bot.store import ConversationStore, Exchange, MessageState, StoredMessage

log = structlog.get_logger(__name__)


class Delivering:
    """In: where it is recorded, and the desk, which hears of it."""

    def __init__(self, store: ConversationStore, desk: DeskTurns) -> None:
        self._store = store
        self._desk = desk

    async def deliver(self, turn: Turn, deliver: Deliver, followed: int | None = None) -> None:
        """Hand the replies over and record whether the channel took them. `followed`: the conversation, where
        the desk is to hear of it."""
        is_news = await self._handed_over(turn, deliver)
        if is_news and followed is not None:
            self._desk.delivered(followed)

    async def _handed_over(self, turn: Turn, deliver: Deliver) -> bool:
        """Out: whether the state of a message may have changed. A channel that records by itself may have handed
        over what waited, besides the replies."""
        ids = [stored.message_id for stored in turn.replies]
        reason = ""
        try:
            async with asyncio.timeout(DELIVERY_S):
                await deliver(turn)
        except Recorded:
            return True
        except NotDelivered as refused:
            reason = str(refused)
        except TimeoutError:
            reason = "timeout"
        if reason:
            log.warning("not_delivered", message_id=turn.message_id, reason=reason)
        try:
            if reason:
                await self._store.undelivered(ids, reason)
            else:
                await self._store.delivered(ids)
        except BangbanError as error:
            log.error("delivery_state_lost", message_id=turn.message_id, code=error.code)
        return bool(ids)


def again(exchange: Exchange) -> Turn:
    """The turn of a message that was answered before."""
    replies = tuple(stored_reply(row) for row in exchange.replies)
    silent = not replies and exchange.question.state is MessageState.ANSWERED
    return Turn(exchange.question.id, replies, duplicate=True, with_person=silent)


def stored_reply(row: StoredMessage) -> StoredReply:
    """A reply as channels know it."""
    reply = Reply.read({**row.payload, "provenance": dict(row.provenance)})
    return StoredReply(row.id, reply, row.seq, row.state)
