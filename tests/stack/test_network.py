"""Nothing of the running stack talks to anyone but this machine."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import uuid

import psutil

from bot.talk import RestClient
from tests.support.stack import Stack


def far_addresses(stack: Stack) -> set[str]:
    """Remote addresses of every socket of every process of the stack that are not loopback."""
    parts = psutil.Process(stack.process.pid).children(recursive=True)
    far = set()
    for process in (psutil.Process(stack.process.pid), *parts):
        with contextlib.suppress(psutil.NoSuchProcess):
            for socket in process.net_connections("inet"):
                if socket.raddr and not ipaddress.ip_address(socket.raddr.ip).is_loopback:
                    far.add(f"{process.name()} → {socket.raddr.ip}:{socket.raddr.port}")
    return far


async def test_no_connection_leaves_this_machine(stack: Stack) -> None:
    far: set[str] = set()
    asked = asyncio.Event()

    async def watch() -> None:
        while not asked.is_set():
            far.update(await asyncio.to_thread(far_addresses, stack))
            await asyncio.sleep(0.05)

    watching = asyncio.create_task(watch())
    async with RestClient(stack.front_url) as client:
        sender = f"network-{uuid.uuid4().hex[:8]}"
        for text in ("补身份证多少钱", "那要带什么", "明天天气怎么样", "转人工", "你好"):
            reply = await client.say(sender, text)
            assert reply.outcome != "failed", stack.log()
    asked.set()
    await watching
    assert far == set()
