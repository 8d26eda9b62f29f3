from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.search.dense import DenseIndex
from knowledge.search.embedding import Matrix, unit


@pytest.fixture(scope="module")
def vectors() -> Matrix:
    return unit(np.random.default_rng(3).normal(size=(500, 48)).astype(np.float32))


@pytest.mark.parametrize("count", [1, 7, 500])
def test_the_index_gives_the_rows_and_scores_of_brute_force(vectors: Matrix, count: int) -> None:
    index = DenseIndex.of(vectors)
    for query in unit(np.random.default_rng(4).normal(size=(20, 48)).astype(np.float32)):
        scores = vectors @ query
        expected = np.argsort(-scores, kind="stable")[:count]
        rows, found = index.nearest(query, count)
        assert rows.tolist() == expected.tolist()
        assert found == pytest.approx(scores[expected], abs=1e-6)


def test_more_than_there_are_cannot_be_found(vectors: Matrix) -> None:
    rows, scores = DenseIndex.of(vectors[:3]).nearest(vectors[0], 10)
    assert len(rows) == len(scores) == 3


def test_similarity_with_chosen_rows(vectors: Matrix) -> None:
    rows = np.array([4, 2, 9])
    assert DenseIndex.of(vectors).similarity(vectors[2], rows) == pytest.approx(
        vectors[rows] @ vectors[2], abs=1e-6
    )


def test_an_index_survives_being_written(vectors: Matrix, tmp_path: Path) -> None:
    DenseIndex.of(vectors).write(tmp_path / "vectors.faiss")
    index = DenseIndex.read(tmp_path / "vectors.faiss")
    assert (len(index), index.dimension) == (500, 48)
    assert index.nearest(vectors[7], 1)[0].tolist() == [7]
