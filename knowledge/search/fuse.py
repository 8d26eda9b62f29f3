"""Bringing the searches together: candidates, one fused score for their order, and the features from
which the decision is calibrated. Pure functions of scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.search.bm25 import Scores

Features = npt.NDArray[np.float64]

CANDIDATES = 24
"""Items looked at closely, from the best of each search."""
JUDGED = 8
"""Of these, the best by score whose probability is computed."""
LEXICAL_EASE = 8.0
"""Added to the best lexical score before dividing by it: a weak best match stays weak."""
DENSE_WEIGHT = 1.2
EXACT_WEIGHT = 0.6
SOUND_WEIGHT = 0.5

HIT_FEATURES = (
    "said",
    "named",
    "said_and_named",
    "dense",
    "exact",
    "keyword",
    "lexical_lead",
    "dense_lead",
    "sound",
    "shortness",
)
QUESTION_FEATURES = (
    "said",
    "named",
    "dense",
    "exact",
    "keyword",
    "body",
    "sound",
    "known_words",
    "foreign",
    "shortness",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one item. `lexical` is relative to the best item of the question; `dense` the
    cosine of its best name; the others are shares between 0 and 1."""

    item: int
    lexical: float
    dense: float
    said: float
    named: float
    keyword: float
    body: float
    exact: float
    sound: float = 0.0

    @property
    def score(self) -> float:
        """The fused score: a weighted sum."""
        return (
            self.lexical + DENSE_WEIGHT * self.dense + EXACT_WEIGHT * self.exact + SOUND_WEIGHT * self.sound
        )


def candidates(lexical: Scores, dense: Mapping[int, float], exact: Mapping[int, float]) -> list[int]:
    """The items worth a closer look: the best by words, the best by vectors, the exactly named."""
    count = min(CANDIDATES, len(lexical))
    by_words = np.argpartition(-lexical, count - 1)[:count].tolist() if count else []
    by_vectors = sorted(dense, key=lambda item: (-dense[item], item))[:count]
    by_name = sorted(exact, key=lambda item: (-exact[item], item))[:count]
    return sorted({*by_words, *by_vectors, *by_name})


def ranked(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Best first; equal scores by the item's place."""
    return sorted(evidence, key=lambda one: (-one.score, one.item))


def hit_features(evidence: Sequence[Evidence], length: int) -> Features:
    """One row per candidate, columns as HIT_FEATURES. `length` is the question's, in characters."""
    lexical = _leads([one.lexical for one in evidence])
    dense = _leads([one.dense for one in evidence])
    return np.array(
        [
            (
                one.said,
                one.named,
                one.said * one.named,
                one.dense,
                one.exact,
                one.keyword,
                lexical[place],
                dense[place],
                one.sound,
                1 / max(length, 1),
            )
            for place, one in enumerate(evidence)
        ],
        dtype=np.float64,
    ).reshape(len(evidence), len(HIT_FEATURES))


def question_features(
    evidence: Sequence[Evidence], known_words: float, foreign: float, length: int
) -> Features:
    """One row for the whole question, columns as QUESTION_FEATURES: the most any candidate has of each,
    the share of words that occur in any name, and the likeness to questions no guide answers."""
    best = [
        max((getattr(one, name) for one in evidence), default=0.0)
        for name in ("said", "named", "dense", "exact", "keyword", "body", "sound")
    ]
    return np.array([[*best, known_words, foreign, 1 / max(length, 1)]], dtype=np.float64)


def _leads(values: Sequence[float]) -> list[float]:
    """How far each value is above the best of the others."""
    best, second = sorted((*values, 0.0, 0.0), reverse=True)[:2]
    return [value - (second if value == best else best) for value in values]
