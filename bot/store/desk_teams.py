"""Teams, who is in them, and what the desk keeps of each member of staff."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from bot.errors import Conflict, NotFound
from bot.store.audit import AuditLog, serialise
from bot.store.database import Database
from bot.store.desk_tables import DeskAgent, DeskTeam, DeskTeamMember, HandoffRecord
from bot.store.desk_values import LANGUAGE, Agent, HandoffState, Hours, Presence, Team
from bot.store.staff_tables import StaffAccount
from bot.store.staff_values import Act, Action, Role

AT_DESK = frozenset({Role.AGENT, Role.SUPERVISOR, Role.ADMIN})
"""Roles that may have chats."""
CAPACITY = 5
_FIRST_NUMBER = 1000


class TeamNameTaken(Conflict):
    code = "team_name_taken"
    default_mend = "Choose another name."


class DefaultTeamStays(Conflict):
    code = "default_team_stays"
    default_mend = "Make another team the default first."


class NumberTaken(Conflict):
    code = "number_taken"
    default_mend = "Choose another number."


_NO_TEAM = NotFound("There is no such team.", mend="List the teams and take an id from there.")
_NO_AGENT = NotFound("Nobody at the desk has this account.", mend="Choose a person of the desk.")


@dataclass(frozen=True, slots=True)
class NewTeam:
    """A team about to be made."""

    name: str
    regions: tuple[str, ...]
    departments: tuple[str, ...]
    languages: tuple[str, ...]
    hours: Hours
    auto_assign: bool
    is_default: bool
    phone: str


@dataclass(frozen=True, slots=True)
class TeamChange:
    """What changes of a team; None stays as it is."""

    name: str | None = None
    regions: tuple[str, ...] | None = None
    departments: tuple[str, ...] | None = None
    languages: tuple[str, ...] | None = None
    hours: Hours | None = None
    auto_assign: bool | None = None
    is_default: bool | None = None
    phone: str | None = None
    disabled: bool | None = None


@dataclass(frozen=True, slots=True)
class AgentChange:
    """What changes of a member of staff at the desk; None stays as it is."""

    number: str | None = None
    capacity: int | None = None
    languages: tuple[str, ...] | None = None


class TeamStore:
    """Every method is one transaction; every change is in the audit log."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    async def teams(self) -> tuple[Team, ...]:
        """All teams with their members, those in use first, by name."""
        return await self._database.read(read_teams)

    async def team(self, team_id: int) -> Team:
        """One team; NotFound without it."""
        return await self._database.read(lambda session: _team(session, team_id))

    async def agents(self) -> tuple[Agent, ...]:
        """Everybody who may have chats, by name, also those who have never come to the desk."""
        return await self._database.read(read_agents)

    async def agent(self, account_id: int) -> Agent:
        """One of them; NotFound for an account that may not have chats."""
        return await self._database.read(lambda session: _agent(session, account_id))

    async def add_team(self, new: NewTeam, act: Act) -> Team:
        """Make a team; TeamNameTaken when there is one of that name."""

        def work(session: Session) -> Team:
            serialise(session)
            _is_free(session, new.name)
            row = DeskTeam(
                name=new.name,
                regions=list(new.regions),
                departments=list(new.departments),
                languages=list(new.languages),
                hours=dict(new.hours),
                auto_assign=new.auto_assign,
                is_default=new.is_default,
                phone=new.phone,
            )
            session.add(row)
            session.flush()
            if new.is_default:
                _only_default(session, row.id)
            self._audit.append(session, act, Action.TEAM_ADDED.value, _object(row.id), name=row.name)
            return _team(session, row.id)

        return await self._database.write(work)

    async def change_team(self, team_id: int, change: TeamChange, act: Act) -> Team:
        """Change a team, switch it off or on. TeamNameTaken, and DefaultTeamStays for one that would
        be switched off: chats nobody else serves go there."""

        def work(session: Session) -> Team:
            serialise(session)
            row = _team_row(session, team_id)
            before = _told(row)
            if change.name is not None and change.name != row.name:
                _is_free(session, change.name)
                row.name = change.name
            for name in ("regions", "departments", "languages"):
                if (value := getattr(change, name)) is not None:
                    setattr(row, name, list(value))
            row.hours = row.hours if change.hours is None else dict(change.hours)
            row.auto_assign = row.auto_assign if change.auto_assign is None else change.auto_assign
            row.phone = row.phone if change.phone is None else change.phone
            row.is_default = row.is_default if change.is_default is None else change.is_default
            if change.disabled is not None and change.disabled is (row.disabled_at is None):
                row.disabled_at = act.at if change.disabled else None
            if row.is_default and row.disabled_at is not None:
                raise DefaultTeamStays("The default team stays on.")
            if row.is_default:
                _only_default(session, row.id)
            session.flush()
            changed = {key: value for key, value in _told(row).items() if value != before[key]}
            if changed:
                self._audit.append(session, act, Action.TEAM_CHANGED.value, _object(row.id), **changed)
            return _team(session, row.id)

        return await self._database.write(work)

    async def set_members(self, team_id: int, account_ids: Collection[int], act: Act) -> Team:
        """Exactly these are in the team from now on; NotFound when one of them may not have chats."""

        def work(session: Session) -> Team:
            serialise(session)
            row = _team_row(session, team_id)
            wanted = set(account_ids)
            if {agent.account_id for agent in read_agents(session, wanted)} != wanted:
                raise _NO_AGENT
            of_team = DeskTeamMember.team_id == row.id
            before = set(session.execute(select(DeskTeamMember.account_id).where(of_team)).scalars())
            if wanted == before:
                return _team(session, row.id)
            session.execute(delete(DeskTeamMember).where(of_team))
            for account_id in sorted(wanted):
                ensure_agent(session, account_id)
                session.add(DeskTeamMember(team_id=row.id, account_id=account_id))
            detail = {"added": sorted(wanted - before), "removed": sorted(before - wanted)}
            self._audit.append(session, act, Action.TEAM_MEMBERS.value, _object(row.id), **detail)
            session.flush()
            return _team(session, row.id)

        return await self._database.write(work)

    async def change_agent(self, account_id: int, change: AgentChange, act: Act) -> Agent:
        """Change number, capacity or languages; NumberTaken when it is somebody else's."""

        def work(session: Session) -> Agent:
            serialise(session)
            before = _agent(session, account_id)
            row = ensure_agent(session, account_id)
            if change.number is not None and change.number != row.number:
                taken = select(DeskAgent.account_id).where(DeskAgent.number == change.number)
                if session.execute(taken).first():
                    raise NumberTaken(f"The number {change.number} is taken.")
                row.number = change.number
            row.capacity = row.capacity if change.capacity is None else change.capacity
            row.languages = row.languages if change.languages is None else list(change.languages)
            session.flush()
            after = _agent(session, account_id)
            if after != before:
                detail = {"number": row.number, "capacity": row.capacity, "languages": list(row.languages)}
                self._audit.append(
                    session, act, Action.AGENT_CHANGED.value, f"account:{account_id}", **detail
                )
            return after

        return await self._database.write(work)


