"""The WeChat channel under load, with slow answers, double deliveries and killed processes.

    .venv/bin/python benchmarks/wechat/run.py [--messages 2000] [--users 200] [--at-once 50] [--var var]

Starts a whole installation (front, actions, Rasa under the supervisor) on free ports over a copy of the var
folder, and plays the platform. Each person asks different matters, so that every answer they see is known to
belong to one of their messages. Prints a Markdown table; README.md beside it keeps the dated ones.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import sys
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from harness import ROOT, Running, Wanted, running
from judging import Verdict, Words, judge
from questions import QUESTIONS, Question

from bot.content import load_words
from bot.simulator import acts
from bot.simulator.account import AccountKind, Mode
from bot.simulator.delivery import Delivered, Result
from bot.simulator.faults import Faults
from bot.simulator.people import Person

_SLOW_S = 6.0
_QUIET_S = 45.0
"""So long without anything new, and everything that will come has come: longer than a turn with its waiting."""
_BURST = 0.1
_HURRIED_S = 0.3
"""Two messages at the very same moment have no order that could be kept."""


@dataclass
class Seen:
    """What was measured."""

    deliveries: list[Delivered] = field(default_factory=list)
    asked: dict[str, list[Question]] = field(default_factory=dict)
    doubled: int = 0
    killed: dict[str, float] = field(default_factory=dict)
    down_s: float = 0.0
    """How long the front did not answer after it was killed."""
    started: float = 0.0
    seconds: float = 0.0

    @property
    def done(self) -> int:
        return len(self.deliveries)


async def load(stack: Running, arguments: argparse.Namespace, seen: Seen) -> None:
    """All people at once, so many messages under way at a time."""
    chance = random.Random(arguments.seed)
    each = arguments.messages // arguments.users
    gate = asyncio.Semaphore(arguments.at_once)
    people = [stack.platform.people.named(f"load-{number:03d}") for number in range(arguments.users)]
    for person in people:
        seen.asked[person.openid] = chance.sample(QUESTIONS, each)
    seen.started = time.monotonic()

    async def one(person: Person, question: Question, double: bool, sent: asyncio.Event) -> None:
        async with gate:
            sent.set()
            act = acts.text(question.text)
            seen.doubled += double
            seen.deliveries.append(await stack.platform.act(person, act, double=double))

    async def talk(person: Person, doubles: Sequence[bool], hurry: Sequence[bool]) -> None:
        """One message after the other; in a hurry, the next one does not wait for the response to this one."""
        under_way = []
        for question, double, at_once in zip(seen.asked[person.openid], doubles, hurry, strict=True):
            sent = asyncio.Event()
            task = asyncio.create_task(one(person, question, double, sent))
            under_way.append(task)
            if at_once:
                await sent.wait()
                await asyncio.sleep(_HURRIED_S)
            else:
                await task
        await asyncio.gather(*under_way)

    plans = [
        (
            person,
            [chance.random() < arguments.doubles for _ in range(each)],
            [chance.random() < _BURST for _ in range(each)],
        )
        for person in people
    ]
    killing = asyncio.create_task(kill(stack, arguments.messages, seen))
    await asyncio.gather(*(talk(*plan) for plan in plans))
    seen.seconds = time.monotonic() - seen.started
    await killing


async def kill(stack: Running, messages: int, seen: Seen) -> None:
    """kill -9 of actions after a third of the messages, of the front after two thirds."""
    for part, share in (("actions", 1 / 3), ("front", 2 / 3)):
        while seen.done < share * messages:
            await asyncio.sleep(0.05)
        stack.kill(part)
        killed = time.monotonic()
        seen.killed[part] = killed - seen.started
    await stack.answering()
    seen.down_s = time.monotonic() - killed


async def quiet(stack: Running, people: Sequence[str], longest_s: float = 300.0) -> None:
    """Return when nothing new has come for a while."""
    give_up = time.monotonic() + longest_s
    last, since = -1, time.monotonic()
    while time.monotonic() < give_up and time.monotonic() - since < _QUIET_S:
        count = sum(len(stack.platform.chats.of(openid)) for openid in people)
        if count != last:
            last, since = count, time.monotonic()
        await asyncio.sleep(0.5)


def failure_words() -> Words:
    """How the front states a failure, from its content file."""
    words = load_words()
    cases = {"failed": words.failed, "slow": words.slow, "busy": words.busy}
    return Words({name: text[:12] for name, text in cases.items()})


def table(arguments: argparse.Namespace, seen: Seen, verdict: Verdict) -> str:
    """The rows."""
    ends = [delivered.attempts[-1].ms for delivered in seen.deliveries]
    passive = [d.attempts[-1].ms for d in seen.deliveries if d.result is Result.PASSIVE]
    results = Counter(delivered.result for delivered in seen.deliveries)
    silent = sum(attempt.status is None for d in seen.deliveries for attempt in d.attempts)
    late = sum("within" in attempt.why for d in seen.deliveries for attempt in d.attempts)
    rows = [
        ("account, mode, store", f"{arguments.kind}, {arguments.mode}, {arguments.store}"),
        ("messages, people, at once", f"{verdict.messages}, {arguments.users}, {arguments.at_once}"),
        ("delivered twice / made slow (6 s)", f"{seen.doubled} / {arguments.slow:.0%}"),
        ("killed with -9 after", ", ".join(f"{part} {at:.0f} s" for part, at in seen.killed.items())),
        ("time to deliver all, messages/s", f"{seen.seconds:.0f} s, {verdict.messages / seen.seconds:.1f}"),
        ("answered", f"{verdict.answered} ({dict(verdict.by)})"),
        ("stated failures", f"{verdict.failed} ({dict(verdict.failed_by)})"),
        (
            "told by the platform that the account is unavailable, of these answered afterwards",
            f"{verdict.unavailable}, {verdict.unavailable_and_answered}",
        ),
        ("**without any word**", str(verdict.lost)),
        ("**answered twice**", str(verdict.twice)),
        ("**more answers than messages**", str(verdict.surplus)),
        ("**people with answers out of order**", str(verdict.out_of_order)),
        ("responses: passive / `success` / bad", " / ".join(str(results[one]) for one in Result)),
        ("response, p50 / p95 / max", " / ".join(f"{value:.0f} ms" for value in spread(ends))),
        ("passive replies, p50 / p95 / max", " / ".join(f"{value:.0f} ms" for value in spread(passive))),
        ("deliveries without a response, of these cut after 5 s", f"{silent}, {late}"),
        ("load average of the machine (cores)", f"{os.getloadavg()[1]:.0f} ({os.cpu_count()})"),
        ("seconds without a front", f"{seen.down_s:.0f}"),
    ]
    lines = [f"## {date.today():%-d %B %Y}", "", "| measured | |", "|---|---|"]
    return "\n".join(lines + [f"| {name} | {value} |" for name, value in rows])


def spread(values: Sequence[int]) -> tuple[float, float, float]:
    """Median, 95th percentile and the largest."""
    if len(values) < 2:
        return (0.0, 0.0, 0.0)
    return statistics.median(values), statistics.quantiles(values, n=20)[-1], max(values)


async def main(arguments: argparse.Namespace) -> int:
    """Run, judge, print."""
    wanted = Wanted(
        Path(arguments.var),
        AccountKind(arguments.kind),
        Mode(arguments.mode),
        arguments.slow,
        _SLOW_S,
        arguments.database,
    )
    seen, verdict = Seen(), Verdict()
    async with running(wanted) as stack:
        # The platform re-sends with the same signature or with a new one; either must do.
        stack.platform.set_faults(Faults(same_nonce=arguments.seed % 2 == 0))
        await load(stack, arguments, seen)
        await quiet(stack, [*seen.asked])
        words = failure_words()
        for openid, asked in seen.asked.items():
            person = stack.platform.people.get(openid)
            assert person is not None
            judge(verdict, person.name, asked, stack.platform.chats.of(openid), words)
        if arguments.chats:
            for openid in seen.asked:
                for entry in stack.platform.chats.of(openid):
                    text = entry.bubble.text.replace("\n", " ")[:90]
                    print(
                        f"{openid[:6]} {entry.at:.1f} {entry.via:>16} {entry.bubble.kind:>7} {text}",
                        file=sys.stderr,
                    )
    print(table(arguments, seen, verdict))
    for line in verdict.wrong[:20]:
        print(line, file=sys.stderr)
    return 0 if verdict.holds else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--messages", type=int, default=2000)
    parser.add_argument("--users", type=int, default=200)
    parser.add_argument("--at-once", type=int, default=50)
    parser.add_argument("--doubles", type=float, default=0.05, help="share of messages delivered twice")
    parser.add_argument("--slow", type=float, default=0.05, help="share of turns that take 6 s longer")
    parser.add_argument("--kind", default=AccountKind.VERIFIED_SERVICE.value)
    parser.add_argument("--mode", default=Mode.SAFE.value)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--var", default=str(ROOT / "var"))
    parser.add_argument("--database", default="", help="a PostgreSQL URL; by default an SQLite file")
    parser.add_argument("--chats", action="store_true", help="print every chat")
    given = parser.parse_args()
    given.store = "PostgreSQL" if given.database else "SQLite"
    sys.exit(asyncio.run(main(given)))
