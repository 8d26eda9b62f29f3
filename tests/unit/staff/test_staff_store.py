"""What the store promises about accounts, sessions and attempts, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Conflict, NotFound
from bot.staff.lockout import FORGET, OF_NAME, counting
from bot.store import AttemptStore, AuditLog, Database, OidcStore, SessionStore, StaffStore
from bot.store.staff_values import AccountChange, Method, NewAccount, Role
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


async def test_a_way_to_the_provider_is_taken_once_by_who_began_it(
    database: Database, audit: AuditLog
) -> None:
    oidc, until = OidcStore(database, audit), NOW + timedelta(minutes=10)
    await oidc.keep_flow("browser", "state", "sealed", NOW, until)
    assert await oidc.take_flow("browser", "another state", NOW) is None
    assert await oidc.take_flow("another browser", "state", NOW) is None
    taken = await asyncio.gather(*(oidc.take_flow("browser", "state", NOW) for _ in range(6)))
    assert sorted(taken, key=str) == [None] * 5 + ["sealed"]
    await oidc.keep_flow("late", "state", "sealed", NOW, until)
    assert await oidc.take_flow("late", "state", until) is None
    await oidc.keep_flow("next", "state", "sealed", until, until + timedelta(minutes=10))
    assert await oidc.take_flow("late", "state", NOW) is None, "forgotten"


async def test_an_account_is_linked_with_one_person_and_a_person_with_one_account(
    database: Database, accounts: StaffStore, audit: AuditLog
) -> None:
    oidc, sessions = OidcStore(database, audit), SessionStore(database, audit)
    wang, li = await add(accounts, "wang"), await add(accounts, "li")
    late = datetime(2999, 1, 1, tzinfo=UTC)
    await oidc.expect(wang.id, "w", late, act())
    with pytest.raises(Conflict):
        await oidc.expect(li.id, "w", late, act())
    found = await asyncio.gather(*(oidc.person("i", f"s{n}", "w", act()) for n in range(6)))
    assert [one.name for one in found if one is not None] == ["wang"]
    linked = await accounts.account(wang.id)
    assert (linked.oidc_issuer, linked.oidc_expected) == ("i", None)
    assert linked.oidc_subject is not None
    again = await oidc.person("i", linked.oidc_subject, "whatever", act())
    assert again is not None and again.id == wang.id
    assert await oidc.person("another issuer", linked.oidc_subject, "w", act()) is None
    await oidc.expect(li.id, "w", late, act())
    known = await oidc.person("i", linked.oidc_subject, "w", act())
    assert known is not None and known.id == wang.id, "who is linked is not linked again"

    ends = NOW + timedelta(days=9999)
    assert await sessions.open(linked, "d1", ends, "b", act(), method=Method.OIDC) is not None
    assert await sessions.open(linked, "d2", ends, "b", act()) is not None
    await oidc.unlink(wang.id, act())
    assert await sessions.find("d1") is None, "it was opened by the provider"
    assert await sessions.find("d2") is not None
    assert await sessions.open(linked, "d3", ends, "b", act(), method=Method.OIDC) is None
    with pytest.raises(NotFound):
        await oidc.unlink(99, act())
