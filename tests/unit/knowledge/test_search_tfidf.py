from __future__ import annotations

import math
from collections import Counter

import numpy as np
import pytest

from knowledge.search.tfidf import TfidfIndex, Wording, keys_of
from tests.unit.knowledge.test_search_lexical import INDEX

TEXTS = ("身份证补领 补身份证", "身份证换领", "结婚登记 领证 结婚证", "id 卡", "")


def grams(text: str) -> list[str]:
    """What keys_of stands for, in words."""
    return [
        run[at : at + size] for size in (1, 2, 3) for run in text.split() for at in range(len(run) - size + 1)
    ]


def vector(text: str, texts: tuple[str, ...]) -> dict[str, float]:
    """A TF-IDF vector of length one, by the book; a term of no text is as rare as can be."""
    have = {term: sum(term in grams(other) for other in texts) for term in grams(text)}
    parts = {
        term: (1 + math.log(count)) * (math.log((1 + len(texts)) / (1 + have[term])) + 1)
        for term, count in Counter(grams(text)).items()
    }
    length = math.sqrt(sum(part**2 for part in parts.values()))
    return {term: part / length for term, part in parts.items()}


def cosine(a: dict[str, float], b: dict[str, float]) -> float:
    return sum(part * b.get(term, 0.0) for term, part in a.items())


@pytest.mark.parametrize("question", ["身份证", "补领身份证 身份证", "天气", "领", "id", "😀身份证", ""])
def test_the_cosines_are_those_of_brute_force(question: str) -> None:
    expected = [cosine(vector(question, TEXTS), vector(text, TEXTS)) for text in TEXTS]
    assert TfidfIndex.of(TEXTS).cosines(question) == pytest.approx(expected, abs=1e-6)


def test_keys_are_runs_of_three_characters_and_none_crosses_a_space() -> None:
    for text in ("补领 证", "a", "ab", " ab  cde ", "", "𠮷野家"):
        assert len(keys_of(text)) == len(grams(text))
        assert len(set(keys_of(text).tolist())) == len(set(grams(text)))


def test_an_item_of_two_names_stands_beside_one_of_forty() -> None:
    many = " ".join(f"{first}{second}登记" for first in "房地车船渔矿林" for second in "产权抵押转让")
    found = TfidfIndex.of((f"结婚登记 {many}", "离婚登记 离婚证")).cosines("离婚登记")
    assert found[1] > 2 * found[0]


def test_an_index_of_nothing_finds_nothing() -> None:
    assert TfidfIndex.of(()).cosines("身份证").tolist() == []
    assert TfidfIndex.of(("", "")).cosines("身份证").tolist() == [0, 0]


def test_the_kept_arrays_make_the_same_index() -> None:
    made = TfidfIndex.of(TEXTS)
    again = TfidfIndex(made.size, **made.arrays)
    assert again.cosines("补身份证").tolist() == made.cosines("补身份证").tolist()


def test_hidden_names_are_not_part_of_what_an_item_is_called() -> None:
    keywords = ["住院" if item == "remote_medical" else "" for item in INDEX.item_ids]
    wording = Wording.of(INDEX, keywords)
    place = INDEX.item_ids.index("remote_medical")
    rows = INDEX.rows_of(place)
    whole = wording.cosines("跨省看病")
    hidden = wording.cosines("跨省看病", rows[1:])
    assert hidden[place] < whole[place]
    assert np.delete(hidden, place).tolist() == np.delete(whole, place).tolist()
    left = f"{INDEX.names[rows[0]].folded} 住院"
    assert hidden[place] == pytest.approx(wording.index.cosine("跨省看病", left))
    assert wording.cosines("住院", rows)[place] > 0  # keywords are no names
