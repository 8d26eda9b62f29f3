"""Search and overview of the review at a million messages, and what it costs to store one.

    .venv/bin/python benchmarks/review/run.py sqlite:////tmp/review.db [--messages 1000000] [--keep]
    .venv/bin/python benchmarks/review/run.py postgresql+asyncpg://postgres@127.0.0.1/review [--messages 1000000]

The database must be empty; it is filled in bulk with questions of benchmarks/search and answers put together from the
sample guides (every table, index and count of a turn as the front would have left it), then the searches of
a reviewer run one at a time. Prints Markdown rows. `--keep` measures a database filled before, `--storing` only what
storing a turn costs, on any database.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from random import Random
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.orm import Session

from bot.store import ConversationStore, Database, NewReply, review_keeping
from bot.store.desk_tables import HandoffRecord
from bot.store.review_counting import Key, counts_of
from bot.store.review_figures import ReviewFigures, Span
from bot.store.review_index import _bucket_key, _said
from bot.store.review_keeping import _facets, add_counts
from bot.store.review_search import ReviewSearch
from bot.store.review_tables import ReviewEntry
from bot.store.review_turn import Turn
from bot.store.review_values import Flag, Sought
from bot.store.review_words import day_of, facet_key, folded, keys_of_words
from bot.store.tables import Conversation, Message
from knowledge.importers import read_path

ROOT = Path(__file__).parents[2]
SEED = 8
DAYS = 180
TURNS_EACH = 6
STORED = 300
CHUNK = 5000
CHANNELS = ("widget", "widget", "wechat", "rest")
OUTCOMES = ["answered"] * 80 + ["clarify"] * 9 + ["nothing_found"] * 5 + ["smalltalk"] * 4 + ["handoff"] * 2
SEARCHES: dict[str, Sought] = {
    "common, three characters": Sought("身份证"),
    "common, two characters": Sought("办理"),
    "one character": Sought("证"),
    "rare: a case number": Sought("第123457号"),
    "rare, in the middle": Sought("残疾人机动轮椅"),
    "two words far apart": Sought("公积金 派出所"),
    "pairs that are common, the word is not": Sought("居民营业"),
    "no hit": Sought("量子纠缠态"),
    "common word, no answer": Sought("社保", flag=Flag.NO_ANSWER),
    "common word, one channel, one city": Sought("办理", channel="wechat", region="370500"),
    "common word, one day in the past": Sought(
        "身份证", first_day=date(2026, 7, 1), last_day=date(2026, 7, 1)
    ),
    "word, low confidence, two months": Sought(
        "补领", max_confidence=0.3, first_day=date(2026, 8, 3), last_day=date(2026, 10, 5)
    ),
    "no word, rated 1": Sought(rating=1),
    "no word, handed off in one county": Sought(flag=Flag.HANDED_OFF, region="370283"),
    "everything, newest first": Sought(),
}
REGIONS = [f"37{city:02d}{county:02d}" for city in range(1, 17) for county in (2, 3, 83)]


def main() -> None:
    """Fill, measure, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("--messages", type=int, default=1_000_000)
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--storing", action="store_true", help="only what it costs to store a turn")
    asyncio.run(run(**vars(parser.parse_args())))


