"""Training examples from patterns: pure functions, the same seed gives the same examples.

The patterns (`templates.yml`) are crossed with the names of matters and places. Every intent about a
matter gets the same number of examples over the same matters, so that no name speaks for an intent.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

TEMPLATES = Path(__file__).with_name("templates.yml")

_FIELDS = re.compile(r"\{(\w+)\}")
_PATTERN_FIELDS = frozenset({"matter", "place", "other"})
_AROUND_FIELDS = frozenset({"text", "place", "other"})
_TRIES_PER_EXAMPLE = 6


class TemplateError(ValueError):
    """A pattern cannot be used; the message names the intent, the pattern and the mend."""


@dataclass(frozen=True)
class Templates:
    """The content of `templates.yml`: patterns by intent, and what may stand around a question."""

    intents: Mapping[str, tuple[str, ...]]
    around_place: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True)
class Mix:
    """How many examples each intent gets, and how often a question carries a place or idle words.

    `written_with_place` is the share made from a hand-written example with a place around it;
    `run_on` is how often the commas are left out, as in quick typing and voice input.
    """

    per_intent: int = 260
    place: float = 0.3
    written_with_place: float = 0.25
    before: float = 0.12
    after: float = 0.15
    run_on: float = 0.3


def load_templates(path: Path = TEMPLATES) -> Templates:
    """The patterns of a file; an unknown field in a pattern is refused with its place."""
    raw: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    intents = {intent: tuple(patterns) for intent, patterns in raw["intents"].items()}
    for intent, patterns in intents.items():
        for pattern in patterns:
            _check_fields(intent, pattern, _PATTERN_FIELDS)
    for pattern in raw["around_place"]:
        _check_fields("around_place", pattern, _AROUND_FIELDS)
    return Templates(
        intents=intents,
        around_place=tuple(raw["around_place"]),
        before=tuple(raw["before"]),
        after=tuple(raw["after"]),
    )


def examples(
    templates: Templates,
    matters: Sequence[str],
    places: Sequence[str],
    written: Mapping[str, Sequence[str]],
    *,
    seed: int,
    mix: Mix | None = None,
) -> dict[str, tuple[str, ...]]:
    """Distinct new examples by intent, sorted.

    `written` are the hand-written examples: those about an aspect also appear here with places around
    them. A text that would stand under two intents, or is written already, is left out.
    """
    mix = mix or Mix()
    made: dict[str, set[str]] = {}
    for intent, patterns in templates.intents.items():
        made[intent] = _Maker(
            intent, patterns, templates, matters, places, written.get(intent, ()), seed
        ).make(mix)
    owners = Counter(text for texts in made.values() for text in texts)
    owners.update(text for texts in written.values() for text in texts)
    return {intent: tuple(sorted(t for t in texts if owners[t] == 1)) for intent, texts in made.items()}


def spoken(name: str) -> str:
    """A title as people say it: what stands in brackets is cut away."""
    return re.sub(r"[（(][^）)]*[）)]", "", name).strip('，、 “”"')


class _Maker:
    """Makes the examples of one intent from its own stream of random choices."""

    def __init__(
        self,
        intent: str,
        patterns: Sequence[str],
        templates: Templates,
        matters: Sequence[str],
        places: Sequence[str],
        written: Sequence[str],
        seed: int,
    ) -> None:
        self._rng = random.Random(f"{seed}:{intent}")
        self._templates = templates
        self._matters = list(matters)
        self._places = list(places)
        self._written = list(written)
        self._patterns = [p for p in patterns if self._fillable(p)]
        self._about_matter = intent.startswith("ask_")
        # 异地 questions bring their own places; a third one around them would say nothing.
        self._takes_place = self._about_matter and intent != "ask_cross_region" and len(self._places) > 1

    def make(self, mix: Mix) -> set[str]:
        texts: set[str] = set()
        if not self._patterns:
            return texts
        for turn in range(mix.per_intent * _TRIES_PER_EXAMPLE):
            if len(texts) >= mix.per_intent:
                break
            first_round = turn < len(self._patterns)
            texts.add(self._one(self._patterns[turn] if first_round else None, mix))
        return texts

    def _one(self, pattern: str | None, mix: Mix) -> str:
        rng = self._rng
        if pattern is None and self._takes_place and self._written and rng.random() < mix.written_with_place:
            text = self._fill(rng.choice(self._templates.around_place), rng.choice(self._written))
        else:
            pattern = pattern or rng.choice(self._patterns)
            text = self._fill(pattern)
            if self._takes_place and "{place}" not in pattern and rng.random() < mix.place:
                text = self._fill(rng.choice(self._templates.around_place), text)
        if self._about_matter and rng.random() < mix.before:
            text = rng.choice(self._templates.before) + text
        if self._about_matter and rng.random() < mix.after:
            text += rng.choice(self._templates.after)
        return text.replace("，", "") if rng.random() < mix.run_on else text

    def _fill(self, pattern: str, text: str = "") -> str:
        place, other = self._rng.sample(self._places, 2) if len(self._places) > 1 else ("", "")
        matter = self._rng.choice(self._matters) if self._matters else ""
        return pattern.format(matter=matter, place=place, other=other, text=text)

    def _fillable(self, pattern: str) -> bool:
        fields = set(_FIELDS.findall(pattern))
        enough_places = len(self._places) > 1 or not fields & {"place", "other"}
        return enough_places and (bool(self._matters) or "matter" not in fields)


def _check_fields(owner: str, pattern: str, allowed: frozenset[str]) -> None:
    unknown = set(_FIELDS.findall(pattern)) - allowed
    if unknown:
        raise TemplateError(
            f"{owner}: pattern {pattern!r} has the unknown field {{{sorted(unknown)[0]}}}. "
            f"Use only {', '.join('{' + f + '}' for f in sorted(allowed))}."
        )
