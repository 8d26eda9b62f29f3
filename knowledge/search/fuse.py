"""Bringing the searches together: candidates, one fused score for their order, and the features from
which the decision is calibrated. Pure functions of scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from knowledge.search.bm25 import Scores

Features = npt.NDArray[np.float64]
Column = npt.NDArray[np.float64]

CANDIDATES = 24
"""Items looked at closely, from the best of each search."""
JUDGED = 8
"""Of these, the best by score whose probability is computed."""
LEXICAL_EASE = 8.0
"""Added to the best lexical score before dividing by it: a weak best match stays weak."""
BODY_EASE = 4.0
ALIKE_EASE = 0.05
_DENSE_EASE = 0.02
_BLOCK = 64
_LEAST_SHARE = 1e-6
_MANY_NAMES = 10

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
    "odds",
    "alike",
    "alike_lead",
    "worded",
    "known_words",
    "foreign",
    "manner",
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
    "alike",
    "manner",
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for one item. `dense` and `alike` are cosines, of its best name and of everything it is
    called; the others are shares between 0 and 1. `score` decides the order (`scores`)."""

    item: int
    score: float
    lexical: float
    """BM25 of its best name, relative to the best item of the question."""
    dense: float
    alike: float
    said: float
    named: float
    keyword: float
    body: float
    exact: float
    sound: float = 0.0
    worded: float = 1.0


@dataclass(frozen=True)
class Columns:
    """What is weighed of the candidates of one question, a number for each in every column."""

    dense: Column
    """Cosine of the best name."""
    alike: Column
    """Cosine of everything an item is called, relative to the best item."""
    lexical: Column
    """BM25 of the best name, relative to the best item …"""
    others: Column
    """… and of the next three together."""
    keyword: Column
    exact: Column
    sound: Column
    body: Column
    """BM25 of the guides' text, relative to the best item."""
    worded: Column


@dataclass(frozen=True)
class Weights:
    """What each kind of evidence counts: content/weights.yml, fitted by benchmarks/search/weigh.py.

    What an item is called counts by how `worded` it is, and `worded` itself against it: to match nothing
    means much where every way to ask is known, and little of an item with its official name only.
    """

    dense: float
    alike: float
    lexical: float
    others: float
    keyword: float
    exact: float
    sound: float
    body: float
    worded: float

    def scores(self, columns: Columns) -> Column:
        """The fused score of every candidate; only their differences mean anything."""
        found: Column = weighed(columns) @ np.array([getattr(self, field.name) for field in fields(self)])
        return found


@cache
def common_weights() -> Weights:
    """The weights of content/weights.yml."""
    text = files("knowledge.search").joinpath("content/weights.yml").read_text(encoding="utf-8")
    return Weights(**{name: float(value) for name, value in yaml.safe_load(text).items()})


def weighed(columns: Columns) -> Features:
    """One row per candidate, columns as the fields of Weights.

    A cosine counts by how far it is from the best, in spreads of the best cosines, so that the weights
    hold for other models, whose cosines lie closer together.
    """
    dense = columns.dense
    if len(dense):
        dense = (dense - dense.max()) / (np.sort(dense)[-CANDIDATES:].std() + _DENSE_EASE)
    called = (dense, columns.alike, columns.lexical, columns.others, columns.keyword)
    rest = (columns.exact, columns.sound, columns.body, columns.worded)
    return np.stack([*(one * columns.worded for one in called), *rest], axis=1)


def worded(names: npt.NDArray[Any]) -> Column:
    """0 to 1: how much of what people call an item is known, from how many names it has."""
    return np.asarray(names / (names + _MANY_NAMES), dtype=np.float64)


def relative(values: Scores, best: float, ease: float) -> Column:
    """Values as shares of the best; a weak best one stays weak."""
    return np.asarray(values / (best + ease), dtype=np.float64)


def candidates(
    lexical: Scores, alike: Scores, dense: Mapping[int, float], exact: Mapping[int, float]
) -> list[int]:
    """The items worth a closer look: the best by one name, by all names, by vectors, the exactly named."""
    count = min(CANDIDATES, len(lexical))
    by_words = _best(lexical, count)
    by_vectors = sorted(dense, key=lambda item: (-dense[item], item))[:count]
    by_name = sorted(exact, key=lambda item: (-exact[item], item))[:count]
    return sorted({*by_words, *_best(alike, count), *by_vectors, *by_name})


def _best(values: Scores, count: int) -> list[int]:
    """The places of the greatest values. Of `count` blocks with the greatest maxima each holds one value that is
    not below the least of these maxima, so nothing below it is among the best, and little is left to sort."""
    if not count:
        return []
    blocks = np.maximum.reduceat(values, np.arange(0, len(values), _BLOCK))
    least = np.partition(blocks, -count)[-count] if len(blocks) >= count else -np.inf
    some = np.flatnonzero(values >= least)
    found: list[int] = some[np.argpartition(-values[some], count - 1)[:count]].tolist()
    return found


def ranked(evidence: Sequence[Evidence]) -> list[Evidence]:
    """Best first; equal scores by the item's place."""
    return sorted(evidence, key=lambda one: (-one.score, one.item))


def hit_features(
    evidence: Sequence[Evidence], known_words: float, foreign: float, manner: float, length: int
) -> Features:
    """One row for each of the JUDGED best, columns as HIT_FEATURES; the others only show how far these
    lead. `known_words`, `foreign` and `manner` are the question's, and `length`, in characters."""
    lexical = _leads([one.lexical for one in evidence])
    dense = _leads([one.dense for one in evidence])
    alike = _leads([one.alike for one in evidence])
    odds = _odds([one.score for one in evidence])
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
                odds[place],
                one.alike,
                alike[place],
                one.worded,
                known_words,
                foreign,
                manner,
            )
            for place, one in enumerate(evidence[:JUDGED])
        ],
        dtype=np.float64,
    ).reshape(-1, len(HIT_FEATURES))


def question_features(
    evidence: Sequence[Evidence], known_words: float, foreign: float, manner: float, length: int
) -> Features:
    """One row for the whole question, columns as QUESTION_FEATURES: the most any candidate has of each,
    the share of words that occur in any name, the likeness to questions no guide answers, and how far it
    is worded as people ask an office."""
    best = {
        name: max((getattr(one, name) for one in evidence), default=0.0)
        for name in ("said", "named", "dense", "exact", "keyword", "body", "sound", "alike")
    }
    rest = {
        "known_words": known_words,
        "foreign": foreign,
        "shortness": 1 / max(length, 1),
        "manner": manner,
    }
    return np.array([[(best | rest)[name] for name in QUESTION_FEATURES]], dtype=np.float64)


def _odds(scores: Sequence[float]) -> list[float]:
    """The logarithm of the odds of each candidate among these, by the scores they were fitted to give."""
    if not scores:
        return []
    shares = np.exp(np.array(scores) - max(scores))
    shares = np.clip(shares / shares.sum(), _LEAST_SHARE, 1 - _LEAST_SHARE)
    odds: list[float] = np.log(shares / (1 - shares)).tolist()
    return odds


def _leads(values: Sequence[float]) -> list[float]:
    """How far each value is above the best of the others."""
    best, second = sorted((*values, 0.0, 0.0), reverse=True)[:2]
    return [value - (second if value == best else best) for value in values]
