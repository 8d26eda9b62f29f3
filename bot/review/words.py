"""What staff read of the review, from `content/review.yml` beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.channels.message import Outcome
from bot.errors import SetupIncomplete
from bot.store.review_values import Flag, Verdict

FILE = Path(__file__).parent / "content" / "review.yml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Refusal(_Part):
    message: str = Field(min_length=1)
    mend: str = Field(min_length=1)


class Headings(_Part):
    """The columns of an export, in this order."""

    at: str
    conversation: str
    message: str
    channel: str
    region: str
    question: str
    answer: str
    made_by: str
    outcome: str
    aspect: str
    guide: str
    guide_version: str
    sources: str
    confidence: str
    agent: str
    rating: str
    verdict: str
    labels: str
    flags: str


class ExportWords(_Part):
    sheet: str = Field(min_length=1, max_length=31)
    name: str
    ai: str
    """Marks an answer that was made by the assistant (深度合成标识)."""
    not_ai: str
    headings: Headings


class ReviewWords(_Part):
    """Everything of the file."""

    refusals: dict[str, Refusal]
    channels: dict[str, str]
    outcomes: dict[Outcome, str]
    verdicts: dict[Verdict, str]
    flags: dict[Flag, str]
    export: ExportWords


@cache
def load_review_words(file: Path = FILE) -> ReviewWords:
    """Read the words; SetupIncomplete names what is missing or too much in the file."""
    try:
        return ReviewWords.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        wrong = ", ".join(
            f"{'.'.join(map(str, problem['loc']))} ({problem['msg']})" for problem in error.errors()
        )
        raise SetupIncomplete(
            f"{file} does not hold the words of the review: {wrong}.", mend="Correct that file."
        ) from None
