"""Questions people really asked, and the item a second person approved for each: a field of their own.

What is asked word for word as before leads where it was said to lead, whatever else the words are like. What is nearly
the same is evidence beside the other evidence, by how near it is. Anything less is nothing: put among the names, such
questions attract everything with their common words. Politeness, regions and the aspect are cut from both sides.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from knowledge.text import grams

NEAR = 0.7
"""The share of characters and pairs two wordings must have in common (Dice) to be nearly the same."""
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Learned:
    """An approved wording and its item."""

    phrase: str
    item_id: str


class LearnedIndex:
    """In: needles with the place of their item."""

    def __init__(self, needles: Iterable[tuple[str, int]] = ()) -> None:
        self._items: list[int] = []
        self._grams: list[Counter[str]] = []
        self._whole: defaultdict[str, set[int]] = defaultdict(set)
        self._having: defaultdict[str, list[int]] = defaultdict(list)
        for needle, item in needles:
            text = needle.replace(" ", "")
            if len(text) < _SHORTEST:
                continue
            row = len(self._items)
            counted = Counter(grams(needle))
            self._whole[text].add(item)
            self._items.append(item)
            self._grams.append(counted)
            for gram in counted:
                self._having[gram].append(row)

    def __len__(self) -> int:
        return len(self._items)

    def near(self, needle: str) -> Mapping[int, float]:
        """Item → 1 where the needle is one of its wordings, and then none but these; else how near the nearest is,
        of the items of which one is near at all."""
        if not self._items:
            return {}
        if whole := self._whole.get(needle.replace(" ", "")):
            return dict.fromkeys(sorted(whole), 1.0)
        asked = Counter(grams(needle))
        shared: Counter[int] = Counter()
        for gram, count in asked.items():
            for row in self._having.get(gram, ()):
                shared[row] += min(count, self._grams[row][gram])
        found: dict[int, float] = {}
        for row, common in shared.items():
            alike = 2 * common / (asked.total() + self._grams[row].total())
            if alike >= NEAR:
                item = self._items[row]
                found[item] = max(alike, found.get(item, 0.0))
        return found
