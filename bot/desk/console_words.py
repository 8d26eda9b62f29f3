"""What staff read at the desk, from `content/console.yml` beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import SetupIncomplete
from knowledge.aspects import Aspect

FILE = Path(__file__).parent / "content" / "console.yml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class LineWords(_Part):
    """Parts of the line of a packet."""

    matter: str
    matter_only: str
    here: str
    owner: str
    said: str
    nothing: str = Field(min_length=1)
    between: str


class MissingWords(_Part):
    """What the guide or the citizen did not say."""

    silent: str
    here: str
    owner: str
    situation: str
    choice: str


class Refusal(_Part):
    message: str = Field(min_length=1)
    mend: str = Field(min_length=1)


class ConsoleWords(_Part):
    """Everything of the file."""

    aspects: dict[Aspect, str]
    line: LineWords
    missing: MissingWords
    events: dict[str, str]
    """By `bot.desk.machine.Step`."""
    undelivered: dict[str, str]
    refusals: dict[str, Refusal]

    def aspect(self, name: str | None) -> str:
        """An aspect in words; empty for none."""
        return self.aspects[Aspect(name)] if name in set(Aspect) else ""

    def why_undelivered(self, reason: str) -> str:
        """Why a message did not arrive; a reason of the channel's own stands as it is."""
        known = self.undelivered.get(reason.partition(" ")[0])
        return known or self.undelivered["other"].format(reason=reason)


@cache
def load_console_words(file: Path = FILE) -> ConsoleWords:
    """Read the words; SetupIncomplete names what is missing or too much in the file."""
    try:
        return ConsoleWords.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        wrong = ", ".join(
            f"{'.'.join(map(str, problem['loc']))} ({problem['msg']})" for problem in error.errors()
        )
        raise SetupIncomplete(
            f"{file} does not hold the words of the desk: {wrong}.", mend="Correct that file."
        ) from None
