"""Whether every part is there: `/healthz` says the front lives, `/readyz` names each part it needs."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiohttp
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.errors import BangbanError, PartUnavailable
from bot.store import Database

_CHECK_S = 3.0
_FRESH_S = 1.0

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Part:
    """Parts one check tells about. It returns facts by part name; a BangbanError is about all of them."""

    names: tuple[str, ...]
    check: Callable[[], Awaitable[Mapping[str, Facts]]]


@dataclass(frozen=True, slots=True)
class Report:
    """What /readyz shows."""

    ready: bool
    parts: Mapping[str, Facts]


class Health:
    """Asks all the parts at once; an answer holds for a second, however many ask."""

    def __init__(self, parts: Sequence[Part]) -> None:
        self._parts = parts
        self._report: tuple[float, Report] | None = None
        self._asking = asyncio.Lock()

    async def report(self) -> Report:
        """The state of every part now."""
        async with self._asking:
            if self._report is None or time.monotonic() - self._report[0] > _FRESH_S:
                answers = await asyncio.gather(*(_ask(part) for part in self._parts))
                parts = {name: facts for answer in answers for name, facts in answer.items()}
                report = Report(all(facts["ok"] for facts in parts.values()), parts)
                self._report = time.monotonic(), report
            return self._report[1]


async def _ask(part: Part) -> Mapping[str, Facts]:
    try:
        async with asyncio.timeout(_CHECK_S):
            found = await part.check()
    except TimeoutError:
        missing: Facts = {"ok": False, "message": f"no answer within {_CHECK_S:.0f} s"}
    except BangbanError as error:
        missing = {"ok": False, "message": error.message, "mend": error.mend}
    else:
        return {name: {"ok": True, **found[name]} for name in part.names}
    return dict.fromkeys(part.names, missing)


async def check_database(database: Database) -> Mapping[str, Facts]:
    """The database answers a query."""
    await database.ping()
    return {"database": {}}


async def check_rasa(http: aiohttp.ClientSession, url: str) -> Mapping[str, Facts]:
    """Rasa answers on our channel, which it does once its model is loaded."""
    await _get(http, f"{url}/webhooks/bangban/health", "Rasa")
    return {"rasa": {}}


async def check_actions(http: aiohttp.ClientSession, url: str) -> Mapping[str, Facts]:
    """The action server answers and names the search index it has loaded."""
    index = (await _get(http, f"{url}/health", "The action server")).get("index")
    if isinstance(index, dict):
        facts = {key: index.get(key) for key in ("digest", "created", "items")}
    else:
        facts = {
            "ok": False,
            "message": "The action server has no search index.",
            "mend": "Run `bangban train`.",
        }
    return {"actions": {}, "index": facts}


async def check_redis(redis: Redis) -> Mapping[str, Facts]:
    """Redis answers."""
    try:
        await redis.ping()
    except (RedisError, OSError) as error:
        raise PartUnavailable(
            f"Redis does not answer: {type(error).__name__}.",
            mend="See that REDIS_URL names a running Redis.",
        ) from None
    return {"redis": {}}


async def _get(http: aiohttp.ClientSession, url: str, who: str) -> dict[str, Any]:
    try:
        async with http.get(url, headers={"Connection": "close"}, allow_redirects=False) as response:
            status, body = response.status, await response.content.read(64 * 1024)
        said = json.loads(body)
    except (aiohttp.ClientError, ValueError) as error:
        reason = type(error).__name__
    else:
        if status == 200 and isinstance(said, dict):
            return said
        reason = f"status {status}"
    raise PartUnavailable(
        f"{who} does not answer as it should: {reason}.", mend="See the log of that process."
    )
