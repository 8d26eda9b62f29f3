"""Known phrases inside a text, letter for letter: a few look-ups, however many phrases there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set as AbstractSet

_SHORTEST = 2


class Phrases:
    """Finds those of some phrases (compact, two letters or more) that stand in a text."""

    def __init__(self, phrases: AbstractSet[str]) -> None:
        self._phrases = phrases
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for phrase in phrases:
            lengths[phrase[:_SHORTEST]].add(len(phrase))
        self._lengths = {start: tuple(found) for start, found in lengths.items()}
        """The first letters of a phrase → how long the phrases are that begin with them."""

    def places(self, text: str) -> list[tuple[int, int]]:
        """(length, start) of every phrase that stands in a compact text, the longest first."""
        found = [
            (length, start)
            for start in range(len(text) - _SHORTEST + 1)
            for length in self._lengths.get(text[start : start + _SHORTEST], ())
            if length <= len(text) - start and text[start : start + length] in self._phrases
        ]
        return sorted(found, key=lambda place: (-place[0], place[1]))

    def letters(self, text: str) -> int:
        """How many letters of a compact text are in phrases."""
        return len({at for length, start in self.places(text) for at in range(start, start + length)})
