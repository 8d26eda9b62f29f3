from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from knowledge.search.fuse import (
    CANDIDATES,
    Columns,
    Weights,
    _best,
    candidates,
    common_weights,
    relative,
    weighed,
    worded,
)

NAMES = tuple(field.name for field in fields(Weights))


def columns(*rows: dict[str, float]) -> Columns:
    """Candidates that are as worded as can be and have nothing else unless told."""
    plain = {**dict.fromkeys(NAMES, 0.0), "worded": 1.0}
    return Columns(**{name: np.array([{**plain, **row}[name] for row in rows]) for name in NAMES})


def test_the_score_is_the_weighted_sum() -> None:
    weights = Weights(*(float(place) for place in range(1, 10)))
    one = {name: 0.1 * place for place, name in enumerate(NAMES, start=1)} | {"dense": 0.0, "worded": 0.5}
    called = 2 * 0.2 + 3 * 0.3 + 4 * 0.4 + 5 * 0.5
    assert weights.scores(columns(one)) == pytest.approx(
        [0.5 * called + 6 * 0.6 + 7 * 0.7 + 8 * 0.8 + 9 * 0.5]
    )


@pytest.mark.parametrize("name", [name for name in NAMES if name != "worded"])
def test_every_evidence_speaks_for_an_item(name: str) -> None:
    first, second = common_weights().scores(columns({name: 0.9}, {name: 0.1}))
    assert first > second


def test_no_match_speaks_less_against_an_item_of_few_names() -> None:
    rich, bare = common_weights().scores(columns({}, {"worded": 0.2}))
    assert bare > rich
    rich, bare = common_weights().scores(columns({"alike": 0.9, "lexical": 0.9}, {"worded": 0.2}))
    assert rich > bare


def test_cosines_of_another_model_weigh_the_same() -> None:
    ours = columns({"dense": 0.9}, {"dense": 0.5}, {"dense": 0.1})
    theirs = replace(ours, dense=0.8 + 0.1 * ours.dense)
    # The ease keeps the differences of cosines that are all alike from being blown up.
    assert weighed(theirs)[:, 0] == pytest.approx(weighed(ours)[:, 0], rel=0.45)
    assert (weighed(columns({"dense": 0.7}, {"dense": 0.7}))[:, 0] == 0).all()


def test_no_candidates_have_no_scores() -> None:
    assert common_weights().scores(columns()).tolist() == []


def test_candidates_are_the_best_of_every_search() -> None:
    lexical, alike = np.zeros(500), np.zeros(500)
    lexical[7] = alike[11] = 1
    found = candidates(lexical, alike, {13: 0.9}, {17: 1.0})
    assert {7, 11, 13, 17} <= set(found)
    assert found == sorted(found)
    assert len(found) <= 4 * CANDIDATES
    assert candidates(np.zeros(2), np.zeros(2), {}, {}) == [0, 1]
    assert candidates(np.zeros(0), np.zeros(0), {}, {}) == []


def test_how_worded_an_item_is_grows_with_its_names() -> None:
    shares = worded(np.array([0, 1, 10, 400]))
    assert shares.tolist() == sorted(shares.tolist())
    assert (shares[0], shares[2]) == (0, 0.5)
    assert shares[3] < 1


def test_a_weak_best_match_stays_weak() -> None:
    assert relative(np.array([1.0, 2.0]), 2.0, 8.0) == pytest.approx([0.1, 0.2])


@pytest.mark.parametrize("size", [1, 5, 24, 63, 64, 65, 1535, 1536, 1537, 20_000])
@pytest.mark.parametrize("kinds", [1, 3, 1_000_000])
def test_the_best_of_many_values_are_those_of_sorting(size: int, kinds: int) -> None:
    values = np.random.default_rng(size).integers(0, kinds, size).astype(np.float32)
    found = _best(values, min(CANDIDATES, size))
    assert len(set(found)) == len(found) == min(CANDIDATES, size)
    assert sorted(values[found])[::-1] == sorted(values.tolist(), reverse=True)[: len(found)]
