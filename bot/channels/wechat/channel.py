"""The channel: every push is begun at once and worked on whether or not the platform still waits."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime

import structlog

from bot.channels.message import ChannelName, Deliver, Incoming
from bot.channels.wechat.client import WeChatClient
from bot.channels.wechat.delivery import LATE, Delivery
from bot.channels.wechat.events import Answerable, Reaction, react
from bot.channels.wechat.inbound import (
    Followed,
    Location,
    Push,
    Scanned,
    Text,
    Unanswerable,
    Unfollowed,
    Unreadable,
)
from bot.channels.wechat.people import PeopleStore
from bot.channels.wechat.permission import Permission
from bot.channels.wechat.places import Places
from bot.channels.wechat.slot import Slot
from bot.channels.wechat.waiting import WAITS
from bot.channels.wechat.window import Trigger
from bot.channels.wechat.words import WeChatWords
from bot.conversation.service import Conversations
from bot.errors import BangbanError
from bot.store import Arrival, ConversationStore, KnowledgeStore
from bot.store.published import PublishedKnowledge
from knowledge.model import Hall, Region

log = structlog.get_logger(__name__)

_WECHAT = ChannelName.WECHAT
_TYPING_AFTER_S = 1.2
_BEFORE_S = 2.0
_ROUND_S = 30.0
_NOWHERE = Places((), ())


class WeChat:
    """Works on pushes for one account."""

    def __init__(
        self,
        conversations: Conversations,
        store: ConversationStore,
        knowledge: KnowledgeStore,
        published: PublishedKnowledge,
        people: PeopleStore,
        delivery: Delivery,
        permission: Permission,
        client: WeChatClient | None,
        words: WeChatWords,
    ) -> None:
        self._conversations = conversations
        self._store = store
        self._knowledge = knowledge
        self._published = published
        self._people = people
        self._delivery = delivery
        self._permission = permission
        self._client = client
        self._words = words
        self._running: dict[tuple[str, str], asyncio.Task[None]] = {}
        self._places = _NOWHERE
        self._places_of = -1

    @property
    def words_when_late(self) -> str | None:
        """What the open request is answered with when the answer is not ready; None: nothing is said yet."""
        return None if self._permission.is_on else self._words.late

    def deliver_to(self, address: str) -> Deliver:
        """The delivery to a person who may have no request open; `address` as kept with the conversation."""
        return self._delivery.to(address)

    def begin(self, push: Push, slot: Slot) -> None:
        """Work on a push. A repetition of one that is being worked on is let go."""
        key = push.person, push.key
        if key in self._running:
            slot.close()
            return
        task = asyncio.create_task(self._work(push, slot))
        self._running[key] = task
        task.add_done_callback(lambda _: self._running.pop(key, None))

    async def _work(self, push: Push, slot: Slot) -> None:
        is_stored = False
        try:
            match push.deed:
                case Unanswerable(name):
                    log.info("wechat_not_handled", kind=name)
                case Unfollowed():
                    await self._erase(push.person)
                case Location(shared=False):
                    await self._reported(push.person, push.deed)
                case _:
                    await self._answer(push, push.deed, slot)
            is_stored = True
        except BangbanError as error:
            log.error("wechat_failed", code=error.code)
        except Exception:  # whatever it is, the platform gets a response and the others are served
            log.exception("wechat_failed")
        finally:
            slot.close(failed=not is_stored)

    async def _answer(self, push: Push, deed: Answerable, slot: Slot) -> None:
        sender = self._conversations.name_of(_WECHAT, push.person)
        needs_places = isinstance(deed, Location | Followed | Scanned)
        places = await self._known_places() if needs_places else _NOWHERE
        with_people = isinstance(deed, Unreadable | Location) and await self._is_with_people(sender)
        reaction = react(deed, places, self._words, with_people=with_people)
        own = reaction.own
        if isinstance(deed, Text) and await self._asks_for_waiting(push, sender, deed.text):
            own = ()
        incoming = Incoming(
            channel=_WECHAT,
            sender=push.person,
            text=reaction.text,
            external_id=push.key,
            address=push.person,
            region=reaction.region,
            own=own,
            also=reaction.also,
            is_unreadable=isinstance(deed, Unreadable),
        )
        first = _First(reaction)
        typing = asyncio.create_task(self._show_typing(push.person, slot))
        try:
            deliver = self._delivery.to(push.person, slot, first=first.did)
            await self._conversations.receive(incoming, deliver, first.stored)
        finally:
            typing.cancel()

    async def _is_with_people(self, sender: str) -> bool:
        standing = await self._store.standing(_WECHAT, sender)
        return standing is not None and standing.owner.is_with_people

    async def _asks_for_waiting(self, push: Push, sender: str, text: str) -> bool:
        """Whether a text is no question but a wish to see what is there already."""
        asks_for_answer = not self._permission.is_on and self._words.asks_for_answer(text)
        if not asks_for_answer and not self._words.asks_to_go_on(text):
            return False
        if not asks_for_answer:
            await self._before(push)
        waiting = await self._store.waiting(_WECHAT, sender, datetime.now(UTC) - WAITS)
        if asks_for_answer:
            late = any(row.reason == LATE for row in waiting)
            return late or await self._store.is_answering(_WECHAT, sender)
        return bool(waiting) or await self._people.more(sender) is not None

    async def _before(self, push: Push) -> None:
        """Wait a little for what the person sent before: only then is it noted how far it was shown."""
        before = []
        for (person, key), task in self._running.items():
            if (person, key) == (push.person, push.key):
                break
            if person == push.person:
                before.append(task)
        if before:
            await asyncio.wait(before, timeout=_BEFORE_S)

    async def _show_typing(self, person: str, slot: Slot) -> None:
        await asyncio.sleep(_TYPING_AFTER_S)
        if slot.is_open and self._client is not None and self._permission.is_on:
            await self._client.show_typing(person)

    async def _erase(self, person: str) -> None:
        """The person left: the platform demands that nothing of them is kept. Only counts remain."""
        sender = self._conversations.name_of(_WECHAT, person)
        count = await self._conversations.erase(_WECHAT, person)
        await self._people.forget(sender)
        self._delivery.forget(person)
        await self._people.count("wechat_unfollowed")
        await self._people.count("wechat_messages_erased", count)
        log.info("wechat_erased", messages=count)

    async def _reported(self, person: str, where: Location) -> None:
        """A position the person lets the platform tell us, when the chat is opened: only the region is kept."""
        here = (await self._known_places()).of_position(where)
        if here is not None:
            sender = self._conversations.name_of(_WECHAT, person)
            await self._store.tell_region(_WECHAT, sender, here.code)

    async def _known_places(self) -> Places:
        """The published places, read again when something was published."""
        newest = await self._knowledge.newest()
        if newest != self._places_of:
            records = await self._published.every(("region", "hall"))
            regions = [record for record in records if isinstance(record, Region)]
            self._places = Places(regions, [record for record in records if isinstance(record, Hall)])
            self._places_of = newest
        return self._places

    @asynccontextmanager
    async def running(
        self, ready: Callable[[], Awaitable[bool]], *, alone: bool, finish_s: float
    ) -> AsyncIterator[None]:
        """Look after what takes time of its own; at the end finish the work under way.

        `ready`: whether questions can be answered. `alone`: no other front runs on this store.
        """
        background = [
            asyncio.create_task(self._permission.keep_asking()),
            asyncio.create_task(self._resume(ready, alone=alone)),
        ]
        try:
            yield
        finally:
            for task in background:
                task.cancel()
            if self._running:
                _, late = await asyncio.wait(set(self._running.values()), timeout=finish_s)
                for task in late:  # what it worked on is taken up at the next start
                    task.cancel()
                await asyncio.gather(*late, return_exceptions=True)
            await asyncio.gather(*background, return_exceptions=True)

    async def _resume(self, ready: Callable[[], Awaitable[bool]], *, alone: bool) -> None:
        """Take up what a stopped process left, at once when we are alone, and now and then; and what the
        platform was too busy for."""
        while not await ready():
            await asyncio.sleep(1)
        started = alone
        while True:
            try:
                await self._conversations.resume(_WECHAT, self._delivery.to_resumed, alone=started)
                await self._send_again()
            except BangbanError as error:
                log.error("wechat_failed", code=error.code)
            except Exception:  # the next round must come whatever happened in this one
                log.exception("wechat_failed")
            started = False
            await asyncio.sleep(_ROUND_S)

    async def _send_again(self) -> None:
        """Send what the platform was too busy for, until it is so again."""
        for person, deliver in self._delivery.to_busy():
            await self._conversations.hand_over(_WECHAT, person, deliver)
            if self._delivery.is_kept_back(person):
                return


class _First:
    """Tells the first delivery of a message from those of its repetitions."""

    def __init__(self, reaction: Reaction) -> None:
        self._did: tuple[Trigger, datetime] | None = None
        self._reaction = reaction

    def stored(self, arrival: Arrival) -> None:
        """The message was stored, or had been before."""
        self._did = (self._reaction.trigger, datetime.now(UTC)) if arrival.fresh else None

    def did(self) -> tuple[Trigger, datetime] | None:
        """What the person did and when, asked once."""
        did, self._did = self._did, None
        return did
