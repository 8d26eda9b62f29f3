"""How fast and how many: token buckets by key, and counted places. Time is passed in or monotonic."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_FORGET_EVERY = 1024


class Buckets:
    """One bucket for each key: `burst` at once, then `per_minute`. Full buckets are forgotten."""

    def __init__(self, per_minute: float, burst: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = per_minute / 60
        self._burst = burst
        self._clock = clock
        self._levels: dict[str, tuple[float, float]] = {}
        self._taken = 0

    def take(self, key: str) -> bool:
        """Take one; False when there is none left."""
        self._taken += 1
        if self._taken % _FORGET_EVERY == 0:
            self._forget()
        now = self._clock()
        level = self._level(key, now)
        if level < 1:
            return False
        self._levels[key] = level - 1, now
        return True

    def wait_s(self, key: str) -> float:
        """Seconds until there is one again."""
        return max(0.0, (1 - self._level(key, self._clock())) / self._rate)

    def _level(self, key: str, now: float) -> float:
        level, then = self._levels.get(key, (self._burst, now))
        return min(self._burst, level + (now - then) * self._rate)

    def _forget(self) -> None:
        now = self._clock()
        self._levels = {
            key: held for key, held in self._levels.items() if self._level(key, now) < self._burst
        }

    def __len__(self) -> int:
        return len(self._levels)


class Places:
    """Open connections: so many together, so many for one key."""

    def __init__(self, together: int, for_one: int) -> None:
        self._together = together
        self._for_one = for_one
        self._held: Counter[str] = Counter()

    @property
    def taken(self) -> int:
        """How many are open."""
        return self._held.total()

    @contextmanager
    def hold(self, key: str) -> Iterator[bool]:
        """A place for as long as the context lasts; False when there is none."""
        if self.taken >= self._together or self._held[key] >= self._for_one:
            yield False
            return
        self._held[key] += 1
        try:
            yield True
        finally:
            self._held[key] -= 1
            if not self._held[key]:
                del self._held[key]
