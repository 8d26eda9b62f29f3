"""Questions that are much alike, put together: what was not answered most often stands first.

Pairs of characters weighed by how rare they are (TF-IDF), and the angle between two questions. The first question of
a group speaks for it, oldest first, so that a new question changes no group and the same questions always make
the same groups. Pure.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.review_words import folded

ALIKE = 0.4
"""The cosine from which on two questions are one, by measurement (benchmarks/review): of the questions that join a group
only from here on four in five are of its matter, below it fewer; 97 of 100 that are typed again meet."""

_MANY = 1000
"""Of few questions it cannot be told what is rare: they are weighed as if they were so many."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Places of questions that are alike, in the order they came."""

    first: int
    places: tuple[int, ...]


def groups_of(questions: Sequence[str], *, alike: float = ALIKE) -> tuple[Alike, ...]:
    """Every question in one group; the largest group first, of equals the older."""
    vectors = _vectors([_grams(question) for question in questions])
    leaders: list[int] = []
    members: dict[int, list[int]] = {}
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for place, vector in enumerate(vectors):
        shared: Counter[int] = Counter()
        for gram, weight in vector.items():
            for leader in holding[gram]:
                shared[leader] += weight * vectors[leader][gram]  # type: ignore[assignment]
        best = max(shared, key=lambda leader: (shared[leader], -leader), default=None)
        if best is not None and shared[best] >= alike:
            members[best].append(place)
            continue
        leaders.append(place)
        members[place] = [place]
        for gram in vector:
            holding[gram].append(place)
    ordered = sorted(leaders, key=lambda leader: (-len(members[leader]), leader))
    return tuple(Alike(leader, tuple(members[leader])) for leader in ordered)


def _grams(question: str) -> Counter[str]:
    runs = folded(question).split()
    found = Counter(run[place : place + 2] for run in runs for place in range(len(run) - 1))
    return found or Counter(runs)


def _vectors(counted: Sequence[Counter[str]]) -> list[dict[str, float]]:
    """Of length one. A pair that every question has says nothing, and still a little."""
    frequency = Counter(gram for grams in counted for gram in grams)
    vectors = []
    for grams in counted:
        weighed = {
            gram: (1 + math.log(count)) * math.log(1 + max(len(counted), _MANY) / frequency[gram])
            for gram, count in grams.items()
        }
        length = math.sqrt(sum(weight**2 for weight in weighed.values())) or 1.0
        vectors.append({gram: weight / length for gram, weight in weighed.items()})
    return vectors
