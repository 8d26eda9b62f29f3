"""Turns of one sender run one at a time in the order of arrival; nobody waits for another sender."""

from __future__ import annotations

import asyncio
import uuid

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.conversation.order import RedisLock, Turnstile, WaitedTooLong


async def test_the_order_is_that_of_joining() -> None:
    turnstile = Turnstile()
    ran: list[int] = []

    async def turn(number: int) -> None:
        ticket = turnstile.join("anna")
        await asyncio.sleep(0.01 / (number + 1))
        await ticket.wait(5)
        ran.append(number)
        await asyncio.sleep(0.001)
        ticket.leave()

    await asyncio.gather(*(turn(number) for number in range(20)))

    assert ran == list(range(20))
    assert len(turnstile) == 0, "nothing is kept of those who left"


async def test_other_keys_do_not_wait() -> None:
    turnstile = Turnstile()
    turnstile.join("anna")

    await turnstile.join("bert").wait(0.1)


async def test_who_waits_too_long_is_told() -> None:
    turnstile = Turnstile()
    turnstile.join("anna")

    with pytest.raises(WaitedTooLong):
        await turnstile.join("anna").wait(0.01)


async def test_who_gives_up_lets_nobody_pass_the_one_before() -> None:
    turnstile = Turnstile()
    first, second, third = (turnstile.join("anna") for _ in range(3))
    second.leave()

    with pytest.raises(WaitedTooLong):
        await third.wait(0.01)
    first.leave()
    await third.wait(1)
    third.leave()
    third.leave()
    await asyncio.sleep(0)

    assert len(turnstile) == 0


async def test_a_cancelled_turn_lets_the_next_one_in() -> None:
    turnstile = Turnstile()
    first = turnstile.join("anna")

    async def waiting() -> None:
        ticket = turnstile.join("anna")
        try:
            await ticket.wait(5)
        finally:
            ticket.leave()

    task = asyncio.create_task(waiting())
    await asyncio.sleep(0)
    task.cancel()
    last = turnstile.join("anna")
    await asyncio.gather(task, return_exceptions=True)
    first.leave()

    await last.wait(1)


@pytest.fixture
async def redis() -> Redis:
    """A Redis that runs here; without one these tests have nothing to talk to."""
    client = Redis.from_url("redis://127.0.0.1:6379/0", socket_connect_timeout=1)
    try:
        await client.ping()
    except (RedisError, OSError):
        await client.aclose()
        pytest.skip("no Redis answers on 127.0.0.1:6379")
    return client


async def test_two_processes_share_a_lock(redis: Redis) -> None:
    one, other = RedisLock(redis), RedisLock(redis)
    key = uuid.uuid4().hex
    running = 0

    async def turn(lock: RedisLock) -> None:
        nonlocal running
        async with lock.hold(key, wait_s=5, longest_s=5):
            running += 1
            assert running == 1
            await asyncio.sleep(0.02)
            running -= 1

    await asyncio.gather(*(turn(lock) for lock in (one, other) * 4))
    await redis.aclose()


async def test_a_lock_frees_itself_when_its_holder_died(redis: Redis) -> None:
    lock, key = RedisLock(redis), uuid.uuid4().hex

    async with lock.hold(key, wait_s=1, longest_s=0.2):
        with pytest.raises(WaitedTooLong):
            async with lock.hold(key, wait_s=0.05, longest_s=0.2):
                pytest.fail("two hold one lock")
        async with asyncio.timeout(2), lock.hold(key, wait_s=1, longest_s=0.2):
            pass
    await redis.aclose()


async def test_a_turn_runs_without_redis() -> None:
    nobody = Redis.from_url("redis://127.0.0.1:1/0", socket_connect_timeout=0.2)
    ran = False

    async with RedisLock(nobody).hold("anna", wait_s=1, longest_s=1):
        ran = True
    await nobody.aclose()

    assert ran
