"""Running the simulator for a while: on loopback only, for it holds no secret worth one and no guard."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from bot.errors import CommandFailed
from bot.simulator.account import Account
from bot.simulator.api import PLATFORM
from bot.simulator.app import init_app
from bot.simulator.platform import Platform

HOST = "127.0.0.1"


@asynccontextmanager
async def served(account: Account, callback: str, port: int) -> AsyncIterator[Platform]:
    """The simulator, listening on a port of this machine; CommandFailed when it cannot."""
    app = init_app(account, callback, f"http://{HOST}:{port}")
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, HOST, port).start()
        except OSError as error:
            raise CommandFailed(
                f"The simulator cannot listen on {HOST}:{port}: {error.strerror}.",
                mend="Stop the program that listens there, or choose another with --port.",
            ) from None
        yield app[PLATFORM]
    finally:
        await runner.cleanup()


async def until_told() -> None:
    """Return on SIGINT or SIGTERM."""
    told = asyncio.Event()
    loop = asyncio.get_running_loop()
    for one in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(one, told.set)
    await told.wait()
