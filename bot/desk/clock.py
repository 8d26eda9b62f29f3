"""What time itself does at the desk: a pure decision, made every few seconds by one front."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.desk.choosing import Need, Now, assign, choose
from bot.desk.crew import Crew, is_lost, is_there
from bot.desk.hours import Calendar
from bot.desk.machine import CitizenGone, Claimed, Event, Lost, NobodyThere, SentToTeam, Silent
from bot.store.desk_values import Handoff, HandoffState

CLOCK = 0
"""Stands for nobody where an event names who did it."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited for whom; see the settings of the desk."""

    lost_after: timedelta
    silent_after: timedelta
    citizen_gone: timedelta
    nobody_after: timedelta
    longest_wait: timedelta


@dataclass(frozen=True, slots=True)
class Situation:
    """The desk at an instant."""

    crew: Crew
    handoffs: tuple[Handoff, ...]
    """The open ones."""
    unanswered_since: Mapping[int, datetime] = field(default_factory=dict)
    """By conversation: when the citizen wrote first after the agent's last words."""


@dataclass(frozen=True, slots=True)
class Due:
    """An event of the clock for one conversation, and the episode as it was when this was decided."""

    handoff: Handoff
    event: Event


def due(situation: Situation, patience: Patience, calendar: Calendar, at: datetime) -> tuple[Due, ...]:
    """All that is due now; at most one event for each conversation."""
    now = Now(at, calendar, patience.lost_after)
    with_people = [one for one in situation.handoffs if one.state is HandoffState.HUMAN]
    waiting = [one for one in situation.handoffs if one.state is HandoffState.QUEUED]
    found = list(_of_people(with_people, situation, patience, at))
    leaving = {one.id: event for one in waiting if (event := _of_queue(one, situation.crew, patience, now))}
    found += [Due(one, leaving[one.id]) for one in waiting if one.id in leaving]
    staying = [one for one in waiting if one.id not in leaving]
    given = assign(situation.crew, staying, now)
    found += [Due(one, Claimed(agent.account_id, by_clock=True)) for one, agent in given]
    return tuple(found)


def _of_people(
    handoffs: list[Handoff], situation: Situation, patience: Patience, at: datetime
) -> Iterator[Due]:
    for one in handoffs:
        agent = situation.crew.agent(one.agent_id)
        if one.agent_id is None or agent is None or is_lost(agent, at, patience.lost_after):
            yield Due(one, Lost(one.agent_id or CLOCK))
        elif _is_silent(one, situation, patience, at):
            yield Due(one, Silent(one.agent_id))
        elif _is_over(one, patience, at):
            yield Due(one, CitizenGone())


def _is_silent(one: Handoff, situation: Situation, patience: Patience, at: datetime) -> bool:
    since = situation.unanswered_since.get(one.conversation_id)
    if since is None:
        return False
    if one.claimed_at is not None:
        since = max(since, one.claimed_at)
    return at - since > patience.silent_after


def _is_over(one: Handoff, patience: Patience, at: datetime) -> bool:
    """Whether our words were the last ones, long ago."""
    moments = [moment for moment in (one.last_agent_at, one.claimed_at) if moment is not None]
    last = max(moments, default=one.queued_at)
    if one.last_citizen_at is not None and one.last_citizen_at > last:
        return False
    return at - last > patience.citizen_gone


def _of_queue(one: Handoff, crew: Crew, patience: Patience, now: Now) -> Event | None:
    """None: it goes on waiting."""
    if now.at - one.queued_at > patience.longest_wait:
        return NobodyThere()
    team = crew.team(one.team_id)
    if team is not None and any(is_there(agent, now.at, now.lost_after) for agent in crew.members(team)):
        return None
    other = choose(crew, Need(one.region, one.department, one.language), now).team
    if other is not None and other.id != one.team_id:
        return SentToTeam(CLOCK, other.id, may_all=True)
    since = max(one.queued_at, one.reminded_at or one.queued_at)
    return NobodyThere() if now.at - since >= patience.nobody_after else None
