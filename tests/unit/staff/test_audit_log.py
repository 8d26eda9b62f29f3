"""The audit log only grows, and shows when somebody with the database in hand has changed it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.errors import Conflict
from bot.store import AuditLog, Database, StaffStore
from bot.store.staff_values import AccountChange, Role
from tests.unit.staff.conftest import KEY, act, add


def run(*statements: str) -> Callable[[Session], None]:
    def work(session: Session) -> None:
        for statement in statements:
            session.execute(text(statement))

    return work


async def without_triggers(database: Database, statement: str) -> None:
    """What only the owner of the tables can do."""

    def work(session: Session) -> None:
        if session.get_bind().dialect.name == "postgresql":
            session.execute(text("ALTER TABLE staff_audit DISABLE TRIGGER USER"))
            session.execute(text(statement))
            session.execute(text("ALTER TABLE staff_audit ENABLE TRIGGER USER"))
            return
        made = session.execute(
            text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'staff_audit'")
        ).all()
        assert len(made) == 3
        for name, _ in made:
            session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text(statement))
        for _, sql in made:
            session.connection().exec_driver_sql(sql)

    await database.write(work)


async def filled(audit: AuditLog, count: int = 5) -> None:
    for n in range(count):
        await audit.record(act("wang"), "login", f"account:{n}", n=n, why="试一试", left=[1, {"a": None}])


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE staff_audit SET actor = 'somebody else' WHERE seq = 2",
        "UPDATE staff_audit SET seq = 99 WHERE seq = 5",
        "DELETE FROM staff_audit WHERE seq = 5",
        "DELETE FROM staff_audit",
        "INSERT INTO staff_audit SELECT * FROM staff_audit WHERE seq = 5",
    ],
)
async def test_the_database_refuses_every_change(database: Database, audit: AuditLog, statement: str) -> None:
    await filled(audit)
    with pytest.raises(DBAPIError, match="append-only|duplicate key"):
        await database.write(run(statement))
    verdict = await audit.verify()
    assert (verdict.entries, verdict.broken_at) == (5, None)


async def test_no_replacing_and_no_truncating(database: Database, audit: AuditLog, database_url: str) -> None:
    await filled(audit)
    statement = (
        "INSERT OR REPLACE INTO staff_audit SELECT * FROM staff_audit WHERE seq = 5"
        if database_url.startswith("sqlite")
        else "TRUNCATE staff_audit"
    )
    with pytest.raises(DBAPIError, match="append-only"):
        await database.write(run(statement))


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("UPDATE staff_audit SET actor = 'somebody else' WHERE seq = 2", 2),
        ("UPDATE staff_audit SET address = '' WHERE seq = 1", 1),
        ("UPDATE staff_audit SET actor_id = 7 WHERE seq = 3", 3),
        ("UPDATE staff_audit SET detail = '{\"n\": 1}' WHERE seq = 4", 4),
        ("UPDATE staff_audit SET digest = (SELECT digest FROM staff_audit WHERE seq = 1) WHERE seq = 5", 5),
        ("DELETE FROM staff_audit WHERE seq = 3", 3),
        ("DELETE FROM staff_audit WHERE seq = 1", 1),
        ("UPDATE staff_audit SET seq = 9 WHERE seq = 5", 5),
    ],
)
async def test_a_change_behind_the_triggers_shows(
    database: Database, audit: AuditLog, statement: str, broken_at: int
) -> None:
    await filled(audit)
    await without_triggers(database, statement)
    assert (await audit.verify()).broken_at == broken_at


async def test_an_end_that_was_cut_off_shows_against_the_digest_noted_elsewhere(database: Database) -> None:
    told: list[tuple[int, str, str]] = []
    audit = AuditLog(database, KEY, lambda *entry: told.append(entry))
    await filled(audit)
    await without_triggers(database, "DELETE FROM staff_audit WHERE seq = 5")

    verdict = await audit.verify()

    assert (verdict.entries, verdict.broken_at) == (4, None)
    assert [seq for seq, _, _ in told] == [1, 2, 3, 4, 5]
    assert (verdict.head, told[3][2]) == (told[3][2], verdict.head) != (told[4][2], told[4][2])


async def test_under_another_key_nothing_fits(database: Database, audit: AuditLog) -> None:
    await filled(audit)
    assert (await AuditLog(database, b"another key").verify()).broken_at == 1


async def test_an_empty_log_is_whole(audit: AuditLog) -> None:
    verdict = await audit.verify()
    assert (verdict.entries, verdict.head, verdict.broken_at) == (0, "", None)


async def test_what_did_not_happen_is_not_in_it(
    database: Database, accounts: StaffStore, audit: AuditLog
) -> None:
    chief = await add(accounts, "chief", Role.ADMIN)
    before = await audit.entries()

    with pytest.raises(Conflict):
        await accounts.change(chief.id, AccountChange(disabled=True), act())

    def fails(session: Session) -> None:
        audit.append(session, act(), "login")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        await database.write(fails)
    assert await audit.entries() == before


async def test_many_at_once_have_one_place_each(database: Database, audit: AuditLog) -> None:
    other = AuditLog(database, KEY)
    await asyncio.gather(*((audit, other)[n % 2].record(act(), "login", n=n) for n in range(40)))
    verdict = await audit.verify()
    assert (verdict.entries, verdict.broken_at) == (40, None)


async def test_text_of_any_kind_comes_back_as_it_was(audit: AuditLog) -> None:
    await audit.record(act("张伟" * 60), "x", "o" * 500, said="𠮷\u202e'; DROP TABLE", number=10**15)
    [entry] = await audit.entries()
    assert (entry.actor, len(entry.object)) == ("张伟" * 40, 120)
    assert entry.detail == {"said": "𠮷\u202e'; DROP TABLE", "number": 10**15}
    assert (await audit.verify()).broken_at is None
