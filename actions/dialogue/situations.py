"""Situations (情形) of a guide: which choice a message makes, and which choice is still open.

A choice is written `situation_id=choice_id`, as a guide's materials write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from actions.dialogue.choosing import plain
from knowledge.model import Guide, Situation

_NOT = "不是"
_CORRECTED = re.compile(r"(?:不对|哎呀|啊|噢)*(?:我)?(?:刚才|刚刚|前面)?(?:说|写|选|弄|搞|点)错了?|^不对")

Sayings = Mapping[str, tuple[str, ...]]
"""Words in the name of a choice → how people say it."""


@dataclass(frozen=True)
class Chosen:
    """The choices a message makes, and what is left of it without their words."""

    choices: tuple[str, ...]
    rest: str


@cache
def sayings() -> Sayings:
    """The ways to say a choice, read once (content/situations.yml)."""
    content = files("actions").joinpath("content/situations.yml").read_text(encoding="utf-8")
    return {str(key): tuple(map(plain, map(str, words))) for key, words in yaml.safe_load(content).items()}


def read_situation(text: str, guide: Guide | None) -> Chosen:
    """The choices of the guide's situations that the words make; of one situation one at most."""
    said = plain(text)
    choices: list[str] = []
    rest = _CORRECTED.sub("", said)
    for situation in guide.situations if guide else ():
        found = _longest_said(said, situation)
        if len(found) == 1:
            (choice, words), *_ = found.items()
            choices.append(f"{situation.id}={choice}")
            rest = rest.replace(words, "")
        for words in _denied(said, situation):
            rest = rest.replace(words, "")
    return Chosen(tuple(choices), rest)


def _longest_said(said: str, situation: Situation) -> dict[str, str]:
    """Choice id → the words that say it. Words inside longer words of another choice do not count."""
    spoken = [
        (words, choice.id)
        for choice in situation.choices
        for words in _words_of(choice.name)
        if words and words in said and _NOT + words not in said
    ]
    found: dict[str, str] = {}
    for words, choice in sorted(spoken, key=lambda one: -len(one[0])):
        if not any(words in longer and choice != other for other, longer in found.items()):
            found.setdefault(choice, words)
    return found


def _denied(said: str, situation: Situation) -> list[str]:
    """What is said not to be (「不是继承，是买卖」)."""
    words = (words for choice in situation.choices for words in _words_of(choice.name) if words)
    return sorted((_NOT + one for one in words if _NOT + one in said), key=len, reverse=True)


def _words_of(name: str) -> Iterable[str]:
    yield plain(name)
    for key, words in sayings().items():
        if key in name:
            yield from words


def known_choices(guide: Guide, *choices: Iterable[str]) -> tuple[str, ...]:
    """The choices that are of this guide; of one situation the one said last."""
    offered = {f"{s.id}={c.id}" for s in guide.situations for c in s.choices}
    last = {choice.partition("=")[0]: choice for more in choices for choice in more if choice in offered}
    return tuple(last[s.id] for s in guide.situations if s.id in last)


def open_situations(guide: Guide, known: Iterable[str]) -> tuple[Situation, ...]:
    """Situations whose choice is not known and changes the materials or the conditions."""
    decided = {choice.partition("=")[0] for choice in known}
    return tuple(s for s in guide.situations if s.id not in decided and _matters(s, guide))


def _matters(situation: Situation, guide: Guide) -> bool:
    ties = (tie for material in guide.materials for tie in material.situation)
    depends = any(tie.partition("=")[0] == situation.id for tie in ties)
    return depends or any(choice.accept_condition for choice in situation.choices)
