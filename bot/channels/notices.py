"""Notices between fronts: that there is something new under a key, or a frame to show there.

Without Redis there is one front and nothing to send. What Redis loses is no loss of words: whoever listens
reads the store, and is told to do so again whenever notices may have been missed.
"""

from __future__ import annotations

import asyncio
import json
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

Frame = Mapping[str, Any]

_MOST_NOTICES = 10_000
_RETRY_S = 1.0
_IDLE_S = 2.0


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
        self._name = secrets.token_hex(8)
        self._outbox: asyncio.Queue[str] = asyncio.Queue(_MOST_NOTICES)

    def publish(self, key: str, frame: Frame | None = None) -> None:
        """Tell the other fronts."""
        if self._redis is None:
            return
        notice: dict[str, Any] = {"key": key, "from": self._name}
        if frame is not None:
            notice["frame"] = dict(frame)
        try:
            self._outbox.put_nowait(json.dumps(notice))
        except asyncio.QueueFull:
            log.warning("widget_notice_lost", reason="QueueFull")

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[None]:
        """Hear the notices of other fronts, and send ours, for as long as the context lasts."""
        if self._redis is None:
            yield
            return
        tasks = [asyncio.create_task(self._hear(self._redis)), asyncio.create_task(self._send(self._redis))]
        try:
            yield
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, redis: Redis) -> None:
        """One after the other, so that they arrive in order."""
        while True:
            notice = await self._outbox.get()
            try:
                await redis.publish(self._channel, notice)
            except (RedisError, OSError) as error:
                log.warning("widget_notice_lost", reason=type(error).__name__)

    async def _hear(self, redis: Redis) -> None:
        while True:
            try:
                async with redis.pubsub() as subscription:
                    await subscription.subscribe(self._channel)
                    self._missed()
                    while True:
                        message = await subscription.get_message(
                            ignore_subscribe_messages=True, timeout=_IDLE_S
                        )
                        if message is not None:
                            self._read(message["data"])
            except (RedisError, OSError) as error:
                log.warning("widget_notices_unavailable", reason=type(error).__name__)
            await asyncio.sleep(_RETRY_S)

    def _read(self, data: bytes) -> None:
        try:
            notice = json.loads(data)
            key, frame, sender = notice["key"], notice.get("frame"), notice["from"]
        except (ValueError, KeyError, TypeError, AttributeError):
            return
        if sender != self._name:
            self._heard(key, frame if isinstance(frame, dict) else None)
