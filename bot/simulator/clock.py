"""The platform's clock, which can be moved on: windows and tokens run out without waiting.

What is sent to the callback keeps the real time: the channel refuses old and future requests, rightly.
"""

from __future__ import annotations

import time


class Clock:
    """Seconds since 1970, with an offset."""

    def __init__(self) -> None:
        self.offset = 0.0

    def now(self) -> float:
        """The platform's time."""
        return time.time() + self.offset

    def advance(self, seconds: float) -> None:
        """Move on; the platform never goes back."""
        if seconds < 0:
            raise ValueError("the clock goes forward only")
        self.offset += seconds
