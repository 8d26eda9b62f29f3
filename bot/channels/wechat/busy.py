"""People whom a busy or absent platform kept an answer from: it is sent again in a while, so often only."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection

BUSY = frozenset({"-1", "45011", "unreachable"})
"""The reasons of a reply that the platform would have taken at another moment."""
_TRIES = 10
_MOST = 10_000


class Busy:
    """Kept in memory: after a restart, or after the last try, the person's next message brings the answer."""

    def __init__(self, tries: int = _TRIES, most: int = _MOST) -> None:
        self._tries: OrderedDict[str, int] = OrderedDict()
        self._enough = tries
        self._most = most

    def note(self, person: str, reasons: Collection[str]) -> None:
        """What failed in a delivery to a person; nothing, when all arrived."""
        tries = self._tries.pop(person, 0)
        if BUSY & set(reasons) and tries < self._enough:
            self._tries[person] = tries + 1
            if len(self._tries) > self._most:
                self._tries.popitem(last=False)

    def __contains__(self, person: str) -> bool:
        return person in self._tries

    def people(self) -> tuple[str, ...]:
        """Whom to try now."""
        return tuple(self._tries)
