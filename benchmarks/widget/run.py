"""Many open chats at once: how long answers take, and what the front needs for it.

    .venv/bin/python benchmarks/widget/run.py [--sockets 1000] [--rate 5] [--seconds 600] [--var var]

Starts `bangban serve` over a copy of the var folder (so the real Rasa and the real index answer), opens the
sockets from this one process, has a random one say something `rate` times a second, and measures from
sending to `accepted` and to the answer. Every ten seconds it notes the memory of the front. Prints one
Markdown table; what is not answered exactly once is counted.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import random
import shutil
import signal
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import aiohttp
import psutil

ROOT = Path(__file__).resolve().parents[2]
OPENED_AT_ONCE = 50
ANSWERED_WITHIN_S = 30.0
PING_S = 25.0
QUESTIONS = (
    "身份证丢了去哪补办",
    "社保转移要多久",
    "异地就医怎么备案",
    "换驾照要带什么",
    "租房怎么提取公积金",
    "那要带什么",
    "多少钱",
    "你好",
)


@dataclass
class Tally:
    """What was seen."""

    accepted_ms: list[float] = field(default_factory=list)
    answered_ms: list[float] = field(default_factory=list)
    outcomes: dict[str, int] = field(default_factory=dict)
    refused: int = 0
    doubled: int = 0
    closed: int = 0
    memory_mb: list[tuple[float, float]] = field(default_factory=list)


class Tab:
    """One open chat."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse, tally: Tally) -> None:
        self.ws = ws
        self._tally = tally
        self._sent: dict[str, float] = {}
        self._asked: list[float] = []
        self._seen: set[int] = set()

    @property
    def waits(self) -> bool:
        return bool(self._asked)

    async def say(self, text: str) -> None:
        message_id = str(uuid.uuid4())
        now = time.perf_counter()
        self._sent[message_id] = now
        self._asked.append(now)
        await self.ws.send_str(json.dumps({"type": "message", "id": message_id, "text": text}))

    async def listen(self) -> None:
        async for message in self.ws:
            frame = json.loads(message.data)
            now = time.perf_counter()
            match frame["type"]:
                case "accepted":
                    self._tally.accepted_ms.append(1000 * (now - self._sent.pop(frame["id"])))
                case "failed":
                    self._tally.refused += 1
                    self._asked.clear()
                case "message":
                    self._message(frame, now)
        self._tally.closed += 1

    def _message(self, frame: dict[str, Any], now: float) -> None:
        if frame["seq"] in self._seen:
            self._tally.doubled += 1
        self._seen.add(frame["seq"])
        if frame["direction"] == "out" and self._asked:
            self._tally.answered_ms.append(1000 * (now - self._asked.pop(0)))
            outcome = frame["reply"]["outcome"]
            self._tally.outcomes[outcome] = self._tally.outcomes.get(outcome, 0) + 1


async def measure(url: str, front: psutil.Process, sockets: int, rate: float, seconds: float) -> None:
    """Open, talk, watch, report."""
    tally = Tally()
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as session:
        tally.memory_mb.append((0, _mb(front)))
        began = time.perf_counter()
        tabs = await open_tabs(session, url, sockets, tally)
        opened_s = time.perf_counter() - began
        listening = [asyncio.create_task(tab.listen()) for tab in tabs]
        pinging = asyncio.create_task(_ping(tabs))
        cpu = _cpu_s(front)
        began = time.perf_counter()
        await asyncio.gather(_talk(tabs, rate, seconds), _watch(front, seconds, tally))
        took = time.perf_counter() - began
        cpu = _cpu_s(front) - cpu
        end = time.monotonic() + ANSWERED_WITHIN_S
        while any(tab.waits for tab in tabs) and time.monotonic() < end:
            await asyncio.sleep(0.1)
        lost = sum(tab.waits for tab in tabs)
        lost_sockets = tally.closed
        for task in [*listening, pinging]:
            task.cancel()
        await asyncio.gather(*listening, pinging, return_exceptions=True)
    report(tally, sockets, rate, took, opened_s, cpu / took, lost, lost_sockets)


async def open_tabs(session: aiohttp.ClientSession, url: str, count: int, tally: Tally) -> list[Tab]:
    free = asyncio.Semaphore(OPENED_AT_ONCE)

    async def one() -> Tab:
        async with free:
            async with session.post(f"{url}/widget/session", json={}) as made:
                token = (await made.json())["token"]
            ws = await session.ws_connect(f"{url}/widget/socket", protocols=("bangban.v1",))
            await ws.send_str(json.dumps({"type": "hello", "token": token, "after": 0, "lang": "zh-CN"}))
            welcome = json.loads((await ws.receive()).data)
            assert welcome["type"] == "welcome", welcome
            return Tab(ws, tally)

    return list(await asyncio.gather(*(one() for _ in range(count))))


async def _talk(tabs: Sequence[Tab], rate: float, seconds: float) -> None:
    """Messages come by chance, `rate` a second on average."""
    end = time.monotonic() + seconds
    pick = random.Random(20261120)
    while time.monotonic() < end:
        await asyncio.sleep(pick.expovariate(rate))
        free = [tab for tab in pick.sample(list(tabs), min(20, len(tabs))) if not tab.waits]
        if free:
            await free[0].say(pick.choice(QUESTIONS))


