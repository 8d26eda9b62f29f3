"""10,000 spoilt requests at the WeChat callback of a front in a process of its own.

    .venv/bin/python benchmarks/wechat/fuzz.py [--requests 10000] [--mode safe] [--seed 1]

Bits flipped, bodies cut, AES cut and wrongly padded, XML bombs, huge fields, wrong types, replays, lying
encodings … (`bot/simulator/spoiling.py`). Prints what was answered to each kind, and the front's memory.
"""

from __future__ import annotations

import argparse
import asyncio
import io
import os
import sys
import tempfile
import time
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import aiohttp
import psutil
from harness import ROOT, free_ports
from yarl import URL

from bot.simulator.account import Account, AccountKind, Mode, new_account
from bot.simulator.spoiling import Must, Spoiler, Spoilt
from tests.support.fake_rasa import TOKEN, FakeRasa

_AT_ONCE = 8
_REPLAYED = 0.05
_FAR_TOO_LARGE = 100_000
_LOOKS = 10


@dataclass
class Seen:
    """What came back."""

    by: dict[str, Counter[str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    memory_mb: list[int] = field(default_factory=list)

    def add(self, spoilt: Spoilt, status: int, body: bytes) -> None:
        """One answer, with what must not be."""
        shown = "cut off" if status == 0 else f"{status} with a reply" if b"<xml" in body else str(status)
        how = "strange value of a field" if spoilt.how.startswith("strange ") else spoilt.how
        self.by.setdefault(how, Counter())[shown] += 1
        refused = 400 <= status < 500 or status == 0
        if status >= 500 or (spoilt.must is Must.REFUSED and not refused) or (refused and b"<xml" in body):
            self.wrong.append(f"{spoilt.how}: {status} {body[:200]!r}")
        if status == 0 and len(spoilt.body) < _FAR_TOO_LARGE:
            self.wrong.append(f"{spoilt.how}: cut off with {len(spoilt.body)} bytes")


@asynccontextmanager
async def front(account: Account, folder: Path) -> AsyncIterator[tuple[str, psutil.Process]]:
    """A front alone, with a stand-in for Rasa behind it."""
    port, rasa = free_ports(2)
    env = {name: value for name, value in os.environ.items() if not name.startswith("BANGBAN_")}
    env |= {
        "DATABASE_URL": "",
        "REDIS_URL": "",
        "BANGBAN_VAR_DIR": str(folder),
        "BANGBAN_FRONT_HOST": "127.0.0.1",
        "BANGBAN_FRONT_PORT": str(port),
        "BANGBAN_RASA_PORT": str(rasa),
        "BANGBAN_RASA_TOKEN": TOKEN,
        "BANGBAN_ACTIONS_PORT": str(rasa),
        "BANGBAN_LOG_LEVEL": "WARNING",
        "BANGBAN_WECHAT_TOKEN": account.token,
        "BANGBAN_WECHAT_APP_ID": account.app_id,
        "BANGBAN_WECHAT_AES_KEY": account.aes_key,
        "BANGBAN_WECHAT_MODE": account.mode.value,
        "BANGBAN_WECHAT_CUSTOMER_SERVICE": "off",
    }
    log = os.open(folder / "front.log", os.O_WRONLY | os.O_CREAT)
    async with FakeRasa().serve(rasa):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot.front", cwd=ROOT, env=env, stdout=log, stderr=log
        )
        url = f"http://127.0.0.1:{port}"
        try:
            await _answers(url)
            yield url, psutil.Process(process.pid)
            if process.returncode is not None:
                raise SystemExit(f"The front ended with {process.returncode}.")
        finally:
            if process.returncode is None:
                process.terminate()
            await process.wait()
            os.close(log)


async def _answers(url: str) -> None:
    async with aiohttp.ClientSession() as session, asyncio.timeout(60):
        while True:
            try:
                async with session.get(f"{url}/healthz"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.2)


def taken(spoiler: Spoiler, only_refused: bool) -> Spoilt:
    """The next spoilt request, or the next of those that must be refused."""
    while (spoilt := spoiler.one()).must is not Must.REFUSED and only_refused:
        pass
    return spoilt


async def main(arguments: argparse.Namespace) -> int:
    """Send, count, print."""
    account = new_account(AccountKind.UNVERIFIED_SUBSCRIPTION, Mode(arguments.mode))
    spoiler = Spoiler(account, arguments.seed)
    seen = Seen()
    earlier: deque[Spoilt] = deque(maxlen=200)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="bangban-fuzz-") as folder:
        async with front(account, Path(folder)) as (url, process):
            connector = aiohttp.TCPConnector(force_close=True)
            async with aiohttp.ClientSession(connector=connector) as session:

                async def send(spoilt: Spoilt) -> None:
                    body = io.BytesIO(spoilt.body) if spoilt.body else None
                    where = URL(f"{url}/wechat").with_query(dict(spoilt.query))
                    try:
                        async with session.request(
                            spoilt.method, where, data=body, headers=dict(spoilt.headers)
                        ) as response:
                            seen.add(spoilt, response.status, await response.read())
                    except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
                        seen.add(spoilt, 0, b"")

                for _ in range(_LOOKS):
                    batch = [taken(spoiler, arguments.refused) for _ in range(arguments.requests // _LOOKS)]
                    replays = int(len(batch) * _REPLAYED) if earlier else 0
                    batch[:replays] = [earlier[n % len(earlier)] for n in range(replays)]
                    earlier.extend(batch)
                    for at in range(0, len(batch), _AT_ONCE):
                        await asyncio.gather(*(send(spoilt) for spoilt in batch[at : at + _AT_ONCE]))
                    seen.memory_mb.append(process.memory_info().rss >> 20)
                good = spoiler.good()
                await send(good)
    seconds = time.monotonic() - started
    print(
        f"## {date.today():%-d %B %Y}, {arguments.mode} mode, {arguments.requests} requests, {seconds:.0f} s\n"
    )
    print("| damage | answers |\n|---|---|")
    for how, answers in sorted(seen.by.items()):
        print(f"| {how} | {', '.join(f'{shown}: {count}' for shown, count in sorted(answers.items()))} |")
    print(f"\nMemory of the front after each tenth, MB: {', '.join(map(str, seen.memory_mb))}")
    print(f"What must not be: {len(seen.wrong)}")
    for line in seen.wrong[:20]:
        print(f"  {line}", file=sys.stderr)
    return 1 if seen.wrong else 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--mode", default=Mode.SAFE.value, choices=[mode.value for mode in Mode])
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--refused", action="store_true", help="only what must be refused")
    sys.exit(asyncio.run(main(parser.parse_args())))
