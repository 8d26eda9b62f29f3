"""How many customer-service messages the platform still takes for a person: a pure value and its changes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum


class Trigger(StrEnum):
    """What a person did that lets us write to them."""

    MESSAGE = "message"
    EVENT = "event"
    """Followed, scanned, or tapped a menu."""


_AFTER_MESSAGE = 5, timedelta(hours=48)
_AFTER_EVENT = 3, timedelta(minutes=1)
_EARLIER = timedelta(seconds=2)
"""So much earlier than the platform we take a window for closed: our clock is not its own."""


@dataclass(frozen=True, slots=True)
class Window:
    """Both kinds of allowance; each runs by itself."""

    message_left: int = 0
    message_until: datetime | None = None
    event_left: int = 0
    event_until: datetime | None = None

    def after(self, trigger: Trigger, now: datetime) -> Window:
        """The window when the person has just done something."""
        if trigger is Trigger.MESSAGE:
            left, lasting = _AFTER_MESSAGE
            return replace(self, message_left=left, message_until=now + lasting)
        left, lasting = _AFTER_EVENT
        return replace(self, event_left=left, event_until=now + lasting)

    def budget(self, now: datetime) -> int:
        """How many messages may be sent now."""
        return self._events(now) + self._messages(now)

    def spent(self, now: datetime) -> Window:
        """The window after one message; the allowance that ends first is used first."""
        if self._events(now):
            return replace(self, event_left=self.event_left - 1)
        return replace(self, message_left=max(0, self.message_left - 1))

    def closed(self) -> Window:
        """The platform says there is nothing left, whatever we counted."""
        return replace(self, message_left=0, event_left=0)

    def over(self, now: datetime) -> Window:
        """The platform says the time has run out, whatever our clock says; what fails next fails for that."""
        until = self.message_until and min(self.message_until, now)
        return replace(self.closed(), message_until=until)

    def _events(self, now: datetime) -> int:
        return self.event_left if _is_open(self.event_until, now) else 0

    def _messages(self, now: datetime) -> int:
        return self.message_left if _is_open(self.message_until, now) else 0


def _is_open(until: datetime | None, now: datetime) -> bool:
    return until is not None and now < until - _EARLIER