def read_teams(session: Session) -> tuple[Team, ...]:
    """All teams with their members, those in use first, by name."""
    rows = session.execute(
        select(DeskTeam).order_by(DeskTeam.disabled_at.is_not(None), DeskTeam.name)
    ).scalars()
    members: defaultdict[int, list[int]] = defaultdict(list)
    listed = select(DeskTeamMember).order_by(DeskTeamMember.account_id)
    for member in session.execute(listed).scalars():
        members[member.team_id].append(member.account_id)
    return tuple(team_of(row, members[row.id]) for row in rows)


def team_of(row: DeskTeam, members: Collection[int]) -> Team:
    """A row as its readers know it."""
    return Team(
        id=row.id,
        name=row.name,
        regions=tuple(row.regions),
        departments=tuple(row.departments),
        languages=tuple(row.languages),
        hours=row.hours,
        auto_assign=row.auto_assign,
        is_default=row.is_default,
        phone=row.phone,
        disabled_at=row.disabled_at,
        members=tuple(members),
    )


def read_agents(session: Session, account_ids: Collection[int] | None = None) -> tuple[Agent, ...]:
    """Those who may have chats, by name, with their teams and how many chats they have. None: all of them.

    Who has never come to the desk is there with what `ensure_agent` would give them.
    """
    query = (
        select(StaffAccount, DeskAgent)
        .outerjoin(DeskAgent, DeskAgent.account_id == StaffAccount.id)
        .where(StaffAccount.role.in_(AT_DESK), StaffAccount.disabled_at.is_(None))
        .order_by(StaffAccount.name)
    )
    teams_of, load_of = select(DeskTeamMember), _loads()
    if account_ids is not None:
        query = query.where(StaffAccount.id.in_(account_ids))
        teams_of = teams_of.where(DeskTeamMember.account_id.in_(account_ids))
        load_of = load_of.where(HandoffRecord.agent_id.in_(account_ids))
    teams: defaultdict[int, list[int]] = defaultdict(list)
    for member in session.execute(teams_of.order_by(DeskTeamMember.team_id)).scalars():
        teams[member.account_id].append(member.team_id)
    loads: dict[int, int] = {
        account_id: count for account_id, count in session.execute(load_of) if account_id
    }
    return tuple(
        _agent_of(account, row, teams[account.id], loads.get(account.id, 0))
        for account, row in session.execute(query)
    )


