"""Which team serves a conversation, and who of it gets it: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.crew import Crew, is_there
from bot.desk.hours import Calendar, is_open, opens_next
from bot.store.desk_values import Agent, Handoff, Team


@dataclass(frozen=True, slots=True)
class Need:
    """What a conversation asks of a team."""

    region: str | None = None
    department: str = ""
    language: str = "zh"


@dataclass(frozen=True, slots=True)
class Choice:
    """The team that serves it, if somebody of it is there now; else the one that would."""

    team: Team | None
    would: Team | None
    """Whose tickets its messages are."""
    is_off_hours: bool = False
    opens: datetime | None = None
    """When the one that would works next."""


@dataclass(frozen=True, slots=True)
class Now:
    """An instant, and what must be known to judge it."""

    at: datetime
    calendar: Calendar
    lost_after: timedelta


def choose(crew: Crew, need: Need, now: Now) -> Choice:
    """The most fitting team that works now and has somebody there.

    The default team serves what no other team does; when the fitting teams have nobody there, it may help.
    """
    ranked = sorted(
        (team for team in crew.teams if serves(team, need) or team.is_default),
        key=lambda team: (_fit(team, need), -team.id),
        reverse=True,
    )
    for team in ranked:
        if is_open(team.hours, now.at, now.calendar) and _somebody(crew, team, now):
            return Choice(team, team)
    would = ranked[0] if ranked else None
    if would is None:
        return Choice(None, None)
    is_off = not any(is_open(team.hours, now.at, now.calendar) for team in ranked)
    return Choice(None, would, is_off, opens_next(would.hours, now.at, now.calendar))


def serves(team: Team, need: Need) -> bool:
    """Whether a conversation is one for this team. An empty list of the team's means any."""
    in_region = not team.regions or (
        need.region is not None and any(covers(code, need.region) for code in team.regions)
    )
    in_department = not team.departments or need.department in team.departments
    speaks = not team.languages or need.language in team.languages
    return in_region and in_department and speaks


def covers(outer: str, inner: str) -> bool:
    """Whether a division holds another one (or is it), by their GB/T 2260 codes."""
    if outer in ("000000", "100000"):
        return True
    return inner.startswith(_significant(outer))


def _significant(code: str) -> str:
    """A code without the pairs of noughts at its end: 370200 → 3702."""
    while len(code) > 2 and code.endswith("00"):
        code = code[:-2]
    return code


def _fit(team: Team, need: Need) -> tuple[bool, int, int]:
    """How closely a team fits: it serves this at all, how small its region is, whether it names the department."""
    if not serves(team, need):
        return False, 0, 0
    held = [len(_significant(code)) for code in team.regions if need.region and covers(code, need.region)]
    return True, max(held, default=0), int(bool(team.departments))


def _somebody(crew: Crew, team: Team, now: Now) -> bool:
    return any(is_there(agent, now.at, now.lost_after) for agent in crew.members(team))


def in_order(waiting: Iterable[Handoff]) -> list[Handoff]:
    """As they are served: by priority, then first come first served."""
    return sorted(waiting, key=lambda one: (-one.priority, one.queued_at, one.id))


def assign(crew: Crew, waiting: Iterable[Handoff], now: Now) -> list[tuple[Handoff, Agent]]:
    """Who gets whom: each of a team with automatic assignment goes to whoever there has most room.

    Nobody gets more than they can have, nor by itself what they gave back.
    """
    loads = {agent.account_id: agent.load for agent in crew.agents}
    given: list[tuple[Handoff, Agent]] = []
    for one in in_order(waiting):
        team = crew.team(one.team_id)
        if team is None or not team.auto_assign:
            continue
        free = [
            agent
            for agent in crew.members(team)
            if is_there(agent, now.at, now.lost_after)
            and agent.account_id != one.left_by
            and loads[agent.account_id] < agent.capacity
            and (not agent.languages or one.language in agent.languages)
        ]
        if not free:
            continue
        chosen = min(free, key=lambda agent: (loads[agent.account_id] / agent.capacity, agent.account_id))
        loads[chosen.account_id] += 1
        given.append((one, chosen))
    return given
