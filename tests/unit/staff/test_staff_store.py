"""What the store promises about accounts, sessions and attempts, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Conflict, NotFound
from bot.staff.lockout import FORGET, OF_NAME, counting
from bot.store import AttemptStore, AuditLog, Database, SessionStore, StaffStore
from bot.store.staff_values import AccountChange, NewAccount, Role
from tests.unit.staff.conftest import act, add

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


async def test_of_many_first_administrators_there_is_one(accounts: StaffStore) -> None:
    new = NewAccount("admin", "管理员", Role.ADMIN, "hash")
    made = await asyncio.gather(*(accounts.add(new, act(), only_the_first=True) for _ in range(8)))
    assert len([one for one in made if one is not None]) == 1
    assert len(await accounts.accounts()) == 1


async def test_two_administrators_cannot_switch_each_other_off_at_once(accounts: StaffStore) -> None:
    one, two = await add(accounts, "one", Role.ADMIN), await add(accounts, "two", Role.ADMIN)
    off = AccountChange(disabled=True)
    done = await asyncio.gather(
        accounts.change(one.id, off, act("two")),
        accounts.change(two.id, off, act("one")),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in done) == ["Account", "Conflict"]
    assert [account.disabled_at is None for account in await accounts.accounts()].count(True) == 1


async def test_a_name_is_taken_once(accounts: StaffStore) -> None:
    await add(accounts, "wang")
    with pytest.raises(Conflict):
        await add(accounts, "wang")
    with pytest.raises(NotFound):
        await accounts.account(99)


async def test_a_step_is_used_once_and_never_an_earlier_one(accounts: StaffStore) -> None:
    wang = await add(accounts, "wang")
    await accounts.offer_totp(wang.id, "sealed")
    await accounts.confirm_totp(wang.id, "sealed", 100, ["a", "b"], act())
    taken = await asyncio.gather(*(accounts.use_step(wang.id, "sealed", 101) for _ in range(6)))
    assert taken.count(True) == 1
    assert [await accounts.use_step(wang.id, "sealed", step) for step in (100, 101, 102)] == [
        False,
        False,
        True,
    ]
    assert not await accounts.use_step(wang.id, "another secret", 200)
    used = await asyncio.gather(*(accounts.use_recovery_code(wang.id, "a", act()) for _ in range(6)))
    assert used.count(True) == 1
    assert await accounts.recovery_codes_left(wang.id) == 1


async def test_only_the_secret_that_was_offered_last_is_taken_into_use(accounts: StaffStore) -> None:
    wang = await add(accounts, "wang")
    await accounts.offer_totp(wang.id, "first")
    await accounts.offer_totp(wang.id, "second")
    with pytest.raises(Conflict):
        await accounts.confirm_totp(wang.id, "first", 1, [], act())
    assert (await accounts.account(wang.id)).totp is None


async def test_a_session_is_not_opened_on_a_password_that_was_changed_meanwhile(
    database: Database, accounts: StaffStore, audit: AuditLog
) -> None:
    sessions = SessionStore(database, audit)
    wang = await add(accounts, "wang")
    await accounts.set_password(wang.id, "another", act(), own=True)
    assert await sessions.open(wang, "d1", NOW + timedelta(days=9999), "b", act()) is None
    now = await accounts.account(wang.id)
    assert await sessions.open(now, "d1", NOW + timedelta(days=9999), "b", act()) is not None
    await accounts.change(wang.id, AccountChange(disabled=True), act())
    assert await sessions.find("d1") is None
    assert await sessions.open(now, "d2", NOW + timedelta(days=9999), "b", act()) is None


async def test_attempts_are_counted_under_every_key_or_under_none(database: Database) -> None:
    attempts = AttemptStore(database)

    async def take(at: datetime, *keys: str) -> bool:
        taken = await attempts.take({key: counting(OF_NAME, at) for key in keys}, at, FORGET)
        return taken.let_in

    let_in = await asyncio.gather(*(take(NOW, "name") for _ in range(20)))
    assert let_in.count(True) == OF_NAME.free
    for _ in range(8):
        assert not await take(NOW, "name", "address")
    assert [await take(NOW, "address") for _ in range(OF_NAME.free)] == [True] * OF_NAME.free, (
        "not counted before"
    )
    assert not await take(NOW, "address")
    assert await take(NOW + timedelta(seconds=61), "name")
    assert not await take(NOW + timedelta(seconds=120), "name"), "two minutes now"
    assert await take(NOW + FORGET + timedelta(hours=1), "name")
    for _ in range(OF_NAME.free - 1):
        assert await take(NOW + FORGET + timedelta(hours=1), "name"), "forgotten after a day"
