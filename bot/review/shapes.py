"""The JSON that goes in and out of `/api/review`; the console's types are made from it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StrictInt, StringConstraints

from bot.channels.message import Outcome
from bot.desk.shapes import GuideHit, Id, RegionNamed
from bot.staff.query import Day, Number, Query, Text
from bot.staff.routing import Answer, Body
from bot.store.review_values import (
    AssignmentState,
    Flag,
    ProposalKind,
    ProposalState,
    Verdict,
)
from knowledge.aspects import Aspect

Channel = Literal["widget", "wechat", "rest"]
Owner = Literal["bot", "queued", "human", "closed"]
Share = Annotated[float, Field(ge=0, le=1)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
Comment = Annotated[str, StringConstraints(strip_whitespace=True, max_length=2000)]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=2, max_length=200)]
MOST_AT_ONCE = 500
MessageIds = Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_AT_ONCE)]

MOST_ON_A_PAGE = 200


# --- finding -----------------------------------------------------------------------------------------


class FilterQuery(Query):
    """What is looked for; everything given must hold. Words in `q` are parted by spaces, all must occur."""

    q: Text = ""
    first_day: Day | None = Field(default=None, alias="from")
    last_day: Day | None = Field(default=None, alias="to")
    channel: Channel | None = None
    outcome: Outcome | None = None
    aspect: Aspect | None = None
    guide: Text | None = None
    region: Text | None = None
    """A code; what lies below it is found too."""
    agent: Text | None = None
    """The name of an account, one of the `choices`."""
    rating: Annotated[Number, Field(le=5)] | None = None
    min_confidence: Share | None = None
    max_confidence: Share | None = None
    label: Text | None = None
    verdict: Verdict | None = None
    flag: Flag | None = None


class MessagesQuery(FilterQuery):
    cursor: Number | None = None
    """`next` of the page before."""
    limit: Annotated[Number, Field(le=MOST_ON_A_PAGE)] = 50


class GuideShown(Answer):
    id: str
    title: str
    version: int | None = None


class Span(Answer):
    """A part of a text, from and up to a character."""

    start: int
    end: int


class Row(Answer):
    """One turn: a citizen's message with what was answered, or a message of staff."""

    message_id: int
    """The message that begins the turn: it names the turn everywhere."""
    answer_id: int | None
    conversation_id: int
    at: datetime
    channel: str
    question: str
    answer: str
    snippet: str
    """The part of question or answer in which the words stand."""
    highlights: tuple[Span, ...]
    """In the snippet."""
    outcome: str | None
    aspect: str | None
    guide: GuideShown | None
    region: RegionNamed | None
    confidence: float | None
    agent: str | None
    """As colleagues read it."""
    rating: int | None
    verdict: Verdict | None
    flags: tuple[Flag, ...]
    labels: tuple[str, ...]
    ai: bool
    """The answer was made by the assistant."""


class Rows(Answer):
    rows: tuple[Row, ...]
    next: int | None
    """Where the next page begins; null at the end."""
    approximate_total: int | None
    """Only on a first page."""
    at_least: bool
    """There are more than were counted."""


# --- one conversation --------------------------------------------------------------------------------


class HitShown(Answer):
    """An item the search proposed."""

    item_id: str
    title: str
    probability: float
    score: float


class Why(Answer):
    """Why an answer was given."""

    index: str
    """Digest of the index that answered."""
    intent: str
    intent_confidence: float
    needle: str
    """What was searched."""
    decision: str | None
    hits: tuple[HitShown, ...]
    guide: GuideShown | None
    fields: tuple[str, ...]
    """Of the guide, that were used."""
    rules: tuple[str, ...]
    alternatives: tuple[GuideShown, ...]
    halls: tuple[str, ...]
    situation: tuple[str, ...]
    fell_back: bool
    """The region has no guide of its own."""
    route: str | None
    """What the front answered by itself, and why."""
    failure: str | None
    times_ms: dict[str, int]
    all: dict[str, Any]
    """As it is stored."""


class JudgementShown(Answer):
    id: int
    message_id: int
    account_id: int
    account: str
    verdict: Verdict
    comment: str
    correct_guide: GuideShown | None
    at: datetime


class ReviewMessage(Answer):
    message_id: int
    turn: int
    """The message that begins its turn."""
    seq: int
    direction: Literal["in", "out"]
    author: str
    """`citizen`, `bot`, `front`, `system`, or the name of an account."""
    agent: str | None
    """As colleagues and citizens read it."""
    text: str
    at: datetime
    state: str
    reason: str
    reason_text: str
    """Why it did not arrive, in words; empty when it did, or is no message of ours."""
    outcome: str | None
    aspect: str | None
    guide: GuideShown | None
    here: RegionNamed | None
    owner: RegionNamed | None
    options: tuple[str, ...]
    sources: tuple[dict[str, str], ...]
    ai: bool
    why: Why | None
    can_be_replayed: bool


