"""Who is connected to other fronts, as they tell each other. Pure but for the clock that is passed in.

Each front tells whom it has: of each who comes or goes, and of all now and then. A front that is not heard of any more
may have died, or be cut off with its citizens: of whom it had nothing is known then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

ALL = "here"
CAME = "came"
LEFT = "left"
ASKED = "who"
"""Kinds of what fronts tell; `who` asks the others to tell all."""

TELL_S = 10.0
"""A front tells all it has at least so often."""
_SILENT_S = 3 * TELL_S
_FORGOTTEN_S = 300.0
_SETTLED_S = 2.0
"""So long after the first notice that can be heard everybody has answered who is there."""


class Elsewhere:
    """One for each front."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._fronts: dict[str, tuple[float, set[str]]] = {}

    def hear(self, told: Mapping[str, Any]) -> frozenset[str]:
        """Take in what a front tells; out: of whom something else is known now."""
        front, kind, keys = told.get("front"), told.get("type"), told.get("keys")
        if not isinstance(front, str) or not isinstance(keys, list):
            return frozenset()
        named = {key for key in keys if isinstance(key, str)}
        _, before = self._fronts.get(front, (0.0, set()))
        now = named if kind == ALL else before | named if kind == CAME else before - named
        self._fronts[front] = self._clock(), now
        self._forget()
        return frozenset(before ^ now)

    def has(self, key: str, hears_since: float | None) -> bool | None:
        """Whether somebody is connected to another front; None: not known.

        In: since when this front hears of all; None while it does not.
        """
        now = self._clock()
        is_unsure = hears_since is None or now - hears_since < _SETTLED_S
        for at, keys in self._fronts.values():
            if key in keys:
                if now - at <= _SILENT_S and hears_since is not None:
                    return True
                is_unsure = True
        return None if is_unsure else False

    def _forget(self) -> None:
        now = self._clock()
        self._fronts = {name: one for name, one in self._fronts.items() if now - one[0] <= _FORGOTTEN_S}


def telling(kind: str, front: str, keys: Iterable[str] = ()) -> dict[str, Any]:
    """What a front tells."""
    return {"type": kind, "front": front, "keys": list(keys)}
