"""A whole installation joined to the simulator: real front, actions and Rasa under the real supervisor, with a
proxy between front and Rasa that makes some turns slow."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import shutil
import signal
import socket
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TextIO

import aiohttp
import psutil
from aiohttp import web

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from bot.settings import Settings, load_settings  # noqa: E402
from bot.simulator.account import AccountKind, Mode, new_account  # noqa: E402
from bot.simulator.platform import Platform  # noqa: E402
from bot.simulator.serving import served  # noqa: E402
from bot.simulator.wiring import front_settings  # noqa: E402
from bot.supervise.log import Log  # noqa: E402
from bot.supervise.parts import actions_part, front_part, rasa_part  # noqa: E402
from bot.supervise.supervisor import Supervisor  # noqa: E402

_MODULES = {"actions": "actions", "front": "bot.front"}


@dataclass(frozen=True)
class Wanted:
    """What is to be run."""

    var_dir: Path
    """Index, models and database are copied from here."""
    kind: AccountKind
    mode: Mode
    slow_share: float
    slow_s: float
    database_url: str = ""
    """Empty: an SQLite file of its own."""


@dataclass
class Running:
    """What runs."""

    platform: Platform
    settings: Settings
    log_file: Path

    def kill(self, part: str) -> int:
        """kill -9; the supervisor starts it again. Out: the process id that was killed."""
        pid = self.pid(part)
        os.kill(pid, signal.SIGKILL)
        return pid

    async def answering(self) -> None:
        """Return when the front answers at all."""
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"{self.settings.front_url}/healthz"):
                        return
                except aiohttp.ClientError:
                    await asyncio.sleep(0.1)

    def pid(self, part: str) -> int:
        """The process of a part; LookupError while there is none."""
        for child in psutil.Process().children():
            with contextlib.suppress(psutil.Error):
                if child.cmdline()[1:3] == ["-m", _MODULES[part]]:
                    return child.pid
        raise LookupError(part)


@asynccontextmanager
async def running(wanted: Wanted) -> AsyncIterator[Running]:
    """Everything started and ready; stopped and removed afterwards."""
    front, actions, rasa, proxy, simulator = free_ports(5)
    with tempfile.TemporaryDirectory(prefix="bangban-wechat-") as folder:
        var_dir = Path(folder, "var")
        copy_trained(wanted.var_dir, var_dir)
        _set_environment(
            BANGBAN_VAR_DIR=str(var_dir),
            BANGBAN_FRONT_HOST="127.0.0.1",
            BANGBAN_FRONT_PORT=str(front),
            BANGBAN_ACTIONS_PORT=str(actions),
            BANGBAN_RASA_PORT=str(rasa),
            DATABASE_URL=wanted.database_url,
        )
        settings = load_settings()
        account = new_account(wanted.kind, wanted.mode)
        env = front_settings(account, f"http://127.0.0.1:{simulator}", settings.front_url)
        log_file = Path(folder, "serve.log")
        with _written(log_file) as stream:
            supervisor = Supervisor(
                behind=(actions_part(settings), rasa_part(settings)),
                front=replace(front_part(settings), env={**env, "BANGBAN_RASA_PORT": str(proxy)}),
                log=Log(stream),
            )
            async with (
                slow_proxy(settings.rasa_url, proxy, wanted.slow_share, wanted.slow_s),
                served(account, f"{settings.front_url}/wechat", simulator) as platform,
            ):
                supervising = asyncio.create_task(supervisor.run())
                try:
                    await _ready(settings.front_url, log_file, supervising)
                    yield Running(platform, settings, log_file)
                finally:
                    supervisor.stop()
                    await supervising
                    shutil.copy(log_file, Path(tempfile.gettempdir(), "bangban-wechat-serve.log"))


def _written(file: Path) -> TextIO:
    return file.open("w", encoding="utf-8")


def _end_of(file: Path) -> str:
    return file.read_text(encoding="utf-8")[-4000:]


def _set_environment(**values: str) -> None:
    for name in [*os.environ]:
        if name.startswith("BANGBAN_") or name in ("DATABASE_URL", "REDIS_URL"):
            del os.environ[name]
    os.environ.update({name: value for name, value in values.items() if value})


async def _ready(front_url: str, log_file: Path, supervising: asyncio.Task[None]) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(240):
        while True:
            if supervising.done():
                raise SystemExit(f"The stack ended:\n{_end_of(log_file)}")
            try:
                async with session.get(f"{front_url}/readyz") as response:
                    if response.status == 200:
                        return
            except aiohttp.ClientError:
                pass
            await asyncio.sleep(0.3)


@asynccontextmanager
async def slow_proxy(url: str, port: int, share: float, seconds: float) -> AsyncIterator[None]:
    """Forward everything to `url`; this share of the turns waits for so long first. Which ones is decided by
    the message itself, so that a repeated turn is as slow as the first."""
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

        async def forward(request: web.Request) -> web.Response:
            body = await request.read()
            slow = int(hashlib.sha256(body).hexdigest()[:8], 16) < share * 16**8
            if request.method == "POST" and slow:
                await asyncio.sleep(seconds)
            headers = {
                name: request.headers[name]
                for name in ("Authorization", "Content-Type")
                if name in request.headers
            }
            try:
                async with session.request(
                    request.method, f"{url}{request.rel_url}", data=body or None, headers=headers
                ) as answer:
                    return web.Response(
                        body=await answer.read(), status=answer.status, content_type=answer.content_type
                    )
            except aiohttp.ClientError:
                return web.Response(status=502)

        app = web.Application(client_max_size=1 << 24)
        app.router.add_route("*", "/{path:.*}", forward)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield
        finally:
            await runner.cleanup()


def copy_trained(source: Path, target: Path) -> None:
    """Index, models and a copy of the database, so that what was set up is left as it is."""
    target.mkdir(parents=True)
    for name in ("index", "embedding", "rasa"):
        if (source / name).is_dir():
            shutil.copytree(source / name, target / name, symlinks=True)
    with (
        contextlib.closing(sqlite3.connect(source / "bangban.db")) as old,
        contextlib.closing(sqlite3.connect(target / "bangban.db")) as new,
    ):
        old.backup(new)


def free_ports(count: int) -> list[int]:
    """Distinct free TCP ports."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
