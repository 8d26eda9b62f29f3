"""What the widget's sockets and addresses share: taking messages in, telling of them, and knowing whom."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import structlog

from bot.channels.message import ChannelName, Deliver, Incoming, NotDelivered, Turn
from bot.channels.widget.catalog import Catalog
from bot.channels.widget.events import message_event
from bot.channels.widget.floor import Desk, floor_of
from bot.channels.widget.hub import Hub
from bot.channels.widget.limits import Buckets, Places
from bot.channels.widget.token import Tokens, Visitor
from bot.channels.widget.trust import Trust
from bot.channels.widget.words import WidgetWords, spoken
from bot.conversation.service import Conversations
from bot.errors import BangbanError
from bot.store import (
    Arrival,
    ConversationStore,
    Direction,
    KnowledgeStore,
    MessageState,
    Owner,
    RatingStore,
    Standing,
    StoredMessage,
)

log = structlog.get_logger(__name__)

MOST_SHOWN = 200
"""Messages shown again at most when somebody comes back."""

_SHOWN_S = 5.0
_CATALOG_S = 60.0
_ID = re.compile(r"[A-Za-z0-9_.:-]{1,64}", re.ASCII)


class Refused(Exception):
    """A message that is not accepted. `error` is what the citizen is told: code, message, mend."""

    def __init__(self, error: Mapping[str, str]) -> None:
        super().__init__(error["code"])
        self.error = dict(error)


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers of the channel."""

    max_chars: int
    idle_s: float


@dataclass(frozen=True, slots=True)
class View:
    """What a listener is told next, and where it stands after that."""

    events: tuple[dict[str, Any], ...]
    unsent: tuple[tuple[int, int], ...]
    """(id, place) of the replies among them that are not known to have been handed over."""
    last_seq: int
    floor: Mapping[str, Any]
    """`{owner, position, agent}`: who speaks now."""

    @property
    def is_with_people(self) -> bool:
        """Whether it waits for a person or has one."""
        return Owner(self.floor["owner"]).is_with_people

    def until(self, seq: int) -> View:
        """What of it was told, when it was told up to a place."""
        return replace(self, unsent=tuple(one for one in self.unsent if one[1] <= seq), last_seq=seq)