class EpisodeShown(Answer):
    id: int
    state: str
    trigger: str
    reason: str
    agent: str | None
    queued_at: datetime
    claimed_at: datetime | None
    closed_at: datetime | None
    result: str


class HappenedShown(Answer):
    event: str
    before: Owner
    after: Owner
    actor: str | None
    why: str
    at: datetime


class NoteShown(Answer):
    by: str
    kind: str
    text: str
    at: datetime


class RatingShown(Answer):
    message_id: int | None
    grade: int
    comment: str
    at: datetime


class TurnLabels(Answer):
    message_id: int
    labels: tuple[str, ...]


class ConversationShown(Answer):
    conversation_id: int
    channel: str
    region: RegionNamed | None
    owner: Owner
    created_at: datetime
    messages: tuple[ReviewMessage, ...]
    judgements: tuple[JudgementShown, ...]
    labels: tuple[TurnLabels, ...]
    episodes: tuple[EpisodeShown, ...]
    events: tuple[HappenedShown, ...]
    notes: tuple[NoteShown, ...]
    ratings: tuple[RatingShown, ...]


class Replayed(Answer):
    """The answer put together once more from the versions it was made of."""

    then: str
    now: str | None
    same: bool
    why_not: str | None
    """Why it could not be put together: `not_an_answer`, `before_replay`, `version_missing`."""
    guide: GuideShown | None


# --- judging -----------------------------------------------------------------------------------------


class JudgementBody(Body):
    """`seen`: the newest judgement its author has read. `teach`: what the wording shall become, when another guide
    is right; `phrase` is the wording, where it is not the question itself."""

    verdict: Verdict
    comment: Comment = ""
    correct_guide_id: Annotated[str, Field(min_length=1, max_length=120)] | None = None
    seen: Id | None = None
    teach: ProposalKind | None = ProposalKind.PAIR
    phrase: Phrase | None = None


class Judged(Answer):
    judgement: JudgementShown
    proposal_id: int | None
    not_taught: Literal["no_other_guide", "same_item", "names_no_matter", "not_wanted"] | None
    """Why nothing is proposed to be learnt."""


class BatchBody(Body):
    """Exactly one of verdict, assign_to and label."""

    message_ids: MessageIds
    verdict: Verdict | None = None
    assign_to: Id | None = None
    note: Comment = ""
    label: Label | None = None
    take_off: bool = False
    """The label is taken off."""


class Batched(Answer):
    done: int
    left: tuple[int, ...]
    """Turns somebody else has judged: they are left as they are."""


class PersonNamed(Answer):
    """Somebody of whom messages are in the log: `account` is what is looked for."""

    account: str
    name: str


class ChoicesShown(Answer):
    """What turns have, to be looked for by."""

    labels: tuple[str, ...]
    regions: tuple[RegionNamed, ...]
    """Those turns speak of, and the cities and provinces above them."""
    agents: tuple[PersonNamed, ...]


class UnansweredQuery(Query):
    first_day: Day | None = Field(default=None, alias="from")
    last_day: Day | None = Field(default=None, alias="to")


class Nearest(Answer):
    item_id: str
    title: str
    probability: float


class GroupBody(Body):
    """One guide is right for all of these. `teach`: what the wordings of some of them shall become; `seen`: the newest
    judgement its author may have read, as the inbox said."""

    message_ids: MessageIds
    correct_guide_id: Annotated[str, Field(min_length=1, max_length=120)]
    comment: Comment = ""
    teach: ProposalKind | None = ProposalKind.PAIR
    wordings: Annotated[tuple[Id, ...], Field(max_length=20)] = ()
    """Turns whose wording is to be learnt; each is one of those above."""
    seen: Annotated[StrictInt, Field(ge=0)]


class GroupJudged(Answer):
    done: int
    proposals: tuple[int, ...]


class JudgedSinceQuery(Query):
    seen: Number | None = None
    """Only judgements newer than this one; all, where none was seen."""


class JudgedTurn(Answer):
    judgement: JudgementShown
    conversation_id: int
    question: str


class JudgedSince(Answer):
    judgements: tuple[JudgedTurn, ...]
    """Newest first."""
    newest: int
    """The newest judgement of all by now."""


class Group(Answer):
    """Questions that are much alike."""

    key: str
    """The same for the same group, as long as its first question is there."""
    example: str
    count: int
    messages: tuple[Row, ...]
    """The newest of them."""
    message_ids: tuple[int, ...]
    """As many as can be judged at once, the newest."""
    nearest: tuple[Nearest, ...]
    """What the search came up with, and did not trust."""


