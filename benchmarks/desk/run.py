"""A hundred handed-over chats at once, while the front and Rasa are killed: is every word relayed once, in order?

    .venv/bin/python benchmarks/desk/run.py [--chats 100] [--rounds 10] [--agents 10] [--seconds 100] [--trained var/test]

Starts `bangban serve` over a copy of what set-up trained, opens the chats in the widget and the consoles of the
agents from this one process, has every citizen ask for a person and an agent claim each chat. Then each chat goes
to and fro: the citizen writes, the agent answers what they are shown. Rasa is killed with -9 after a third of the
messages, the front after two thirds. Prints a Markdown table; the exit status says whether nothing was lost,
doubled or out of order.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import math
import os
import random
import signal
import sqlite3
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import aiohttp
from people import Agent, Citizen, Record

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from bot.settings import load_settings
from bot.staff.running import make_staff
from bot.store import Database
from bot.store.staff_values import Act, NewAccount, Role
from tests.support import stack as stacks
from tests.support.stack import Stack, running

PASSWORD = "bai-ri yi shan jin 2026"
OPENED_AT_ONCE = 20
ROUND_THE_CLOCK = {day: [["00:00", "23:59"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
LIMITS = {
    "BANGBAN_WIDGET_REQUESTS_PER_MINUTE_PER_IP": "1000000",
    "BANGBAN_STAFF_REQUESTS_PER_MINUTE_PER_IP": "1000000",
    "BANGBAN_STAFF_LOGINS_PER_MINUTE_PER_IP": "1000",
    "BANGBAN_LOG_LEVEL": "WARNING",
}
FINISH_S = 90.0


@dataclass
class Talk:
    """What goes on."""

    record: Record = field(default_factory=Record)
    heard: dict[int, asyncio.Queue[str]] = field(default_factory=dict)
    done: int = 0

    def hear(self, chat: int, text: str) -> None:
        self.heard[chat].put_nowait(text)


async def staff_of(stack: Stack, names: Sequence[str], supervisor: str) -> None:
    """Accounts with a password of their own, in the store of the stack."""
    os.environ.update({name: value for name, value in stack.env.items() if name.startswith("BANGBAN_")})
    os.environ.pop("BANGBAN_RASA_PYTHON", None)
    settings = load_settings()
    act = Act(datetime.now(UTC), "benchmark")
    async with Database.open(settings.database_url) as database:
        staff = make_staff(settings, database)
        kept = await staff.passwords.hash(PASSWORD)
        for name in (*names, supervisor):
            role = Role.SUPERVISOR if name == supervisor else Role.AGENT
            account = await staff.accounts.add(NewAccount(name, name, role, kept), act)
            assert account is not None
            await staff.accounts.set_password(account.id, kept, act, own=True)


async def open_desk(stack: Stack, given: argparse.Namespace, talk: Talk) -> list[Agent]:
    """A team that works round the clock, its agents signed in and there."""
    names = [f"agent{number:02d}" for number in range(given.agents)]
    await staff_of(stack, names, "boss")
    boss = Agent("boss", stack.front_url, talk.record, talk.hear)
    await boss.sign_in(PASSWORD)
    team = await boss.ask(
        "POST",
        "/api/desk/teams",
        {
            "name": "不打烊",
            "hours": {**ROUND_THE_CLOCK, "holidays": "open"},
            "auto_assign": False,
            "is_default": True,
        },
    )
    agents = [Agent(name, stack.front_url, talk.record, talk.hear) for name in names]
    for agent in agents:
        await agent.sign_in(PASSWORD)
    ids = [agent.account_id for agent in agents]
    await boss.ask("PUT", f"/api/desk/teams/{team['id']}/members", {"account_ids": ids})
    for agent in agents:
        capacity = -(-given.chats // given.agents)
        await boss.ask("PATCH", f"/api/desk/agents/{agent.account_id}", {"capacity": capacity})
        await agent.ask("PUT", "/api/desk/presence", {"presence": "online"})
    await boss.leave()
    return agents


async def hand_over(citizens: Sequence[Citizen], agents: Sequence[Agent], talk: Talk) -> None:
    """Every citizen asks for a person; the agents claim the queue, each chat by one of them."""
    free = asyncio.Semaphore(OPENED_AT_ONCE)

    async def ask(citizen: Citizen) -> None:
        async with free:
            await citizen.say(f"转人工 {citizen.name}")

    async with asyncio.timeout(120):
        await asyncio.gather(*(ask(citizen) for citizen in citizens))
    taken: set[int] = set()
    give_up = time.monotonic() + 120
    turn = 0
    while len(taken) < len(citizens):
        assert time.monotonic() < give_up, f"only {len(taken)} of {len(citizens)} chats came into the queue"
        waiting = (await agents[0].ask("GET", "/api/desk/chats?scope=queue"))["chats"]
        for chat in (one["conversation_id"] for one in waiting if one["conversation_id"] not in taken):
            talk.heard[chat] = asyncio.Queue()
            await agents[turn % len(agents)].take(chat)
            taken.add(chat)
            turn += 1
        await asyncio.sleep(0.3)


async def converse(
    citizens: Sequence[Citizen], agents: Sequence[Agent], given: argparse.Namespace, talk: Talk
) -> None:
    """To and fro, spread over the time that is given."""
    chance = random.Random(20261129)

    async def citizen_side(citizen: Citizen) -> None:
        for number in range(given.rounds):
            await asyncio.sleep(chance.uniform(0.5, 1.5) * given.seconds / given.rounds)
            await citizen.say(f"{citizen.name}-{number}")
            talk.done += 1

    async def agent_side(agent: Agent, chat: int) -> None:
        for _ in range(given.rounds):
            text = await talk.heard[chat].get()
            await agent.say(chat, f"a{text[1:]}")
            talk.done += 1

    chats = [(agent, chat) for agent in agents for chat in agent.chats]
    await asyncio.gather(
        *(citizen_side(citizen) for citizen in citizens), *(agent_side(agent, chat) for agent, chat in chats)
    )


async def kill(stack: Stack, total: float, talk: Talk) -> None:
    """kill -9 of Rasa after a third of the messages, of the front after two thirds."""
    while talk.done < total / 3:
        await asyncio.sleep(0.05)
    os.kill(stack.pid("rasa"), signal.SIGKILL)
    while talk.done < 2 * total / 3:
        await asyncio.sleep(0.05)
    began = time.perf_counter()
    os.kill(stack.pid("front"), signal.SIGKILL)
    async with aiohttp.ClientSession() as http:
        while True:
            with contextlib.suppress(aiohttp.ClientError, ConnectionError):
                async with http.get(f"{stack.front_url}/healthz") as answer:
                    if answer.status == 200:
                        break
            await asyncio.sleep(0.1)
    talk.record.outages.append((began, time.perf_counter() + 3))  # until everybody has come back


def judge(stack: Stack, citizens: Sequence[Citizen], rounds: int, talk: Talk) -> dict[str, int]:
    """What went wrong, counted: by what the store holds and by what each side was shown."""
    wanted = {
        citizen.name: [
            line
            for number in range(rounds)
            for line in (f"{citizen.name}-{number}", f"a{citizen.name[1:]}-{number}")
        ]
        for citizen in citizens
    }
    with contextlib.closing(sqlite3.connect(stack.var_dir / "bangban.db")) as store:
        rows = store.execute(
            "SELECT conversation_id, text FROM messages WHERE author != 'system' ORDER BY conversation_id, seq"
        )
        stored: dict[int, list[str]] = {}
        for conversation, text in rows:
            stored.setdefault(conversation, []).append(text)
    held = {}
    for lines in stored.values():
        name = next((line.split()[1] for line in lines if line.startswith("转人工 ")), None)
        if name:
            held[name] = [line for line in lines if line[0] in "ca" and "-" in line]
    record = talk.record
    shown = {
        name: [
            (record.order[name], [line for line in lines if line[0] == "a"]),
            *(
                (seen, [line for line in lines if line[0] == "c"])
                for reader, seen in record.order.items()
                if "/" in reader and seen and seen[0].startswith(f"{name}-")
            ),
        ]
        for name, lines in wanted.items()
    }
    return {
        "lost in the store": sum(len(set(lines) - set(held.get(name, []))) for name, lines in wanted.items()),
        "doubled in the store": sum(len(lines) - len(set(lines)) for lines in held.values()),
        "chats out of order in the store": sum(
            [line for line in held.get(name, []) if line[0] == side]
            != [line for line in lines if line[0] == side]
            for name, lines in wanted.items()
            for side in "ca"  # neither side waits for the other, so only each side's own order is given
        ),
        "not shown to the other side": sum(
            len(set(want) - set(seen)) for sides in shown.values() for seen, want in sides
        ),
        "shown twice": len(record.doubled),
        "readers shown another order": sum(seen != want for sides in shown.values() for seen, want in sides),
    }


def report(given: argparse.Namespace, talk: Talk, wrong: dict[str, int], took: float) -> None:
    """One table."""
    record = talk.record
    times = {
        side: [
            1000 * (record.seen[text] - record.sent[text])
            for text in record.seen
            if text.startswith(side) and text in record.sent and record.is_clean(text)
        ]
        for side in "ca"
    }
    rows = [
        ("chats, agents, messages", f"{given.chats}, {given.agents}, {2 * given.chats * given.rounds:,}"),
        ("time, messages a second", f"{took:.0f} s, {2 * given.chats * given.rounds / took:.1f}"),
        ("citizen → agent's console, p50 / p95 / p99", _three(times["c"])),
        ("agent → citizen's widget, p50 / p95 / p99", _three(times["a"])),
        ("measured: sent once, nothing down between", f"{len(times['c'])} + {len(times['a'])}"),
        ("sent more than once by a page (same id)", str(len(record.repeated))),
        ("seconds without a front", f"{sum(b - a - 3 for a, b in record.outages):.1f}"),
        *((f"**{name}**", str(count)) for name, count in wrong.items()),
        ("load average of the machine (cores)", f"{os.getloadavg()[0]:.0f} ({os.cpu_count()})"),
    ]
    print(f"## {date.today():%-d %B %Y}\n\n| measured | |\n|---|---|")
    for name, value in rows:
        print(f"| {name} | {value} |")


def _three(times: Sequence[float]) -> str:
    if len(times) < 3:
        return "–"
    cuts = statistics.quantiles(times, n=100)
    return f"{statistics.median(times):.0f} / {cuts[94]:.0f} / {cuts[98]:.0f} ms"


async def play(stack: Stack, given: argparse.Namespace) -> int:
    """Everything, in order; out: the exit status."""
    talk = Talk()
    agents = await open_desk(stack, given, talk)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        citizens = [Citizen(number, stack.front_url, http, talk.record) for number in range(given.chats)]
        for citizen in citizens:
            await citizen.begin()
        living = [asyncio.create_task(one.live()) for one in (*citizens, *agents)]
        for task in living:
            task.add_done_callback(_must_live)
        try:
            await hand_over(citizens, agents, talk)
            total = math.inf if given.undisturbed else 2 * given.chats * given.rounds
            killing = asyncio.create_task(kill(stack, total, talk))
            began = time.monotonic()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(given.seconds * 2 + FINISH_S):
                    await converse(citizens, agents, given, talk)
            took = time.monotonic() - began
            await asyncio.sleep(5)  # what was sent last arrives
            killing.cancel()
        finally:
            for task in living:
                task.cancel()
            await asyncio.gather(*living, return_exceptions=True)
            for agent in agents:
                await agent.leave()
    wrong = judge(stack, citizens, given.rounds, talk)
    report(given, talk, wrong, took)
    return 1 if any(wrong.values()) else 0


def _must_live(task: asyncio.Task[None]) -> None:
    """A mistake of this script in reading a frame would otherwise look like a lost connection."""
    if not task.cancelled() and task.exception() is not None:
        print(f"a page stopped: {task.exception()!r}", file=sys.stderr)


def main() -> int:
    """Run, judge, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--chats", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=10, help="messages of each side in a chat")
    parser.add_argument("--agents", type=int, default=10)
    parser.add_argument("--seconds", type=float, default=100, help="how long the talk takes, about")
    parser.add_argument("--trained", type=Path, default=stacks.TRAINED, help="a var folder after set-up")
    parser.add_argument(
        "--undisturbed", action="store_true", help="kill nothing: what relaying takes by itself"
    )
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), given.trained, LIMITS) as stack:
        return asyncio.run(play(stack, given))


if __name__ == "__main__":
    sys.exit(main())
