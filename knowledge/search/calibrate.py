"""Turning evidence into probabilities and thresholds: fitted when an index is built, kept as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from knowledge.search.decide import Policy
from knowledge.search.fuse import HIT_FEATURES, QUESTION_FEATURES, Features

Probabilities = npt.NDArray[np.float64]

WRONG_ANSWERS = 0.015
"""Most of the questions that may be answered from the wrong item, on wording that was not trained on: of
those about matters of the index, and of all, whatever share of these is about none."""
REFUSED = 0.94
"""Least part of the out-of-scope questions to be refused …"""
KEPT = 0.965
"""… as long as this part of the in-scope ones is kept."""
ENOUGH_WRITTEN = 150
"""People's questions from which on they alone choose the thresholds."""
_LEAST_ANSWER = 0.5
_MOST_ANSWER = 0.98
_RECOGNISED_RANGE = (0.05, 0.9)
_ROUNDS = 50
_RIDGE = 1.0


@dataclass(frozen=True)
class Logistic:
    """P(yes | features) = 1 / (1 + exp(-(bias + weights · features)))."""

    names: tuple[str, ...]
    weights: tuple[float, ...]
    bias: float

    @classmethod
    def fit(cls, names: Sequence[str], features: Features, yes: npt.NDArray[np.bool_]) -> Self:
        """The most likely weights, a ridge keeping them finite; Newton's method on scaled features."""
        if features.shape[1] != len(names):
            raise ValueError(f"{len(names)} names for {features.shape[1]} features")
        scale = np.maximum(features.std(axis=0), 1e-3)
        x = np.hstack([features / scale, np.ones((len(features), 1))])
        ridge = np.diag([_RIDGE] * features.shape[1] + [1e-6])
        w = np.zeros(x.shape[1])
        for _ in range(_ROUNDS):
            p = _sigmoid(x @ w)
            slope = x.T @ (p - yes) + ridge @ w
            curve = (x * (p * (1 - p))[:, None]).T @ x + ridge
            step = np.linalg.solve(curve, slope)
            w -= step
            if np.abs(step).max() < 1e-8:
                break
        return cls(tuple(names), tuple(map(float, w[:-1] / scale)), float(w[-1]))

    def probabilities(self, features: Features) -> Probabilities:
        return _sigmoid(features @ np.array(self.weights) + self.bias)

    def to_json(self) -> dict[str, Any]:
        return {"names": list(self.names), "weights": list(self.weights), "bias": self.bias}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        return cls(tuple(data["names"]), tuple(map(float, data["weights"])), float(data["bias"]))


class Kind(StrEnum):
    """How a question relates to the index it is asked of."""

    KNOWN = "known"
    """Worded from names the index has."""
    WRITTEN = "written"
    """What a person asked about an item of the index, in words neither the index nor the model has."""
    UNSEEN = "unseen"
    """About an item of the index, worded as neither the index nor the model has it."""
    ABSENT = "absent"
    """About a matter like those of the index, but not one of them."""
    FOREIGN = "foreign"
    """About nothing any guide answers."""


_REAL = frozenset({Kind.WRITTEN, Kind.FOREIGN})
_MADE = frozenset({Kind.UNSEEN, Kind.ABSENT, Kind.FOREIGN})


@dataclass(frozen=True)
class Judged:
    """One question with the truth known: features of its candidates and of itself."""

    kind: Kind
    hits: Features
    """Rows as HIT_FEATURES, in ranked order."""
    right: npt.NDArray[np.bool_]
    """Which candidate is the item meant; none for absent and foreign questions."""
    question: Features


@dataclass(frozen=True)
class Calibration:
    """The two models, the thresholds, and what was measured in choosing them."""

    hit: Logistic
    question: Logistic
    policy: Policy
    measured: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "hit": self.hit.to_json(),
            "question": self.question.to_json(),
            "policy": self.policy.to_json(),
            "measured": self.measured,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Self:
        models = Logistic.from_json(data["hit"]), Logistic.from_json(data["question"])
        if (models[0].names, models[1].names) != (HIT_FEATURES, QUESTION_FEATURES):
            raise ValueError("the calibration is for other features")
        return cls(*models, Policy.from_json(data["policy"]), dict(data["measured"]))


