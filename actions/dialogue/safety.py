"""Lines that come before any service guide: danger to life, fraud, medical or legal judgement.

Patterns and replies are content (`actions/content/safety.yml`); this module only matches them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class SafetyLine:
    """`patterns` are regular expressions; `unless` are expressions that make it an ordinary question."""

    reason: str
    patterns: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...] = ()

    def matches(self, text: str) -> bool:
        return any(p.search(text) for p in self.patterns) and not any(p.search(text) for p in self.unless)


def safety_reason(text: str, lines: Sequence[SafetyLine]) -> str | None:
    """The reason of the first line that matches; lines are ordered most urgent first."""
    return next((line.reason for line in lines if line.matches(text)), None)