async def run(url: str, messages: int, keep: bool, storing: bool) -> None:
    """The whole measurement on one database."""
    async with Database.open(url) as database:
        if storing:
            await what_storing_costs(database, "as it is")
            return
        if not keep:
            await what_storing_costs(database, "empty")
            begun = time.perf_counter()
            await fill(database, messages // 2)
            say(f"filled in {time.perf_counter() - begun:.0f} s")
        count = await database.read(
            lambda session: session.execute(select(func.count(Message.id))).scalar_one()
        )
        say(f"{count} messages, {await size_of(database)}")
        await searching(database)
        await overview(database)
        await what_storing_costs(database, "full")


async def fill(database: Database, turns: int) -> None:
    """Turns of six to a conversation, evenly over half a year, in the order of time."""
    random, first = Random(SEED), datetime(2026, 11, 29, tzinfo=UTC) - timedelta(days=DAYS)
    questions, answers = questions_asked(), answers_given(random)
    await database.write(partial(run_on_postgres, ("DROP INDEX ix_review_search_keys",)))
    step = timedelta(days=DAYS) / turns
    people = turns // TURNS_EACH
    base = await database.read(lambda session: session.execute(select(func.max(Message.id))).scalar() or 0)
    for start in range(0, turns, CHUNK):
        rows = [
            one_turn(random, base + 2 * n + 1, first + n * step, people, questions, answers)
            for n in range(start, min(start + CHUNK, turns))
        ]
        await database.write(partial(store, rows))
        if start % (20 * CHUNK) == 0:
            say(f"  {start} of {turns} turns")
    make = "CREATE INDEX ix_review_search_keys ON review_search USING gin (keys)"
    await database.write(partial(run_on_postgres, ("SET LOCAL maintenance_work_mem = '1GB'", make)))
    await database.write(tidy)


def run_on_postgres(statements: tuple[str, ...], session: Session) -> None:
    """Only there: its index is made faster once, at the end, than row by row."""
    if session.get_bind().dialect.name == "postgresql":
        for statement in statements:
            session.execute(text(statement))


def one_turn(
    random: Random,
    message_id: int,
    at: datetime,
    people: int,
    questions: list[str],
    answers: list[tuple[str, str]],
) -> dict[str, Any]:
    """A question and its answer, and the entry of both."""
    asked = random.choice(questions)
    if random.random() < 0.01:
        asked += f"，受理号第{random.randrange(10**6):06d}号"
    outcome = random.choice(OUTCOMES)
    guide_id, told = random.choice(answers)
    if outcome != "answered":
        guide_id, told = "", "这件事我没有找到对应的办事指南，可以换个说法，或者拨打12345。"
    sender = int(random.random() ** 2 * people)
    region = REGIONS[sender % len(REGIONS)]
    entry = Turn(
        id=message_id,
        conversation_id=sender + 1,
        channel=CHANNELS[sender % 4],
        at=at,
        day=day_of(at),
        is_turn=True,
        answer_id=message_id + 1,
        outcome=outcome,
        aspect="materials" if outcome == "answered" else None,
        guide_id=guide_id or None,
        region=region,
        confidence=random.random() ** 0.5,
        rating=random.choice([1, 2, 3, 4, 5, 5]) if random.random() < 0.03 else None,
        no_answer=outcome == "nothing_found",
        handed_off=outcome == "handoff",
        words=f"{folded_once(asked)}\n{folded_once(told)}",
    )
    entry.facets = " ".join(sorted(_facets(entry, (), ())))
    return {"entry": entry, "asked": asked, "told": told, "sender": sender}


folded_once = cache(folded)
keys_once = cache(keys_of_words)


def keys_of(entry: Turn) -> list[int]:
    """The keys of a turn; most texts come more than once."""
    facets = map(facet_key, entry.facets.split())
    return [*set().union(*map(keys_once, entry.words.split("\n"))).union(facets)]


def store(rows: list[dict[str, Any]], session: Session) -> None:
    """Everything of some turns, as the front leaves it."""
    entries: list[Turn] = [row["entry"] for row in rows]
    people = {entry.conversation_id: entry for entry in entries}
    there = set(session.execute(select(Conversation.id).where(Conversation.id.in_(people))).scalars())
    fresh = [
        {
            "id": number, "channel": entry.channel, "sender": f"bench-{number}", "owner": "bot", "session": 1,
            "turn": 1, "last_seq": 0, "created_at": entry.at, "updated_at": entry.at,
        }
        for number, entry in people.items()
        if number not in there
    ]  # fmt: skip
    if fresh:
        session.execute(insert(Conversation), fresh)
    said = []
    for row in rows:
        entry: Turn = row["entry"]
        common = {
            "conversation_id": entry.conversation_id,
            "reason": "",
            "session": 1,
            "created_at": entry.at,
            "updated_at": entry.at,
        }
        said.append(
            {
                **common,
                "id": entry.id,
                "seq": entry.id,
                "direction": "in",
                "author": "citizen",
                "state": "answered",
                "text": row["asked"],
                "reply_to": None,
                "payload": None,
                "outcome": None,
                "provenance": None,
                "guide_id": None,
            }
        )
        said.append(
            {
                **common,
                "id": entry.id + 1,
                "seq": entry.id + 1,
                "direction": "out",
                "author": "bot",
                "state": "sent",
                "text": row["told"],
                "reply_to": entry.id,
                "outcome": entry.outcome,
                "guide_id": entry.guide_id,
                "payload": {"guide": {"id": entry.guide_id, "title": "事项"}},
                "provenance": {"hits": [{"item_id": "x", "probability": entry.confidence}]},
            }
        )
    session.execute(insert(Message), said)
    counted: Counter[Key] = Counter()
    totals: Counter[Key] = Counter()
    seen: set[tuple[int, date]] = set()
    for entry in entries:
        entry.opens = (entry.conversation_id, entry.day) not in seen
        entry.day_served = entry.outcome == "answered"
        seen.add((entry.conversation_id, entry.day))
        for key, (count, total) in counts_of(entry).items():
            counted[key] += count
            totals[key] += total
    keys = [(entry.id, keys_of(entry)) for entry in entries]
    if session.get_bind().dialect.name == "postgresql":
        statement = text("INSERT INTO review_search(id, keys) VALUES (:id, :keys)")
        session.execute(statement, [{"id": n, "keys": [*some, _bucket_key(n)]} for n, some in keys])
    else:
        statement = text("INSERT INTO review_search(rowid, keys) VALUES (:id, :keys)")
        session.execute(statement, [{"id": n, "keys": _said(some)} for n, some in keys])
    add_counts(
        session,
        [
            {
                "day": day,
                "name": name,
                "key": key,
                "channel": channel,
                "region": region,
                "count": counted[day, name, key, channel, region],
                "total": totals[day, name, key, channel, region],
            }
            for day, name, key, channel, region in sorted(counted)
        ],
    )
    handed = [entry for entry in entries if entry.handed_off]
    if handed:
        session.execute(insert(HandoffRecord), [_handoff(entry) for entry in handed])
    columns = ReviewEntry.__table__.columns.keys()
    session.execute(insert(ReviewEntry), [{name: getattr(e, name) for name in columns} for e in entries])


def _handoff(entry: Turn) -> dict[str, Any]:
    claimed = entry.at + timedelta(seconds=entry.id % 400)
    return {
        "conversation_id": entry.conversation_id,
        "state": "closed",
        "trigger": "asked",
        "reason": "",
        "priority": 0,
        "region": entry.region,
        "language": "zh",
        "department": "",
        "matter": "",
        "packet": {},
        "queued_at": entry.at,
        "claimed_at": claimed,
        "closed_at": claimed + timedelta(minutes=5),
        "result": "",
    }


def tidy(session: Session) -> None:
    """Numbers given out from here on are free, and the planner knows what there is."""
    if session.get_bind().dialect.name == "postgresql":
        for table in ("messages", "conversations"):
            session.execute(
                text(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")
            )
    session.execute(text("ANALYZE"))


def questions_asked() -> list[str]:
    """Every question of the files of benchmarks/search."""
    found = []
    for file in sorted((ROOT / "benchmarks" / "search").glob("*.tsv")):
        lines = file.read_text(encoding="utf-8").splitlines()
        found += [line.split("\t")[0] for line in lines if line and not line.startswith("#")]
    return found


def answers_given(random: Random) -> list[tuple[str, str]]:
    """Guide and text: what the sample guides say, a few parts of each at a time."""
    found = []
    for guide in read_path(ROOT / "knowledge" / "samples").guides:
        parts = [
            guide.where_explain, guide.accept_condition, guide.promise_explain,
            "需要带：" + "、".join(material.material_name for material in guide.materials),
            guide.handle_flow, guide.online_explain, guide.fee_explain,
        ]  # fmt: skip
        for _ in range(6):
            some = random.sample([part for part in parts if part], k=min(3, len([p for p in parts if p])))
            found.append((guide.id, f"{guide.task_name}\n" + "\n".join(part[:160] for part in some)))
    return found


async def searching(database: Database) -> None:
    """Each search: its first page with the total, and the fifth page."""
    search = ReviewSearch(database)
    all_ms: list[float] = []
    print("| search | found | first page ms | with its total ms | next pages ms |\n|---|---|---|---|---|")
    for name, sought in SEARCHES.items():
        first, totals, later = [], [], []
        for _ in range(5):
            begun = time.perf_counter()
            page = await search.page(sought)
            first.append(_ms(begun))
            total = await search.total(sought)
            totals.append(_ms(begun))
            for _ in range(4):
                if page.below is None:
                    break
                begun = time.perf_counter()
                page = await search.page(sought, below=page.below)
                later.append(_ms(begun))
        all_ms += [*first, *later]
        shown = f"{total.count}{'+' if total.is_least else ''}"
        print(f"| {name} | {shown} | {_mid(first)} | {_mid(totals)} | {_mid(later)} |", flush=True)
    ordered = sorted(all_ms)
    print(
        f"\nAll pages: median {ordered[len(ordered) // 2]:.0f} ms, p95 {ordered[int(len(ordered) * 0.95)]:.0f} ms"
    )


async def overview(database: Database) -> None:
    """The first page of the overview: thirty days, and all of them."""
    figures, last = ReviewFigures(database), date(2026, 11, 29)
    for name, days, region in (
        ("30 days", 30, None),
        ("180 days", 180, None),
        ("180 days, a city", 180, "370500"),
    ):
        taken = []
        for _ in range(5):
            begun = time.perf_counter()
            await figures.figures(Span(last - timedelta(days=days), last, region=region))
            taken.append(_ms(begun))
        print(f"Overview, {name}: {_mid(taken)} ms (slowest {max(taken):.0f})", flush=True)


async def what_storing_costs(database: Database, state: str) -> None:
    """What one message and its answer cost, with the review and with its index and counts switched off, in turn."""
    store_, told = ConversationStore(database), "到户籍地派出所补领。" * 20
    reply = NewReply("bot", told, {"guide": {"id": "x", "title": "x"}}, "answered", "where", "x", 1, {})
    real: Callable[..., None] = review_keeping.take_in
    ways: dict[str, Callable[..., None]] = {"with": real, "without": lambda *_a, **_k: None}
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for n in range(STORED):
        for name, take_in in ways.items():
            review_keeping.take_in = take_in
            begun, worked = time.perf_counter(), time.process_time()
            arrival = await store_.receive("rest", f"{state}-{name}-{n % 10}", None, "身份证丢了怎么补办")
            await store_.answer(arrival.message_id, [reply], None, timings={})
            taken[name].append((_ms(begun), (time.process_time() - worked) * 1000))
    review_keeping.take_in = real
    times = {name: [_mid([both[place] for both in all_]) for place in (0, 1)] for name, all_ in taken.items()}
    clock, work = (float(times["with"][place]) / float(times["without"][place]) for place in (0, 1))
    for name, (ms, cpu) in times.items():
        print(f"Storing a turn, {state}, {name} the review: {ms} ms, of it our own work {cpu} ms")
    print(f"Storing a turn, {state}: {clock:.2f} times as long, {work:.2f} times the work", flush=True)


async def size_of(database: Database) -> str:
    """The size of the whole database."""

    def work(session: Session) -> int:
        if session.get_bind().dialect.name == "postgresql":
            return int(session.execute(text("SELECT pg_database_size(current_database())")).scalar_one())
        pages = session.execute(text("PRAGMA page_count")).scalar_one()
        return int(pages) * int(session.execute(text("PRAGMA page_size")).scalar_one())

    return f"{await database.read(work) / 1e9:.2f} GB"


def _ms(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000


def _mid(values: list[float]) -> str:
    return f"{sorted(values)[len(values) // 2]:.1f}" if values else "–"


def say(line: str) -> None:
    """Progress, beside the table."""
    sys.stderr.write(line + "\n")


if __name__ == "__main__":
    main()
