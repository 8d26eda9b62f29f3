"""When to start a dead process again: a pure decision over how often and how long it lived."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RestartPolicy:
    """Wait `first_delay` seconds, then twice as long each time; forget failures after good health."""

    first_delay: float = 1.0
    factor: float = 2.0
    longest_delay: float = 30.0
    healthy_after: float = 60.0

    def after_death(self, failures: int, healthy_for: float) -> Restart:
        """What to do now that the process died.

        `failures`: deaths in a row before this one; `healthy_for`: seconds since it became ready (0 if it
        never was).
        """
        if healthy_for >= self.healthy_after:
            failures = 0
        # The exponent is bounded: a process that died all week must not overflow a float.
        delay = min(self.first_delay * self.factor ** min(failures, 64), self.longest_delay)
        return Restart(failures=failures + 1, delay=delay)


@dataclass(frozen=True)
class Restart:
    """Start again after `delay` seconds; `failures` is the count to remember."""

    failures: int
    delay: float
