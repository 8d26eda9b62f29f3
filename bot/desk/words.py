"""The desk's words, from `content/desk.yml`: what it says, and which words of citizens it understands."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import SetupIncomplete
from bot.store.desk_values import Trigger

FILE = Path(__file__).parent / "content" / "desk.yml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Refused(_Part):
    message: str = Field(min_length=1)
    mend: str = Field(min_length=1)


class Sayings(_Part):
    """What citizens say, as the words of whole messages."""

    withdraw: tuple[str, ...]
    person: tuple[str, ...]
    leave: tuple[str, ...]
    skip: tuple[str, ...]
    cancel: tuple[str, ...]
    grades: dict[int, tuple[str, ...]]

    def grade(self, text: str) -> int | None:
        """The grade a message gives; None when it is none."""
        return next((grade for grade, words in self.grades.items() if says(text, words)), None)


class DeskWords(_Part):
    """Everything of the file; what stands in braces is filled in."""

    team: str
    hotline: str
    leads: dict[Trigger, str]
    position: str
    position_first: str
    expected: str
    waiting: str
    still_queued: str
    joined: str
    took_over: str
    goes_on: str
    left: str
    silent: str
    sent_to_team: str
    sent_away: str
    closed: str
    citizen_gone: str
    withdrawn: str
    rated: str
    off_hours: str
    nobody: str
    nobody_left: str
    opens: str
    offer: str
    offer_more: str
    ask_message: str
    ask_contact: str
    ask_matter: str
    ticket: str
    or_phone: str
    not_left: str
    answer: str
    no_matter: str
    today: str
    tomorrow: str
    date: str
    weekdays: tuple[str, ...] = Field(min_length=7, max_length=7)
    says: Sayings
    begins: tuple[str, ...]
    notices: dict[str, str]
    refusals: dict[str, Refused]


def says(text: str, words: Sequence[str]) -> bool:
    """Whether a message is one of these and nothing else, whatever its blanks and punctuation."""
    return plain(text) in words


def plain(text: str) -> str:
    """A message without blanks and punctuation, its digits and letters of one width."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(character for character in folded if character.isalnum())


@cache
def load_desk_words(file: Path = FILE) -> DeskWords:
    """Read the words; SetupIncomplete names what is missing or too much in the file."""
    try:
        return DeskWords.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise SetupIncomplete(f"{file} cannot be used: {error}", mend="Correct that file.") from None
