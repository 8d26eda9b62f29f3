"""Who listens to which conversation, and how listeners learn that there is something new.

A notice says only *that* there is news; what it is, every listener reads from the store after the last
place it has shown. So a notice that comes twice or late does no harm, and none needs to be kept. With
Redis the notices reach every front. `Frame`s (somebody is typing) are shown or lost: they are not stored.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterator
from contextlib import asynccontextmanager, contextmanager

from redis.asyncio import Redis

from bot.channels.notices import Frame, Notices
from bot.channels.widget.elsewhere import ALL, ASKED, CAME, LEFT, TELL_S, Elsewhere, telling
from bot.stopping import stop

_CHANNEL = "bangban:widget"
_FRONTS = "*"
"""No conversation: under it fronts tell each other who is connected to them."""
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
        self._notices = Notices(redis, _CHANNEL, self._heard, self._missed)
        self._listeners: dict[str, set[Listener]] = {}
        self._shown: dict[str, int] = {}
        self._elsewhere = Elsewhere(time.monotonic)
        self.moved: Callable[[str | None], None] = lambda _key: None
        """Told of whoever comes to another front, or leaves it; None, now and then: time may have told of anybody."""
        self._waiting: dict[str, list[tuple[frozenset[int], asyncio.Future[None]]]] = {}

    def __len__(self) -> int:
        return sum(map(len, self._listeners.values()))

    @contextmanager
    def listen(self, key: str) -> Iterator[Listener]:
        """Hear of the news of a conversation for as long as the context lasts."""
        listener = Listener()
        if key not in self._listeners:
            self._tell_fronts(CAME, key)
        self._listeners.setdefault(key, set()).add(listener)
        try:
            yield listener
        finally:
            left = self._listeners[key]
            left.discard(listener)
            if not left:
                del self._listeners[key]
                self._shown.pop(key, None)
                self._tell_fronts(LEFT, key)

    def is_heard(self, key: str) -> bool:
        """Whether anybody listens in this process."""
        return key in self._listeners

    def is_there(self, key: str) -> bool | None:
        """Whether anybody listens, on whatever front; None: that cannot be known just now."""
        if self.is_heard(key):
            return True
        if not self._notices.is_shared:
            return False
        return self._elsewhere.has(key, self._notices.hears_since)

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

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Hear the notices of other fronts, and send ours, for as long as the context lasts."""
        async with self._notices.connected():
            telling_all = asyncio.create_task(self._keep_telling())
            try:
                yield
            finally:
                await stop(telling_all)

    async def _keep_telling(self) -> None:
        while self._notices.is_shared:
            self._tell_fronts(ALL, *self._listeners)
            await asyncio.sleep(TELL_S)
            self.moved(None)

    def _tell_fronts(self, kind: str, *keys: str) -> None:
        self._notices.publish(_FRONTS, telling(kind, self._notices.name, keys))

    def _missed(self) -> None:
        """Others may have come and gone meanwhile; and they do not know who did so here."""
        self._tell_fronts(ASKED)
        self._tell_fronts(ALL, *self._listeners)
        self.wake_all()

    def _heard(self, key: str, frame: Frame | None) -> None:
        if key == _FRONTS:
            self._heard_of(frame or {})
        elif frame is None:
            self.wake(key)
        else:
            self._hand(key, frame)

    def _heard_of(self, told: Frame) -> None:
        if told.get("type") == ASKED:
            self._tell_fronts(ALL, *self._listeners)
            return
        for key in self._elsewhere.hear(told):
            self.moved(key)
