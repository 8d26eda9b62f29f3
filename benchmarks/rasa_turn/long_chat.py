"""Does a long chat become slow? One sender's 200th turn against the 5th, through the whole running stack.

    .venv/bin/bangban serve                                     (another terminal)
    .venv/bin/python benchmarks/rasa_turn/long_chat.py [--url http://127.0.0.1:8080] [--people 10] [--turns 200]

Each person asks the same five questions over and over, one person after the other, so that every fifth turn is
the same question. Prints one Markdown row; the table in README.md is made of them.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import time
import uuid

from bot.talk import RestClient

QUESTIONS = ("身份证丢了去哪补办", "要带什么", "我在烟台，户口在青岛", "网上能办吗", "多少钱")
SHOWN = (5, 50, 100, 150, 200)
AROUND = 1
"""A turn is shown as the median of itself and of this many same questions before it, over all people."""


async def chat(client: RestClient, turns: int) -> list[float]:
    """Milliseconds of each turn of one person."""
    sender, times = f"long-{uuid.uuid4().hex[:12]}", []
    for n in range(turns):
        started = time.perf_counter()
        reply = await client.say(sender, QUESTIONS[n % len(QUESTIONS)])
        times.append((time.perf_counter() - started) * 1000)
        if reply.outcome != "answered":
            raise SystemExit(f"turn {n + 1} of {sender} was {reply.outcome}: {reply.text}")
    return times


def median_at(turn: int, chats: list[list[float]]) -> float:
    """The turn in the middle of the people; the 5th has nothing before it."""
    at = [turn - 1 - len(QUESTIONS) * back for back in range(AROUND + 1)]
    return statistics.median(times[index] for times in chats for index in at if index >= 0)


async def measure(url: str, people: int, turns: int) -> str:
    """The row of the table."""
    async with RestClient(url) as client:
        await chat(client, 20)  # warm
        chats = [await chat(client, turns) for _ in range(people)]
    shown = [median_at(turn, chats) for turn in SHOWN if turn <= turns]
    return "| " + " | ".join([*(f"{ms:.1f}" for ms in shown), f"{shown[-1] / shown[0]:.2f}"]) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", default="http://127.0.0.1:8080")
    parser.add_argument("--people", type=int, default=10)
    parser.add_argument("--turns", type=int, default=200)
    chosen = parser.parse_args()
    columns = [*(f"turn {turn} ms" for turn in SHOWN if turn <= chosen.turns), "last / 5th"]
    print(f"| {' | '.join(columns)} |\n|{'---|' * len(columns)}")
    print(asyncio.run(measure(chosen.url, chosen.people, chosen.turns)))


if __name__ == "__main__":
    main()
