"""The platform's open request: for a few seconds an answer can be given in the response to it."""

from __future__ import annotations

import asyncio
from enum import StrEnum


class Written(StrEnum):
    """Whether what was handed over reached the platform."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Slot:
    """Takes one text before a deadline (in the loop's time). One side hands over, the other responds."""

    def __init__(self, deadline: float) -> None:
        loop = asyncio.get_running_loop()
        self._clock = loop.time
        self._deadline = deadline
        self._content: asyncio.Future[str | None] = loop.create_future()
        self._written: asyncio.Future[Written] = loop.create_future()
        self.failed = False
        self.expired = False

    @property
    def is_open(self) -> bool:
        """Whether a text may still be handed over."""
        return not self._content.done() and self._clock() < self._deadline

    async def hand_over(self, text: str) -> Written:
        """Give the text to the response; NO when it came too late or the platform had hung up."""
        if not self.is_open:
            return Written.NO
        self._content.set_result(text)
        return await self._written

    def close(self, *, failed: bool = False) -> None:
        """There is nothing to hand over. `failed`: the message could not even be stored."""
        if not self._content.done():
            self.failed = failed
            self._content.set_result(None)

    async def content(self) -> str | None:
        """What to respond with; None when nothing was handed over before the deadline."""
        await asyncio.wait([self._content], timeout=max(0.0, self._deadline - self._clock()))
        if not self._content.done():
            self.expired = True
            self._content.set_result(None)
        return self._content.result()

    def written(self, result: Written) -> None:
        """What became of the response."""
        if not self._written.done():
            self._written.set_result(result)
