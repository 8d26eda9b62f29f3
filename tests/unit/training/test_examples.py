"""Training examples from patterns."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.training.examples import Mix, TemplateError, Templates, examples, load_templates, spoken
from knowledge.aspects import Aspect

MATTERS = ("居民身份证补领", "办护照", "异地就医备案", "开饭店")
PLACES = ("青岛", "烟台", "平度", "济阳")
TEMPLATES = Templates(
    intents={
        "ask_where": ("{matter}去哪办", "去哪办"),
        "ask_fee": ("{matter}多少钱", "多少钱"),
        "inform_region": ("我在{place}",),
    },
    around_place=("我在{place}，{text}", "{text}，我在{place}"),
    before=("请问",),
    after=("？",),
)


def test_the_same_seed_gives_the_same_examples_and_another_seed_others() -> None:
    first = examples(TEMPLATES, MATTERS, PLACES, {}, seed=1)
    assert first == examples(TEMPLATES, MATTERS, PLACES, {}, seed=1)
    assert first != examples(TEMPLATES, MATTERS, PLACES, {}, seed=2)


def test_every_intent_gets_the_same_number_when_there_is_enough_to_say() -> None:
    templates = load_templates()
    matters = tuple(f"办{n}号证" for n in range(300))
    places = tuple(f"{n}号市" for n in range(100))
    made = examples(templates, matters, places, {}, seed=1, mix=Mix(per_intent=150))
    assert {len(texts) for texts in made.values()} <= set(range(140, 151))


def test_a_text_is_never_made_for_two_intents() -> None:
    templates = Templates({"a": ("{matter}",), "b": ("{matter}", "{matter}吗")}, (), (), ())
    made = examples(templates, MATTERS, PLACES, {}, seed=1)
    assert made["a"] == ()
    assert set(made["b"]) == {f"{matter}吗" for matter in MATTERS}


def test_what_is_written_by_hand_is_not_made_again_not_even_for_another_intent() -> None:
    made = examples(
        TEMPLATES, MATTERS, PLACES, {"ask_fee": ("去哪办", "多少钱")}, seed=1, mix=Mix(place=0, before=0)
    )
    assert "去哪办" not in made["ask_where"]
    assert "多少钱" not in made["ask_fee"]


def test_a_hand_written_question_also_comes_with_a_place_around_it() -> None:
    made = examples(
        TEMPLATES, MATTERS, PLACES, {"ask_where": ("上哪弄去",)}, seed=1, mix=Mix(written_with_place=0.5)
    )
    around = [text for text in made["ask_where"] if "上哪弄去" in text]
    assert around
    assert all(any(place in text for place in PLACES) for text in around)


def test_commas_are_left_out_as_in_voice_input() -> None:
    made = examples(TEMPLATES, MATTERS, PLACES, {}, seed=1, mix=Mix(place=1, run_on=1))
    assert not any("，" in text for text in made["ask_where"])


def test_without_places_only_the_patterns_without_one_are_used() -> None:
    made = examples(TEMPLATES, MATTERS, (), {}, seed=1)
    assert made["inform_region"] == ()
    assert made["ask_where"]


def test_without_matters_the_follow_ups_remain() -> None:
    made = examples(TEMPLATES, (), PLACES, {}, seed=1, mix=Mix(place=0, before=0, after=0))
    assert made["ask_where"] == ("去哪办",)


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("企业开办“一窗通”（设立、刻章、税务、社保等）", "企业开办“一窗通"),
        ("户口迁移(毕业)", "户口迁移"),
        ("“领证”", "领证"),
        ("办护照", "办护照"),
    ],
)
def test_brackets_are_not_spoken(title: str, said: str) -> None:
    assert spoken(title) == said


def test_an_unknown_field_is_refused_with_its_place(tmp_path: Path) -> None:
    file = tmp_path / "templates.yml"
    file.write_text(
        'before: []\nafter: []\naround_place: ["{text}"]\nintents:\n  ask_fee: ["{item}多少钱"]\n',
        encoding="utf-8",
    )
    with pytest.raises(TemplateError, match=r"ask_fee.*item"):
        load_templates(file)


def test_every_aspect_has_patterns_and_no_pattern_stands_twice() -> None:
    templates = load_templates()
    assert {aspect.intent for aspect in Aspect} <= set(templates.intents)
    owner: dict[str, str] = {}
    for intent, patterns in templates.intents.items():
        for pattern in set(patterns):
            assert owner.setdefault(pattern, intent) == intent, (
                f"{pattern} is under {owner[pattern]} and {intent}"
            )
