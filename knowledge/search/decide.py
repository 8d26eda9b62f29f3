"""Answer, ask which one, or say that nothing was found. Pure functions of probabilities."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Self

MOST_OPTIONS = 5
_WHOLE = 0.999
_BARE_ITEMS = 3


class Decision(StrEnum):
    ANSWER = "answer"
    CLARIFY = "clarify"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Hit:
    """One item found. `probability` that it is the one meant; the rest is why."""

    item_id: str
    title: str
    category: str
    probability: float
    score: float
    lexical: float
    dense: float
    said: float
    """How much of the question its best name explains."""
    exact: bool
    """One of its names stands in the question, letter for letter."""
    whole: bool
    """The question is exactly one of its names."""


@dataclass(frozen=True)
class Policy:
    """Thresholds, chosen by what was measured on wording that was not trained on.

    A question is searched for at all when it is `recognised` with this probability; the best item is
    answered from when it is meant with probability `answer`; the others are offered down to `offer`
    times the best one's probability.
    """

    recognised: float
    answer: float
    offer: float = 0.1

    def to_json(self) -> dict[str, Any]:
        return {"recognised": self.recognised, "answer": self.answer, "offer": self.offer}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(float(data["recognised"]), float(data["answer"]), float(data["offer"]))


@dataclass(frozen=True)
class Verdict:
    """The decision, the item ids to offer when it is CLARIFY, and their category if they share one."""

    decision: Decision
    options: tuple[str, ...] = ()
    category: str | None = None


def decide(hits: Sequence[Hit], recognised: float, policy: Policy) -> Verdict:
    """`hits` are best first (not always the most probable first); `recognised` is the probability that the
    question is about any item.

    - A question that is exactly the name of one item is answered; of several, they are offered.
    - A question that is not recognised finds nothing.
    - A word that many items' names hold entire (社保, 身份证) is no item: they are offered.
    - Else the best item is answered from if it is probable enough, and the likeliest are offered if not.
    """
    if not hits:
        return Verdict(Decision.NOTHING)
    whole = [hit for hit in hits if hit.whole]
    if len(whole) == 1:
        return Verdict(Decision.ANSWER, category=whole[0].category)
    if whole:
        return _clarify(whole)
    if recognised < policy.recognised:
        return Verdict(Decision.NOTHING)
    bare = sum(hit.said > _WHOLE for hit in hits) >= _BARE_ITEMS
    if hits[0].probability >= policy.answer and not bare:
        return Verdict(Decision.ANSWER, category=hits[0].category)
    floor = policy.offer * max(hit.probability for hit in hits)
    return _clarify([hit for place, hit in enumerate(hits) if place < 2 or hit.probability >= floor])


def _clarify(hits: Sequence[Hit]) -> Verdict:
    options = hits[:MOST_OPTIONS]
    if len(options) < 2:
        return Verdict(Decision.NOTHING)  # there is nothing to choose between
    category, count = Counter(hit.category for hit in options).most_common(1)[0]
    shared = category if count == len(options) else None
    return Verdict(Decision.CLARIFY, tuple(hit.item_id for hit in options), shared)
