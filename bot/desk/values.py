"""What goes into the desk and what comes out of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.store.desk_values import Handoff
from bot.store.staff_values import Role
from bot.store.states import Owner


@dataclass(frozen=True, slots=True)
class Person:
    """A member of staff who acts."""

    account_id: int
    name: str
    """Of the account; author of the messages they send."""
    display_name: str
    number: str
    """工号."""
    role: Role

    @property
    def may_all(self) -> bool:
        """Whether they may act on chats of others."""
        return self.role in (Role.SUPERVISOR, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class ToAgent:
    """Hand a chat to a colleague."""

    account_id: int


@dataclass(frozen=True, slots=True)
class ToTeam:
    """Hand a chat to another team's queue."""

    team_id: int


@dataclass(frozen=True, slots=True)
class ToAuthority:
    """Tell the citizen which other authority is the right one, and end."""

    name: str
    phone: str
    guide_id: str | None = None


Target: TypeAlias = ToAgent | ToTeam | ToAuthority


@dataclass(frozen=True, slots=True)
class Cited:
    """The guide a message of staff is taken from."""

    guide_id: str
    version: int | None
    aspect: str | None
    title: str = ""


@dataclass(frozen=True, slots=True)
class TeamRef:
    """A team by name."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class AgentRef:
    """A member of staff by name."""

    account_id: int
    name: str
    """As citizens and colleagues read it."""
    number: str


@dataclass(frozen=True, slots=True)
class GuideRef:
    """A guide by title."""

    id: str
    title: str
    version: int | None = None


@dataclass(frozen=True, slots=True)
class Last:
    """The last thing that was said."""

    seq: int
    author: str
    """`citizen`, `bot`, `front`, `agent` or `system`."""
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ChatState:
    """A conversation as the desk sees it."""

    conversation_id: int
    channel: str
    sender: str
    """The pseudonym: the key under which the widget's hub knows the conversation."""
    owner: Owner
    handoff: Handoff | None
    """The open episode, else the newest one."""
    team: TeamRef | None
    agent: AgentRef | None
    """Who has it; None while nobody does."""
    guide: GuideRef | None
    region: str | None
    position: int | None
    """Place in the queue of its team, from 1; None when it does not wait."""
    last: Last | None
    undelivered: int
    """Messages of ours to the citizen that did not arrive."""
    updated_at: datetime

    @property
    def unanswered(self) -> bool:
        """Whether the citizen spoke last to a person, or still waits for one."""
        handoff = self.handoff
        if handoff is None or self.owner not in (Owner.QUEUED, Owner.HUMAN):
            return False
        said, answered = handoff.last_citizen_at, handoff.last_agent_at
        return said is not None and (answered is None or said > answered)
