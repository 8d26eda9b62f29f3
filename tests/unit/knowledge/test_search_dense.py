from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from knowledge.errors import IndexMismatch
from knowledge.search import build_index, open_index
from knowledge.search.dense import EXACT_UNTIL, DenseIndex, DenseKind, DenseSettings
from knowledge.search.embedding import Matrix, unit
from tests.unit.knowledge.search_samples import settings_in, small_base

EXACT = DenseSettings(DenseKind.EXACT)
BYTES = DenseSettings(DenseKind.BYTES)
GROUPED = DenseSettings(DenseKind.GROUPED, groups=8, probed=3)
EVERY_GROUP = DenseSettings(DenseKind.GROUPED, groups=8, probed=8)
KINDS = pytest.mark.parametrize("settings", [EXACT, BYTES, GROUPED], ids=lambda one: one.kind.value)
ALL = np.arange(600)


@pytest.fixture(scope="module")
def vectors() -> Matrix:
    """Names in bunches, as those of one item are."""
    random = np.random.default_rng(3)
    middles = random.normal(size=(30, 48))
    return unit((middles.repeat(20, axis=0) + 0.5 * random.normal(size=(600, 48))).astype(np.float32))


@pytest.fixture(scope="module")
def queries(vectors: Matrix) -> Matrix:
    random = np.random.default_rng(4)
    return unit(vectors[::30] + 0.1 * random.normal(size=(20, 48)).astype(np.float32))


@pytest.mark.parametrize("count", [1, 7, 600])
def test_exact_gives_the_rows_and_scores_of_brute_force(vectors: Matrix, queries: Matrix, count: int) -> None:
    index = DenseIndex.of(vectors, EXACT)
    for query in queries:
        scores = vectors @ query
        expected = np.argsort(-scores, kind="stable")[:count]
        rows, found = index.nearest(query, count)
        assert rows.tolist() == expected.tolist()
        assert found == pytest.approx(scores[expected], abs=1e-6)


@pytest.mark.parametrize("settings", [BYTES, EVERY_GROUP], ids=["bytes", "grouped, every group probed"])
def test_eight_bits_give_the_rows_and_scores_of_brute_force_over_what_is_kept(
    settings: DenseSettings, vectors: Matrix, queries: Matrix
) -> None:
    index = DenseIndex.of(vectors, settings)
    for query in queries:
        scores = index.similarity(query, ALL)
        expected = np.argsort(-scores, kind="stable")
        rows, found = index.nearest(query, 600)
        assert sorted(rows.tolist()) == ALL.tolist()
        assert found == pytest.approx(scores[expected], abs=1e-5)
        assert scores[rows] == pytest.approx(found, abs=1e-5)
        assert rows[:10].tolist() == expected[:10].tolist()


@KINDS
def test_every_kind_is_near_brute_force_over_the_vectors_themselves(
    settings: DenseSettings, vectors: Matrix, queries: Matrix
) -> None:
    index = DenseIndex.of(vectors, settings)
    shared = 0
    for query in queries:
        scores = vectors @ query
        best = np.argsort(-scores, kind="stable")[:10]
        rows, found = index.nearest(query, 10)
        assert found == pytest.approx(scores[rows], abs=0.02)
        assert rows[0] == best[0]
        shared += len(set(rows.tolist()) & set(best.tolist()))
    assert shared / (10 * len(queries)) >= 0.95


def test_grouped_looks_at_the_nearest_groups_only(vectors: Matrix) -> None:
    rows, scores = DenseIndex.of(vectors, DenseSettings(DenseKind.GROUPED, 8, 1)).nearest(vectors[0], 600)
    assert 0 < len(rows) == len(scores) < 600
    assert (rows >= 0).all()


@KINDS
def test_more_than_there_are_cannot_be_found(settings: DenseSettings, vectors: Matrix) -> None:
    rows, scores = DenseIndex.of(vectors, settings).nearest(vectors[0], 1000)
    assert len(rows) == len(scores) <= 600


@KINDS
def test_similarity_with_chosen_rows(settings: DenseSettings, vectors: Matrix) -> None:
    rows = np.array([4, 2, 9])
    near = DenseIndex.of(vectors, settings).similarity(vectors[2], rows)
    assert near == pytest.approx(vectors[rows] @ vectors[2], abs=1e-6 if settings is EXACT else 0.02)


@KINDS
def test_an_index_survives_being_written_with_its_settings(
    settings: DenseSettings, vectors: Matrix, queries: Matrix, tmp_path: Path
) -> None:
    made = DenseIndex.of(vectors, settings)
    made.write(tmp_path / "vectors.faiss")
    read = DenseIndex.read(tmp_path / "vectors.faiss")
    assert (len(read), read.dimension, read.settings) == (600, 48, settings)
    for query in queries:
        (rows, scores), (rows_read, scores_read) = made.nearest(query, 20), read.nearest(query, 20)
        assert (rows.tolist(), scores.tolist()) == (rows_read.tolist(), scores_read.tolist())
    assert read.similarity(queries[0], ALL).tolist() == made.similarity(queries[0], ALL).tolist()


@KINDS
def test_the_same_vectors_give_the_same_index(
    settings: DenseSettings, vectors: Matrix, tmp_path: Path
) -> None:
    for name in ("one", "two"):
        DenseIndex.of(vectors, settings).write(tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_kind_is_chosen_by_size(vectors: Matrix) -> None:
    assert DenseIndex.of(vectors).settings == EXACT
    assert DenseSettings.for_size(EXACT_UNTIL) == EXACT
    larger = DenseSettings.for_size(EXACT_UNTIL + 1)
    assert (larger.kind, larger.groups) == (DenseKind.GROUPED, 1024)
    assert DenseSettings.for_size(200_000).groups == 2048
    assert DenseSettings.for_size(1_000_000).groups == 4096
    assert larger.probed <= larger.groups


@pytest.mark.parametrize("content", [None, b"", b"no index"])
def test_a_file_that_is_no_index_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "vectors.faiss"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IndexMismatch, match=r"vectors\.faiss"):
        DenseIndex.read(path)


def test_an_index_of_another_kind_is_refused(vectors: Matrix, tmp_path: Path) -> None:
    import faiss

    other = faiss.IndexHNSWFlat(48, 8)
    other.add(vectors)
    faiss.write_index(other, str(tmp_path / "vectors.faiss"))
    with pytest.raises(IndexMismatch, match=r"vectors\.faiss"):
        DenseIndex.read(tmp_path / "vectors.faiss")


def test_an_index_of_many_names_finds_what_an_exact_one_finds(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From the limit on, an index is grouped when it is built, says so, and is opened as it was."""
    found = {}
    for name, until in (("exact", EXACT_UNTIL), ("grouped", 10)):
        monkeypatch.setattr("knowledge.search.dense.EXACT_UNTIL", until)
        settings = settings_in(tmp_path / name)
        build_index(small_base(), settings.index_dir, settings)
        searcher = open_index(settings.index_dir, settings)
        assert searcher.meta["vectors"]["kind"] == name
        assert searcher.engine.dense.settings.to_json() == searcher.meta["vectors"]
        found[name] = searcher.engine.rank("公积金付房租").evidence
    for exact, grouped in zip(found["exact"][:3], found["grouped"][:3], strict=True):
        assert exact.item == grouped.item
        assert exact.dense == pytest.approx(grouped.dense, abs=0.02)
