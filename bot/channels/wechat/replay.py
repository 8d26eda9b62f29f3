"""Requests seen lately: one signed request serves the platform's repetitions of it, and nobody else."""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import Protocol

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

FRESH_S = 300
"""A request may be so old (or, by clocks that differ, so far ahead)."""
REPEATED_S = 60
"""So long after the first the platform may send a request again; it gives up after some 15 seconds."""
_MOST = 50_000


class Seen(Protocol):
    """Remembers requests for as long as their timestamps are fresh."""

    async def first(self, signed: str, body: bytes, now: float) -> tuple[str, float]:
        """Digest of the body and time at which a signed request was first seen, which may be now."""


def digest_of(body: bytes) -> str:
    """What tells two bodies apart."""
    return hashlib.sha256(body).hexdigest()[:32]


class SeenHere:
    """For one front. The oldest are forgotten when there are too many: by then they are hardly fresh."""

    def __init__(self, most: int = _MOST) -> None:
        self._seen: OrderedDict[str, tuple[str, float]] = OrderedDict()
        self._most = most

    async def first(self, signed: str, body: bytes, now: float) -> tuple[str, float]:
        """See `Seen`."""
        while self._seen and now - next(iter(self._seen.values()))[1] > 2 * FRESH_S:
            self._seen.popitem(last=False)
        found = self._seen.setdefault(signed, (digest_of(body), now))
        if len(self._seen) > self._most:
            self._seen.popitem(last=False)
        return found


class SeenByAll:
    """For several fronts: kept in Redis, and here while Redis is away."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._here = SeenHere()

    async def first(self, signed: str, body: bytes, now: float) -> tuple[str, float]:
        """See `Seen`."""
        name = f"bangban:wechat:seen:{signed}"
        try:
            mine = f"{digest_of(body)} {now:.3f}"
            kept: object = await self._redis.set(name, mine, nx=True, get=True, ex=2 * FRESH_S)
        except (RedisError, OSError) as error:
            log.warning("wechat_redis_away", reason=type(error).__name__)
            return await self._here.first(signed, body, now)
        found = kept.decode() if isinstance(kept, bytes) else kept
        digest, _, at = (found if isinstance(found, str) else mine).partition(" ")
        return digest, float(at)
