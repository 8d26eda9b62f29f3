"""How often each call was made today, and who reached its limit."""

from __future__ import annotations

from collections import Counter

from bot.simulator.account import Abilities, Call
from bot.simulator.codes import Refused

_DAY = 86400.0
_CLEARS_A_MONTH = 10


class Usage:
    """Counts of the platform's day."""

    def __init__(self) -> None:
        self._day = -1
        self._cleared: list[float] = []
        self.counts: Counter[Call] = Counter()

    def count(self, call: Call, abilities: Abilities, now: float) -> None:
        """One call more; Refused when the day's limit is reached."""
        if int(now // _DAY) != self._day:
            self._day = int(now // _DAY)
            self.counts.clear()
        if self.counts[call] >= abilities.per_day[call]:
            raise Refused(45009)
        self.counts[call] += 1

    def clear(self, now: float) -> None:
        """Forget today's counts; ten times in thirty days."""
        self._cleared = [at for at in self._cleared if now - at < 30 * _DAY]
        if len(self._cleared) >= _CLEARS_A_MONTH:
            raise Refused(48006)
        self._cleared.append(now)
        self.counts.clear()
