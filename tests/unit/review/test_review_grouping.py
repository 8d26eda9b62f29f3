"""Questions that are alike stand together, the same way each time."""

from __future__ import annotations

from random import Random

from bot.review.grouping import groups_of


def test_alike_together_largest_first() -> None:
    questions = [
        "营业执照丢了",
        "公积金怎么提取",
        "营业执照丢了怎么办",
        "公积金如何提取",
        "营业执照丢失了怎么办",
        "天气",
    ]
    groups = groups_of(questions)

    assert [[questions[place] for place in group.places] for group in groups] == [
        ["营业执照丢了", "营业执照丢了怎么办", "营业执照丢失了怎么办"],
        ["公积金怎么提取", "公积金如何提取"],
        ["天气"],
    ]


def test_every_question_is_in_one_group_and_a_new_one_moves_none() -> None:
    random = Random(3)
    words = ["社保", "医保", "转移", "怎么", "办理", "身份证", "丢了", "补办", "去哪"]
    questions = ["".join(random.choices(words, k=3)) for _ in range(120)]

    groups = groups_of(questions)
    again = groups_of([*questions, "完全不同的一句话"])

    assert sorted(place for group in groups for place in group.places) == list(range(len(questions)))
    firsts = [group.first for group in groups]
    assert firsts == [group.first for group in again][: len(firsts)]


def test_nothing_is_no_group() -> None:
    assert groups_of([]) == ()
    assert len(groups_of(["？", "？", "好"])) >= 1
