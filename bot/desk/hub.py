"""How consoles learn that there is something new: in the queue, in a chat, for one agent, among tickets.

As with the widget's hub a notice says only *that* there is news; what it is, everybody reads from the
store. With Redis the notices reach every front. Frames (somebody is typing) are shown or lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager

from redis.asyncio import Redis

from bot.channels.notices import Frame, Notices

QUEUE = "queue"
"""Something in the lists of chats changed: who waits, who has whom, who is there."""
TICKETS = "tickets"

_CHANNEL = "bangban:desk"
_MOST_FRAMES = 50


def chat_topic(conversation_id: int) -> str:
    """News of one conversation: something was said, noted, or its owner changed."""
    return f"chat:{conversation_id}"


def agent_topic(account_id: int) -> str:
    """News for one member of staff; its frames are notices to show."""
    return f"agent:{account_id}"


class Subscription:
    """One console. It begins with news under every topic it asks for: it has seen nothing yet."""

    def __init__(self, hub: DeskHub) -> None:
        self._hub = hub
        self._topics: set[str] = set()
        self._news: set[str] = set()
        self._frames: list[tuple[str, Frame]] = []
        self._happened = asyncio.Event()

    def add(self, topic: str) -> None:
        """Hear of a topic from now on."""
        self._topics.add(topic)
        self._hub._join(topic, self)
        self.wake(topic)

    def drop(self, topic: str) -> None:
        """Hear of it no more."""
        self._topics.discard(topic)
        self._news.discard(topic)
        self._hub._part(topic, self)

    def wake(self, topic: str) -> None:
        """There may be something new in the store."""
        self._news.add(topic)
        self._happened.set()

    def hand(self, topic: str, frame: Frame) -> None:
        """A frame to show; too many that nobody takes are let go."""
        if len(self._frames) < _MOST_FRAMES:
            self._frames.append((topic, frame))
        self._happened.set()

    async def wait(self) -> None:
        """Return when there is news or a frame."""
        await self._happened.wait()

    def take(self) -> tuple[frozenset[str], list[tuple[str, Frame]]]:
        """The topics with news and the frames (with their topics) since the last call."""
        news, self._news = frozenset(self._news), set()
        frames, self._frames = self._frames, []
        self._happened.clear()
        return news, frames

    def _end(self) -> None:
        for topic in tuple(self._topics):
            self.drop(topic)


class DeskHub:
    """The consoles of this process by topic."""

    def __init__(self, redis: Redis | None = None) -> None:
        self._listening: dict[str, set[Subscription]] = {}
        self._notices = Notices(redis, _CHANNEL, self._heard, self.wake_all)

    def __len__(self) -> int:
        return len({one for listening in self._listening.values() for one in listening})

    @contextmanager
    def subscribe(self, *topics: str) -> Iterator[Subscription]:
        """Hear of these topics, and of those added, for as long as the context lasts."""
        subscription = Subscription(self)
        try:
            for topic in topics:
                subscription.add(topic)
            yield subscription
        finally:
            subscription._end()

    def notify(self, *topics: str) -> None:
        """There may be something new, for consoles of every front."""
        for topic in topics:
            self._wake(topic)
            self._notices.publish(topic)

    def look(self, topic: str) -> None:
        """Have the consoles of this front look: something they are shown is known only here."""
        self._wake(topic)

    def tell(self, topic: str, frame: Frame) -> None:
        """Show a frame to the consoles of every front that hear of a topic."""
        self._hand(topic, frame)
        self._notices.publish(topic, frame)

    def wake_all(self) -> None:
        """Have every console look into the store: notices may have been missed."""
        for topic in self._listening:
            self._wake(topic)

    def connected(self) -> AbstractAsyncContextManager[None]:
        """Hear the notices of other fronts, and send ours, for as long as the context lasts."""
        return self._notices.connected()

    def _heard(self, topic: str, frame: Frame | None) -> None:
        if frame is None:
            self._wake(topic)
        else:
            self._hand(topic, frame)

    def _wake(self, topic: str) -> None:
        for one in self._listening.get(topic, ()):
            one.wake(topic)

    def _hand(self, topic: str, frame: Frame) -> None:
        for one in self._listening.get(topic, ()):
            one.hand(topic, frame)

    def _join(self, topic: str, subscription: Subscription) -> None:
        self._listening.setdefault(topic, set()).add(subscription)

    def _part(self, topic: str, subscription: Subscription) -> None:
        listening = self._listening.get(topic, set())
        listening.discard(subscription)
        if not listening:
            self._listening.pop(topic, None)
