from __future__ import annotations

import json

import numpy as np
import pytest

from knowledge.search.calibrate import WRONG_ANSWERS, Calibration, Judged, Kind, Logistic, calibrate
from knowledge.search.fuse import HIT_FEATURES, QUESTION_FEATURES, Evidence, hit_features, question_features


def test_known_weights_are_found_again() -> None:
    random = np.random.default_rng(1)
    features = random.normal(size=(20_000, 2))
    chance = 1 / (1 + np.exp(-(2 * features[:, 0] - 1 * features[:, 1] + 0.5)))
    fitted = Logistic.fit(("a", "b"), features, random.random(20_000) < chance)
    assert (*fitted.weights, fitted.bias) == pytest.approx((2, -1, 0.5), abs=0.1)
    assert fitted.probabilities(features) == pytest.approx(chance, abs=0.05)


def test_perfectly_separable_questions_keep_the_weights_finite() -> None:
    fitted = Logistic.fit(
        ("a",), np.array([[0.0], [0.1], [0.9], [1.0]]), np.array([False, False, True, True])
    )
    assert np.isfinite(fitted.weights).all()
    assert fitted.probabilities(np.array([[0.0], [1.0]])) == pytest.approx([0, 1], abs=0.45)


def test_features_must_be_named() -> None:
    with pytest.raises(ValueError, match="1 names for 2 features"):
        Logistic.fit(("a",), np.zeros((3, 2)), np.array([True, False, True]))


def questions(count: int) -> list[Judged]:
    """Questions whose clearness decides whether the first hit is right; foreign ones are not clear at all."""
    random = np.random.default_rng(2)
    made = []
    for _ in range(count):
        kind = Kind(random.choice([Kind.UNSEEN, Kind.ABSENT, Kind.FOREIGN]))
        clear = float(random.choice((0.1, 0.2, 0.7, 0.8, 0.9, 1.0))) if kind is Kind.UNSEEN else 0.1
        hits = random.random((3, len(HIT_FEATURES))) * 0.1
        hits[0] += clear
        right = np.zeros(3, dtype=bool)
        if kind is Kind.UNSEEN:
            right[0 if clear > 0.3 else 1] = True
        sense = 0.1 if kind is Kind.FOREIGN else 0.8
        made.append(Judged(kind, hits, right, random.random((1, len(QUESTION_FEATURES))) * 0.1 + sense))
    return made


def test_thresholds_hold_the_wrong_answer_rate() -> None:
    made = calibrate(questions(600))
    measured = made.measured
    assert max(measured["wrong_answers"], measured["unseen_wrong"]) <= WRONG_ANSWERS
    assert measured["unseen_answered"] > 0.5
    assert measured["absent_answered"] < 0.05
    assert measured["unseen_kept"] > 0.95
    assert measured["foreign_refused"] >= 0.9
    assert sum(measured[kind] for kind in ("unseen", "absent", "foreign")) == 600
    assert 0 < made.policy.recognised < 1


def test_many_foreign_questions_do_not_excuse_wrong_answers() -> None:
    """Of all questions few would be answered wrongly at a low threshold: most are refused."""
    random = np.random.default_rng(3)
    asked = questions(900)
    for one in asked:
        if one.kind is Kind.UNSEEN and random.random() < 0.2:
            one.right[:] = False
    made = calibrate([one for one in asked if one.kind is not Kind.ABSENT])
    assert made.measured["foreign"] > made.measured["unseen"] / 2
    assert made.measured["unseen_wrong"] <= WRONG_ANSWERS


def test_the_same_questions_give_the_same_calibration() -> None:
    assert calibrate(questions(100)) == calibrate(questions(100))


def test_a_calibration_survives_json() -> None:
    made = calibrate(questions(100))
    assert Calibration.from_json(json.loads(json.dumps(made.to_json()))) == made


def test_a_calibration_for_other_features_is_refused() -> None:
    data = calibrate(questions(100)).to_json()
    data["hit"]["names"] = ["something else"]
    with pytest.raises(ValueError, match="other features"):
        Calibration.from_json(data)


def evidence(item: int, **values: float) -> Evidence:
    shares = dict.fromkeys(
        ("score", "lexical", "dense", "alike", "said", "named", "keyword", "body", "exact"), 0.0
    )
    return Evidence(item=item, **{**shares, **values})


def features(*evidence: Evidence) -> dict[str, list[float]]:
    rows = hit_features(evidence, 0.5, 0.2, -1.5, 4)
    assert rows.shape == (len(evidence), len(HIT_FEATURES))
    return {name: rows[:, place].tolist() for place, name in enumerate(HIT_FEATURES)}


def test_features_say_how_far_each_hit_leads() -> None:
    found = features(
        evidence(1, lexical=0.9, dense=0.5, alike=0.3), evidence(2, lexical=0.6, dense=0.7, alike=0.1)
    )
    assert found["lexical_lead"] == pytest.approx([0.3, -0.3])
    assert found["dense_lead"] == pytest.approx([-0.2, 0.2])
    assert found["alike_lead"] == pytest.approx([0.2, -0.2])
    assert (found["shortness"][0], found["known_words"][1], found["foreign"][0]) == (0.25, 0.5, 0.2)
    assert found["manner"] == [-1.5, -1.5]


def test_the_odds_are_those_of_the_scores() -> None:
    odds = features(evidence(1, score=1.0 + np.log(3)), evidence(2, score=1.0))["odds"]
    assert odds == pytest.approx([np.log(3), -np.log(3)])
    alone = features(evidence(1, score=5.0))["odds"]
    assert np.isfinite(alone).all()
    assert alone[0] > 10


def test_features_of_no_hits() -> None:
    assert hit_features([], 0.0, 0.2, 0.0, length=0).shape == (0, len(HIT_FEATURES))
    assert question_features([], 0.0, 0.2, 0.0, 0).shape == (1, len(QUESTION_FEATURES))
