"""A task ends although its first cancellations are swallowed."""

from __future__ import annotations

import asyncio

from bot.stopping import stop


async def test_who_swallows_a_cancellation_is_cancelled_again() -> None:
    swallowed = 0

    async def stubborn() -> None:
        nonlocal swallowed
        while True:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                swallowed += 1
                if swallowed == 3:
                    raise

    async def fails() -> None:
        raise ZeroDivisionError

    tasks = [asyncio.create_task(stubborn()), asyncio.create_task(fails())]
    await asyncio.sleep(0)

    async with asyncio.timeout(20):
        await stop(*tasks)

    assert swallowed == 3 and all(task.done() for task in tasks)
    await stop()