async def _ping(tabs: Sequence[Tab]) -> None:
    """What the widget does to see that the line is alive."""
    while True:
        for place, tab in enumerate(tabs):
            if not tab.ws.closed:
                await tab.ws.send_str('{"type":"ping","t":1}')
            if place % 40 == 39:
                await asyncio.sleep(PING_S * 40 / len(tabs))
        await asyncio.sleep(0.1)


async def _watch(front: psutil.Process, seconds: float, tally: Tally) -> None:
    began = time.monotonic()
    while (passed := time.monotonic() - began) < seconds:
        tally.memory_mb.append((passed, _mb(front)))
        await asyncio.sleep(10)
    tally.memory_mb.append((seconds, _mb(front)))


def _mb(process: psutil.Process) -> float:
    return process.memory_info().rss / 2**20


def _cpu_s(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


@contextmanager
def stack(var: Path, port: int) -> Iterator[tuple[str, psutil.Process]]:
    """The real stack over a copy of what set-up trained; out: its address and the front's process."""
    with tempfile.TemporaryDirectory() as folder:
        copy, log_file = Path(folder) / "var", Path(folder) / "log"
        shutil.copytree(var, copy, symlinks=True, ignore=shutil.ignore_patterns("test", "*.db*"))
        with (
            contextlib.closing(sqlite3.connect(var / "bangban.db")) as source,
            contextlib.closing(sqlite3.connect(copy / "bangban.db")) as target,
        ):
            source.backup(target)
        env = {name: value for name, value in os.environ.items() if not name.startswith("BANGBAN_")} | {
            "BANGBAN_VAR_DIR": str(copy),
            "BANGBAN_FRONT_HOST": "127.0.0.1",
            "BANGBAN_FRONT_PORT": str(port),
            "BANGBAN_ACTIONS_PORT": str(port - 3000),
            "BANGBAN_RASA_PORT": str(port - 2999),
            "BANGBAN_WIDGET_CONNECTIONS_PER_IP": "100000",
            "BANGBAN_WIDGET_REQUESTS_PER_MINUTE_PER_IP": "1000000",
            "BANGBAN_LOG_LEVEL": "WARNING",
            "DATABASE_URL": "",
            "REDIS_URL": "",
        }
        serve = [sys.executable, "-c", "from bot.cli import main; main()", "serve"]
        with log_file.open("wb") as log:
            process = subprocess.Popen(serve, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
        url = f"http://127.0.0.1:{port}"
        try:
            _wait_until_ready(url, process)
            children = psutil.Process(process.pid).children()
            [front] = [child for child in children if child.cmdline()[1:3] == ["-m", "bot.front"]]
            yield url, front
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(60)
            said = log_file.read_text(encoding="utf-8", errors="replace").splitlines()
            wrong = [line for line in said if '"level": "error"' in line or "Traceback" in line]
            print(f"errors in the log: {len(wrong)}", *wrong[:5], sep="\n", file=sys.stderr)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{url}/readyz", timeout=10) as answer:
            if answer.status == 200:
                return
        time.sleep(0.3)
    raise SystemExit("The stack did not become ready.")


def report(
    tally: Tally,
    sockets: int,
    rate: float,
    took: float,
    opened_s: float,
    cpu: float,
    lost: int,
    lost_sockets: int,
) -> None:
    """One table."""
    memory = tally.memory_mb
    settled = [mb for at, mb in memory if at >= 60] or [mb for _, mb in memory[1:]]
    times = [at for at, _ in memory if at >= 60]
    slope = 60 * statistics.linear_regression(times, settled).slope if len(times) > 2 else 0.0
    rows = [
        ("sockets, opened in", f"{sockets:,}, {opened_s:.1f} s"),
        ("messages a second, asked for and answered", f"{rate:g}, {len(tally.answered_ms) / took:.2f}"),
        ("time", f"{took:.0f} s"),
        ("sent → accepted, p50 / p95 / p99", _three(tally.accepted_ms)),
        ("sent → answer, p50 / p95 / p99", _three(tally.answered_ms)),
        ("answers", ", ".join(f"{name} {count}" for name, count in sorted(tally.outcomes.items()))),
        ("not answered, answered twice, refused", f"{lost}, {tally.doubled}, {tally.refused}"),
        ("sockets lost", str(lost_sockets)),
        ("memory of the front before, with all sockets, at the end", _memory(memory)),
        ("growth after the first minute", f"{slope:+.2f} MB a minute"),
        ("CPU of the front", f"{100 * cpu:.0f} % of one core"),
    ]
    print(f"## {date.today():%d %B %Y}: {sockets:,} sockets, {os.cpu_count()} cores\n")
    print("| measured | |\n|---|---|")
    for name, value in rows:
        print(f"| {name} | {value} |")


def _three(times: Sequence[float]) -> str:
    if len(times) < 3:
        return "–"
    cuts = statistics.quantiles(times, n=100)
    return f"{statistics.median(times):.0f} / {cuts[94]:.0f} / {cuts[98]:.0f} ms"


def _memory(memory: Sequence[tuple[float, float]]) -> str:
    return f"{memory[0][1]:.0f}, {memory[1][1]:.0f}, {memory[-1][1]:.0f} MB"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--sockets", type=int, default=1000)
    parser.add_argument("--rate", type=float, default=5)
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--var", type=Path, default=ROOT / "var")
    parser.add_argument("--port", type=int, default=8160)
    given = parser.parse_args()
    with stack(given.var.resolve(), given.port) as (url, front):
        asyncio.run(measure(url, front, given.sockets, given.rate, given.seconds))
