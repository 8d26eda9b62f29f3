"""Old messages are taken in, what is too old is let go of, and the figures stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.store import Database
from bot.store.audit import AuditLog
from bot.store.review_figures import ReviewFigures, Span
from bot.store.review_keeping import let_go
from bot.store.review_search import ReviewSearch
from bot.store.review_tables import ReviewCount, ReviewEntry, ReviewState
from bot.store.review_upkeep import ReviewUpkeep
from bot.store.review_values import Sought
from bot.store.review_words import day_of
from bot.store.staff_values import Act
from bot.store.tables import Conversation, Erasure, Message
from tests.unit.review.conftest import Talks


def upkeep_of(database: Database) -> ReviewUpkeep:
    return ReviewUpkeep(database, AuditLog(database, b"key"))


def act() -> Act:
    return Act(datetime.now(UTC), "test")


async def test_what_was_said_before_is_taken_in(database: Database, talks: Talks) -> None:
    """As after an update from a version without the review."""
    for n in range(7):
        await talks.turn(f"第{n}次问社保", "去大厅", sender=str(n % 2), guide="g@370000")
    newest = await talks.turn("最新一次问社保")
    days = Span(day_of(datetime.now(UTC)), day_of(datetime.now(UTC)))
    before = await ReviewFigures(database).figures(days)

    def as_before(session: Session) -> None:
        old = session.execute(select(ReviewEntry).where(ReviewEntry.id < newest)).scalars().all()
        let_go(session, old)
        session.execute(delete(ReviewCount))
        session.add(ReviewState(name="taken_in_from", value=newest))

    await database.write(as_before)
    assert len((await ReviewSearch(database).page(Sought("社保"))).rows) == 1

    while await upkeep_of(database).take_in_older() is not None:
        pass

    assert len((await ReviewSearch(database).page(Sought("社保"))).rows) == 8
    after = await ReviewFigures(database).figures(days)
    assert after.totals.turns == before.totals.turns - 1, "the newest was counted before"
    assert after.guides == before.guides
    assert await upkeep_of(database).take_in_older() is None


async def test_too_old_is_let_go_of_and_stays_counted(database: Database, talks: Talks) -> None:
    old = await talks.turn("很久以前的公积金", "好", sender="gone", guide="g@370000")
    await talks.turn("很久以前的医保", "好", sender="stays")
    kept = await talks.turn("最近的医保", "好", sender="stays")
    long_ago = datetime.now(UTC) - timedelta(days=400)
    long_ago_ids = (old, old + 1, old + 2, old + 3)

    def age(session: Session) -> None:
        session.execute(update(Message).where(Message.id.in_(long_ago_ids)).values(created_at=long_ago))
        session.execute(update(ReviewEntry).where(ReviewEntry.id < kept).values(at=long_ago))

    await database.write(age)
    days = Span(day_of(long_ago), day_of(datetime.now(UTC)))
    before = await ReviewFigures(database).figures(days)

    assert await upkeep_of(database).let_go_old(act()) == 4
    assert await upkeep_of(database).let_go_old(act()) == 0

    assert [row.entry_id for row in (await ReviewSearch(database).page(Sought())).rows] == [kept]
    assert (await ReviewSearch(database).page(Sought("公积金"))).rows == ()
    assert await ReviewFigures(database).figures(days) == before
    left = await database.read(lambda session: session.execute(select(Conversation.sender)).scalars().all())
    assert left == ["stays"], "a conversation of which nothing is left is gone"
    forgotten = await database.read(lambda session: session.execute(select(Erasure.tracker)).scalars().all())
    assert forgotten == ["rest-gone"], "and Rasa is told"


async def test_how_long_is_set(database: Database, talks: Talks) -> None:
    upkeep = upkeep_of(database)
    assert await upkeep.dialogue_days() == 365
    await upkeep.set_dialogue_days(30, act())
    assert await upkeep.dialogue_days() == 30
    await upkeep.set_dialogue_days(90, act())
    assert await upkeep.dialogue_days() == 90
