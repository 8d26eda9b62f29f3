"""What the citizen is told of each step, in the words of `content/desk.yml` and of their language. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.content import fill
from bot.desk.choosing import Choice
from bot.desk.hours import LOCAL
from bot.desk.machine import Move, Step
from bot.desk.values import AgentRef
from bot.desk.words import Told
from bot.store.desk_values import Trigger
from bot.store.states import Owner


@dataclass(frozen=True, slots=True)
class Waiting:
    """How a conversation waits."""

    position: int
    minutes: int | None
    """How long others waited lately; None: not known."""


def queued_text(words: Told, trigger: Trigger, waiting: Waiting) -> str:
    """A person was asked for, and somebody is there."""
    lead = words.leads.get(trigger, words.leads[Trigger.ASKED])
    end = fill(words.waiting, hotline=words.hotline)
    return f"{lead}{position_text(words, waiting)}{end}"


def still_queued_text(words: Told, waiting: Waiting) -> str:
    """The citizen wrote while they wait."""
    expected = _expected(words, waiting)
    return fill(words.still_queued, position=_place(words, waiting), expected=expected)


def position_text(words: Told, waiting: Waiting) -> str:
    """The place in the queue and what is known of the time."""
    return _place(words, waiting) + _expected(words, waiting)


def offer_text(words: Told, choice: Choice, now: datetime, *, was_waiting: bool = False) -> str:
    """Nobody is there: a message can be left."""
    lead = words.nobody_left if was_waiting else words.nobody
    if choice.is_off_hours and choice.opens is not None:
        off = fill(words.off_hours, opens=when_text(words, choice.opens, now))
        lead = f"{words.nobody_left}{off}" if was_waiting else off
    return lead + fill(words.offer, hotline=words.hotline)


def step_text(
    words: Told,
    moved: Move,
    *,
    agent: AgentRef | None = None,
    waiting: Waiting | None = None,
    team: str = "",
    authority: str = "",
    phone: str = "",
) -> str:
    """What is told of a move that staff or the clock made; "" when nothing is."""
    place = position_text(words, waiting) if waiting else ""
    match moved.step:
        case Step.CLAIMED | Step.ASSIGNED:
            return _who(words.goes_on if moved.before.left_by else words.joined, agent)
        case Step.TAKEN_OVER:
            said = {Owner.HUMAN: words.goes_on, Owner.QUEUED: words.joined}
            return _who(said.get(moved.before.owner, words.took_over), agent)
        case Step.SENT_TO_AGENT:
            return _who(words.goes_on if moved.before.agent_id else words.joined, agent)
        case Step.RELEASED | Step.LOST:
            return fill(words.left, position=place)
        case Step.SILENT:
            return fill(words.silent, position=place)
        case Step.SENT_TO_TEAM:
            return fill(words.sent_to_team, team=team, position=place)
        case Step.SENT_AWAY:
            return fill(words.sent_away, authority=authority, phone=phone) + words.closed
        case Step.CLOSED:
            return words.closed
        case Step.CITIZEN_GONE:
            return words.citizen_gone
        case Step.WITHDRAWN:
            return words.withdrawn
    return ""


def when_text(words: Told, at: datetime, now: datetime) -> str:
    """An instant as it is said: 明天 09:00."""
    local, today = at.astimezone(LOCAL), now.astimezone(LOCAL).date()
    if local.date() == today:
        day = words.today
    elif local.date() == today + timedelta(days=1):
        day = words.tomorrow
    else:
        day = fill(words.date, month=local.month, day=local.day, weekday=words.weekdays[local.weekday()])
    return fill(words.opens, day=day, clock=local.strftime("%H:%M"))


def _place(words: Told, waiting: Waiting) -> str:
    if waiting.position == 1:
        return words.position_first
    return fill(words.position, position=waiting.position)


def _expected(words: Told, waiting: Waiting) -> str:
    return "" if waiting.minutes is None else fill(words.expected, minutes=waiting.minutes)


def _who(said: str, agent: AgentRef | None) -> str:
    if agent is None:
        return ""
    return fill(said, name=agent.name, number=agent.number)
