"""What a message is about, once greetings, politeness and the aspect asked for are cut away.

The phrases are data (content/needle.yml); this module only applies them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml

from knowledge.text import fold

LONGEST = 400
"""Folded characters of a message that are looked at: a matter is named long before."""


@dataclass(frozen=True)
class Cuts:
    """Compiled phrases: cut anywhere, at a clause's start, at its end; and what alone is no matter."""

    anywhere: tuple[re.Pattern[str], ...]
    start: re.Pattern[str]
    end: re.Pattern[str]
    alone: re.Pattern[str]

    @classmethod
    def from_content(cls, content: Mapping[str, object]) -> Cuts:
        """From the parsed YAML of content/needle.yml."""
        parts = content["parts"]
        assert isinstance(parts, dict)

        def patterns(key: str) -> list[str]:
            found = content[key]
            assert isinstance(found, list)
            return [_with_parts(str(entry), parts) for entry in found]

        return cls(
            anywhere=tuple(re.compile(pattern) for pattern in patterns("anywhere")),
            start=re.compile(rf"(?:{'|'.join(patterns('start'))})"),
            end=re.compile(rf"(?:{'|'.join(patterns('end'))})$"),
            alone=re.compile(rf"(?:{'|'.join(sorted(patterns('alone'), key=len, reverse=True))}| )*"),
        )

    def apply(self, folded: str) -> str:
        """The folded text without the phrases; "" when nothing of a matter is left."""
        for pattern in self.anywhere:
            folded = pattern.sub("", folded)
        kept = " ".join(clause for clause in map(self._clause, folded.split()) if clause)
        return "" if self.alone.fullmatch(kept) else kept

    def _clause(self, clause: str) -> str:
        before = ""
        while clause != before:
            before = clause
            clause = self.start.sub("", clause, count=1) if self.start.match(clause) else clause
            clause = self.end.sub("", clause)
        return "" if self.alone.fullmatch(clause) else clause


def _with_parts(pattern: str, parts: Mapping[str, str]) -> str:
    for name, part in parts.items():
        pattern = pattern.replace(f"{{{name}}}", part)
    return pattern


@cache
def _cuts() -> Cuts:
    content = files("knowledge.search").joinpath("content/needle.yml").read_text(encoding="utf-8")
    return Cuts.from_content(yaml.safe_load(content))


def needle_of(text: str) -> str:
    """The words of `text` that can name a matter, region words having been removed before.

    Returns "" for a pure follow-up ("那要带什么？", "还有呢"): nothing of a matter is left.

    >>> needle_of("你好，请问异地就医怎么备案？")
    '异地就医备案'
    """
    return _cuts().apply(fold(text)[:LONGEST])
