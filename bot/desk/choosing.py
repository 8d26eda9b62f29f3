"""Which team serves a conversation, and who of it gets it: pure decisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.crew import Crew, is_there
from bot.desk.hours import Calendar, is_open, opens_next
from bot.store.desk_values import LANGUAGE, Agent, Handoff, Priority, Team

AHEAD = {
    Priority.RAISED: timedelta(minutes=10),
    Priority.COMPLAINT: timedelta(minutes=20),
}
"""How much earlier whoever has a priority counts as come."""
SPOKEN_WITHIN = timedelta(minutes=2)
"""So long is waited for somebody who speaks the language and is there, but not free."""


@dataclass(frozen=True, slots=True)
class Need:
    """What a conversation asks of a team."""

    region: str | None = None
    department: str = ""
    language: str = LANGUAGE


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

    The default team serves what no other team does; when the fitting teams have nobody there, it may help. After it come
    the teams that would serve this but for the language: a person who does not speak it is better than none.
    """
    ranked = sorted(
        (team for team in crew.teams if _is_of(team, need) or team.is_default),
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
    return _is_of(team, need) and (not team.languages or need.language in team.languages)


def _is_of(team: Team, need: Need) -> bool:
    """Whether it is one for this team but for the language."""
    in_region = not team.regions or (
        need.region is not None and any(covers(code, need.region) for code in team.regions)
    )
    return in_region and (not team.departments or need.department in team.departments)


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


def _fit(team: Team, need: Need) -> tuple[int, bool, int, int]:
    """How closely a team fits: it serves this at all, it names the language (another than Chinese), how small its
    region is, whether it names the department."""
    does = serves(team, need)
    if team.is_default and not does:
        return 1, False, 0, 0
    held = [len(_significant(code)) for code in team.regions if need.region and covers(code, need.region)]
    is_named = need.language != LANGUAGE and need.language in team.languages
    return 2 if does else 0, is_named, max(held, default=0), int(bool(team.departments))


def _somebody(crew: Crew, team: Team, now: Now) -> bool:
    return any(is_there(agent, now.at, now.lost_after) for agent in crew.members(team))


def speaks(agent: Agent, language: str) -> bool:
    """Whether somebody speaks a language. No language named means any."""
    return not agent.languages or language in agent.languages


def _free(agents: Iterable[Agent], loads: Mapping[int, int]) -> list[Agent]:
    return [agent for agent in agents if loads[agent.account_id] < agent.capacity]


def in_order(waiting: Iterable[Handoff]) -> list[Handoff]:
    """As they are served: first come first served, where some count as come earlier."""
    return sorted(waiting, key=lambda one: (came(one.priority, one.queued_at), one.id))


def came(priority: int, queued_at: datetime) -> datetime:
    """When somebody counts as come: so much earlier, and no more, that whoever waits is not passed for ever."""
    return queued_at - AHEAD.get(priority, timedelta(0))


def assign(crew: Crew, waiting: Iterable[Handoff], now: Now) -> list[tuple[Handoff, Agent]]:
    """Who gets whom: each of a team with automatic assignment goes to whoever there has most room.

    Nobody gets more than they can have, nor by itself what they gave back. Whoever speaks the citizen's language goes
    before the others of the team; when none of those who are there does, or for two minutes none of them was free,
    it is anybody's.
    """
    loads = {agent.account_id: agent.load for agent in crew.agents}
    given: list[tuple[Handoff, Agent]] = []
    for one in in_order(waiting):
        team = crew.team(one.team_id)
        if team is None or not team.auto_assign:
            continue
        there = [
            agent
            for agent in crew.members(team)
            if is_there(agent, now.at, now.lost_after) and agent.account_id != one.left_by
        ]
        speaking = [agent for agent in there if speaks(agent, one.language)]
        is_kept = speaking and now.at - one.queued_at <= SPOKEN_WITHIN
        free = _free(speaking, loads) or ([] if is_kept else _free(there, loads))
        if not free:
            continue
        chosen = min(free, key=lambda agent: (loads[agent.account_id] / agent.capacity, agent.account_id))
        loads[chosen.account_id] += 1
        given.append((one, chosen))
    return given
