"""Teams, people and texts of the desk, on both databases; every change is in the audit log."""

from __future__ import annotations

import pytest

from bot.errors import Conflict, NotFound
from bot.store import AuditLog, Database, StaffStore
from bot.store.desk_canned import CannedStore, CannedWords
from bot.store.desk_teams import AgentChange, NewTeam, TeamChange, TeamStore, ensure_agent
from bot.store.desk_values import Presence
from bot.store.staff_values import AccountChange, Role
from tests.unit.staff.conftest import accounts, act, add, audit, database, database_url

__all__ = ["accounts", "audit", "database", "database_url"]

OFFICE = {"mon": [["09:00", "17:00"]], "holidays": "closed"}


def new(name: str, *, is_default: bool = False) -> NewTeam:
    return NewTeam(name, ("370200",), ("社会保险",), ("zh",), OFFICE, True, is_default, "0532-1")


@pytest.fixture
def teams(database: Database, audit: AuditLog) -> TeamStore:
    return TeamStore(database, audit)


@pytest.fixture
def canned(database: Database, audit: AuditLog) -> CannedStore:
    return CannedStore(database, audit)


async def actions(audit: AuditLog) -> list[tuple[str, str]]:
    return [
        (entry.action, entry.object)
        for entry in reversed(await audit.entries())
        if not entry.action.startswith("account")
    ]


async def test_a_team_from_its_making_to_its_end(teams: TeamStore, audit: AuditLog) -> None:
    made = await teams.add_team(new("社保组", is_default=True), act())
    assert (made.regions, made.departments, made.hours, made.is_default) == (
        ("370200",),
        ("社会保险",),
        OFFICE,
        True,
    )
    with pytest.raises(Conflict, match="社保组"):
        await teams.add_team(new("社保组"), act())
    other = await teams.add_team(new("公积金组"), act())
    with pytest.raises(Conflict):
        await teams.change_team(other.id, TeamChange(name="社保组"), act())
    with pytest.raises(Conflict, match="default"):
        await teams.change_team(made.id, TeamChange(disabled=True), act())

    changed = await teams.change_team(
        other.id, TeamChange(is_default=True, regions=(), auto_assign=False), act()
    )
    assert (changed.is_default, changed.regions, changed.auto_assign) == (True, (), False)
    assert not (await teams.team(made.id)).is_default, "there is one default"
    off = await teams.change_team(made.id, TeamChange(disabled=True), act())
    assert off.disabled_at is not None
    assert [team.name for team in await teams.teams()] == ["公积金组", "社保组"], "those in use first"
    on = await teams.change_team(made.id, TeamChange(disabled=False), act())
    assert on.disabled_at is None
    await teams.change_team(made.id, TeamChange(name="社保组"), act())

    of = [f"team:{made.id}", f"team:{other.id}"]
    assert await actions(audit) == [
        ("team_added", of[0]),
        ("team_added", of[1]),
        ("team_changed", of[1]),
        ("team_changed", of[0]),
        ("team_changed", of[0]),
    ], "a change of nothing is none"
    assert (await audit.verify()).broken_at is None
    with pytest.raises(NotFound):
        await teams.change_team(99, TeamChange(), act())


async def test_members_are_people_of_the_desk(
    teams: TeamStore, accounts: StaffStore, audit: AuditLog
) -> None:
    team = await teams.add_team(new("社保组"), act())
    li, wang = await add(accounts, "li"), await add(accounts, "wang", Role.SUPERVISOR)
    reviewer = await add(accounts, "rev", Role.REVIEWER)
    off = await add(accounts, "off")
    await accounts.change(off.id, AccountChange(disabled=True), act())

    assert (await teams.set_members(team.id, [wang.id, li.id, li.id], act())).members == (li.id, wang.id)
    for wrong in (reviewer.id, off.id, 99):
        with pytest.raises(NotFound):
            await teams.set_members(team.id, [li.id, wrong], act())
    assert (await teams.set_members(team.id, [li.id, wang.id], act())).members == (li.id, wang.id)
    assert [(agent.name, agent.teams) for agent in await teams.agents()] == [
        ("li", (team.id,)),
        ("wang", (team.id,)),
    ]
    assert (await teams.set_members(team.id, [li.id], act())).members == (li.id,)
    assert (await actions(audit))[1:] == [("team_members", f"team:{team.id}")] * 2
    [newest] = [entry for entry in await audit.entries(limit=1)]
    assert newest.detail == {"added": [], "removed": [wang.id]}


async def test_an_agent_is_there_before_they_have_come(
    teams: TeamStore, accounts: StaffStore, database: Database
) -> None:
    li, wang = await add(accounts, "li"), await add(accounts, "wang")
    never = await teams.agent(li.id)
    assert (never.number, never.capacity, never.presence, never.load) == (
        str(1000 + li.id),
        5,
        Presence.OFFLINE,
        0,
    )
    await teams.change_agent(wang.id, AgentChange(number=never.number), act())
    await database.write(lambda session: ensure_agent(session, li.id))
    assert (await teams.agent(li.id)).number == never.number + "-2", "its number was given away meanwhile"

    changed = await teams.change_agent(li.id, AgentChange(capacity=2, languages=("zh", "en")), act())
    assert (changed.capacity, changed.languages) == (2, ("zh", "en"))
    with pytest.raises(Conflict):
        await teams.change_agent(li.id, AgentChange(number=never.number), act())
    with pytest.raises(NotFound):
        await teams.agent((await add(accounts, "rev", Role.REVIEWER)).id)


async def test_texts_of_everybody_and_of_a_team(
    canned: CannedStore, teams: TeamStore, accounts: StaffStore, audit: AuditLog
) -> None:
    boss = await add(accounts, "boss", Role.SUPERVISOR)
    by = act()
    by = type(by)(by.at, "boss", boss.id, "")
    team, other = [await teams.add_team(new(name), act()) for name in ("甲", "乙")]
    hello = await canned.add(None, CannedWords("hi", "问候", "您好，我是{agent}"), by)
    mine = await canned.add(team.id, CannedWords("jf", "缴费", "请拨{hotline}"), by)
    theirs = await canned.add(other.id, CannedWords("jf", "缴费", "别处"), by)
    assert hello.updated_by == "Boss"

    assert await canned.of_teams([team.id]) == (hello, mine)
    assert await canned.of_teams([]) == (hello,)
    assert await canned.of_teams(None) == (hello, mine, theirs)
    for taken in (
        canned.add(team.id, CannedWords("hi", "又", "又"), by),
        canned.add(None, CannedWords("jf", "又", "又"), by),
        canned.change(mine.id, CannedWords("hi"), by),
    ):
        with pytest.raises(Conflict):
            await taken
    changed = await canned.change(mine.id, CannedWords(text="请到窗口"), by)
    assert (changed.shortcut, changed.title, changed.text) == ("jf", "缴费", "请到窗口")
    await canned.remove(mine.id, by)
    for gone in (
        canned.canned(mine.id),
        canned.change(mine.id, CannedWords(), by),
        canned.remove(mine.id, by),
    ):
        with pytest.raises(NotFound):
            await gone
    with pytest.raises(NotFound):
        await canned.add(99, CannedWords("x", "x", "x"), by)
    noted = [action for action, _ in await actions(audit)][2:]
    assert noted == ["canned_added"] * 3 + ["canned_changed", "canned_removed"]
