"""The words of this channel, read from `content/words.yml` and checked at start."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import SetupIncomplete

CONTENT = Path(__file__).parent / "content"


class WeChatWords(BaseModel):
    """One text for each case; what stands in braces is filled in by `fill`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    welcome: str
    welcome_place: str
    scanned: str
    scanned_unknown: str
    image: str
    video: str
    voice: str
    link: str
    unknown: str
    unknown_click: str
    location: str
    location_unknown: str
    halls_near: str
    halls_here: str
    hall: str
    hall_distance: str
    hall_address: str
    hall_hours: str
    hall_phone: str
    hall_fictional: str
    late: str
    more: str
    left: str
    nothing_waits: str
    earlier: str
    with_person: str
    unseen: str
    agent: str
    agent_named: str
    agent_numbered: str
    page: str
    article_title: str
    article_description: str
    choices_tail: str
    fetch: tuple[str, ...]
    go_on: tuple[str, ...]

    def asks_for_answer(self, text: str) -> bool:
        """Whether the person asks for an answer that was late."""
        return _plain(text) in self.fetch

    def asks_to_go_on(self, text: str) -> bool:
        """Whether the person asks for the rest."""
        return _plain(text) in self.go_on


def _plain(text: str) -> str:
    return "".join(text.split()).lower().strip("。.“”\"'")


@cache
def load_words(file: Path = CONTENT / "words.yml") -> WeChatWords:
    """Read the words; SetupIncomplete names what is missing or too much in the file."""
    try:
        return WeChatWords.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise SetupIncomplete(f"{file} cannot be used: {error}", mend="Correct that file.") from None
