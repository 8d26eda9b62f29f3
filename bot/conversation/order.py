"""One turn at a time for each sender, first come first served.

Within a process a `Turnstile` keeps the order of arrival. Several fronts share a Redis lock besides, so
that no two of them run turns of one sender at once.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Protocol

import structlog
from redis.asyncio import Redis
from redis.asyncio.lock import Lock
from redis.exceptions import LockError, RedisError

log = structlog.get_logger(__name__)

_AWAY_S = 5.0
"""A Redis that did not answer is asked again after this time."""


class WaitedTooLong(Exception):
    """The turns before this one did not end in time."""


class Turnstile:
    """Queues by key. `join` takes a place at once, so that order is the order of calls."""

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Future[None]] = {}

    def join(self, key: str) -> Ticket:
        """A place at the end of the queue of a key; it must be left with `leave`."""
        before = self._last.get(key)
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._last[key] = done
        done.add_done_callback(lambda _: self._forget(key, done))
        return Ticket(before, done)

    def _forget(self, key: str, done: asyncio.Future[None]) -> None:
        if self._last.get(key) is done:
            del self._last[key]

    def __len__(self) -> int:
        return len(self._last)


class Ticket:
    """A place in a queue."""

    def __init__(self, before: asyncio.Future[None] | None, done: asyncio.Future[None]) -> None:
        self._before = before
        self._done = done

    async def wait(self, seconds: float) -> None:
        """Return when everyone before has left; WaitedTooLong after so many seconds."""
        if self._before is None:
            return
        _, pending = await asyncio.wait([self._before], timeout=seconds)
        if pending:
            raise WaitedTooLong

    def leave(self) -> None:
        """Let the next one in, or, when it is not our turn yet, give up the place."""
        if self._before is None or self._before.done():
            self._finish()
        else:
            self._before.add_done_callback(self._finish)

    def _finish(self, _before: asyncio.Future[None] | None = None) -> None:
        if not self._done.done():
            self._done.set_result(None)


class SharedLock(Protocol):
    """A lock that several processes share."""

    def hold(self, key: str, *, wait_s: float, longest_s: float) -> AbstractAsyncContextManager[None]:
        """Held inside the context; WaitedTooLong when another process has it for longer than `wait_s`."""


class NoSharedLock:
    """For a single front: the turnstile is enough."""

    @asynccontextmanager
    async def hold(self, key: str, *, wait_s: float, longest_s: float) -> AsyncIterator[None]:
        """Held at once."""
        yield


class RedisLock:
    """A lock in Redis that frees itself when its holder dies.

    When Redis does not answer, the turn runs without it: two fronts may then serve one sender at once,
    which the store and Rasa's own lock bear, and the citizen still gets an answer. A Redis that hangs is not
    waited for again and again.
    """

    def __init__(self, redis: Redis, clock: Callable[[], float] = time.monotonic) -> None:
        self._redis = redis
        self._clock = clock
        self._away_until = float("-inf")

    @asynccontextmanager
    async def hold(self, key: str, *, wait_s: float, longest_s: float) -> AsyncIterator[None]:
        """Held for at most `longest_s`."""
        if self._clock() < self._away_until:
            yield
            return
        lock = self._redis.lock(f"bangban:turn:{key}", timeout=longest_s, sleep=0.05, blocking_timeout=wait_s)
        held = False
        try:
            held = await lock.acquire()
            if not held:
                raise WaitedTooLong
        except (RedisError, OSError) as error:
            log.warning("redis_lock_unavailable", reason=type(error).__name__)
            self._away_until = self._clock() + _AWAY_S
        try:
            yield
        finally:
            if held:
                await self._release(lock)

    async def _release(self, lock: Lock) -> None:
        try:
            await lock.release()
        except (LockError, RedisError, OSError) as error:
            log.warning("redis_lock_not_released", reason=type(error).__name__)
