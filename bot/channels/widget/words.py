"""The widget's own words and look, from `bot/content/widget.yml` and the file of the installation."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.content import FILE as FRONT_WORDS
from bot.errors import SetupIncomplete

FILE = FRONT_WORDS.with_name("widget.yml")

Language = Literal["zh-CN", "en"]


def spoken(given: object) -> str | None:
    """The language a browser tells that it shows, as people speak it: `zh` or `en`; None for any other."""
    return {"zh-CN": "zh", "en": "en"}.get(given) if isinstance(given, str) else None


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class InTwo(_Part):
    """The same in both languages; English falls back to Chinese."""

    zh: str = Field(alias="zh-CN", min_length=1)
    en: str = ""

    def in_(self, language: Language) -> str:
        return (self.en if language == "en" else "") or self.zh


class ListInTwo(_Part):
    zh: tuple[str, ...] = Field(alias="zh-CN")
    en: tuple[str, ...] = ()

    def in_(self, language: Language) -> tuple[str, ...]:
        return (self.en if language == "en" else ()) or self.zh


class Topic(_Part):
    title: str = Field(min_length=1, max_length=20)
    question: str = Field(min_length=1, max_length=200)


class Notice(_Part):
    text: str = Field(min_length=1, max_length=300)
    url: str = Field(default="", pattern=r"^(https?://\S+)?$")


class GradeTitle(_Part):
    grade: int = Field(ge=1, le=5)
    title: str = Field(min_length=1, max_length=20)


class Refusal(_Part):
    message: str
    mend: str


class Config(_Part):
    """What `/widget/config` tells, before it is put into a language."""

    title: InTwo
    accent: str = Field(pattern=r"^#[0-9a-fA-F]{6}$")
    position: Literal["right", "left"]
    welcome: ListInTwo
    topics: tuple[Topic, ...] = Field(max_length=12)
    notices: tuple[Notice, ...] = Field(max_length=10)
    ai_notice: InTwo
    hours: InTwo
    phone: str = Field(pattern=r"^[0-9 +-]*$")
    ask_human: str
    withdraw: str
    """What one says to leave the queue again."""
    rating: tuple[GradeTitle, ...] = Field(min_length=5, max_length=5)


class Refusals(_Part):
    too_fast: Refusal
    too_long: Refusal
    bad_request: Refusal
    part_unavailable: Refusal


class WidgetWords(_Part):
    """Everything of the file."""

    config: Config
    refusals: Refusals

    def refusal(self, code: str, **numbers: int) -> dict[str, str]:
        """The `error` of a message that is not accepted: code, message, mend."""
        words: Refusal = getattr(self.refusals, code)
        filled = {
            name: _fill(text, numbers) for name, text in (("message", words.message), ("mend", words.mend))
        }
        return {"code": code, **filled}

    def shown(self, language: Language, *, map_url: str, max_chars: int) -> dict[str, Any]:
        """What a browser gets."""
        config = self.config
        return {
            "title": config.title.in_(language),
            "accent": config.accent,
            "position": config.position,
            "welcome": config.welcome.in_(language),
            "topics": [topic.model_dump() for topic in config.topics],
            "notices": [notice.model_dump(exclude_defaults=True) for notice in config.notices],
            "ai_notice": config.ai_notice.in_(language),
            "hours": config.hours.in_(language),
            "phone": config.phone,
            "ask_human": config.ask_human,
            "withdraw": config.withdraw,
            "rating": [grade.model_dump() for grade in config.rating],
            "map_url": map_url,
            "languages": ["zh-CN", "en"],
            "max_chars": max_chars,
            "poll": True,
        }


def _fill(text: str, numbers: Mapping[str, int]) -> str:
    for name, number in numbers.items():
        text = text.replace("{" + name + "}", str(number))
    return text


def load_widget_words(own: Path | None = None, file: Path = FILE) -> WidgetWords:
    """Read the words. `own` may replace any key of `config` or `refusals`.

    SetupIncomplete names the file and what is wrong in it.
    """
    base = _read(file)
    for section, values in (_read(own) if own else {}).items():
        if not isinstance(values, dict) or section not in base:
            raise SetupIncomplete(f"{own}: “{section}” is no part of the widget's words.", mend=_mend(base))
        base[section] = {**base[section], **values}
    try:
        return WidgetWords.model_validate(base)
    except ValidationError as error:
        wrong = ", ".join(f"{'.'.join(map(str, at['loc']))} ({at['msg']})" for at in error.errors())
        raise SetupIncomplete(
            f"{own or file} does not hold the words the widget needs: {wrong}.", mend="Correct that file."
        ) from None


def _mend(base: Mapping[str, Any]) -> str:
    return f"Use the sections of bot/content/widget.yml: {', '.join(base)}."


def _read(file: Path) -> dict[str, Any]:
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise SetupIncomplete(
            f"The widget's words in {file} cannot be read: {type(error).__name__}.",
            mend="Correct that file, or unset BANGBAN_WIDGET_CONTENT.",
        ) from None
    if not isinstance(content, dict):
        raise SetupIncomplete(f"{file} holds no mapping.", mend="Begin with `config:`.")
    return content
