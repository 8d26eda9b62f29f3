"""The desk's words, from `content/desk.yml`: what it says, and which words of citizens it understands."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from bot.errors import SetupIncomplete
from bot.store.desk_values import LANGUAGE, Trigger

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

    @field_validator("withdraw", "person", "leave", "skip", "cancel")
    @classmethod
    def _are_plain(cls, words: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(plain(word) for word in words)

    @field_validator("grades")
    @classmethod
    def _grades_are_plain(cls, grades: dict[int, tuple[str, ...]]) -> dict[int, tuple[str, ...]]:
        return {grade: tuple(plain(word) for word in words) for grade, words in grades.items()}

    def grade(self, text: str) -> int | None:
        """The grade a message gives; None when it is none."""
        return next((grade for grade, words in self.grades.items() if says(text, words)), None)


class Options(_Part):
    """What a citizen can tap."""

    withdraw: str
    leave: str
    skip: str


class Told(_Part):
    """What citizens are told in one language; what stands in braces is filled in."""

    hotline: str
    """The one of the file, for sentences that name it."""
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
    today: str
    tomorrow: str
    date: str
    weekdays: tuple[str, ...] = Field(min_length=7, max_length=7)
    options: Options


class DeskWords(_Part):
    """Everything of the file."""

    team: str
    hotline: str
    no_matter: str
    told: dict[str, Told]
    says: Sayings
    begins: tuple[str, ...]
    notices: dict[str, str]
    refusals: dict[str, Refused]

    @model_validator(mode="before")
    @classmethod
    def _names_the_hotline_once(cls, read: Any) -> Any:
        if isinstance(read, dict) and isinstance(read.get("told"), dict):
            hotline = {"hotline": read.get("hotline")}
            told = {language: {**words, **hotline} for language, words in read["told"].items()}
            return {**read, "told": told}
        return read

    @model_validator(mode="after")
    def _understands_what_it_offers(self) -> Self:
        if LANGUAGE not in self.told:
            raise ValueError(f"told.{LANGUAGE} is missing")
        for language, words in self.told.items():
            for name in Options.model_fields:
                if not says(getattr(words.options, name), getattr(self.says, name)):
                    raise ValueError(f"told.{language}.options.{name} is none of says.{name}")
        return self

    def to(self, language: str | None) -> Told:
        """What somebody is told who is shown a language; in Chinese where there are no words in theirs."""
        return self.told.get(language or LANGUAGE) or self.told[LANGUAGE]


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
