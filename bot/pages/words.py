"""The words of the pages, read once from `bot/content/pages.yml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from bot.errors import SetupIncomplete

FILE = Path(__file__).parents[1] / "content" / "pages.yml"


@dataclass(frozen=True)
class PageWords:
    """`say("version.old", version=1)` gives the words of that key with its placeholders filled."""

    phrases: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """The words of a key; SetupIncomplete when the file lacks it."""
        if key not in self.phrases:
            raise SetupIncomplete(f"{FILE} has no words for “{key}”.", mend="Add them to that file.")
        return self.phrases[key].format(**values)


@cache
def load_page_words(file: Path = FILE) -> PageWords:
    """Read the words."""
    return PageWords(dict(_flat(yaml.safe_load(file.read_text(encoding="utf-8")))))


def _flat(tree: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for name, value in tree.items():
        key = f"{prefix}{name}"
        found += _flat(value, f"{key}.") if isinstance(value, Mapping) else [(key, str(value))]
    return found
