"""What is told of a measured search beside its rates: which items are taken for which, whether its
probabilities are true, and how much of the wording its names hold. Pure functions of what happened."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np

from knowledge.base import KnowledgeBase
from knowledge.search.bm25 import Bm25
from knowledge.search.names import names_of
from knowledge.text import compact, grams

BINS = 10
_EXAMPLES = 3
_SHORTEST_PHRASE = 2
_SHOWN = 20


@dataclass(frozen=True)
class Confusion:
    """An item meant and what was found in its place, with some of the questions."""

    expected: str
    got: str
    count: int
    questions: tuple[str, ...]


def confusions(mistakes: Iterable[tuple[str, str, str]]) -> tuple[Confusion, ...]:
    """From (expected, got, question), the most frequent first."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for expected, got, question in mistakes:
        found[expected, got].append(question)
    ordered = sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    return tuple(Confusion(*pair, len(asked), tuple(asked[:_EXAMPLES])) for pair, asked in ordered)


def confusion_lines(found: Sequence[Confusion]) -> list[str]:
    shown = found[:_SHOWN]
    return [
        f"confusions, expected → got ({len(shown)} of {len(found)}):",
        *(f"{one.count:5d}  {one.expected} → {one.got}: {'; '.join(one.questions)}" for one in shown),
    ]


@dataclass(frozen=True)
class Bin:
    """Questions whose first hit was given a probability from `low` up to `high`."""

    low: float
    high: float
    n: int
    predicted: float
    observed: float


@dataclass(frozen=True)
class Curve:
    """Predicted probability against what was observed, in equal steps; empty bins have n = 0."""

    bins: tuple[Bin, ...]
    error: float
    """Expected calibration error: the difference of the two, weighted by how many questions."""

    @classmethod
    def of(cls, tried: Sequence[tuple[float, bool]]) -> Self:
        """From (probability that the first hit is the item meant, whether it was)."""
        groups: list[list[tuple[float, bool]]] = [[] for _ in range(BINS)]
        for probability, right in tried:
            groups[min(BINS - 1, max(0, int(probability * BINS)))].append((probability, right))
        bins = []
        for place, group in enumerate(groups):
            n = len(group)
            predicted = sum(p for p, _ in group) / n if n else 0.0
            observed = sum(right for _, right in group) / n if n else 0.0
            bins.append(Bin(place / BINS, (place + 1) / BINS, n, predicted, observed))
        error = sum(one.n * abs(one.predicted - one.observed) for one in bins) / max(1, len(tried))
        return cls(tuple(bins), error)

    def lines(self) -> list[str]:
        return [
            f"calibration of the first hit (expected error {self.error:.3f}):",
            "probability     n  predicted  observed",
            *(
                f"  {one.low:.1f} – {one.high:.1f}  {one.n:4d}      {one.predicted:.3f}     {one.observed:.3f}"
                for one in self.bins
                if one.n
            ),
        ]


@dataclass(frozen=True)
class Coverage:
    """How far the names of the items hold the words of the in-scope questions."""

    n: int
    holds_name: float
    """Part of the questions in which a name of the right item (title, official, everyday) stands letter for letter."""
    holds_hint: float
    """… or one of its keywords (objects, events, complaints)."""
    best_name: float
    """Part of the questions whose best name by words alone (BM25) belongs to the right item."""

    @classmethod
    def of(cls, base: KnowledgeBase, asked: Sequence[tuple[str, str, Sequence[str]]]) -> Self:
        """From (question, what of it is searched, ids of the items meant)."""
        names = names_of(base)
        phrases: defaultdict[str, list[str]] = defaultdict(list)
        for name in names:
            phrases[name.item_id].append(compact(name.folded))
        index = Bm25([grams(name.folded) for name in names])
        named = hinted = best = 0
        for question, needle, expected in asked:
            text = compact(question)
            has_name = any(_within(text, phrases[item]) for item in expected)
            named += has_name
            hinted += has_name or any(
                _within(text, map(compact, base.item(item).keywords)) for item in expected
            )
            scores, _ = index.score(dict.fromkeys(grams(needle), 1.0))
            best += len(scores) > 0 and scores.max() > 0 and names[int(np.argmax(scores))].item_id in expected
        n = max(1, len(asked))
        return cls(len(asked), named / n, hinted / n, best / n)

    def line(self) -> str:
        return (
            f"lexicon: a name of the right item stands in {self.holds_name:.3f} of the in-scope questions, "
            f"a name or keyword in {self.holds_hint:.3f}; the best name by words is the right item's in "
            f"{self.best_name:.3f}"
        )


def _within(text: str, phrases: Iterable[str]) -> bool:
    return any(len(phrase) >= _SHORTEST_PHRASE and phrase in text for phrase in phrases)
