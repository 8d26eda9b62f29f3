"""Delivering to the callback: five seconds for an answer, three deliveries in all, then the citizen is told."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from enum import StrEnum

import aiohttp

from bot.simulator.envelope import Posted

PATIENCE_S = 5.0
DELIVERIES = 3
_LARGEST_ANSWER = 1 << 20


class Result(StrEnum):
    """How a delivery ended for the citizen."""

    PASSIVE = "passive"
    NOTHING = "nothing"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One request to the callback. `status` is None when no answer came in time; `why` says so."""

    posted: Posted
    ms: int
    status: int | None
    body: bytes = b""
    why: str = ""


@dataclass(frozen=True, slots=True)
class Delivered:
    """One message with all its deliveries."""

    entry: int | None
    """Number of the citizen's entry in the chat."""
    result: Result
    attempts: tuple[Attempt, ...]
    why: str = ""


class Courier:
    """Posts to one callback address."""

    def __init__(self, session: aiohttp.ClientSession, url: str) -> None:
        self._session = session
        self.url = url

    async def attempts(self, sign: Callable[[], Posted]) -> AsyncIterator[Attempt]:
        """Deliver until something answers. A refused or broken connection counts as no answer, and the next
        delivery comes when the five seconds of this one are over."""
        for number in range(1, DELIVERIES + 1):
            started = time.monotonic()
            attempt = await self.post(sign())
            yield attempt
            if attempt.status is not None:
                return
            if number < DELIVERIES:
                await asyncio.sleep(max(0.0, PATIENCE_S - (time.monotonic() - started)))

    async def post(self, posted: Posted) -> Attempt:
        """One delivery; the connection is cut after five seconds."""
        started = time.monotonic()

        def took() -> int:
            return round(1000 * (time.monotonic() - started))

        try:
            async with self._session.post(
                self.url,
                params=posted.query,
                data=posted.body.encode(),
                headers={"Content-Type": "text/xml", "User-Agent": "Mozilla/4.0", "Accept": "*/*"},
                timeout=aiohttp.ClientTimeout(total=PATIENCE_S),
                allow_redirects=False,
            ) as response:
                body = await response.content.read(_LARGEST_ANSWER)
                return Attempt(posted, took(), response.status, body)
        except TimeoutError:
            return Attempt(posted, took(), None, why=f"no answer within {PATIENCE_S:g} s")
        except (aiohttp.ClientError, OSError) as error:
            return Attempt(posted, took(), None, why=f"no answer: {type(error).__name__}")

    async def get(self, query: dict[str, str]) -> tuple[int | None, bytes]:
        """The address check; status None when nothing answers."""
        try:
            async with self._session.get(
                self.url, params=query, timeout=aiohttp.ClientTimeout(total=PATIENCE_S), allow_redirects=False
            ) as response:
                return response.status, await response.content.read(_LARGEST_ANSWER)
        except (TimeoutError, aiohttp.ClientError, OSError):
            return None, b""
