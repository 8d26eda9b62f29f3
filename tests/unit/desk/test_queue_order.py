"""The order of the queue: 老年人优先, complaints before them, and nobody is passed for ever."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from bot.desk.choosing import AHEAD, in_order
from bot.desk.facts import facts_of
from bot.desk.moving import handoff_of_row, locked, open_record
from bot.desk.queue import position_of
from bot.store.desk_values import Handoff, Priority, Trigger
from bot.store.values import Contact
from tests.unit.desk.conftest import Office
from tests.unit.desk.test_choosing import waits

BEGUN = datetime(2026, 11, 30, 2, tzinfo=UTC)
PRIORITIES = (Priority.NORMAL, Priority.RAISED, Priority.COMPLAINT)
QUEUES = st.lists(st.tuples(st.sampled_from(PRIORITIES), st.integers(0, 3600)), max_size=30).map(
    lambda rows: [waits(n, 1, priority=one, second=at) for n, (one, at) in enumerate(rows, start=1)]
)


@given(QUEUES)
def test_nobody_is_passed_by_who_comes_later_than_the_longest_head_start(queue: list[Handoff]) -> None:
    order = in_order(queue)
    assert sorted(one.id for one in order) == sorted(one.id for one in queue)
    for place, one in enumerate(order):
        for later in order[place + 1 :]:
            assert one.queued_at - later.queued_at <= max(AHEAD.values()), "passed by who came long after"
            if one.priority <= later.priority:
                assert one.queued_at <= later.queued_at, "first come, first served"


@given(QUEUES, st.integers(0, 3600), st.sampled_from(PRIORITIES))
def test_one_more_passes_nobody_out_of_turn(queue: list[Handoff], second: int, priority: int) -> None:
    """The others stay in the order they had."""
    before = [one.id for one in in_order(queue)]
    after = in_order([*queue, waits(99, 1, priority=priority, second=second)])

    assert [one.id for one in after if one.id != 99] == before


@pytest.mark.parametrize(
    ("first", "later", "seconds", "is_passed"),
    [
        (Priority.NORMAL, Priority.RAISED, 599, True),
        (Priority.NORMAL, Priority.RAISED, 601, False),
        (Priority.NORMAL, Priority.COMPLAINT, 1199, True),
        (Priority.NORMAL, Priority.COMPLAINT, 1201, False),
        (Priority.RAISED, Priority.COMPLAINT, 599, True),
        (Priority.RAISED, Priority.COMPLAINT, 601, False),
        (Priority.RAISED, Priority.RAISED, 1, False),
        (Priority.COMPLAINT, Priority.RAISED, 1, False),
    ],
)
def test_who_passes_whom(first: int, later: int, seconds: int, is_passed: bool) -> None:
    queue = [waits(1, 1, priority=first), waits(2, 1, priority=later, second=seconds)]
    assert [one.id for one in in_order(queue)] == ([2, 1] if is_passed else [1, 2])


async def test_the_place_that_is_told_is_the_place_in_that_order(office: Office) -> None:
    """Counted by the database; on both of them."""
    spread = [(0, 0), (1, 300), (2, 900), (0, 301), (1, 700), (2, 1500), (0, 1500), (1, 1500), (0, 900)]
    chats = [await office.asks(f"citizen{n}") for n in range(len(spread))]

    def work(session: Session) -> tuple[dict[int, int | None], list[Handoff]]:
        rows = []
        for chat, (priority, second) in zip(chats, spread, strict=True):
            row = open_record(session, chat)
            assert row is not None
            row.priority, row.queued_at = priority, BEGUN + timedelta(seconds=second)
            rows.append(row)
        session.flush()
        return {row.id: position_of(session, row) for row in rows}, [handoff_of_row(row) for row in rows]

    places, handoffs = await office.database.write(work)

    assert places == {one.id: place for place, one in enumerate(in_order(handoffs), start=1)}


async def test_large_print_goes_before_and_the_language_is_kept(office: Office) -> None:
    async def facts(trigger: Trigger, hints: Contact) -> tuple[int, str, bool]:
        arrival = await office.store.receive("widget", "anna", None, "转人工", contact=hints)

        def work(session: Session) -> tuple[int, str, bool]:
            conversation, _ = locked(session, arrival.conversation_id)
            found = facts_of(session, conversation, trigger, office.clock())
            return found.priority, found.language, found.large_print

        return await office.database.write(work)

    plain = Contact()
    large = replace(plain, large_print=True, language="en")
    assert await facts(Trigger.ASKED, plain) == (Priority.NORMAL, "zh", False)
    assert await facts(Trigger.ASKED, large) == (Priority.RAISED, "en", True)
    assert await facts(Trigger.ASKED, plain) == (Priority.RAISED, "en", True), "what is not told stays"
    assert await facts(Trigger.COMPLAINT, large) == (Priority.COMPLAINT, "en", True)
    off = Contact(language="zh", large_print=False)
    assert await facts(Trigger.ASKED, off) == (Priority.NORMAL, "zh", False)
