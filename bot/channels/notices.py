"""Notices between fronts: that there is something new under a key, or a frame to show there.

Without Redis there is one front and nothing to send. What Redis loses is no loss of words: whoever listens
reads the store, and is told to do so again whenever notices may have been missed, and every few seconds for as
long as none can be heard.
"""

from __future__ import annotations

import asyncio
import json
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from bot.stopping import stop

log = structlog.get_logger(__name__)

Frame = Mapping[str, Any]

LOOK_S = 3.0
"""So often whoever listens looks by themselves while no notices can be heard."""
_MOST_NOTICES = 10_000
_RETRY_S = 1.0
_IDLE_S = 2.0
_ANSWER_S = 4.0
"""A Redis that does not answer in this time is not heard any more."""


class Notices:
    """In: the Redis channel, and what to do with a notice of another front (frame None: there is news)."""

    def __init__(
        self,
        redis: Redis | None,
        channel: str,
        heard: Callable[[str, Frame | None], None],
        missed: Callable[[], None],
    ) -> None:
        """`missed`: some may have been missed."""
        self._redis = redis
        self._channel = channel
        self._heard = heard
        self._missed = missed
        self._outbox: asyncio.Queue[str] = asyncio.Queue(_MOST_NOTICES)
        self._are_lost = False
        """Whether other fronts do not know of notices of ours."""
        self.name = secrets.token_hex(8)
        self.hears_since: float | None = None
        """Since when (monotonic seconds) no notice of another front was missed; None: they cannot be heard."""

    @property
    def is_shared(self) -> bool:
        """Whether there may be other fronts."""
        return self._redis is not None

    def publish(self, key: str, frame: Frame | None = None) -> None:
        """Tell the other fronts."""
        if self._redis is None:
            return
        notice: dict[str, Any] = {"key": key, "from": self.name}
        if frame is not None:
            notice["frame"] = dict(frame)
        try:
            self._outbox.put_nowait(json.dumps(notice))
        except asyncio.QueueFull:
            self._are_lost = True
            log.warning("notice_lost", channel=self._channel, reason="QueueFull")

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Hear the notices of other fronts, and send ours, for as long as the context lasts."""
        if self._redis is None:
            yield
            return
        work = (self._hear(self._redis), self._send(self._redis), self._look())
        tasks = [asyncio.create_task(one) for one in work]
        try:
            yield
        finally:
            await stop(*tasks)

    async def _send(self, redis: Redis) -> None:
        """One after the other, so that they arrive in order."""
        while True:
            notice = await self._outbox.get()
            try:
                await redis.publish(self._channel, notice)
            except (RedisError, OSError) as error:
                log.warning("notice_lost", channel=self._channel, reason=type(error).__name__)
                self._are_lost = True
            while self._are_lost:
                await self._say_lost(redis)

    async def _say_lost(self, redis: Redis) -> None:
        """Have the other fronts look into the store, for what notices told that did not reach them."""
        while not self._outbox.empty():  # all of it is in the store, or is not worth showing so late
            self._outbox.get_nowait()
        try:
            await redis.publish(self._channel, json.dumps({"lost": True, "from": self.name}))
        except (RedisError, OSError):
            await asyncio.sleep(_RETRY_S)
        else:
            self._are_lost = False

    async def _hear(self, redis: Redis) -> None:
        while True:
            try:
                async with redis.pubsub() as subscription:
                    await subscription.subscribe(self._channel)
                    await self._listen(subscription)
            except (RedisError, OSError) as error:
                log.warning("notices_unavailable", channel=self._channel, reason=type(error).__name__)
            except Exception:  # a front that hears nothing any more would be worse than whatever this is
                log.exception("notices_unavailable", channel=self._channel)
            if self.hears_since is not None:
                self.hears_since = None
                self._missed()
            await asyncio.sleep(_RETRY_S)

    async def _listen(self, subscription: PubSub) -> None:
        """Until Redis is away. A line that is cut is mended by the library, which subscribes again."""
        asked: float | None = None
        while True:
            message = await subscription.get_message(timeout=_IDLE_S)
            now = time.monotonic()
            if message is None:
                if asked is None:
                    asked = now
                    await subscription.ping()
                elif now - asked > _ANSWER_S:
                    raise TimeoutError
                continue
            asked = None
            if message["type"] == "subscribe":
                self.hears_since = now
                self._missed()
            elif message["type"] == "message":
                self._read(message["data"])

    async def _look(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            if self.hears_since is None:
                self._missed()

    def _read(self, data: bytes) -> None:
        try:
            notice = json.loads(data)
            sender, is_lost = notice["from"], notice.get("lost") is True
            key, frame = ("", None) if is_lost else (notice["key"], notice.get("frame"))
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        if sender == self.name:
            return
        if is_lost:
            self._missed()
        elif isinstance(key, str):
            self._heard(key, frame if isinstance(frame, dict) else None)
