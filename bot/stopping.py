"""Ending tasks for sure.

`asyncio.wait_for` of Python 3.11, and what is built on it (the Redis client), can swallow a cancellation that comes
just as what it waits for is done. A task that runs for ever then goes on, and whoever awaits it waits for ever.
"""

from __future__ import annotations

import asyncio
from typing import Any

_AGAIN_S = 0.5


async def stop(*tasks: asyncio.Task[Any]) -> None:
    """Cancel tasks, again and again until they have ended. What they raise is not heard of."""
    left = set(tasks)
    while left:
        for task in left:
            task.cancel()
        _, left = await asyncio.wait(left, timeout=_AGAIN_S)
    await asyncio.gather(*tasks, return_exceptions=True)
