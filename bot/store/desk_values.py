"""The closed sets of the desk's tables, and what a row of them means outside the store."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

LANGUAGE = "zh"
"""Spoken where nothing else is told."""


class HandoffState(StrEnum):
    """How far a handed-over episode has come. At most one of a conversation is not closed."""

    QUEUED = "queued"
    HUMAN = "human"
    CLOSED = "closed"


class Trigger(StrEnum):
    """Why a person came into a conversation."""

    ASKED = "asked"
    """The citizen asked for one: in words, by the button, in the menu."""
    FAILURES = "failures"
    """Two answers in a row found nothing or failed."""
    COMPLAINT = "complaint"
    GUIDE = "guide"
    """The guide that was answered from says that a person is needed."""
    BROKEN = "broken"
    """Rasa or the action server gave no answer."""
    TAKEN_OVER = "taken_over"
    """A member of staff stepped in."""


class Presence(StrEnum):
    """What a member of staff says of themselves. Whoever is not heard of counts as offline all the same."""

    ONLINE = "online"
    BREAK = "break"
    OFFLINE = "offline"


class NoteKind(StrEnum):
    """What staff write that no citizen sees."""

    NOTE = "note"
    WHISPER = "whisper"
    """From a supervisor to the agent of a chat."""
    TRANSFER = "transfer"


class TicketState(StrEnum):
    """How far a message that was left has come."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    ANSWERED = "answered"
    CLOSED = "closed"


class Priority:
    """Who has some counts as come so much earlier (`bot.desk.choosing.came`): so nobody is passed for ever."""

    NORMAL = 0
    RAISED = 1
    """Somebody who reads large print (老年人优先), or who needed a person within a week."""
    COMPLAINT = 2


Hours = Mapping[str, Any]
"""By `mon` … `sun` a list of [from, to] in local time, "09:00"; `holidays`: "closed" or "open"."""


@dataclass(frozen=True, slots=True)
class Team:
    """People who serve the same places, matters and languages."""

    id: int
    name: str
    regions: tuple[str, ...]
    """GB/T 2260 codes; each covers all below it. (): any."""
    departments: tuple[str, ...]
    """Categories of items. (): any."""
    languages: tuple[str, ...]
    hours: Hours
    auto_assign: bool
    is_default: bool
    phone: str
    disabled_at: datetime | None
    members: tuple[int, ...] = ()
    """Ids of accounts."""


@dataclass(frozen=True, slots=True)
class Agent:
    """A member of staff as the desk knows them."""

    account_id: int
    name: str
    """Of the account, what is typed to sign in."""
    display_name: str
    number: str
    """工号, shown to citizens."""
    capacity: int
    languages: tuple[str, ...]
    presence: Presence
    seen_at: datetime | None
    teams: tuple[int, ...] = ()
    load: int = 0
    """Chats they have now."""


@dataclass(frozen=True, slots=True)
class Handoff:
    """One episode in which a conversation waited for a person or was with one."""

    id: int
    conversation_id: int
    state: HandoffState
    trigger: Trigger
    reason: str
    team_id: int | None
    agent_id: int | None
    left_by: int | None
    """Who had it last, when it went back into the queue: not given to them again by itself."""
    priority: int
    region: str | None
    language: str
    department: str
    matter: str
    guide_id: str | None
    packet: Mapping[str, Any]
    queued_at: datetime
    """Its place in the queue, kept when it comes back."""
    claimed_at: datetime | None
    last_citizen_at: datetime | None
    last_agent_at: datetime | None
    closed_at: datetime | None
    result: str
    reminded_at: datetime | None = None
    """When the citizen was last told their place."""
    large_print: bool = False
    """Whether they asked from the large print made for the elderly."""


@dataclass(frozen=True, slots=True)
class HandoffEvent:
    """One change of who speaks, or what was told of it."""

    id: int
    handoff_id: int | None
    conversation_id: int
    event: str
    before: str
    after: str
    actor: int | None
    """Account; None: the citizen or the system."""
    why: str
    at: datetime
    detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class DeskNote:
    """Words among staff."""

    id: int
    conversation_id: int
    handoff_id: int | None
    account_id: int
    kind: NoteKind
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class TicketRow:
    """A message that was left. The contact is sealed; only `contact_masked` may be shown in lists."""

    id: int
    number: str
    conversation_id: int
    handoff_id: int | None
    team_id: int | None
    owner_id: int | None
    contact_sealed: str | None
    contact_masked: str
    matter: str
    region: str | None
    preferred_time: str
    state: TicketState
    due_at: datetime
    reply_message_id: int | None
    result: str
    created_at: datetime
    updated_at: datetime
