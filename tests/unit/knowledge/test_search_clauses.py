"""Stories and messages about two matters, taken apart and put together again."""

from __future__ import annotations

import pytest

from knowledge.search.clauses import Found, Part, asks, halves_of, is_story, parts_of, together
from knowledge.search.decide import Hit, Policy

POLICY = Policy(recognised=0.5, answer=0.7)


def hit(item_id: str, probability: float, *, whole: bool = False) -> Hit:
    return Hit(item_id, item_id, "民政", probability, 1.0, 1.0, 1.0, 0.5, exact=whole, whole=whole)


def found(*hits: Hit, recognised: float = 0.9, needle: str = "x") -> Found:
    return Found(needle, hits, recognised)


def test_only_long_messages_are_stories() -> None:
    assert not is_story("身份证丢了去哪补办")
    assert is_story("老公在外地上班 孩子三年级 身份证丢了补办 老人不会弄")


def test_neighbouring_clauses_are_searched_together() -> None:
    assert parts_of("房子是我爸的，他走了。我想过户") == ("房子是我爸的，他走了，", "他走了，我想过户，")
    assert parts_of("他走了，我想过户") == ("他走了，", "我想过户，")
    assert parts_of("我想过户") == ()
    assert parts_of("") == ()


def test_a_run_on_is_cut_into_overlapping_pieces_without_a_gap() -> None:
    text = "".join(chr(0x4E00 + n) for n in range(35))
    assert parts_of(text) == (text[:20], text[10:30], text[20:] + "，")


def test_of_an_endless_message_the_end_is_searched() -> None:
    parts = parts_of("，".join(f"第{n}句话" for n in range(500)))
    assert len(parts) == 19
    assert parts[-1] == "第498句话，第499句话，"


@pytest.mark.parametrize("text", ["去哪办", "我想过户", "需要什么材料", "能不能代办", "咋整"])
def test_a_clause_that_asks(text: str) -> None:
    assert asks(text)
    assert not asks("老公在工地干活")


def test_the_best_part_lifts_its_item_over_what_the_story_resembles() -> None:
    whole = found(hit("story", 0.3), hit("meant", 0.25), recognised=0.8, needle="all")
    asked = Part(True, found(hit("meant", 0.81), recognised=0.98, needle="asked"))
    filler = Part(False, found(hit("filler", 0.6), recognised=0.5))
    joined = together(whole, [filler, asked])
    assert [one.item_id for one in joined.hits] == ["meant", "story"]
    assert joined.needle == "asked"
    assert [one.probability for one in joined.hits] == [0.25, 0.3]  # the part orders, the whole is believed
    assert joined.recognised == 0.8


def test_an_item_only_a_part_names_is_never_certain() -> None:
    whole = found(hit("a", 0.1), hit("b", 0.1), recognised=0.2)
    joined = together(whole, [Part(True, found(hit("c", 0.99, whole=True)))])
    assert joined.hits[0].item_id == "c"
    assert joined.hits[0].probability == 0
    assert not joined.hits[0].whole
    assert len(joined.hits) == 2


def test_parts_that_find_nothing_change_nothing() -> None:
    whole = found(hit("a", 0.4))
    assert together(whole, [Part(True, found())]) == whole
    assert together(found(), []) == found()


@pytest.mark.parametrize(
    ("text", "first", "second"),
    [
        ("身份证和户口本都丢了怎么办", ("身份证丢了怎么办",), ("户口本丢了怎么办",)),
        ("补身份证和户口本", ("补身份证",), ("户口本", "补户口本")),
        ("我要办居住证还要给车上牌", ("我要办居住证",), ("给车上牌",)),
        ("结婚证丢了，另外社保卡也要补", ("结婚证丢了",), ("社保卡也要补",)),
        ("低保怎么申请，残疾证怎么办", ("低保怎么申请",), ("残疾证怎么办",)),
        ("身份证丢了，驾照也丢了", ("身份证丢了",), ("驾照也丢了",)),
    ],
)
def test_two_matters_are_told_apart(text: str, first: tuple[str, ...], second: tuple[str, ...]) -> None:
    assert (first, second) in list(halves_of(text))


@pytest.mark.parametrize(
    "text", ["身份证丢了怎么办", "跟老公离婚", "我在外地，身份证丢了怎么补", "还", "和", ""]
)
def test_one_matter_is_not_cut(text: str) -> None:
    assert list(halves_of(text)) == []


@pytest.mark.parametrize(
    ("half", "meant"),
    [
        (found(hit("a", 0.6), hit("b", 0.1), hit("c", 0.01)), ["a", "b"]),
        (found(hit("a", 0.3), hit("b", 0.02)), ["a"]),
        (found(hit("a", 0.3), hit("b", 0.2)), []),
        (found(hit("a", 0.1)), []),
        (found(hit("a", 0.1, whole=True)), ["a"]),
        (found(hit("a", 0.9), recognised=0.4), []),
        (found(), []),
    ],
)
def test_half_a_message_is_sure_of_its_item_or_of_none(half: Found, meant: list[str]) -> None:
    assert list(half.meant(POLICY)) == meant


def test_a_question_of_a_few_latin_words_is_no_story() -> None:
    assert not is_story("where do we go for our wedding papers")
    assert is_story(" ".join(["word"] * 24))
