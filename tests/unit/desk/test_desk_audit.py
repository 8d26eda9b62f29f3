"""What staff do with a chat and its entry in the audit log are one: both are there, or neither is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from bot.desk.errors import AlreadyTaken
from bot.desk.values import Person, ToAgent, ToAuthority, ToTeam
from bot.store import Owner
from bot.store.desk_teams import AgentChange, TeamStore
from bot.store.staff_tables import AuditRecord
from bot.store.staff_values import Act, Role
from tests.unit.desk.conftest import Office

Does = Callable[[Office, int, Person, Person], Awaitable[Any]]

MOVES: dict[str, tuple[bool, Does]] = {
    "chat_claimed": (False, lambda office, chat, anna, bo: office.desk.claim(chat, anna)),
    "chat_taken": (False, lambda office, chat, anna, bo: office.desk.take_over(chat, anna)),
    "chat_released": (True, lambda office, chat, anna, bo: office.desk.release(chat, anna, "会议")),
    "chat_transferred": (
        True,
        lambda office, chat, anna, bo: office.desk.transfer(chat, anna, ToAgent(bo.account_id)),
    ),
    "chat_closed": (True, lambda office, chat, anna, bo: office.desk.close(chat, anna, "办好了")),
}
"""By the name of the entry: whether Anna has the chat before, and what she does."""


class Crash(Exception):
    """The process ends here."""


async def noted(office: Office, chat: int) -> list[tuple[str, str, dict[str, Any]]]:
    """(actor, action, detail) of a chat's entries, oldest first."""
    entries = await office.desk.audit.entries(limit=1000)
    of = f"conversation:{chat}"
    return [(one.actor, one.action, dict(one.detail)) for one in reversed(entries) if one.object == of]


async def arranged(office: Office, *, is_hers: bool) -> tuple[int, Person, Person]:
    anna, bo = await office.person("anna"), await office.person("bo")
    chat = await office.asks("citizen")
    if is_hers:
        await office.desk.claim(chat, anna)
    return chat, anna, bo


@pytest.mark.parametrize("action", MOVES)
async def test_each_move_is_noted_once(office: Office, action: str) -> None:
    is_hers, does = MOVES[action]
    chat, anna, bo = await arranged(office, is_hers=is_hers)

    await does(office, chat, anna, bo)

    entries = await noted(office, chat)
    detail = {"account": bo.account_id} if action == "chat_transferred" else {}
    assert entries[-1] == ("anna", action, detail)
    assert len(entries) == 1 + is_hers
    assert (await office.desk.audit.verify()).broken_at is None


@pytest.mark.parametrize("action", MOVES)
async def test_without_its_entry_a_move_is_not_made(
    office: Office, action: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_hers, does = MOVES[action]
    chat, anna, bo = await arranged(office, is_hers=is_hers)
    before, told = await office.desk.chat(chat), await office.told("citizen")
    steps, entries = await office.desk.events(chat), await noted(office, chat)

    def fails(*_: Any, **__: Any) -> None:
        raise Crash

    with monkeypatch.context() as patched:
        patched.setattr(office.desk.audit, "append", fails)
        with pytest.raises(Crash):
            await does(office, chat, anna, bo)

    after = await office.desk.chat(chat)
    assert (after.owner, after.handoff) == (before.owner, before.handoff)
    assert await office.told("citizen") == told
    assert (await office.desk.events(chat), await noted(office, chat)) == (steps, entries)
    await does(office, chat, anna, bo)  # nothing is left locked
    assert (await noted(office, chat))[-1][1] == action


@pytest.mark.parametrize("action", MOVES)
async def test_a_crash_before_the_end_leaves_neither(office: Office, action: str) -> None:
    is_hers, does = MOVES[action]
    chat, anna, bo = await arranged(office, is_hers=is_hers)
    before, entries = await office.desk.chat(chat), await noted(office, chat)
    newest = select(AuditRecord.action).order_by(AuditRecord.seq.desc()).limit(1)
    written: list[str] = []

    def crash(session: Session) -> None:
        written.append(session.execute(newest).scalar_one())
        raise Crash

    event.listen(Session, "before_commit", crash)
    try:
        with pytest.raises(Crash):
            await does(office, chat, anna, bo)
    finally:
        event.remove(Session, "before_commit", crash)

    assert written == [action], "the entry was written by then"
    after = await office.desk.chat(chat)
    assert (after.owner, after.handoff) == (before.owner, before.handoff)
    assert await noted(office, chat) == entries


async def test_what_is_refused_or_changes_nothing_is_not_noted(office: Office) -> None:
    chat, anna, bo = await arranged(office, is_hers=True)

    with pytest.raises(AlreadyTaken):
        await office.desk.claim(chat, bo)
    await office.desk.claim(chat, anna)  # pressed twice

    assert [action for _, action, _ in await noted(office, chat)] == ["chat_claimed"]


async def test_an_entry_says_where_it_was_done_and_to_whom_a_chat_went(office: Office) -> None:
    chat, anna, _ = await arranged(office, is_hers=True)
    boss = await office.person("boss", Role.SUPERVISOR)
    [team] = (await office.desk.crew()).teams
    act = Act(office.clock(), "anna", anna.account_id, "10.0.0.7")

    await office.desk.transfer(chat, anna, ToTeam(team.id), act=act)
    await office.desk.transfer(chat, boss, ToAuthority("公安局", "110", "g"))

    assert [detail for _, _, detail in await noted(office, chat)][1:] == [
        {"team": team.id},
        {"authority": "公安局"},
    ]
    addresses = [entry.address for entry in await office.desk.audit.entries(limit=2)]
    assert addresses == ["", "10.0.0.7"]


async def test_moves_and_changes_of_staff_do_not_wait_for_each_other_for_ever(office: Office) -> None:
    """A change of staff is noted first and then touches the person's row; a move touches the same row."""
    people = [await office.person(name) for name in ("anna", "bo", "chen")]
    teams, act = TeamStore(office.database, office.desk.audit), Act(office.clock(), "boss")

    async def takes(person: Person, round_: int) -> None:
        chat = await office.asks(f"{person.name}{round_}")
        await office.desk.claim(chat, person)
        await office.desk.close(chat, person)

    async def changes(person: Person, round_: int) -> None:
        await teams.change_agent(person.account_id, AgentChange(capacity=1 + round_), act)

    async with asyncio.timeout(60):
        for round_ in range(5):
            await asyncio.gather(*(do(person, round_) for person in people for do in (takes, changes)))

    assert {chat.owner for chat in await office.desk.live()} == {Owner.CLOSED}
    assert (await office.desk.audit.verify()).broken_at is None
