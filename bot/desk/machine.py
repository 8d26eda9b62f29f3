"""Who speaks in a conversation. Every change of its owner is decided here, by `move`, and nowhere else.

    bot ──asked for, somebody is there──► queued ──claimed, assigned──► human ──closed──► closed
     ▲ ▲                                   │  ▲                          │                  │
     │ └──withdrawn, nobody there any more─┘  └─released, lost, silent,──┘                  │
     │                                          sent to a team                              │
     └──────────────────────────the citizen writes again────────────────────────────────────┘

A member of staff may step into any conversation that nobody has. Two things always hold: a conversation has
an agent exactly while its owner is `human`, and from `queued` and `human` there is always an event of the
clock that leads on, so that nobody waits for ever. Pure: what happens in the store is made from a `Move`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from bot.store.desk_values import Trigger
from bot.store.states import Owner


@dataclass(frozen=True, slots=True)
class Chat:
    """What decides about the next move of a conversation."""

    owner: Owner
    agent_id: int | None = None
    """Who has it; only while the owner is `human`."""
    team_id: int | None = None
    queued_at: datetime | None = None
    """Its place in the queue, kept until the episode ends."""
    left_by: int | None = None
    """Who gave it back, or was silent too long: it is not given to them again by the clock."""


# --- what can happen ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class AskedFor:
    """A person is needed. `team_id`: who would serve it; None: nobody is there who could."""

    trigger: Trigger
    team_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Claimed:
    """A member of staff takes a conversation out of the queue, or is given it by the clock."""

    agent_id: int
    by_clock: bool = False


@dataclass(frozen=True, slots=True)
class TakenOver:
    """A member of staff steps in. `may_from_others`: also when a colleague has it (a supervisor)."""

    agent_id: int
    at: datetime
    may_from_others: bool = False


@dataclass(frozen=True, slots=True)
class Released:
    """Whoever has it gives it back."""

    by: int
    may_all: bool = False


@dataclass(frozen=True, slots=True)
class Lost:
    """Whoever has it was not heard of any more, or went away."""

    agent_id: int


@dataclass(frozen=True, slots=True)
class Silent:
    """Whoever has it left the citizen without an answer for too long."""

    agent_id: int


@dataclass(frozen=True, slots=True)
class SentToAgent:
    """Handed to a colleague, who is there."""

    by: int
    to: int
    may_all: bool = False


@dataclass(frozen=True, slots=True)
class SentToTeam:
    """Handed to another team's queue."""

    by: int
    team_id: int
    may_all: bool = False


@dataclass(frozen=True, slots=True)
class SentAway:
    """The citizen was told which other authority is the right one: the episode ends."""

    by: int
    may_all: bool = False


@dataclass(frozen=True, slots=True)
class Closed:
    """Done."""

    by: int
    may_all: bool = False


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The citizen waits no longer."""


@dataclass(frozen=True, slots=True)
class NobodyThere:
    """The clock: nobody is there any more who could take it (the end of hours, the last one left)."""


@dataclass(frozen=True, slots=True)
class CitizenGone:
    """The clock: the citizen has not written for so long after an answer that it counts as done."""


@dataclass(frozen=True, slots=True)
class CitizenWrote:
    """The citizen says something."""


Event = (
    AskedFor
    | Claimed
    | TakenOver
    | Released
    | Lost
    | Silent
    | SentToAgent
    | SentToTeam
    | SentAway
    | Closed
    | Withdrawn
    | NobodyThere
    | CitizenGone
    | CitizenWrote
)


# --- what follows ------------------------------------------------------------------------------------


class Step(StrEnum):
    """What a move is called in the record of a conversation; what the citizen is told depends on it."""

    QUEUED = "queued"
    NOBODY = "nobody"
    """Asked for, but nobody is there: a message can be left."""
    STILL_QUEUED = "still_queued"
    CLAIMED = "claimed"
    ASSIGNED = "assigned"
    TAKEN_OVER = "taken_over"
    RELEASED = "released"
    LOST = "lost"
    SILENT = "silent"
    SENT_TO_AGENT = "sent_to_agent"
    SENT_TO_TEAM = "sent_to_team"
    SENT_AWAY = "sent_away"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    NOBODY_LEFT = "nobody_left"
    """Was waiting, and nobody is there any more."""
    CITIZEN_GONE = "citizen_gone"
    REOPENED = "reopened"
    """The bot's again, because the citizen wrote after the end."""
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Move:
    """What becomes of a conversation. It is recorded, unless it is `unchanged` or `still_queued`."""

    before: Chat
    after: Chat
    step: Step

    @property
    def is_recorded(self) -> bool:
        """Whether it is a step of the conversation's history."""
        return self.step not in (Step.UNCHANGED, Step.STILL_QUEUED)

    @property
    def begins(self) -> bool:
        """Whether an episode with a person begins."""
        return not _is_open(self.before) and _is_open(self.after)

    @property
    def ends(self) -> bool:
        """Whether the episode ends."""
        return _is_open(self.before) and not _is_open(self.after)


