"""What goes into the stores of the review and what comes out of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """What a reviewer thinks of an answer."""

    RIGHT = "right"
    WRONG_GUIDE = "wrong_guide"
    WRONG_FACTS = "wrong_facts"
    INCOMPLETE = "incomplete"
    SHOULD_HAVE_HANDED_OFF = "should_have_handed_off"
    """A person should have taken it."""


class Flag(StrEnum):
    """What a turn can be looked for by."""

    NO_ANSWER = "no_answer"
    HANDED_OFF = "handed_off"
    CORRECTED = "corrected"


class AssignmentState(StrEnum):
    OPEN = "open"
    DONE = "done"


class ProposalKind(StrEnum):
    PAIR = "pair"
    """A question and its item: what is nearly that question leads there."""
    ALIAS = "alias"
    """Another name of the item, searched at full weight."""


class ProposalState(StrEnum):
    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for. Everything given must hold; an empty one finds everything."""

    query: str = ""
    first_day: date | None = None
    last_day: date | None = None
    channel: str | None = None
    outcome: str | None = None
    aspect: str | None = None
    guide: str | None = None
    region: str | None = None
    agent: str | None = None
    rating: int | None = None
    min_confidence: float | None = None
    max_confidence: float | None = None
    label: str | None = None
    verdict: Verdict | None = None
    flag: Flag | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One turn as a list shows it."""

    entry_id: int
    conversation_id: int
    answer_id: int | None
    at: datetime
    channel: str
    question: str
    answer: str
    outcome: str | None
    aspect: str | None
    guide_id: str | None
    guide_title: str | None
    region: str | None
    confidence: float | None
    agent: str | None
    """As colleagues read it: the display name of the account."""
    rating: int | None
    verdict: Verdict | None
    flags: tuple[Flag, ...]
    labels: tuple[str, ...]
    ai: bool
    """The answer was made by the assistant."""
    sources: tuple[Mapping[str, Any], ...]
    """What the answer cites."""
    guide_version: int | None


@dataclass(frozen=True, slots=True)
class Page:
    """Some of what was found, newest first."""

    rows: tuple[Found, ...]
    below: int | None
    """Where the next page begins; None at the end."""


@dataclass(frozen=True, slots=True)
class Judgement:
    id: int
    entry_id: int
    account_id: int
    account: str
    verdict: Verdict
    comment: str
    correct_guide_id: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class JudgedTurn:
    """A judgement and what it is of."""

    judgement: Judgement
    conversation_id: int
    question: str


@dataclass(frozen=True, slots=True)
class Assignment:
    id: int
    entry_id: int
    conversation_id: int
    to_id: int
    to: str
    by_id: int
    by: str
    note: str
    state: AssignmentState
    at: datetime
    done_at: datetime | None
    question: str


@dataclass(frozen=True, slots=True)
class Proposal:
    id: int
    entry_id: int | None
    """None once the conversation was too old to be kept."""
    conversation_id: int | None
    kind: ProposalKind
    phrase: str
    item_id: str
    guide_id: str
    aspect: str | None
    region: str | None
    state: ProposalState
    proposer_id: int
    proposer: str
    decider: str | None
    why: str
    at: datetime
    decided_at: datetime | None


@dataclass(frozen=True, slots=True)
class SavedFilter:
    id: int
    name: str
    filter: Mapping[str, Any]
