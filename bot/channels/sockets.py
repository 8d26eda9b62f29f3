"""What our WebSockets share: frames that can be read, one that is sent in time, and leaving with a word."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from typing import Any

from aiohttp import WSCloseCode, web

SEND_S = 10.0
_LEAVE = {
    "restart": (WSCloseCode.GOING_AWAY, 500, 2500),
    "idle": (WSCloseCode.GOING_AWAY, 300_000, 60_000),
    "too_many": (WSCloseCode.TRY_AGAIN_LATER, 10_000, 10_000),
}
"""Close code, and the least wait and its spread in ms, so that not everybody returns at once."""


async def leave(ws: web.WebSocketResponse, reason: str) -> None:
    """Tell the far side when to come back, then close."""
    code, least, spread = _LEAVE[reason]
    wait = least + random.randrange(spread)
    with contextlib.suppress(ConnectionError, TimeoutError, RuntimeError):
        async with asyncio.timeout(SEND_S):
            await ws.send_str(json.dumps({"type": "resume", "reason": reason, "after_ms": wait}))
            await ws.close(code=code, message=reason.encode())


def read_frame(text: str) -> dict[str, Any] | None:
    """The JSON object in a frame; None when there is none."""
    try:
        frame = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return frame if isinstance(frame, dict) else None


async def send(ws: web.WebSocketResponse, text: str) -> None:
    """Hand a frame over; ConnectionError or TimeoutError when the far side does not take it."""
    if ws.closed:
        raise ConnectionResetError
    async with asyncio.timeout(SEND_S):
        await ws.send_str(text)
