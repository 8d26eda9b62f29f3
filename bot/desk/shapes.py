"""The JSON that goes in and out of `/api/desk`; the console's types are made from it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, StrictBool, StrictInt, StringConstraints, field_validator

from bot.channels.message import Card, GuideNote, Option, Places, SourceNote
from bot.desk.hours import OFFICE_HOURS
from bot.staff.query import Number, Query, Text
from bot.staff.routing import Answer, Body

Id = Annotated[StrictInt, Field(ge=1, lt=10**18)]
Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
Prose = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
"""What a member of staff writes to a citizen or to colleagues."""
Region = Annotated[str, Field(min_length=1, max_length=12)]
Language = Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z]{2,4})?$")]
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_.:]{8,64}$")]
"""Of a message of staff: long enough that two never choose the same; without the dash of ids the desk gives itself."""
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]

Owner = Literal["bot", "queued", "human", "closed"]
Author = Literal["citizen", "bot", "front", "agent", "system"]
Presence = Literal["online", "break", "offline"]
NoteKind = Literal["note", "whisper", "transfer"]
TicketState = Literal["open", "in_progress", "answered", "closed"]


class TeamNamed(Answer):
    id: int
    name: str


class AgentNamed(Answer):
    """A member of staff as colleagues and citizens see them."""

    account_id: int
    name: str
    number: str
    """工号."""


class GuideNamed(Answer):
    id: str
    title: str
    version: int | None = None


class RegionNamed(Answer):
    code: str
    name: str


# Chats


class LastSaid(Answer):
    """The last thing that was said in a chat."""

    seq: int
    author: Author
    text: str
    at: datetime


class ChatSummary(Answer):
    """One line of a list of chats."""

    conversation_id: int
    handoff_id: int | None
    """None: the bot has the chat and nobody was asked for."""
    channel: str
    owner: Owner
    trigger: str | None
    reason: str
    """Why it was handed over, in words."""
    team: TeamNamed | None
    agent: AgentNamed | None
    priority: int
    """0 as it comes, 1 large print or again, 2 a complaint."""
    large_print: bool
    """The citizen asked from the large print made for the elderly."""
    region: RegionNamed | None
    language: str
    matter: str
    guide: GuideNamed | None
    queued_at: datetime | None
    claimed_at: datetime | None
    closed_at: datetime | None
    position: int | None
    """Place in the queue of its team, from 1."""
    last: LastSaid | None
    last_citizen_at: datetime | None
    last_agent_at: datetime | None
    unanswered: bool
    """The citizen spoke last."""
    undelivered: int
    """Messages of ours that did not arrive."""
    online: bool | None
    """Whether the citizen has the widget open; None: that cannot be known."""


class ReplyShown(Answer):
    """What a citizen saw of a reply beside its text."""

    outcome: str
    aspect: str | None = None
    guide: GuideNote | None = None
    regions: Places = Places()
    options: tuple[Option, ...] = ()
    suggestions: tuple[str, ...] = ()
    sources: tuple[SourceNote, ...] = ()
    card: Card | None = None


class AgentSaid(Answer):
    """Under which name and number a member of staff wrote to the citizen."""

    name: str
    number: str


class ChatMessage(Answer):
    """One message of a chat, personal numbers masked."""

    seq: int
    message_id: int
    direction: Literal["in", "out"]
    author: Author
    agent: AgentSaid | None
    client_id: str | None
    """The id its sender gave it: a message sent twice has it twice, and is stored once."""
    text: str
    at: datetime
    state: Literal["pending", "answered", "sending", "sent", "failed"]
    reason: str
    """Why it did not arrive: a word for programs …"""
    reason_text: str
    """… and in words."""
    guide: GuideNamed | None
    outcome: str | None
    ai: bool
    reply: ReplyShown | None


class AnsweredBefore(Answer):
    """An answer the citizen has had."""

    title: str
    guide_id: str
    aspect: str | None
    aspect_name: str
    at: datetime


class RegionsOf(Answer):
    here: RegionNamed | None
    owner: RegionNamed | None


class Packet(Answer):
    """What somebody who takes the chat over must know, from what was said since it was last closed."""

    line: str
    """What is needed, in one sentence."""
    matter: str
    regions: RegionsOf
    answered: tuple[AnsweredBefore, ...]
    missing: tuple[str, ...]
    """What the guide does not tell, and what we asked without an answer."""
    failed_searches: tuple[str, ...]
    rating: int | None
    earlier: int
    """How often the chat was handed over before."""


class DeskNote(Answer):
    """What staff write to each other about a chat; the citizen never sees it."""

    id: int
    kind: NoteKind
    author: AgentNamed
    text: str
    at: datetime


class HandoffEvent(Answer):
    """One step of a chat from one owner to another."""

    id: int
    event: str
    event_name: str
    before: Owner
    after: Owner
    actor: AgentNamed | None
    """None: the citizen, or nobody (a clock)."""
    why: str
    at: datetime


class May(Answer):
    """What the one who asks may do with a chat now."""

    claim: bool
    take: bool
    say: bool
    release: bool
    transfer: bool
    close: bool
    whisper: bool


class Chat(Answer):
    chat: ChatSummary
    packet: Packet
    messages: tuple[ChatMessage, ...]
    """The newest at most two hundred; `…/messages?before=` has those before."""
    notes: tuple[DeskNote, ...]
    events: tuple[HandoffEvent, ...]
    may: May


class Chats(Answer):
    chats: tuple[ChatSummary, ...]


class Messages(Answer):
    messages: tuple[ChatMessage, ...]
    """In the order they were said."""


class ChatsQuery(Query):
    scope: Literal["mine", "queue", "all"] = "mine"


class MessagesQuery(Query):
    after: Number | None = None
    before: Number | None = None


class Reason(Body):
    why: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class Result(Body):
    result: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


class Authority(Body):
    """Another authority the citizen is told to turn to."""

    name: Line
    phone: Annotated[str, Field(pattern=r"^[0-9 ()+-]{3,40}$")]
    guide_id: Annotated[str, Field(max_length=120)] | None = None


class Transfer(Body):
    """To whom: exactly one of the three."""

    account_id: Id | None = None
    team_id: Id | None = None
    authority: Authority | None = None
    note: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""


class CitedGuide(Body):
    """The guide a message of staff is taken from."""

    guide_id: Annotated[str, Field(min_length=1, max_length=120)]
    version: Id | None = None
    aspect: Annotated[str, Field(max_length=32)] | None = None


class Say(Body):
    """`id`: a message sent again has the same one and is stored once."""

    id: Key
    text: Prose
    cited: CitedGuide | None = None


class NoteWritten(Body):
    """A whisper reaches whoever has the chat at once; a note waits to be read."""

    text: Prose
    kind: Literal["note", "whisper"] = "note"


# Help beside a chat


class GuideHit(Answer):
    """A guide that may fit, with an answer ready to be sent."""

    guide_id: str
    version: int | None
    item_id: str
    title: str
    task_name: str
    region: str
    region_name: str
    authority: str
    publish_date: str
    probability: float | None
    """That it is the one meant; None for the matter the chat is about, which was not searched."""
    aspect: str
    text: str
    """The answer with its source; shorter than a message of staff may be."""
    page: str
    """Path of the guide's page."""


