"""How long a turn may take, and how long its stages took."""

from __future__ import annotations

import time
from dataclasses import dataclass

DELIVERY_S = 10.0
"""Longest time to hand a reply to a channel."""
_MARGIN_S = 10.0


@dataclass(frozen=True, slots=True)
class TurnRules:
    """The numbers of a turn. `salt` keys the pseudonyms."""

    deadline_s: float
    max_chars: int
    salt: str

    @property
    def wait_s(self) -> float:
        """How long a message waits for the same sender's messages before it."""
        return 3 * self.deadline_s

    @property
    def longest_s(self) -> float:
        """Longer than any turn that is still alive can take, waiting and delivery included."""
        return 2 * self.wait_s + self.held_s + _MARGIN_S

    @property
    def held_s(self) -> float:
        """Longer than a turn takes once it is its turn."""
        return self.deadline_s + DELIVERY_S + 2


class Clock:
    """Milliseconds of each stage of a turn."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self.laps: dict[str, int] = {}

    def lap(self, stage: str) -> None:
        """The stage that began at the last lap ends now."""
        now = time.monotonic()
        self.laps[stage] = round(1000 * (now - self._last))
        self._last = now
