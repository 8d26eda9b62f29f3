from __future__ import annotations

from importlib.resources import files
from random import Random

import pytest
import yaml

from knowledge.search.examples import ExampleMaker, common_frames, is_held_out
from knowledge.search.judged import out_of_scope
from knowledge.search.names import Name, NameKind
from knowledge.search.pinyin import Sounds
from knowledge.search.synonyms import Synonyms

NAMES = tuple(
    Name(f"item{number}", text, text, kind)
    for number in range(40)
    for text, kind in (
        (f"第{number}号机动车驾驶证业务", NameKind.TITLE),
        (f"别名{number}之一", NameKind.ALIAS),
        (f"别名{number}之二", NameKind.ALIAS),
    )
)
HELD_OUT = {name.text for name in NAMES if is_held_out(name)}


@pytest.fixture(scope="module")
def maker() -> ExampleMaker:
    synonyms = Synonyms({"驾照": ["驾驶证"]})
    return ExampleMaker.of(NAMES, {"item0": ["关键"]}, synonyms, Sounds.from_dictionary())


def test_the_same_seed_makes_the_same_examples(maker: ExampleMaker) -> None:
    batches = [list(maker.batches(16, 5, Random(3))) for _ in range(2)]
    assert batches[0] == batches[1]
    assert batches[0] != list(maker.batches(16, 5, Random(4)))


def test_no_item_is_asked_about_twice_in_a_batch(maker: ExampleMaker) -> None:
    for batch in maker.batches(16, 20, Random(1)):
        owners = [name.rstrip("机动车驾驶证业务").strip("第号别名之一二") for _, name in batch]
        assert len(batch) == 16
        assert len(set(owners)) == 16


def test_a_small_base_fills_its_batches_with_every_item_once(maker: ExampleMaker) -> None:
    assert [len(batch) for batch in maker.batches(100, 3, Random(1))] == [40, 40, 40]


def test_some_aliases_are_held_out_and_never_seen(maker: ExampleMaker) -> None:
    assert 3 <= len(HELD_OUT) <= 30
    used = {name for names in maker.names.values() for name in names}
    assert not used & HELD_OUT
    assert all(not is_held_out(name) for name in NAMES if name.kind is not NameKind.ALIAS)


def test_questions_use_everyday_words_and_keywords(maker: ExampleMaker) -> None:
    random = Random(5)
    asked = [maker.question("item0", random) for _ in range(300)]
    assert any("驾照" in question for question in asked)
    assert any("关键" in question for question in asked)
    assert all(asked)


def test_a_typo_keeps_the_sound(maker: ExampleMaker) -> None:
    sounds = Sounds.from_dictionary()
    wrong = maker.misspeller.misspell("机动车驾驶证业务", 1, Random(2))
    assert len(wrong) == 8
    assert sounds.of(wrong) == sounds.of("机动车驾驶证业务")


def _content(name: str) -> dict[str, object]:
    text = files("knowledge.search").joinpath(f"content/{name}.yml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    assert isinstance(data, dict)
    return data


def test_every_frame_has_a_place_for_the_name() -> None:
    common = common_frames()
    assert all(frame.count("{}") == 1 for frame in common.frames)
    assert not any("{" in text for text in (*common.before, *common.after))


def test_the_out_of_scope_questions_are_many_different_and_of_all_lengths() -> None:
    questions = _content("out_of_scope")["questions"]
    assert isinstance(questions, list)
    assert len(questions) == len(set(questions)) >= 250
    assert sum(len(question) >= 12 for question in questions) >= 80
    assert len(out_of_scope()) >= 240
