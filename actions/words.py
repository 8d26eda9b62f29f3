"""The assistant's words, read once from `actions/content/*.yml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from actions.dialogue.safety import SafetyLine

CONTENT = Path(__file__).parent / "content"


class MissingWords(KeyError):
    """A key that no content file has; the message names the key and the file to add it to."""

    def __init__(self, key: str) -> None:
        super().__init__(f"no words for “{key}”: add it to {CONTENT / 'zh.yml'}")


@dataclass(frozen=True)
class Words:
    """`say("fee.text", text="40元")` gives the sentence of that key with its placeholders filled."""

    phrases: Mapping[str, str]
    safety_lines: tuple[SafetyLine, ...]
    safety_replies: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """The sentence for a key. MissingWords when no content file has it."""
        if key not in self.phrases:
            raise MissingWords(key)
        return self.phrases[key].format(**values)


def _flatten(tree: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in tree.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            flat |= _flatten(value, f"{key}.")
        else:
            flat[key] = str(value)
    return flat


def _yaml(path: Path) -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return loaded


@cache
def load_words(folder: Path = CONTENT) -> Words:
    """Read `zh.yml` and `safety.yml` of a folder."""
    lines = _yaml(folder / "safety.yml")["lines"]
    return Words(
        phrases=_flatten(_yaml(folder / "zh.yml")),
        safety_lines=tuple(
            SafetyLine(
                reason=line["reason"],
                patterns=tuple(re.compile(p, re.IGNORECASE) for p in line["patterns"]),
                unless=tuple(re.compile(p) for p in line.get("unless", ())),
            )
            for line in lines
        ),
        safety_replies={line["reason"]: line["reply"] for line in lines},
    )