def ensure_agent(session: Session, account_id: int) -> DeskAgent:
    """The row of a member of staff, made when there is none yet, with the account's id as their number."""
    row = session.get(DeskAgent, account_id)
    if row is None:
        number = _number(account_id)
        tries = 1
        while session.execute(select(DeskAgent.account_id).where(DeskAgent.number == number)).first():
            tries += 1
            number = f"{_number(account_id)}-{tries}"
        row = DeskAgent(
            account_id=account_id,
            number=number,
            capacity=CAPACITY,
            languages=[LANGUAGE],
            presence=Presence.OFFLINE,
            seen_at=None,
        )
        session.add(row)
        session.flush()
    return row


def _loads() -> Any:
    return (
        select(HandoffRecord.agent_id, func.count())
        .where(HandoffRecord.state == HandoffState.HUMAN)
        .group_by(HandoffRecord.agent_id)
    )


def _agent_of(account: StaffAccount, row: DeskAgent | None, teams: list[int], load: int) -> Agent:
    return Agent(
        account_id=account.id,
        name=account.name,
        display_name=account.display_name,
        number=row.number if row else _number(account.id),
        capacity=row.capacity if row else CAPACITY,
        languages=tuple(row.languages) if row else (LANGUAGE,),
        presence=row.presence if row else Presence.OFFLINE,
        seen_at=row.seen_at if row else None,
        teams=tuple(teams),
        load=load,
    )


def _number(account_id: int) -> str:
    return str(_FIRST_NUMBER + account_id)


def _agent(session: Session, account_id: int) -> Agent:
    found = read_agents(session, [account_id])
    if not found:
        raise _NO_AGENT
    return found[0]


def _team_row(session: Session, team_id: int) -> DeskTeam:
    row = session.get(DeskTeam, team_id)
    if row is None:
        raise _NO_TEAM
    return row


def _team(session: Session, team_id: int) -> Team:
    row = _team_row(session, team_id)
    of_team = select(DeskTeamMember.account_id).where(DeskTeamMember.team_id == team_id)
    return team_of(row, sorted(session.execute(of_team).scalars()))


def _is_free(session: Session, name: str) -> None:
    if session.execute(select(DeskTeam.id).where(DeskTeam.name == name)).first():
        raise TeamNameTaken(f"There is a team {name} already.")


def _only_default(session: Session, team_id: int) -> None:
    others = update(DeskTeam).where(DeskTeam.id != team_id, DeskTeam.is_default.is_(True))
    session.execute(others.values(is_default=False))


def _told(row: DeskTeam) -> Mapping[str, Any]:
    """What the audit log is told of a team."""
    listed = {name: list(getattr(row, name)) for name in ("regions", "departments", "languages")}
    plain = {"name": row.name, "phone": row.phone, "auto_assign": row.auto_assign}
    return (
        plain
        | listed
        | {
            "hours": dict(row.hours),
            "is_default": row.is_default,
            "disabled": row.disabled_at is not None,
        }
    )


def _object(team_id: int) -> str:
    return f"team:{team_id}"
