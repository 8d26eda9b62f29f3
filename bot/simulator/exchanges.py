"""The raw exchange between the two servers, for the developer's panel."""

from __future__ import annotations

from collections import deque
from dataclasses import asdict, dataclass
from typing import Any

_KEPT = 300
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its answer. `direction`: `callback` (we ask the account's server) or `api`."""

    number: int
    at: float
    direction: str
    title: str
    request: str
    answer: str
    ms: int
    good: bool
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """For the page."""
        return asdict(self)


class Exchanges:
    """The last ones."""

    def __init__(self) -> None:
        self._number = 0
        self._kept: deque[Exchange] = deque(maxlen=_KEPT)

    def add(
        self, at: float, direction: str, title: str, request: str, answer: str, ms: int, good: bool, note: str
    ) -> Exchange:
        """Keep one; long texts are cut."""
        self._number += 1
        exchange = Exchange(
            self._number, at, direction, title, _cut(request), _cut(answer), ms, good, _cut(note)
        )
        self._kept.append(exchange)
        return exchange

    def last(self) -> tuple[Exchange, ...]:
        """Oldest first."""
        return tuple(self._kept)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}… ({len(text)} characters)"
