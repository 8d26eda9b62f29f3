"""Wordings that were learned: word for word they lead to their item, nearly so they are evidence, else nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.search.learned import NEAR, LearnedIndex

INDEX = LearnedIndex(
    [("身份证 公交车上丢了", 3), ("换驾照", 1), ("换驾照", 2), ("证", 9), ("医保报销比例", 4)]
)


def test_word_for_word_leads_there_alone() -> None:
    assert INDEX.near("身份证公交车上丢了") == {3: 1.0}
    assert INDEX.near("身份证公交 车上丢了") == {3: 1.0}, "spaces say nothing"
    assert INDEX.near("换驾照") == {1: 1.0, 2: 1.0}, "two were approved: both are offered"


def test_nearly_the_same_is_evidence_by_how_near() -> None:
    [(item, alike)] = INDEX.near("身份证公交车里丢了").items()
    assert item == 3
    assert NEAR <= alike < 1


def test_common_words_attract_nothing() -> None:
    for needle in ("身份证", "公交车", "身份证到期了换新的", "医保", "报销", "丢了", ""):
        assert INDEX.near(needle) == {}, needle


def test_one_character_is_no_wording() -> None:
    assert len(INDEX) == 4
    assert INDEX.near("证") == {}


@given(st.text("身份证公交车丢了换医保", min_size=1, max_size=12))
def test_a_share_is_a_share(needle: str) -> None:
    found = INDEX.near(needle)
    assert all(NEAR <= alike <= 1 for alike in found.values())
    assert found == INDEX.near(needle)