class Widget:
    """One for each front."""

    def __init__(
        self,
        conversations: Conversations,
        store: ConversationStore,
        ratings: RatingStore,
        knowledge: KnowledgeStore,
        hub: Hub,
        tokens: Tokens,
        trust: Trust,
        words: WidgetWords,
        limits: Limits,
        places: Places,
        tabs: Places,
        of_conversation: Buckets,
        of_address: Buckets,
        map_url: str,
    ) -> None:
        self.ratings = ratings
        self.hub = hub
        self.tokens = tokens
        self.trust = trust
        self.words = words
        self.limits = limits
        self.places = places
        self.tabs = tabs
        self.of_address = of_address
        self.map_url = map_url
        self.catalog = Catalog()
        self.desk: Desk | None = None
        """Where people take over, when there is one."""
        self.is_closing = asyncio.Event()
        self._conversations = conversations
        self._store = store
        self._knowledge = knowledge
        self._of_conversation = of_conversation
        self._turns: set[asyncio.Task[None]] = set()

    def key(self, visitor: Visitor) -> str:
        """The name of a conversation in the store, and so among listeners."""
        return self._conversations.name_of(ChannelName.WIDGET, visitor.sender)

    async def accept(self, visitor: Visitor, message: Mapping[str, Any]) -> int:
        """Take a message in: `{id, text, lang?, large?}`. Out: its place, once it is stored. The answer comes as news.

        Refused when it is not accepted.
        """
        message_id, text = message.get("id"), message.get("text")
        if not isinstance(text, str) or not isinstance(message_id, str) or not _ID.fullmatch(message_id):
            raise Refused(self.words.refusal("bad_request"))
        if len(text) > self.limits.max_chars:
            raise Refused(self.words.refusal("too_long", max_chars=self.limits.max_chars))
        key = self.key(visitor)
        if not self._of_conversation.take(key):
            wait = round(self._of_conversation.wait_s(key)) + 1
            raise Refused(self.words.refusal("too_fast", wait=wait))
        large = message.get("large")
        incoming = Incoming(
            ChannelName.WIDGET,
            visitor.sender,
            text,
            message_id,
            address=key,
            region=visitor.region,
            language=spoken(message.get("lang")),
            large_print=large if isinstance(large, bool) else None,
        )
        stored: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._start(self._turn(incoming, key, stored))
        try:
            return await stored
        except BangbanError as error:
            log.error("widget_message_refused", code=error.code)
            raise Refused(self.words.refusal("part_unavailable")) from None

    async def _turn(self, incoming: Incoming, key: str, stored: asyncio.Future[int]) -> None:
        """The whole way of a message. It goes on when the browser goes away."""

        def arrived(arrival: Arrival) -> None:
            if not stored.done():
                stored.set_result(arrival.seq)
            if arrival.fresh:
                self.hub.notify(key)
                if not arrival.owner.is_with_people:
                    self.hub.tell(key, _typing(True))

        try:
            await self._conversations.receive(incoming, self.deliver_to(key), arrived)
        except Exception as error:
            if stored.done():
                log.exception("widget_turn_failed")
            else:
                stored.set_exception(error if isinstance(error, BangbanError) else _internal(error))
        finally:
            self.hub.tell(key, _typing(False))

    def deliver_to(self, key: str) -> Deliver:
        """Hands replies to whoever listens to a conversation; NotDelivered when nobody here does.

        What was not handed over is shown, and then counted as sent, when the person comes back.
        """

        async def deliver(turn: Turn) -> None:
            if not turn.replies:
                return
            self.hub.notify(key)
            if not self.hub.is_heard(key):
                raise NotDelivered("offline")
            if not await self.hub.is_shown(key, [reply.seq for reply in turn.replies], _SHOWN_S):
                raise NotDelivered("offline")

        return deliver

    async def standing(self, visitor: Visitor) -> Standing | None:
        """Where the conversation stands; None before its first message."""
        return await self._store.standing(ChannelName.WIDGET, self.key(visitor))

    async def look(self, visitor: Visitor, after: int) -> View:
        """What was said after a place, and who speaks now."""
        standing = await self.standing(visitor)
        floor = await floor_of(standing, self.desk)
        if standing is None:
            return View((), (), 0, floor)
        if standing.last_seq <= after:
            return View((), (), standing.last_seq, floor)
        after = max(after, standing.last_seq - MOST_SHOWN)
        said = await self._store.messages(ChannelName.WIDGET, self.key(visitor), after_seq=after)
        return View(
            tuple(message_event(message) for message in said),
            tuple((message.id, message.seq) for message in said if _is_unsent(message)),
            max((message.seq for message in said), default=standing.last_seq),
            floor,
        )

    async def types(self, visitor: Visitor, *, on: bool) -> None:
        """The citizen has begun to type, or stopped: told to the desk when a person has the conversation."""
        standing = await self.standing(visitor) if self.desk is not None else None
        if self.desk is not None and standing is not None and standing.owner.is_with_people:
            self.desk.typing(standing.conversation_id, on=on)

    def handed_over(self, key: str, view: View) -> None:
        """The events of a view have left for a browser. That is noted also when the browser leaves now."""
        self.hub.shown(key, view.last_seq)
        ids = [message_id for message_id, seq in view.unsent if not self.hub.is_awaited(key, seq)]
        if ids:
            self._start(self._note_delivered(key, view, ids))

    async def _note_delivered(self, key: str, view: View, ids: Sequence[int]) -> None:
        try:
            await self._store.delivered(ids)
            await self._tell_delivered(key, view)
        except BangbanError as error:
            log.error("delivery_state_lost", message_id=ids[0], code=error.code)

    def came_or_went(self) -> None:
        """A browser opened or left a conversation that people at the desk have."""
        if self.desk is not None:
            self.desk.came_or_went()

    async def _tell_delivered(self, key: str, view: View) -> None:
        """Whoever has the conversation sees that what waited has arrived."""
        if self.desk is None or not view.is_with_people:
            return
        standing = await self._store.standing(ChannelName.WIDGET, key)
        if standing is not None:
            self.desk.delivered(standing.conversation_id)

    async def transcript(self, visitor: Visitor) -> list[dict[str, Any]]:
        """Everything that was said."""
        said = await self._conversations.history(ChannelName.WIDGET, visitor.sender)
        return [message_event(message) for message in said]

    async def resume(self, *, alone: bool) -> int:
        """Answer what a stopped front left behind."""
        return await self._conversations.resume(ChannelName.WIDGET, self.deliver_to, alone=alone)

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._turns.add(task)
        task.add_done_callback(self._turns.discard)

    async def finish_turns(self, seconds: float) -> None:
        """Let the turns under way end; those that take longer are taken up again at the next start."""
        if self._turns:
            _, late = await asyncio.wait(self._turns, timeout=seconds)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    @asynccontextmanager
    async def catalog_kept(self) -> AsyncIterator[None]:
        """Follow what is published for as long as the context lasts."""
        keeping = asyncio.create_task(self._keep_catalog())
        try:
            yield
        finally:
            keeping.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeping

    async def _keep_catalog(self) -> None:
        seen = -1
        while True:
            try:
                newest = await self._knowledge.newest()
                if newest != seen:
                    items, faqs = await self._knowledge.matters()
                    self.catalog = await asyncio.to_thread(Catalog(items, faqs).prepare)
                    seen = newest
            except BangbanError as error:
                log.warning("widget_catalog_not_read", code=error.code)
            except Exception:  # suggestions are a convenience; the next round comes whatever happened
                log.exception("widget_catalog_not_read")
            await asyncio.sleep(_CATALOG_S)


def _is_unsent(message: StoredMessage) -> bool:
    return message.direction is Direction.OUT and message.state is not MessageState.SENT


def _typing(on: bool) -> dict[str, Any]:
    return {"type": "typing", "who": "bot", "on": on}


def _internal(error: Exception) -> BangbanError:
    log.error("widget_turn_failed", exc_info=error)
    return BangbanError("Something went wrong here.")
