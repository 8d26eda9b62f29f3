"""What a turn through Rasa costs: start, memory, milliseconds, with a dummy action server.

    .venv/bin/python benchmarks/rasa_turn/measure.py [--rasa-python .venv-rasa/bin/python] [--turns 200]

Needs a trained model in the var folder (BANGBAN_VAR_DIR, default var). Its conversations go to a
temporary folder. Prints one Markdown row per variant; the table in README.md is made of them.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import socket
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiohttp
import psutil
from aiohttp import web

ROOT = Path(__file__).resolve().parents[2]
TOKEN = "benchmark"
QUESTIONS = (
    "补身份证多少钱",
    "那要带什么",
    "网上能办吗",
    "我在烟台呢",
    "要多久",
    "在日照能办青岛的营业执照吗",
)
STOCK = "benchmarks/rasa_turn/stock_checks.py"
COLUMNS = (
    "variant",
    "ready s",
    "MB fresh / after",
    "first 20 ms",
    "last 20 ms",
    "median ms",
    "CPU ms",
    "p95 ms",
    "turns/s, 8 people",
)


@dataclass(frozen=True)
class Variant:
    name: str
    launcher: tuple[str, ...]
    new_session_every: int | None


VARIANTS = (
    Variant("ours, a new session every 20 turns", ("-m", "bot.rasa"), 20),
    Variant("ours, one endless session", ("-m", "bot.rasa"), None),
    Variant("schema re-checked as in stock Rasa, every 20", (STOCK,), 20),
)


@asynccontextmanager
async def dummy_actions(port: int) -> AsyncIterator[None]:
    """Answers at once, with a payload and slots of realistic size."""
    payload = {
        "outcome": "answered",
        "aspect": "fee",
        "guide": {"id": "id_card_reissue@000000", "title": "居民身份证补领", "version": 1},
        "text": "答" * 400,
        "options": [],
        "sources": [{"name": "来源", "url": "https://example.org", "published": "2024-01-01"}],
        "provenance": {"hits": [{"item_id": f"item_{n}", "score": 0.5} for n in range(20)]},
    }
    slots = {"item_id": "id_card_reissue", "guide_id": "id_card_reissue@000000", "aspect": "fee", "fails": 0}
    answer = {
        "events": [{"event": "slot", "timestamp": None, "name": k, "value": v} for k, v in slots.items()],
        "responses": [{"text": None, "buttons": [], "elements": [], "custom": payload}],
    }

    async def webhook(request: web.Request) -> web.Response:
        await request.json()
        return web.json_response(answer)

    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_post("/webhook", webhook)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    try:
        yield
    finally:
        await runner.cleanup()


@asynccontextmanager
async def rasa(
    python: str, variant: Variant, actions_port: int
) -> AsyncIterator[tuple[str, float, psutil.Process]]:
    """The server's address, seconds until healthy, and its process."""
    port = free_port()
    model = Path(os.environ.get("BANGBAN_VAR_DIR") or "var") / "rasa" / "models"
    with tempfile.TemporaryDirectory() as var_dir:
        shutil.copytree(model, Path(var_dir) / "rasa" / "models")
        env = os.environ | {
            "BANGBAN_VAR_DIR": var_dir,
            "BANGBAN_RASA_PORT": str(port),
            "BANGBAN_RASA_TOKEN": TOKEN,
            "BANGBAN_ACTIONS_URL": f"http://127.0.0.1:{actions_port}",
            "PYTHONPATH": str(ROOT),
        }
        env.pop("DATABASE_URL", None)
        started = time.monotonic()
        process = await asyncio.create_subprocess_exec(
            python, *variant.launcher, cwd=ROOT, env=env, stdout=asyncio.subprocess.DEVNULL
        )
        try:
            url = f"http://127.0.0.1:{port}/webhooks/bangban"
            await until_healthy(f"{url}/health")
            yield url, time.monotonic() - started, psutil.Process(process.pid)
        finally:
            process.terminate()
            await process.wait()


async def until_healthy(url: str) -> None:
    async with aiohttp.ClientSession() as http, asyncio.timeout(120):
        while True:
            try:
                async with http.get(url) as answer:
                    if answer.status == 200:
                        return
            except aiohttp.ClientConnectionError:
                pass
            await asyncio.sleep(0.05)


async def turn(http: aiohttp.ClientSession, url: str, sender: str, n: int, every: int | None) -> float:
    """Milliseconds of one turn; an answer that is not 200 stops the run."""
    body: dict[str, Any] = {"sender": sender, "message": QUESTIONS[n % len(QUESTIONS)]}
    body["new_session"] = bool(every) and n % (every or 1) == 0
    started = time.perf_counter()
    async with http.post(f"{url}/webhook", json=body) as answer:
        answer.raise_for_status()
        await answer.read()
    return (time.perf_counter() - started) * 1000


async def measure(python: str, variant: Variant, turns: int) -> str:
    """One row of the table."""
    actions_port = free_port()
    async with dummy_actions(actions_port), rasa(python, variant, actions_port) as (url, ready, process):
        fresh = process.memory_info().rss >> 20
        headers = {"Authorization": f"Bearer {TOKEN}"}
        async with aiohttp.ClientSession(headers=headers) as http:
            for n in range(10):
                await turn(http, url, "warm-up", n, None)
            before = process.cpu_times()
            times = [await turn(http, url, "one", n, variant.new_session_every) for n in range(turns)]
            after = process.cpu_times()
            started = time.perf_counter()
            people = [talk(http, url, f"person-{p}", turns // 8, variant.new_session_every) for p in range(8)]
            await asyncio.gather(*people)
            rate = turns // 8 * 8 / (time.perf_counter() - started)
        cpu_ms = (after.user + after.system - before.user - before.system) / turns * 1000
        columns = (
            variant.name,
            f"{ready:.1f}",
            f"{fresh} / {process.memory_info().rss >> 20}",
            f"{statistics.median(times[:20]):.1f}",
            f"{statistics.median(times[-20:]):.1f}",
            f"{statistics.median(times):.1f}",
            f"{cpu_ms:.1f}",
            f"{sorted(times)[int(len(times) * 0.95)]:.1f}",
            f"{rate:.0f}",
        )
        return "| " + " | ".join(columns) + " |"


async def talk(http: aiohttp.ClientSession, url: str, sender: str, turns: int, every: int | None) -> None:
    for n in range(turns):
        await turn(http, url, sender, n, every)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rasa-python", default=".venv-rasa/bin/python")
    parser.add_argument("--turns", type=int, default=200)
    chosen = parser.parse_args()
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}")
    for variant in VARIANTS:
        print(asyncio.run(measure(chosen.rasa_python, variant, chosen.turns)), flush=True)


if __name__ == "__main__":
    main()
