"""Who listens to which conversation, and how listeners learn that there is something new.

A notice says only *that* there is news; what it is, every listener reads from the store after the last
place it has shown. So a notice that comes twice or late does no harm, and none needs to be kept. With
Redis the notices reach every front. `Frame`s (somebody is typing) are shown or lost: they are not stored.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager

from redis.asyncio import Redis

from bot.channels.notices import Frame, Notices

_CHANNEL = "bangban:widget"
_MOST_FRAMES = 20


class Listener:
    """One socket or one waiting poll. It begins with news: it has seen nothing yet."""

    def __init__(self) -> None:
        self._happened = asyncio.Event()
        self._happened.set()
        self._has_news = True
        self._frames: list[Frame] = []

    def wake(self) -> None:
        """There may be something new in the store."""
        self._has_news = True
        self._happened.set()

    def hand(self, frame: Frame) -> None:
        """A frame to show; too many that nobody takes are let go."""
        if len(self._frames) < _MOST_FRAMES:
            self._frames.append(frame)
        self._happened.set()

    async def wait(self) -> None:
        """Return when there is news or a frame."""
        await self._happened.wait()

    def take(self) -> tuple[list[Frame], bool]:
        """The frames since the last call, and whether to look into the store."""
        taken, self._frames = self._frames, []
        has_news, self._has_news = self._has_news, False
        self._happened.clear()
        return taken, has_news


class Hub:
    """The listeners of this process by conversation."""

    def __init__(self, redis: Redis | None = None) -> None:
        self._notices = Notices(redis, _CHANNEL, self._heard, self.wake_all)
        self._listeners: dict[str, set[Listener]] = {}
        self._shown: dict[str, int] = {}
        self._waiting: dict[str, list[tuple[frozenset[int], asyncio.Future[None]]]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._listeners.values()))

    @contextmanager
    def listen(self, key: str) -> Iterator[Listener]:
        """Hear of the news of a conversation for as long as the context lasts."""
        listener = Listener()
        self._listeners.setdefault(key, set()).add(listener)
        try:
            yield listener
        finally:
            left = self._listeners[key]
            left.discard(listener)
            if not left:
                del self._listeners[key]
                self._shown.pop(key, None)

    def is_heard(self, key: str) -> bool:
        """Whether anybody listens in this process."""
        return key in self._listeners

    def notify(self, key: str) -> None:
        """There may be something new in a conversation, for listeners of every front."""
        self.wake(key)
        self._notices.publish(key)

    def tell(self, key: str, frame: Frame) -> None:
        """Show a frame to the listeners of every front."""
        self._hand(key, frame)
        self._notices.publish(key, frame)

    def shown(self, key: str, seq: int) -> None:
        """A listener has handed over everything up to a place."""
        if key in self._listeners:
            self._shown[key] = max(seq, self._shown.get(key, 0))
        for wanted, done in self._waiting.get(key, []):
            if max(wanted) <= seq and not done.done():
                done.set_result(None)

    def is_awaited(self, key: str, seq: int) -> bool:
        """Whether somebody here waits to hear that the message at this place was shown, and will note it."""
        return any(seq in wanted for wanted, _ in self._waiting.get(key, []))

    async def is_shown(self, key: str, places: Collection[int], within_s: float) -> bool:
        """Whether a listener of this process hands over the messages at these places in time."""
        if self._shown.get(key, 0) >= max(places):
            return True
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        one = frozenset(places), done
        waiting = self._waiting.setdefault(key, [])
        waiting.append(one)
        try:
            await asyncio.wait({done}, timeout=within_s)  # what is shown in the last moment counts
            return done.done()
        finally:
            waiting.remove(one)
            if not waiting:
                self._waiting.pop(key, None)

    def wake(self, key: str) -> None:
        """Have the listeners of this process look into the store."""
        for listener in self._listeners.get(key, ()):
            listener.wake()

    def _hand(self, key: str, frame: Frame) -> None:
        for listener in self._listeners.get(key, ()):
            listener.hand(frame)

    def wake_all(self) -> None:
        """Have every listener look into the store: notices may have been missed."""
        for key in self._listeners:
            self.wake(key)

    def connected(self) -> AbstractAsyncContextManager[None]:
        """Hear the notices of other fronts, and send ours, for as long as the context lasts."""
        return self._notices.connected()

    def _heard(self, key: str, frame: Frame | None) -> None:
        if frame is None:
            self.wake(key)
        else:
            self._hand(key, frame)
