"""What goes into the conversation store and what comes out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot.store.states import Direction, MessageState, Owner


@dataclass(frozen=True, slots=True)
class Arrival:
    """An inbound message after it was stored, or the one stored before under the same id."""

    message_id: int
    conversation_id: int
    fresh: bool
    """False: a duplicate; the message was there already."""
    seq: int = 0
    """Its place in the conversation, from 1."""
    owner: Owner = Owner.BOT
    """Who spoke when it came."""


@dataclass(frozen=True, slots=True)
class Contact:
    """How a channel reaches the person of a conversation, and what it knows of where they are."""

    address: str | None = None
    region: str | None = None
    language: str | None = None
    large_print: bool | None = None


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An inbound message a stopped process left behind, with what is needed to go on."""

    conversation_id: int
    message_id: int
    sender: str
    """The pseudonym."""
    address: str
    text: str
    answered: bool
    """True: its replies are stored, but one was not handed over."""
    own: tuple[Mapping[str, Any], ...] | None = None
    """What the channel answers by itself, see `ConversationStore.receive`."""


@dataclass(frozen=True, slots=True)
class ConversationState:
    """What decides about the next turn of a conversation."""

    owner: Owner
    session: int
    turn: int
    region: str | None = None
    """Region the channel told of."""
    leaving: Mapping[str, Any] | None = None
    """How far the citizen is with leaving a message."""
    contact: Mapping[str, Any] | None = None
    """What the message at hand holds to reach them by, sealed; only while a message is being left."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """What a message holds to reach its sender by. Kept only while a message is being left."""

    contact: Mapping[str, Any]
    """Sealed, and how it is shown."""
    text: str
    """The message without it."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conversation stands, for a channel that follows it."""

    conversation_id: int
    owner: Owner
    last_seq: int


@dataclass(frozen=True, slots=True)
class NewReply:
    """One reply about to be stored."""

    author: str
    text: str
    payload: Mapping[str, Any]
    outcome: str
    aspect: str | None = None
    guide_id: str | None = None
    guide_version: int | None = None
    provenance: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StoredMessage:
    """A message as it is in the store."""

    id: int
    conversation_id: int
    channel: str
    sender: str
    seq: int
    direction: Direction
    author: str
    external_id: str | None
    text: str
    payload: Mapping[str, Any]
    outcome: str | None
    aspect: str | None
    guide_id: str | None
    guide_version: int | None
    provenance: Mapping[str, Any]
    state: MessageState
    reason: str
    reply_to: int | None
    session: int
    timings: Mapping[str, Any]
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Exchange:
    """A citizen's message and the replies to it, oldest first."""

    question: StoredMessage
    replies: tuple[StoredMessage, ...]
