"""When too many attempts have failed: a pause that grows. A pure decision; the store counts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from bot.store.staff_sessions import Count
from bot.store.staff_values import Attempts

FORGET = timedelta(hours=24)
"""A key without an attempt for so long starts anew."""


@dataclass(frozen=True, slots=True)
class Policy:
    """After `free` attempts in a row each further one is followed by a pause, twice as long every time."""

    free: int
    first: timedelta
    longest: timedelta

    def pause(self, count: int) -> timedelta:
        """The pause after so many attempts."""
        if count < self.free:
            return timedelta(0)
        return min(self.longest, self.first * (1 << min(count - self.free, 30)))


OF_NAME = Policy(free=5, first=timedelta(minutes=1), longest=timedelta(minutes=15))
"""Of one account, whoever tries: bounded, so that nobody can lock a colleague out for a day."""
OF_ADDRESS = Policy(free=20, first=timedelta(minutes=1), longest=timedelta(hours=1))
"""Of one network address, whatever the names."""


def counting(policy: Policy, now: datetime) -> Count:
    """How the store counts an attempt made now."""
    return partial(_count, policy, now)


def _count(policy: Policy, now: datetime, before: Attempts | None) -> Attempts | None:
    """The attempts with this one; None while they are blocked."""
    if before is not None and before.blocked_until is not None and now < before.blocked_until:
        return None
    count = (before.count if before else 0) + 1
    pause = policy.pause(count)
    return Attempts(count, now, now + pause if pause else None)