class Hits(Answer):
    hits: tuple[GuideHit, ...]


class SuggestedReply(Answer):
    """What the bot would have answered."""

    outcome: str
    aspect: str | None
    text: str
    guide: GuideNote | None


class Suggestion(Answer):
    reply: SuggestedReply | None
    """None: the bot would have had no answer either."""
    hits: tuple[GuideHit, ...]


class SearchQuery(Query):
    q: Annotated[Text, Field(min_length=1)]
    here: Text = ""
    owner: Text = ""


class RegionsQuery(Query):
    q: Annotated[Text, Field(min_length=1)]
    """Part of a name, an everyday name, with the city before it or not; or the beginning of a code."""


class RegionFound(RegionNamed):
    level: Literal["province", "city", "district", "county", "county_city", "functional_zone"]
    under: tuple[str, ...]
    """The divisions it lies in by name, widest first, without the nation."""


class RegionsFound(Answer):
    regions: tuple[RegionFound, ...]


class SuggestQuery(Query):
    message: Number | None = None
    """The citizen's message; none: the last that was more than the wish for a person."""


class CannedReply(Answer):
    """Words for what is said often. `{agent} {number} {matter} {region} {hotline}` are filled in."""

    id: int
    team: TeamNamed | None
    """None: everybody's."""
    shortcut: str
    title: str
    text: str
    filled: str
    """With the gaps filled for the chat that was named; as it is when none was."""
    unfilled: tuple[str, ...]
    """Gaps nothing is known for."""
    updated_at: datetime
    updated_by: str