def calibrate(judged: Sequence[Judged]) -> Calibration:
    """Choose the thresholds on probabilities each half is given by models fitted on the other half, then
    fit the models on everything.

    People's own questions choose the thresholds where there are enough of them; names searched as if
    they were absent stand in for them elsewhere. Known wording is easy and chooses none.
    """
    written = sum(one.kind is Kind.WRITTEN for one in judged)
    chosen_on = _REAL if written >= ENOUGH_WRITTEN else _MADE
    halves = judged[::2], judged[1::2]
    apart = [
        _Tried.of(one, *models)
        for models, half in ((_fit(halves[1]), halves[0]), (_fit(halves[0]), halves[1]))
        for one in half
        if one.kind in chosen_on
    ]
    recognised = np.array([one.recognised for one in apart])
    wrong = np.array([one.wrong for one in apart], dtype=bool)
    unseen = np.array([one.kind in (Kind.UNSEEN, Kind.WRITTEN) for one in apart], dtype=bool)
    absent, foreign = (
        np.array([one.kind is kind for one in apart], dtype=bool) for kind in (Kind.ABSENT, Kind.FOREIGN)
    )
    keep = round(_recognised_threshold(recognised[unseen], recognised[foreign]), 4)
    kept = recognised >= keep
    top = np.where(kept, np.array([one.top for one in apart]), 0.0)
    answer = round(_answer_threshold(top, wrong, unseen), 4)
    answered = top >= answer
    return Calibration(
        *_fit(judged),
        Policy(keep, answer),
        {
            "questions": len(judged),
            "unseen": int(unseen.sum()),
            "absent": int(absent.sum()),
            "foreign": int(foreign.sum()),
            "wrong_answers": _share(answered & wrong),
            "unseen_wrong": _share((answered & wrong)[unseen]),
            "foreign_answered": _share(answered[foreign]),
            "unseen_kept": _share(kept[unseen]),
            "unseen_answered": _share(answered[unseen]),
            "absent_answered": _share(answered[absent]),
            "foreign_refused": _share(~kept[foreign]),
        },
    )


@dataclass(frozen=True)
class _Tried:
    """What models fitted without it make of one question."""

    kind: Kind
    recognised: float
    top: float
    wrong: bool

    @classmethod
    def of(cls, one: Judged, hit: Logistic, question: Logistic) -> Self:
        likely = hit.probabilities(one.hits)
        recognised = float(question.probabilities(one.question)[0])
        top, right = (float(likely[0]), bool(one.right[0])) if len(likely) else (0.0, False)
        return cls(one.kind, recognised, top, not right)


def _fit(judged: Sequence[Judged]) -> tuple[Logistic, Logistic]:
    """The model of hits from all questions; that of questions from those that are clearly in or out."""
    told = [one for one in judged if one.kind is not Kind.ABSENT]
    return (
        Logistic.fit(
            HIT_FEATURES,
            np.vstack([one.hits for one in judged]),
            np.concatenate([one.right for one in judged]),
        ),
        Logistic.fit(
            QUESTION_FEATURES,
            np.vstack([one.question for one in told]),
            np.array([one.kind is not Kind.FOREIGN for one in told]),
        ),
    )


def _recognised_threshold(unseen: Probabilities, foreign: Probabilities) -> float:
    """Refuses REFUSED of the foreign questions if that keeps KEPT of the unseen ones, else keeps these."""
    low, high = _RECOGNISED_RANGE
    refusing = float(np.quantile(foreign, REFUSED)) if len(foreign) else low
    keeping = float(np.quantile(unseen, 1 - KEPT)) if len(unseen) else high
    return min(max(min(refusing, keeping), low), high)


def _answer_threshold(top: Probabilities, wrong: npt.NDArray[np.bool_], own: npt.NDArray[np.bool_]) -> float:
    """The lowest threshold at which at most WRONG_ANSWERS of the `own` questions, about matters of the index,
    and of all questions are answered wrongly."""
    for threshold in np.arange(_LEAST_ANSWER, _MOST_ANSWER, 0.01):
        wrongly = (top >= threshold) & wrong
        if max(_share(wrongly[own]), _share(wrongly)) <= WRONG_ANSWERS:
            return float(threshold)
    return _MOST_ANSWER


def _share(which: npt.NDArray[np.bool_]) -> float:
    return float(which.mean()) if len(which) else 0.0


def _sigmoid(x: npt.NDArray[np.float64]) -> Probabilities:
    return np.asarray(1 / (1 + np.exp(-np.clip(x, -40, 40))), dtype=np.float64)
