from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest

from knowledge.search.bm25 import Bm25
from knowledge.text import grams

DOCUMENTS = ["居民身份证补领", "居民身份证换领", "结婚登记", "身份证身份证", ""]


def naive(query: str, document: str) -> float:
    """The textbook formula, term by term."""
    terms = [grams(text) for text in DOCUMENTS]
    mean = np.mean([max(1, len(t)) for t in terms])
    total = 0.0
    for term in set(grams(query)):
        containing = sum(term in t for t in terms)
        often = grams(document).count(term)
        if often:
            idf = math.log(1 + (len(terms) - containing + 0.5) / (containing + 0.5))
            norm = 1.2 * (1 - 0.5 + 0.5 * max(1, len(grams(document))) / mean)
            total += float(idf * often * 2.2 / (often + norm))
    return total


@pytest.mark.parametrize("query", ["身份证补领", "结婚", "驾照", "身份"])
def test_scores_are_those_of_the_formula(query: str) -> None:
    index = Bm25([grams(text) for text in DOCUMENTS])
    scores, _ = index.score(dict.fromkeys(grams(query), 1.0))
    assert scores == pytest.approx([naive(query, text) for text in DOCUMENTS], abs=1e-5)


def test_matched_mass_says_how_much_of_a_name_and_of_a_question_was_shared() -> None:
    index = Bm25([grams(text) for text in DOCUMENTS])
    query = dict.fromkeys(grams("结婚登记"), 1.0)
    _, matched = index.score(query)
    assert matched[2] == pytest.approx(index.mass[2])
    assert matched[2] == pytest.approx(index.weigh(query))
    assert matched[0] == 0


def test_a_weighted_term_counts_less() -> None:
    index = Bm25([grams(text) for text in DOCUMENTS])
    full, _ = index.score({"婚": 1.0})
    half, _ = index.score({"婚": 0.5})
    assert half[2] == pytest.approx(full[2] / 2)


def test_the_known_share_of_a_question() -> None:
    index = Bm25([grams(text) for text in DOCUMENTS])
    assert index.known(grams("结婚登记")) == pytest.approx(1)
    assert index.known(grams("天气")) == 0
    assert 0 < index.known(grams("结婚天气")) < 1
    assert index.known([]) == 0


def test_an_index_of_nothing_gives_nothing() -> None:
    scores, matched = Bm25([]).score({"身": 1.0})
    assert len(scores) == len(matched) == 0


def test_documents_may_be_read_once() -> None:
    listed = Bm25([grams(text) for text in DOCUMENTS])
    passing = Bm25(grams(text) for text in DOCUMENTS)
    for query in ("身份证补领", "结婚", ""):
        terms = dict.fromkeys(grams(query), 1.0)
        assert passing.score(terms)[0].tolist() == listed.score(terms)[0].tolist()
    assert passing.mass.tolist() == listed.mass.tolist()


@pytest.mark.parametrize("more", ["驾照", "补领", ""])
def test_a_query_and_the_same_with_more_terms_are_scored_in_one_go(more: str) -> None:
    index = Bm25([grams(text) for text in DOCUMENTS])
    own, added = dict.fromkeys(grams("身份证"), 1.0), dict.fromkeys(grams(more), 0.3)
    expected = (*index.score(own), *index.score(own | added))
    for found, right in zip(index.score_twice(own, added), expected, strict=True):
        assert found == pytest.approx(right)


@pytest.mark.parametrize("query", ["身份证补领", "身份证身份证", "天气", ""])
def test_the_matched_mass_alone_is_that_beside_the_score(query: str) -> None:
    index = Bm25([grams(text) for text in DOCUMENTS])
    _, matched = index.score(dict.fromkeys(grams(query), 1.0))
    assert index.matched(grams(query)) == pytest.approx(matched)


@pytest.mark.parametrize("at_once", [1, 50, 1 << 20])
def test_many_random_documents_are_scored_by_the_formula(
    monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("knowledge.search.bm25._AT_ONCE", at_once)
    random = Random(7)
    documents = [[random.choice("abcdefgh") for _ in range(random.randrange(12))] for _ in range(200)]
    index = Bm25(iter(documents))
    mean = np.mean([max(1, len(terms)) for terms in documents])
    have = {term: sum(term in terms for terms in documents) for term in "abcdefgh"}
    idf = {term: math.log(1 + (200 - count + 0.5) / (count + 0.5)) for term, count in have.items()}
    expected = [
        sum(
            factor * idf[term] * often * 2.2 / (often + 1.2 * (1 - 0.5 + 0.5 * max(1, len(terms)) / mean))
            for term, factor in {"a": 1.0, "d": 0.3, "z": 1.0}.items()
            if (often := terms.count(term))
        )
        for terms in documents
    ]
    assert index.score({"a": 1.0, "d": 0.3, "z": 1.0})[0] == pytest.approx(expected, abs=1e-5)