class Groups(Answer):
    groups: tuple[Group, ...]
    questions: int
    """How many were grouped."""
    at_least: bool
    newest_judgement: int
    """Judgements up to this one are seen by whoever reads this; 0: there is none."""


class AssignmentsQuery(Query):
    mine: Annotated[Number, Field(le=1)] | None = None
    state: AssignmentState | None = None


class AssignmentBody(Body):
    message_ids: MessageIds
    to: Id
    note: Comment = ""


class AssignmentChange(Body):
    state: AssignmentState


class AssignmentShown(Answer):
    id: int
    message_id: int
    conversation_id: int
    question: str
    to_id: int
    to: str
    by_id: int
    by: str
    note: str
    state: AssignmentState
    at: datetime
    done_at: datetime | None


class Assignments(Answer):
    assignments: tuple[AssignmentShown, ...]


class Colleague(Answer):
    account_id: int
    name: str
    role: str


class Colleagues(Answer):
    colleagues: tuple[Colleague, ...]


class SavedFilterBody(Body):
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=60)]
    filter: Annotated[dict[str, str], Field(max_length=20)]
    """The query of the search, as it stands in its address."""


class SavedFilterShown(Answer):
    id: int
    name: str
    filter: dict[str, str]


class SavedFilters(Answer):
    filters: tuple[SavedFilterShown, ...]


# --- learning ----------------------------------------------------------------------------------------


class ProposalsQuery(Query):
    state: ProposalState | None = None


class ApproveBody(Body):
    phrase: Phrase | None = None
    """The wording, corrected."""


class RejectBody(Body):
    why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class ProposalShown(Answer):
    id: int
    message_id: int | None
    conversation_id: int | None
    kind: ProposalKind
    phrase: str
    item: str
    """The item's title."""
    item_id: str
    guide: GuideShown
    state: ProposalState
    proposer_id: int
    proposer: str
    decider: str | None
    why: str
    at: datetime
    decided_at: datetime | None
    may_decide: bool


class Waiting(Answer):
    """What waits for whoever asks, counted."""

    proposals: int
    assignments: int


class Proposals(Answer):
    proposals: tuple[ProposalShown, ...]


class GuidesQuery(Query):
    q: Annotated[Text, Field(min_length=1)]
    here: Text | None = None
    owner: Text | None = None


class GuideHits(Answer):
    hits: tuple[GuideHit, ...]


# --- figures -----------------------------------------------------------------------------------------


class OverviewQuery(Query):
    first_day: Day | None = Field(default=None, alias="from")
    last_day: Day | None = Field(default=None, alias="to")
    channel: Channel | None = None
    region: Text | None = None


class VolumesShown(Answer):
    conversations: int
    """Each once on every day it is talked in."""
    turns: int
    self_served: int
    handed: int
    no_answer: int
    staff_messages: int
    ratings: int
    self_service_rate: float | None
    """Of the conversations: answered, and no person was needed."""
    handoff_rate: float | None
    no_answer_rate: float | None
    """Of the turns."""
    mean_rating: float | None


class DayVolumes(VolumesShown):
    day: date


class ChannelVolumes(VolumesShown):
    channel: str


class RegionVolumes(VolumesShown):
    region: RegionNamed | None
    """By city; null: not known."""


class TimesShown(Answer):
    """Seconds. `half` took no longer than the one, nine in ten than the other; null: longer than a day, or none."""

    count: int
    mean: float | None
    half: int | None
    nine_in_ten: int | None


class Matter(Answer):
    guide: GuideShown
    count: int


class Counted(Answer):
    key: str
    count: int


class Overview(Answer):
    first_day: date
    last_day: date
    totals: VolumesShown
    by_day: tuple[DayVolumes, ...]
    by_channel: tuple[ChannelVolumes, ...]
    by_region: tuple[RegionVolumes, ...]
    top_matters: tuple[Matter, ...]
    outcomes: tuple[Counted, ...]
    aspects: tuple[Counted, ...]
    ratings: tuple[Counted, ...]
    verdicts: tuple[Counted, ...]
    waiting: TimesShown
    handling: TimesShown


# --- keeping and erasing -----------------------------------------------------------------------------


class Retention(Answer):
    dialogue_days: int
    """What was said is deleted after so many days; what was counted stays."""
    least_dialogue_days: int
    log_days: int | None
    """Null: the audit log is never shortened."""
    least_log_days: int


class RetentionBody(Body):
    dialogue_days: Annotated[StrictInt, Field(ge=7, le=3650)]


class EraseBody(Body):
    conversation_id: Id
    why: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


class Erased(Answer):
    messages: int
    learnt: int
    """Approved wordings that went too: the next `bangban train` forgets them."""
