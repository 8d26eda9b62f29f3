"""Search of the review: on both databases the same is found, and pages neither repeat nor skip."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.store import Database, Direction, Grade, MessageState, RatingStore
from bot.store.desk_tables import HandoffRecord
from bot.store.desk_values import HandoffState, Trigger
from bot.store.review_figures import ReviewFigures, Span
from bot.store.review_search import ReviewSearch
from bot.store.review_values import Flag, Sought
from bot.store.review_words import day_of, folded, terms_of
from bot.store.tables import Conversation, Message
from tests.support.tables import emptied
from tests.unit.review.conftest import Talks


async def found(database: Database, query: str = "", **more: object) -> list[int]:
    sought = Sought(query=query, **more)  # type: ignore[arg-type]
    page = await ReviewSearch(database).page(sought, limit=1000)
    return [row.entry_id for row in page.rows]


async def test_words_in_the_middle_of_questions_and_answers(database: Database, talks: Talks) -> None:
    lost = await talks.turn("我的身份证昨天丢了怎么办呢", "到户籍地派出所补领，带户口簿。")
    fund = await talks.turn("公積金提取要多久？", "３个工作日", sender="t")

    assert await found(database, "身份证昨天") == [lost]
    assert await found(database, "昨天") == [lost], "two characters"
    assert await found(database, "丢") == [lost], "one character"
    assert await found(database, "户口簿") == [lost], "in the answer"
    assert await found(database, "公积金") == [fund], "simplified for traditional"
    assert await found(database, "公積金") == [fund]
    assert await found(database, "3个工作") == [fund], "half for full width"
    assert await found(database, "派出所 昨天") == [lost], "all words, wherever they stand"
    assert await found(database, "派出所 公积金") == []
    assert await found(database, "补领，带户") == [lost], "across a comma, as it was written"
    assert await found(database, "补领带户") == [], "nobody wrote that"
    assert await found(database, "？！") == [], "nothing to look for finds nothing"
    assert await found(database) == [fund, lost]


async def test_pairs_that_stand_apart_are_not_the_word(database: Database, talks: Talks) -> None:
    await talks.turn("社会上说会保证交保险")

    assert await found(database, "社会保险") == []
    assert await found(database, "社会 保险") != []


async def test_filters(database: Database, talks: Talks) -> None:
    one = await talks.turn(
        "办证", "去大厅", guide="id@370000", region="370283", confidence=0.91, channel="widget"
    )
    two = await talks.turn(
        "办证", "没有找到", outcome="nothing_found", aspect=None, confidence=0.2, sender="t"
    )
    three = await talks.turn("找人", "好的", outcome="handoff", aspect=None, sender="u")
    await RatingStore(database).rate("widget", "s" * 32, Grade.DISSATISFIED, comment="说得不清楚")
    today = day_of(datetime.now(UTC))

    assert await found(database, channel="widget") == [one]
    assert await found(database, outcome="nothing_found") == [two]
    assert await found(database, aspect="where") == [one]
    assert await found(database, guide="id@370000") == [one]
    assert await found(database, region="370283") == [one]
    assert await found(database, region="370000") == [one], "the province has its counties"
    assert await found(database, region="370200") == [one]
    assert await found(database, region="371000") == []
    assert await found(database, rating=2) == [one]
    assert await found(database, "不清楚") == [one], "comments are searched"
    assert await found(database, min_confidence=0.9) == [one]
    assert await found(database, min_confidence=0.95) == [], "the tenth alone does not decide"
    assert await found(database, max_confidence=0.5) == [two]
    assert await found(database, flag=Flag.NO_ANSWER) == [two]
    assert await found(database, flag=Flag.HANDED_OFF) == [three]
    assert await found(database, "办证", flag=Flag.NO_ANSWER) == [two]
    assert await found(database, first_day=today, last_day=today) == [three, two, one]
    assert await found(database, last_day=today - timedelta(days=1)) == []
    assert await found(database, first_day=today - timedelta(days=400)) == [three, two, one]
    assert await found(database, first_day=today + timedelta(days=1), last_day=today) == []


async def test_erased_is_not_found(database: Database, talks: Talks) -> None:
    await talks.turn("我要找回公积金密码", "登录网站", sender="gone")
    kept = await talks.turn("公积金密码忘了", "登录网站", sender="kept")

    await talks.store.erase("rest", "gone", "rest-gone")

    assert await found(database, "公积金密码") == [kept]
    assert (await ReviewSearch(database).total(Sought("公积金"))).count == 1, "the index has let it go"


WORDS = (
    "社保",
    "医保",
    "公积金",
    "身份证",
    "居住证",
    "丢了",
    "怎么办",
    "去哪",
    "办",
    "证",
    "社",
    "补领",
    "ETC",
    "ｅｔｃ",
    "，",
    "3",
)
TEXT = st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map("".join)


@pytest.mark.postgres
async def test_both_databases_find_the_same(tmp_path: Path, postgres_url: str) -> None:
    """The same conversations in both; a search in either finds what reading every message finds."""
    random = Random(8)
    said = ["".join(random.choices(WORDS, k=random.randint(1, 9))) for _ in range(70)]
    queries = [*WORDS, *("".join(random.choices(WORDS, k=random.randint(1, 3))) for _ in range(70))]
    results = []
    for url in (f"sqlite:///{tmp_path}/a.db", postgres_url):
        async with Database.open(url) as database:
            await database.write(emptied)
            talks = Talks(database)
            ids = [
                await talks.turn(
                    asked, answered, sender=str(n % 7), outcome=random.choice(["answered", "failed"])
                )
                for n, (asked, answered) in enumerate(zip(said, reversed(said), strict=True))
            ]
            place = {entry_id: n for n, entry_id in enumerate(ids)}
            results.append([[place[i] for i in await found(database, query)] for query in queries])
        random = Random(9)

    oracle = [
        [
            n
            for n in reversed(range(len(said)))
            if (terms := terms_of(query))
            and all(term in folded(said[n]) or term in folded(said[-1 - n]) for term in terms)
        ]
        for query in queries
    ]
    assert results[0] == oracle
    assert results[1] == oracle


@settings(max_examples=8, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_pages_under_inserts(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    """Whatever is added between two pages: what was there is shown once each, in order."""
    size = data.draw(st.integers(1, 7), "page size")
    before = data.draw(st.integers(0, 12), "turns before")
    query = data.draw(st.sampled_from(["", "社保", "办"]), "query")
    added = data.draw(st.lists(st.integers(0, 3), max_size=8), "added between pages")
    folder = tmp_path_factory.mktemp("pages")

    async def play() -> None:
        async with Database.open(f"sqlite:///{folder}/pages.db") as database:
            await _pages(database, size, before, query, list(added))

    asyncio.run(play())


@pytest.mark.parametrize("seed", range(2))
async def test_pages_while_others_write(database: Database, seed: int) -> None:
    """Writers at the same time, on both databases."""
    random = Random(seed)
    talks = Talks(database)
    there = [await talks.turn(f"社保第{n}次", "好", sender=str(n % 3)) for n in range(40)]

    async def write(sender: str) -> None:
        for n in range(15):
            await talks.turn(f"社保又一次{n}", "好", sender=sender)

    writers = [asyncio.create_task(write(f"w{n}")) for n in range(3)]
    seen = await _walk(database, Sought("社保"), random.randint(3, 9))
    await asyncio.gather(*writers)

    assert [one for one in seen if one in set(there)] == there[::-1]
    assert len(seen) == len(set(seen))


async def _pages(database: Database, size: int, before: int, query: str, added: list[int]) -> None:
    talks = Talks(database)
    there = [await talks.turn(f"社保办{n}", "好") for n in range(before)]
    search, below, seen = ReviewSearch(database), None, []
    while True:
        page = await search.page(Sought(query), below=below, limit=size)
        seen += [row.entry_id for row in page.rows]
        if page.below is None:
            break
        below = page.below
        for _ in range(added.pop() if added else 0):
            await talks.turn("社保办新", "好", sender="new")
    assert seen == there[::-1]


async def _walk(database: Database, sought: Sought, size: int) -> list[int]:
    search, below, seen = ReviewSearch(database), None, []
    while True:
        page = await search.page(sought, below=below, limit=size)
        seen += [row.entry_id for row in page.rows]
        if page.below is None:
            return seen
        below = page.below
        await asyncio.sleep(0)


async def test_a_chat_a_person_has_is_found_and_counted(database: Database, talks: Talks) -> None:
    """Whoever adds the episode or the message: the session itself tells the review."""
    asked = await talks.turn("我要投诉窗口态度", "好的")

    def take(session: Session) -> None:
        [conversation] = session.execute(select(Conversation)).scalars()
        now = datetime.now(UTC)
        session.add(
            HandoffRecord(
                conversation_id=conversation.id, state=HandoffState.QUEUED, trigger=next(iter(Trigger)), reason="",
                priority=0, language="zh", department="", matter="", packet={}, queued_at=now, result="",
            )
        )  # fmt: skip
        for author, payload, text in (
            ("li", {"agent": {"name": "李", "number": "007"}}, "您好，我来核实情况"),
            ("system", {}, "已接入人工"),
        ):
            conversation.last_seq += 1
            session.add(
                Message(
                    conversation_id=conversation.id, seq=conversation.last_seq, direction=Direction.OUT, author=author,
                    text=text, payload=payload, state=MessageState.SENT, reason="", session=1, created_at=now,
                    updated_at=now,
                )
            )  # fmt: skip

    await database.write(take)

    assert await found(database, flag=Flag.HANDED_OFF) == [asked]
    [said] = await found(database, "核实情况")
    assert await found(database, agent="li") == [said]
    assert len(await found(database, "接入人工")) == 1
    today = day_of(datetime.now(UTC))
    totals = (await ReviewFigures(database).figures(Span(today, today))).totals
    assert (totals.turns, totals.conversations, totals.handed, totals.self_served) == (1, 1, 1, 0)
    assert totals.staff_messages == 1, "the desk's own words are nobody's"
