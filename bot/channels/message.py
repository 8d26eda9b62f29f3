"""The vocabulary every channel shares: what a person wrote, and what is replied."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from bot.store.states import MessageState


class ChannelName(StrEnum):
    REST = "rest"
    WECHAT = "wechat"
    WIDGET = "widget"


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
    address: str | None = None
    """Where the channel reaches the person when no request of theirs is open. Kept with the conversation
    until the person is erased; None for a channel that can only reply."""
    region: str | None = None
    """GB/T 2260 code the channel knows of (the site's own region, a scanned code, a location): where the
    person is unless they say otherwise."""
    language: str | None = None
    """In which the channel's own words are shown to them: `zh` or `en`; None: it does not know."""
    large_print: bool | None = None
    """Whether they read the large print made for the elderly (适老模式); None: it does not know."""
    own: tuple[Reply, ...] | None = None
    """What the channel answers by itself (to a picture, say); (): only what waits is handed over; None:
    the message is answered like any other."""
    also: tuple[Reply, ...] = ()
    """What the channel adds to the answer, after it."""
    is_unreadable: bool = False
    """A picture or the like: `own` says so, also while a person has the conversation, who cannot see it."""


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


class MaterialLine(_Part):
    """One thing to bring, as the guide has it for this person's situation."""

    name: str = Field(min_length=1, max_length=500)
    copies: str = Field(default="", max_length=200)
    """Originals and copies, in words."""
    need: Literal["required", "optional", "deferrable"] = "required"
    where_from: str = Field(default="", max_length=500)
    note: str = Field(default="", max_length=1000)


class PlaceLine(_Part):
    """One way to have it done: a hall, a window, an app, a site, a post."""

    title: str = Field(min_length=1, max_length=500)
    kind: str = Field(default="", max_length=32)
    """The guide's channel: online, app, window, …"""
    region_name: str = Field(default="", max_length=200)
    hall: str = Field(default="", max_length=200)
    window: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=500)
    hours: str = Field(default="", max_length=500)
    phone: str = Field(default="", max_length=200)
    lat: float | None = Field(default=None, ge=-90, le=90)
    lon: float | None = Field(default=None, ge=-180, le=180)
    url: str = Field(default="", max_length=2000)
    rule: str = Field(default="", max_length=1000)
    """The list or agreement that allows it, with number and date."""
    note: str = Field(default="", max_length=1000)


class FieldLine(_Part):
    """One field of the guide in short: its label and what it says."""

    aspect: str = Field(max_length=32)
    label: str = Field(min_length=1, max_length=100)
    text: str = Field(min_length=1, max_length=4000)


class Card(_Part):
    """The guide as a card, for a channel that can fold and tick. Says nothing the guide does not."""

    fields: tuple[FieldLine, ...] = Field(default=(), max_length=30)
    materials: tuple[MaterialLine, ...] = Field(default=(), max_length=60)
    places: tuple[PlaceLine, ...] = Field(default=(), max_length=20)
    steps: tuple[str, ...] = Field(default=(), max_length=40)
    situation: str = Field(default="", max_length=500)
    """The situation (情形) the materials are for, in words; empty: the general case."""
    page: str = Field(default="", max_length=300, pattern=r"^(/guides/[^\s]*)?$")
    """Path of the guide's page on the front; the flow chart is beside it (`page`/flow.svg, /flow.png)."""
    checklist: str = Field(default="", max_length=600, pattern=r"^(/guides/[^\s]*)?$")
    """Path of the printable checklist for this situation; empty when the guide lists no materials."""
    has_flow: bool = False
    """Whether there are enough steps for a flow chart."""


class AgentNote(_Part):
    """The member of staff who says something, as citizens are told."""

    name: str = Field(max_length=60)
    number: str = Field(default="", max_length=40)
    """工号; citizens may quote it in a rating or a complaint."""


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
    card: Card | None = None
    handoff: Literal["asked", "complaint", "guide"] | None = None
    """Why a person is needed: asked for, a complaint, or the guide says so."""
    agent: AgentNote | None = None
    """Who says it, when it is a person; None for the assistant and for notices."""
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
    """A reply with its id in the store and how far it has come."""

    message_id: int
    reply: Reply
    seq: int = 0
    """Its place in the conversation, from 1."""
    state: MessageState = MessageState.PENDING


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of one incoming message."""

    message_id: int
    replies: tuple[StoredReply, ...]
    """Empty for a duplicate whose first copy is still being worked on elsewhere, and where the channel
    itself answers nothing."""
    duplicate: bool = False
    with_person: bool = False
    """A member of staff has the conversation: nothing is answered because a person will."""


Deliver = Callable[[Turn], Awaitable[None]]
"""Hands the replies to the channel. Raises `NotDelivered` when the channel does not take them."""


class NotDelivered(Exception):
    """The channel did not take the replies; the text says why, in a word or two, for staff."""


class Recorded(Exception):
    """The channel has recorded itself how far each of the replies came."""
