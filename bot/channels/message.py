"""The vocabulary every channel shares: what a person wrote, and what is replied."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field


class ChannelName(StrEnum):
    REST = "rest"


class Outcome(StrEnum):
    """What became of a message."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    NOTHING_FOUND = "nothing_found"
    HANDOFF = "handoff"
    DECLINED = "declined"
    FAILED = "failed"
    SMALLTALK = "smalltalk"


@dataclass(frozen=True, slots=True)
class Incoming:
    """One message of a person, as the channel verified and parsed it; nothing is masked yet."""

    channel: ChannelName
    sender: str
    text: str
    external_id: str | None = None
    """The channel's id of the message; None when it has none, then a repetition is a new message."""


class _Part(BaseModel):
    """Something of a reply. Unknown fields are let go; errors never quote what was received."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class Option(_Part):
    """One numbered choice: its title, sent as a text, chooses it; so does the number."""

    id: str = Field(max_length=120)
    title: str = Field(min_length=1, max_length=500)


class SourceNote(_Part):
    """Where an answer comes from."""

    name: str = Field(max_length=500)
    url: str = Field(default="", max_length=2000)
    published: str = Field(default="", max_length=40)


class GuideNote(_Part):
    """The guide an answer is taken from."""

    id: str = Field(max_length=120)
    title: str = Field(max_length=500)
    """The item's national name."""
    task_name: str = Field(default="", max_length=500)
    """The guide's own name."""
    item_id: str = Field(default="", max_length=120)
    version: int | None = None
    region: str = Field(default="", max_length=60)
    region_name: str = Field(default="", max_length=200)
    authority: str | None = Field(default="", max_length=500)
    publish_date: str | None = Field(default="", max_length=40)


class Place(_Part):
    code: str = Field(max_length=60)
    name: str = Field(default="", max_length=200)


class Places(_Part):
    """The regions an answer was made for."""

    here: Place | None = None
    owner: Place | None = None


class Reply(_Part):
    """One reply, whole in its text; the other fields say the same for a channel that can show more."""

    outcome: Outcome
    text: str = Field(min_length=1, max_length=20_000)
    aspect: str | None = Field(default=None, max_length=32)
    guide: GuideNote | None = None
    regions: Places = Places()
    options: tuple[Option, ...] = Field(default=(), max_length=50)
    suggestions: tuple[Annotated[str, Field(min_length=1, max_length=200)], ...] = Field(
        default=(), max_length=20
    )
    """What the citizen may want to ask next, as they would type it."""
    sources: tuple[SourceNote, ...] = Field(default=(), max_length=50)
    provenance: dict[str, Any] = Field(default_factory=dict)
    """Why it was answered so. Stored for staff; never sent to a citizen."""

    @classmethod
    def read(cls, payload: object) -> Reply:
        """The reply in a (cleaned) payload of the action server; ValidationError when it is none."""
        return cls.model_validate(payload)

    def public(self) -> dict[str, Any]:
        """The fields a citizen's client gets."""
        return self.model_dump(mode="json", exclude={"provenance"})


@dataclass(frozen=True, slots=True)
class StoredReply:
    """A reply with its id in the store."""

    message_id: int
    reply: Reply


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of one incoming message."""

    message_id: int
    replies: tuple[StoredReply, ...]
    """Empty only for a duplicate whose first copy is still being worked on elsewhere."""
    duplicate: bool = False


Deliver = Callable[[Turn], Awaitable[None]]
"""Hands the replies to the channel. Raises `NotDelivered` when the channel does not take them."""


class NotDelivered(Exception):
    """The channel did not take the replies; the text says why, in a word or two, for staff."""