class Why(StrEnum):
    """Why something cannot be done."""

    ALREADY_TAKEN = "already_taken"
    NOT_WAITING = "not_waiting"
    NOT_YOURS = "not_yours"
    NOT_OPEN = "not_open"
    SAME_AGENT = "same_agent"
    TOO_LATE = "too_late"
    """The clock is late: what it saw is no more so."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """It cannot be done. `holder`: who has the conversation instead."""

    why: Why
    holder: int | None = None


def move(chat: Chat, event: Event) -> Move | Refusal:
    """What follows from an event."""
    match event:
        case AskedFor():
            return _asked_for(chat, event)
        case CitizenWrote():
            step = Step.REOPENED if chat.owner is Owner.CLOSED else Step.UNCHANGED
            return Move(chat, Chat(Owner.BOT) if chat.owner is Owner.CLOSED else chat, step)
        case Claimed(agent_id, by_clock):
            return _claimed(chat, agent_id, Step.ASSIGNED if by_clock else Step.CLAIMED)
        case TakenOver():
            return _taken_over(chat, event)
        case Withdrawn():
            return _leaves_queue(chat, Step.WITHDRAWN)
        case NobodyThere():
            return _leaves_queue(chat, Step.NOBODY_LEFT)
        case Lost(agent_id) | Silent(agent_id):
            if chat.owner is not Owner.HUMAN or chat.agent_id != agent_id:
                return Refusal(Why.TOO_LATE, chat.agent_id)
            if isinstance(event, Lost):
                return _back(replace(chat, agent_id=None), Step.LOST, before=chat)
            return _back(chat, Step.SILENT)
        case CitizenGone():
            if chat.owner is not Owner.HUMAN:
                return Refusal(Why.TOO_LATE)
            return Move(chat, Chat(Owner.CLOSED), Step.CITIZEN_GONE)
        case Released() | SentToAgent() | SentToTeam() | SentAway() | Closed():
            return _by_staff(chat, event)


def _is_open(chat: Chat) -> bool:
    return chat.owner in (Owner.QUEUED, Owner.HUMAN)


def _asked_for(chat: Chat, event: AskedFor) -> Move | Refusal:
    if chat.owner is Owner.QUEUED:
        return Move(chat, chat, Step.STILL_QUEUED)
    if chat.owner is Owner.HUMAN:
        return Move(chat, chat, Step.UNCHANGED)
    if event.team_id is None:
        return Move(chat, Chat(Owner.BOT), Step.NOBODY)
    return Move(chat, Chat(Owner.QUEUED, team_id=event.team_id, queued_at=event.at), Step.QUEUED)


def _claimed(chat: Chat, agent_id: int, step: Step) -> Move | Refusal:
    if chat.owner is Owner.HUMAN:
        if chat.agent_id == agent_id:
            return Move(chat, chat, Step.UNCHANGED)
        return Refusal(Why.ALREADY_TAKEN, chat.agent_id)
    if chat.owner is not Owner.QUEUED:
        return Refusal(Why.NOT_WAITING)
    return Move(chat, _with(chat, agent_id), step)


def _taken_over(chat: Chat, event: TakenOver) -> Move | Refusal:
    if chat.owner is Owner.HUMAN:
        if chat.agent_id == event.agent_id:
            return Move(chat, chat, Step.UNCHANGED)
        if not event.may_from_others:
            return Refusal(Why.ALREADY_TAKEN, chat.agent_id)
    if not _is_open(chat):
        chat_now = Chat(Owner.HUMAN, event.agent_id, queued_at=event.at)
        return Move(chat, chat_now, Step.TAKEN_OVER)
    return Move(chat, _with(chat, event.agent_id), Step.TAKEN_OVER)


def _leaves_queue(chat: Chat, step: Step) -> Move | Refusal:
    if chat.owner is not Owner.QUEUED:
        return Refusal(Why.NOT_WAITING, chat.agent_id)
    return Move(chat, Chat(Owner.BOT), step)


def _by_staff(chat: Chat, event: Released | SentToAgent | SentToTeam | SentAway | Closed) -> Move | Refusal:
    """What whoever has a conversation does with it, or somebody who may do so with all."""
    if not _is_open(chat):
        return Refusal(Why.NOT_OPEN)
    if not event.may_all and chat.agent_id != event.by:
        return Refusal(Why.NOT_YOURS, chat.agent_id)
    match event:
        case Released():
            return _back(chat, Step.RELEASED) if chat.owner is Owner.HUMAN else Refusal(Why.NOT_OPEN)
        case SentToAgent(to=to):
            if chat.agent_id == to:
                return Refusal(Why.SAME_AGENT, to)
            return Move(chat, _with(chat, to), Step.SENT_TO_AGENT)
        case SentToTeam(team_id=team_id):
            return _back(replace(chat, team_id=team_id), Step.SENT_TO_TEAM, before=chat)
        case SentAway():
            return Move(chat, Chat(Owner.CLOSED), Step.SENT_AWAY)
        case Closed():
            return Move(chat, Chat(Owner.CLOSED), Step.CLOSED)


def _with(chat: Chat, agent_id: int) -> Chat:
    return replace(chat, owner=Owner.HUMAN, agent_id=agent_id, left_by=None)


def _back(chat: Chat, step: Step, *, before: Chat | None = None) -> Move:
    """Into the queue again, with its place."""
    left_by = chat.left_by if chat.agent_id is None else chat.agent_id
    after = replace(chat, owner=Owner.QUEUED, agent_id=None, left_by=left_by)
    return Move(before or chat, after, step)
