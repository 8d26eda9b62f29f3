"""The access token of the account: one place fetches it, under a lock, for every front."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import structlog
from redis.asyncio import Redis
from redis.exceptions import LockError, RedisError

from bot.channels.wechat.api import Api
from bot.channels.wechat.errors import ApiFailed

log = structlog.get_logger(__name__)

_EARLIER_S = 300.0
"""Renewed so long before its end (a tenth of its life, when that is short): by then there is the next one."""
_FORCED_S = 30.0
"""The platform lets a new token be forced no more often than this."""
_LOCKED_S = 10.0


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    """An access token and until when it is used (seconds of the epoch). Never shown."""

    value: str
    until: float


class TokenKeeper:
    """Keeps the token; with Redis all fronts share one and one of them fetches it."""

    def __init__(
        self,
        api: Api,
        app_id: str,
        secret: str,
        redis: Redis | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._api = api
        self._app_id = app_id
        self._secret = secret
        self._redis = redis
        self._clock = clock
        self._kept: Token | None = None
        self._lock = asyncio.Lock()
        self._forced_at = float("-inf")

    async def get(self) -> Token:
        """The token of now. ApiFailed when the platform gives none."""
        return await self._fresh(None)

    async def replace(self, refused: Token) -> Token:
        """The token in place of one the platform refused: another's newer one, or one fetched now."""
        return await self._fresh(refused)

    async def _fresh(self, refused: Token | None) -> Token:
        if (kept := self._kept) and self._is_good(kept, refused):
            return kept
        async with self._lock, self._shared_lock():
            for kept in (self._kept, await self._shared()):
                if kept is not None and self._is_good(kept, refused):
                    self._kept = kept
                    return kept
            fetched = await self._fetch(force=False)
            if refused is not None and fetched.value == refused.value:
                fetched = await self._force()
            self._kept = fetched
            await self._share(fetched)
            return fetched

    def _is_good(self, token: Token, refused: Token | None) -> bool:
        return self._clock() < token.until and (refused is None or token.value != refused.value)

    async def _force(self) -> Token:
        """The platform insists on a token it refuses: ask for a new one, which ends the old one."""
        if self._clock() - self._forced_at < _FORCED_S:
            raise ApiFailed.of(40001)
        self._forced_at = self._clock()
        return await self._fetch(force=True)

    async def _fetch(self, *, force: bool) -> Token:
        asked = {
            "grant_type": "client_credential",
            "appid": self._app_id,
            "secret": self._secret,
            "force_refresh": force,
        }
        try:
            said = await self._api.call("/cgi-bin/stable_token", {}, asked)
        except ApiFailed as failed:
            raise ApiFailed(failed.reason, code=failed.code, hint=failed.hint) from None  # never unsure
        value, lasts = said.get("access_token"), said.get("expires_in")
        if not isinstance(value, str) or not value or not isinstance(lasts, int | float):
            raise ApiFailed("garbled")
        return Token(value, self._clock() + lasts - min(_EARLIER_S, lasts / 10))

    @property
    def _name(self) -> str:
        return f"bangban:wechat:token:{self._app_id}"

    @asynccontextmanager
    async def _shared_lock(self) -> AsyncIterator[None]:
        """One front at a time; without Redis, or while it is away, only one task of this front."""
        lock = self._redis and self._redis.lock(
            f"{self._name}:lock", timeout=_LOCKED_S, blocking_timeout=_LOCKED_S, sleep=0.05
        )
        try:
            held = bool(lock and await lock.acquire())
        except (RedisError, OSError) as error:
            log.warning("wechat_redis_away", reason=type(error).__name__)
            held = False
        try:
            yield
        finally:
            if lock and held:
                try:
                    await lock.release()
                except (LockError, RedisError, OSError) as error:
                    log.warning("wechat_redis_away", reason=type(error).__name__)

    async def _shared(self) -> Token | None:
        if self._redis is None:
            return None
        try:
            kept = await self._redis.get(self._name)
        except (RedisError, OSError):
            return None
        try:
            value, until = json.loads(kept or "null")
        except (ValueError, TypeError):
            return None
        return Token(str(value), float(until))

    async def _share(self, token: Token) -> None:
        if self._redis is None:
            return
        lasts = max(1, int(token.until - self._clock()))
        try:
            await self._redis.set(self._name, json.dumps([token.value, token.until]), ex=lasts)
        except (RedisError, OSError) as error:
            log.warning("wechat_redis_away", reason=type(error).__name__)
