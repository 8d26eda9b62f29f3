"""What storing a turn costs the review: few statements, past the ORM, and nobody is left with an old row."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields

import pytest
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from bot.store import Database
from bot.store.review_keeping import take_in
from bot.store.review_tables import ReviewEntry
from bot.store.review_turn import Turn
from tests.unit.review.conftest import Talks


@contextmanager
def statements() -> Iterator[list[str]]:
    """Those that touch the review's tables."""
    seen: list[str] = []

    def note(*given: object) -> None:
        if "review_" in str(given[2]):
            seen.append(str(given[2]))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def test_a_turn_has_what_its_row_has() -> None:
    assert [field.name for field in fields(Turn)] == list(ReviewEntry.__table__.columns.keys())


@pytest.mark.parametrize("place", ["first", "later"])
async def test_a_stored_turn_costs_few_statements(database: Database, talks: Talks, place: str) -> None:
    """Each costs ten times what the database needs for it (benchmarks/review)."""
    if place == "later":
        await talks.turn("社保怎么转", "去大厅")

    with statements() as asked:
        message_id = await talks.turn("身份证丢了")
    with statements() as answered:
        await talks.turn_answered(message_id, "到派出所补领")

    assert len(asked) == 4, "its place, the turn, its keys, its counts"
    most = 7 if database_is_sqlite(asked) else 6
    assert len(answered) <= most, "read, told whoever speaks for the day, kept; its keys; its counts"


def database_is_sqlite(seen: list[str]) -> bool:
    """FTS5 takes a row out before it takes it in again."""
    return any("review_search(rowid" in one for one in seen)


async def test_who_holds_the_row_sees_what_became_of_it(database: Database, talks: Talks) -> None:
    message_id = await talks.turn("身份证丢了", "到派出所补领")

    def work(session: Session) -> tuple[bool, bool]:
        held = session.get_one(ReviewEntry, message_id)
        before = held.handed_off
        take_in(session, handed=[held.conversation_id])
        return before, held.handed_off

    assert await database.write(work) == (False, True)
