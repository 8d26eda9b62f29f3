"""Which choice of a guide's situations a message makes, and which one is still open."""

from __future__ import annotations

import pytest

from actions.dialogue.situations import known_choices, open_situations, read_situation
from knowledge.model import Guide

GUIDE = Guide.model_validate(
    {
        "id": "g",
        "item_id": "i",
        "region": "990100",
        "task_name": "示例",
        "situations": [
            {
                "id": "who",
                "question": "谁来办",
                "choices": [{"id": "self", "name": "本人"}, {"id": "agent", "name": "代办"}],
            },
            {
                "id": "house",
                "question": "哪种房",
                "choices": [
                    {"id": "own", "name": "自有房", "accept_condition": "有证"},
                    {"id": "rent", "name": "租房"},
                ],
            },
            {
                "id": "idle",
                "question": "没有影响的",
                "choices": [{"id": "x", "name": "甲种"}, {"id": "y", "name": "乙种"}],
            },
        ],
        "materials": [{"material_name": "委托书", "situation": ["who=agent"]}],
    }
)


@pytest.mark.parametrize(
    ("said", "choices", "rest"),
    [
        ("本人", ("who=self",), ""),
        ("我自己去", ("who=self",), "去"),
        ("不是本人去", ("who=agent",), "去"),
        ("我是代办的", ("who=agent",), "我是的"),
        ("替我妈办", ("who=agent",), "办"),
        ("不是代办，是本人", ("who=self",), "是"),
        ("我说错了，是租的房", ("house=rent",), "是"),
        ("代办，房子是租的", ("who=agent", "house=rent"), "房子是"),
        ("本人还是代办", (), "本人还是代办"),
        ("多少钱", (), "多少钱"),
        ("", (), ""),
    ],
)
def test_choices(said: str, choices: tuple[str, ...], rest: str) -> None:
    found = read_situation(said, GUIDE)
    assert (found.choices, found.rest) == (choices, rest)


def test_without_a_guide_nothing_is_chosen() -> None:
    assert read_situation("本人", None).choices == ()


def test_the_last_choice_counts_and_another_guides_are_forgotten() -> None:
    assert known_choices(GUIDE, ("who=self", "cause=sale"), ("who=agent",), ["house=rent"]) == (
        "who=agent",
        "house=rent",
    )
    assert known_choices(GUIDE, ("who=nobody",)) == ()


def test_only_situations_that_change_something_are_open() -> None:
    assert [s.id for s in open_situations(GUIDE, ())] == ["who", "house"]
    assert [s.id for s in open_situations(GUIDE, ("who=self",))] == ["house"]
    assert open_situations(GUIDE, ("who=self", "house=own")) == ()
