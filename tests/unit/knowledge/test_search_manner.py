from __future__ import annotations

from collections import Counter
from math import log, sqrt
from pathlib import Path

import pytest

from knowledge.importers import read_path
from knowledge.lexicon import read_concepts
from knowledge.search.manner import Manner, common_manner
from knowledge.search.needle import needle_of
from knowledge.search.questions import OUT_OF_SCOPE, foreign_questions, out_of_scope, written_questions

SAMPLES = Path(__file__).parents[3] / "knowledge" / "samples"
OFFICE = ("补证去哪办", "换证去哪办", "办证要啥")
ELSEWHERE = ("哪个牌子好", "买哪个好")
MANNER = Manner.of_sentences(OFFICE, ELSEWHERE)


def test_words_of_one_side_tell() -> None:
    assert MANNER.of("注销去哪办") > 0 > MANNER.of("选哪个好")


def test_what_is_new_or_was_seen_once_says_nothing() -> None:
    assert MANNER.of("") == MANNER.of("？！") == MANNER.of("天气") == 0.0
    assert MANNER.of("啥") == 0.0  # in one sentence only


def test_the_odds_are_those_of_the_counts() -> None:
    """证 is in three of three and none of two: (3 + 1) / (3 + 2) against (0 + 1) / (2 + 2)."""
    assert MANNER.of("证") == pytest.approx(log((4 / 5) / (1 / 4)))
    assert MANNER.of("证 证") == pytest.approx(log((4 / 5) / (1 / 4)) / sqrt(2))  # 证 and the unknown 证证


def test_a_sentence_is_judged_as_if_it_had_not_been_counted() -> None:
    for place, text in enumerate(OFFICE):
        others = Manner.of_sentences(OFFICE[:place] + OFFICE[place + 1 :], ELSEWHERE)
        assert MANNER.without(text, office=True) == pytest.approx(others.of(text))
    for place, text in enumerate(ELSEWHERE):
        others = Manner.of_sentences(OFFICE, ELSEWHERE[:place] + ELSEWHERE[place + 1 :])
        assert MANNER.without(text, office=False) == pytest.approx(others.of(text))


def test_writing_does_not_matter() -> None:
    assert MANNER.of("補證，去哪 辦？") == pytest.approx(MANNER.of("补证去哪办"))


def test_a_very_long_message_is_looked_at_from_its_end() -> None:
    assert MANNER.of("哪个好" * 1000 + "办证" * 100) == MANNER.of("办证" * 100)


@pytest.mark.parametrize(
    ("office", "elsewhere"),
    [
        ("粮油店的证到期了，去哪换", "粮油店开在小区门口好还是学校门口好"),
        ("给孩子办学籍要带哪些材料", "给孩子买书包选什么牌子好"),
        ("电动车上牌要带什么证件", "电动车买哪个牌子的电池耐用"),
    ],
)
def test_the_same_things_are_asked_of_offices_and_of_friends(office: str, elsewhere: str) -> None:
    manner = common_manner()
    assert manner.of(office) > manner.of(elsewhere)


def test_every_written_question_names_a_matter_of_the_lexicon_or_the_samples_or_none() -> None:
    samples = {item.id for item in read_path(SAMPLES / "shandong").items}
    known = {concept.id for concept in read_concepts()} | samples | {OUT_OF_SCOPE}
    assert {item_id for _, item_id in written_questions()} <= known


def test_no_question_is_written_twice_or_both_ways() -> None:
    questions = [question for question, _ in written_questions()]
    assert [question for question, count in Counter(questions).items() if count > 1] == []
    office = {question for question, item in written_questions() if item != OUT_OF_SCOPE}
    assert office.isdisjoint(foreign_questions().values())
    assert office.isdisjoint(out_of_scope())


def test_what_is_searched_for_of_a_foreign_question_is_its_needle() -> None:
    assert all(needle_of(question) == needle for needle, question in foreign_questions().items())