class CannedReplies(Answer):
    canned: tuple[CannedReply, ...]


class CannedQuery(Query):
    conversation: Number | None = None
    """The chat whose values fill the gaps."""


Shortcut = Annotated[str, Field(pattern=r"^[A-Za-z0-9一-鿿_-]{1,20}$")]


class CannedNew(Body):
    team_id: Id | None = None
    shortcut: Shortcut
    title: Name
    text: Prose


class CannedChange(Body):
    """What is left out stays as it is."""

    shortcut: Shortcut | None = None
    title: Name | None = None
    text: Prose | None = None


# Teams and people


Spans = tuple[tuple[Clock, Clock], ...]


class Hours(Body):
    """When a team works: spans of each day of the week, and what a public holiday does to them."""

    mon: Spans = Field(default=(), max_length=6)
    tue: Spans = Field(default=(), max_length=6)
    wed: Spans = Field(default=(), max_length=6)
    thu: Spans = Field(default=(), max_length=6)
    fri: Spans = Field(default=(), max_length=6)
    sat: Spans = Field(default=(), max_length=6)
    sun: Spans = Field(default=(), max_length=6)
    holidays: Literal["closed", "open"] = "closed"

    @field_validator("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    @classmethod
    def _in_order(cls, spans: Spans) -> Spans:
        clocks = [clock for span in spans for clock in span]
        if clocks != sorted(set(clocks)):
            raise ValueError("spans in order, each ending after it begins, none touching another")
        return spans


class TeamShown(Answer):
    """What a team serves. An empty list of regions, departments or languages: any."""

    id: int
    name: str
    regions: tuple[RegionNamed, ...]
    departments: tuple[str, ...]
    languages: tuple[str, ...]
    hours: Hours
    auto_assign: bool
    is_default: bool
    phone: str
    disabled: bool
    open_now: bool
    members: tuple[AgentNamed, ...]


class Teams(Answer):
    teams: tuple[TeamShown, ...]
    departments: tuple[str, ...]
    """Those the published matters have, to choose from."""


Few = Field(max_length=60)


class TeamNew(Body):
    name: Name
    regions: Annotated[tuple[Region, ...], Few] = ()
    departments: Annotated[tuple[Name, ...], Few] = ()
    languages: Annotated[tuple[Language, ...], Few] = ()
    hours: Hours = Hours.model_validate(OFFICE_HOURS)
    auto_assign: StrictBool = True
    is_default: StrictBool = False
    phone: Annotated[str, Field(pattern=r"^[0-9 ()+-]{0,40}$")] = ""


class TeamChange(Body):
    """What is left out stays as it is."""

    name: Name | None = None
    regions: Annotated[tuple[Region, ...], Few] | None = None
    departments: Annotated[tuple[Name, ...], Few] | None = None
    languages: Annotated[tuple[Language, ...], Few] | None = None
    hours: Hours | None = None
    auto_assign: StrictBool | None = None
    is_default: StrictBool | None = None
    phone: Annotated[str, Field(pattern=r"^[0-9 ()+-]{0,40}$")] | None = None
    disabled: StrictBool | None = None


class Members(Body):
    account_ids: Annotated[tuple[Id, ...], Field(max_length=500)]


class AgentShown(Answer):
    account_id: int
    name: str
    number: str
    capacity: int
    """Chats at once."""
    languages: tuple[str, ...]
    presence: Presence
    seen_at: datetime | None
    load: int
    """Chats now."""
    teams: tuple[TeamNamed, ...]


class Agents(Answer):
    agents: tuple[AgentShown, ...]


class AgentChange(Body):
    """What is left out stays as it is."""

    number: Annotated[str, Field(pattern=r"^[A-Za-z0-9-]{1,20}$")] | None = None
    capacity: Annotated[StrictInt, Field(ge=0, le=100)] | None = None
    languages: Annotated[tuple[Language, ...], Few] | None = None


class MeAtDesk(Answer):
    """Oneself at the desk."""

    agent: AgentShown
    may_supervise: bool
    open: dict[int, bool]
    """By team: whether it works now."""


class PresenceSet(Body):
    presence: Presence


# Tickets


class TicketReply(Answer):
    """The answer to a ticket, and how far it came."""

    text: str
    state: Literal["pending", "answered", "sending", "sent", "failed"]
    reason: str
    reason_text: str


class TicketShown(Answer):
    """What somebody left when nobody was there."""

    id: int
    number: str
    conversation_id: int
    channel: str
    team: TeamNamed | None
    owner: AgentNamed | None
    contact: str
    """Masked; who works on the ticket may have it in full."""
    has_contact: bool
    matter: str
    region: RegionNamed | None
    preferred_time: str
    state: TicketState
    due_at: datetime
    overdue: bool
    reply: TicketReply | None
    result: str
    created_at: datetime
    updated_at: datetime


class Tickets(Answer):
    tickets: tuple[TicketShown, ...]
    open: int
    mine: int
    overdue: int


class TicketsQuery(Query):
    state: TicketState | None = None
    mine: Literal["1"] | None = None


class TicketAnswer(Body):
    text: Prose


class Contact(Answer):
    """Shown once, and noted in the audit log."""

    contact: str


# Frames of the socket


class WelcomeFrame(Answer):
    type: Literal["welcome"] = "welcome"
    account_id: int
    presence: Presence


class ChatsFrame(Answer):
    """One's own chats and those waiting for one's teams: the whole list, whenever it changed."""

    type: Literal["chats"] = "chats"
    chats: tuple[ChatSummary, ...]


class MessageFrame(Answer):
    type: Literal["message"] = "message"
    conversation: int
    message: ChatMessage


class DeliveryFrame(Answer):
    """How far a message of ours has come since it was shown."""

    type: Literal["delivery"] = "delivery"
    conversation: int
    seq: int
    state: Literal["pending", "answered", "sending", "sent", "failed"]
    reason: str
    reason_text: str


class UnwatchedFrame(Answer):
    """A chat is not followed any more: it is none of one's own, or of one's teams' queues, now."""

    type: Literal["unwatched"] = "unwatched"
    conversation: int


class NoteFrame(Answer):
    type: Literal["note"] = "note"
    conversation: int
    note: DeskNote


class TypingFrame(Answer):
    type: Literal["typing"] = "typing"
    conversation: int
    who: Literal["citizen", "agent"]
    name: str = ""
    on: bool


class NoticeFrame(Answer):
    type: Literal["notice"] = "notice"
    kind: Literal[
        "assigned", "requeued", "transferred", "new_in_queue", "ticket", "taken_by_other", "whisper"
    ]
    conversation: int | None = None
    ticket: int | None = None
    text: str


class TicketsFrame(Answer):
    type: Literal["tickets"] = "tickets"
    open: int
    mine: int
    overdue: int


class PongFrame(Answer):
    type: Literal["pong"] = "pong"
    t: float | None


class RefusedFrame(Answer):
    """A frame of the browser that was not done; `conversation` when it was about one."""

    type: Literal["refused"] = "refused"
    conversation: int | None = None
    error: dict[str, str]


class ResumeFrame(Answer):
    """The server closes now; come back after so many milliseconds."""

    type: Literal["resume"] = "resume"
    reason: Literal["restart", "too_many"]
    after_ms: int


class EndedFrame(Answer):
    """The session has ended; nothing more comes."""

    type: Literal["ended"] = "ended"


class SocketFrame(Answer):
    """What the socket sends: one of these, told apart by `type`."""

    frame: Annotated[
        WelcomeFrame
        | ChatsFrame
        | MessageFrame
        | DeliveryFrame
        | UnwatchedFrame
        | NoteFrame
        | TypingFrame
        | NoticeFrame
        | TicketsFrame
        | PongFrame
        | RefusedFrame
        | ResumeFrame
        | EndedFrame,
        Field(discriminator="type"),
    ]
