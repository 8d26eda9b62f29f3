"""The access token: fetched once however many ask, replaced once when it is refused, never forced in a loop."""

from __future__ import annotations

import asyncio
import uuid
from typing import Any

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.channels.wechat.errors import ApiFailed
from bot.channels.wechat.token import TokenKeeper


class FakeApi:
    """Gives out tokens; the same one until it is forced, or told otherwise."""

    def __init__(self) -> None:
        self.asked: list[bool] = []
        self.current = "one"
        self.lasts: Any = 7200

    async def call(self, path: str, _query: object, body: dict[str, Any]) -> dict[str, Any]:
        assert path == "/cgi-bin/stable_token"
        self.asked.append(body["force_refresh"])
        await asyncio.sleep(0.01)
        if body["force_refresh"]:
            self.current += "+"
        return {"access_token": self.current, "expires_in": self.lasts}


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


def keeper(api: FakeApi, redis: Redis | None = None, clock: Clock | None = None) -> TokenKeeper:
    return TokenKeeper(api, "wx1", "s3cret", redis, clock or Clock())  # type: ignore[arg-type]


async def test_many_ask_and_one_fetches() -> None:
    api = FakeApi()
    tokens = keeper(api)

    got = await asyncio.gather(*(tokens.get() for _ in range(20)))

    assert {token.value for token in got} == {"one"}
    assert api.asked == [False]


async def test_it_is_renewed_before_its_end() -> None:
    api, clock = FakeApi(), Clock()
    tokens = keeper(api, clock=clock)
    await tokens.get()

    clock.now += 6899
    await tokens.get()
    assert len(api.asked) == 1
    clock.now += 2
    await tokens.get()
    assert len(api.asked) == 2


async def test_a_refused_token_is_fetched_anew_once_for_all() -> None:
    api = FakeApi()
    tokens = keeper(api)
    refused = await tokens.get()
    api.current = "two"

    got = await asyncio.gather(*(tokens.replace(refused) for _ in range(9)))

    assert {token.value for token in got} == {"two"}
    assert api.asked == [False, False]


async def test_the_same_token_again_is_forced_but_not_in_a_loop() -> None:
    api, clock = FakeApi(), Clock()
    tokens = keeper(api, clock=clock)
    refused = await tokens.get()

    forced = await tokens.replace(refused)
    assert (forced.value, api.asked) == ("one+", [False, False, True])
    with pytest.raises(ApiFailed) as failed:
        await tokens.replace(forced)
    assert failed.value.code == 40001
    clock.now += 31
    assert (await tokens.replace(forced)).value == "one++"


@pytest.mark.parametrize("lasts", [None, "7200", []])
async def test_a_garbled_answer_is_no_token(lasts: object) -> None:
    api = FakeApi()
    api.lasts = lasts

    with pytest.raises(ApiFailed):
        await keeper(api).get()


async def test_a_token_is_never_shown() -> None:
    token = await keeper(FakeApi()).get()

    assert "one" not in repr(token)


@pytest.fixture
async def redis() -> Redis:
    client = Redis.from_url("redis://127.0.0.1:6379/0", socket_connect_timeout=1)
    try:
        await client.ping()
    except (RedisError, OSError):
        await client.aclose()
        pytest.skip("no Redis answers on 127.0.0.1:6379")
    return client


async def test_fronts_share_a_token(redis: Redis) -> None:
    api, name = FakeApi(), f"wx{uuid.uuid4().hex}"
    fronts = [TokenKeeper(api, name, "s3cret", redis) for _ in range(4)]  # type: ignore[arg-type]

    got = await asyncio.gather(*(front.get() for front in fronts * 3))
    api.current = "two"
    replaced = await asyncio.gather(*(front.replace(got[0]) for front in fronts))

    assert {token.value for token in got} == {"one"}
    assert {token.value for token in replaced} == {"two"}
    assert api.asked == [False, False]
    await redis.aclose()


async def test_without_redis_a_front_helps_itself() -> None:
    nobody = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)

    assert (await keeper(FakeApi(), nobody).get()).value == "one"
    await nobody.aclose()
