"""The word lists behind region reading, kept as data in words.yml so that they can be extended."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class Words:
    """words.yml, its guards compiled."""

    everyday: frozenset[str]
    not_before: dict[str, re.Pattern[str]]
    not_after: dict[str, re.Pattern[str]]
    not_before_any: re.Pattern[str]
    no_place: frozenset[str]


@cache
def load_words() -> Words:
    """Read the lists once for the process."""
    data = yaml.safe_load(files("knowledge.regions").joinpath("words.yml").read_text(encoding="utf-8"))
    return Words(
        everyday=frozenset(data["everyday"]),
        not_before={name: re.compile(guard) for name, guard in data["not_before"].items()},
        not_after={name: re.compile(f"(?:{guard})$") for name, guard in data["not_after"].items()},
        not_before_any=re.compile("|".join(data["not_before_any"])),
        no_place=frozenset(data["no_place"]),
    )
