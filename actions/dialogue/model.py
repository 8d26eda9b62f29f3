"""The values a decision is made from and the outcomes it can have (names: docs/glossary.md)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from knowledge.aspects import Aspect
from knowledge.model import Guide, Item
from knowledge.regions.reading import RegionReading
from knowledge.search import SearchResult
from knowledge.where import GuideChoice, WhereOption


class Asking(StrEnum):
    """What our last question was about, so that a short reply can be understood."""

    ITEM = "item"
    HERE = "here"
    OWNER = "owner"
    SITUATION = "situation"


@dataclass(frozen=True)
class Option:
    """One numbered choice offered to the citizen. `id` is an item id, a region code, a situation's choice
    (`situation_id=choice_id`) or SKIP."""

    id: str
    title: str


SKIP = "skip"
"""The option that leaves a question of ours unanswered."""


@dataclass(frozen=True)
class Earlier:
    """A matter that was spoken of before the present one, with what going back to it needs."""

    item_id: str
    aspect: Aspect | None = None
    owner: str | None = None
    situation: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Memory:
    """What a conversation remembers between turns; every field is one Rasa slot, kept small."""

    item_id: str | None = None
    guide_id: str | None = None
    aspect: Aspect | None = None
    here: str | None = None
    owner: str | None = None
    options: tuple[Option, ...] = ()
    asking: Asking | None = None
    fails: int = 0
    situation: tuple[str, ...] = ()
    """The choices (`situation_id=choice_id`) known of this matter's situations."""
    asked: tuple[str, ...] = ()
    """What was asked of this matter (`here`, `owner`, a situation's id), each time it was."""
    told: tuple[Aspect, ...] = ()
    """The aspects of this matter that were answered, the last one last."""
    earlier: tuple[Earlier, ...] = ()
    """The matters before this one, newest first."""
    later: str | None = None
    """The item of a second matter the same message asked about, not answered yet."""
    last: str = ""
    """A digest of the last message that was answered, to notice that the same is asked again."""
    sought: str = ""
    """What was searched for when we asked which matter is meant: a reply is read together with it."""
    channel_region: str | None = None
    """The region the channel told last; another one is news, the same is not."""


@dataclass(frozen=True)
class Turn:
    """One citizen message as Rasa understood it."""

    text: str
    intent: str
    confidence: float
    memory: Memory
    today: date
    region: str | None = None
    """Where the channel knows the person to be (site, QR code, shared location)."""


@dataclass(frozen=True)
class Understanding:
    """How the message was read: kept with every outcome as provenance."""

    reading: RegionReading | None = None
    search: SearchResult | None = None
    needle: str = ""


@dataclass(frozen=True)
class Ask:
    """A question put under an answer that stands without it; `subject` is the situation's own question.

    The last of the options leaves it open. `again`: it was put before, and something came in between.
    """

    asking: Asking
    options: tuple[Option, ...]
    subject: str = ""
    again: bool = False


class Note(StrEnum):
    """Something said before an answer; each has its words in the content file."""

    AGAIN = "again"
    """The same question as just before: a person is offered."""
    BACK = "back"
    """The matter before is taken up again."""
    LEFT_OPEN = "left_open"
    """Our question was left open: what was said stands, and is not said a second time."""


@dataclass(frozen=True)
class Answer:
    """One aspect of one guide, with the options of the where engine."""

    item: Item
    choice: GuideChoice
    aspect: Aspect
    options: tuple[WhereOption, ...]
    here: str | None
    owner: str | None
    unknown_places: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    """Regions ("here", "owner") that would change the where options if they were known."""
    also: tuple[Option, ...] = ()
    """Other matters the words fit, set aside because only this one can answer what was asked."""
    local_neighbours: tuple[Option, ...] = ()
    """Neighbouring matters the asked region has a guide of its own for, when this one fell back."""
    helpers: tuple[Guide, ...] = ()
    """Windows that take any matter between these regions (帮办代办窗口, 跨域通办专区)."""
    situation: tuple[str, ...] = ()
    """The choices of the guide's situations that are known, as `Material.situation` writes them."""
    ask: Ask | None = None
    """What would still change the answer, asked under it."""
    second: Option | None = None
    """The second matter of the same message, to be answered next."""
    waiting: Option | None = None
    """The matter before this one, when a question of ours on it is still open."""
    note: Note | None = None

    @property
    def guide(self) -> Guide:
        return self.choice.guide


@dataclass(frozen=True)
class Comparison:
    """Two matters side by side, each with the guide for the regions known."""

    first: Item
    second: Item
    guides: tuple[Guide, Guide]
    here: str | None
    owner: str | None


@dataclass(frozen=True)
class Planned:
    """The only guide there is announces something that is not in force: said with its source, never as
    a thing that can be done."""

    item: Item
    guide: Guide
    here: str | None
    owner: str | None


class Question(StrEnum):
    """Which question a clarification puts; each has its words in the content file."""

    WHICH_ITEM = "which_item"
    WHICH_REGION = "which_region"
    WHAT_MATTER = "what_matter"
    WHICH_OPTION = "which_option"
    """The reply is none of our options: a number too great, words that say nothing."""


@dataclass(frozen=True)
class Clarify:
    question: Question
    options: tuple[Option, ...] = ()
    asking: Asking | None = None
    aspect: Aspect | None = None
    subject: str = ""


class Why(StrEnum):
    """Why nothing was found; each has its words in the content file."""

    NO_MATCH = "no_match"
    NO_GUIDE = "no_guide"


@dataclass(frozen=True)
class NothingFound:
    why: Why
    item: Item | None = None
    region: str | None = None
    nearest: tuple[Option, ...] = ()
    offer_person: bool = False


@dataclass(frozen=True)
class Handoff:
    """The citizen asked for a person or is upset; `reason` picks the words."""

    reason: str


@dataclass(frozen=True)
class Declined:
    """Not something this assistant may answer; `reason` picks the words (and emergency numbers)."""

    reason: str


@dataclass(frozen=True)
class Smalltalk:
    kind: str


Outcome = Answer | Comparison | Planned | Clarify | NothingFound | Handoff | Declined | Smalltalk


@dataclass(frozen=True)
class Decided:
    """An outcome, the memory the conversation has afterwards, and how the message was read."""

    outcome: Outcome
    memory: Memory
    understanding: Understanding = field(default_factory=Understanding)
