from __future__ import annotations

import random
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import Tokenizer

from knowledge.search.ngrams import tokenizer_of
from knowledge.text import compact, fold, grams, readable, simplified


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("身份证（ＩＤ）丢了？！", "身份证 id 丢了"),
        ("  Ａｂ１２３ ", "ab123"),
        ("补领、换领", "补领 换领"),
        ("😀\x00\n", ""),
        ("身分證遺失補辦", "身分证遗失补办"),
        ("戶口簿，營業執照", "户口簿 营业执照"),
        ("後天結婚登記", "后天结婚登记"),
        (
            "乾县",
            "乾县",
        ),  # simplified text stays as it is, also where a character has another traditional use
        ("\ud800補領", "补领"),
        ("", ""),
    ],
)
def test_fold(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_traditional_characters_are_simplified_by_word() -> None:
    assert simplified("皇后後天乾洗衣裳這裡") == "皇后后天干洗衣裳这里"
    assert simplified("Ａ，身份证") == "Ａ，身份证"


def test_compact_makes_names_comparable() -> None:
    assert compact("补领、换领（全）") == "补领换领全"


def test_grams_do_not_cross_a_gap() -> None:
    assert grams("补领 证") == ["补", "补领", "领", "证"]
    assert grams("") == []


@given(st.text(max_size=40))
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def _expected(folded: str) -> list[str]:
    """What the tokenizer's trick must give: every run's grams and its two ends once more."""
    return sorted(g for run in folded.split() for g in [*grams(run), run[0], run[-1]])


@given(st.text(alphabet="身份证补领换驾照etc12 ，。（）Ａ", max_size=20))
def test_the_tokenizer_gives_characters_and_pairs(text: str) -> None:
    tokenizer = tokenizer_of(sorted(set(grams(fold(text)))))
    tokens = tokenizer.encode(text, add_special_tokens=False).tokens
    assert sorted(tokens) == _expected(fold(text))


def test_every_han_character_is_known_to_the_tokenizer() -> None:
    normalizer = tokenizer_of([]).normalizer
    chars = [chr(code) for code in range(0x4E00, 0xA000)]
    random.Random(1).shuffle(chars)
    assert normalizer is not None
    assert normalizer.normalize_str("".join(chars)) == "".join(f"{c} {c} {c}" for c in chars)


def test_what_is_not_in_the_vocabulary_is_unknown() -> None:
    tokens = tokenizer_of(["身"]).encode("身份", add_special_tokens=False).tokens
    assert set(tokens) == {"身", "[UNK]"}


def test_the_tokenizer_survives_being_saved() -> None:
    tokenizer = tokenizer_of(["身", "份", "身份"])
    again = Tokenizer.from_str(tokenizer.to_str())
    assert again.encode("身份").ids == tokenizer.encode("身份").ids


@pytest.mark.parametrize(
    ("pasted", "read"),
    [
        ("<p>身分證&nbsp;<b>補辦</b></p>", "身分证 补办"),
        ("<script>alert('x')</script>身份证丢了", "身份证丢了"),
        ("<style>p{}</style><!-- 隐藏 --><div class='x'>社保转移要多久</div>", "社保转移要多久"),
        ("工资&lt;5000&gt;能申请低保吗", "工资<5000>能申请低保吗"),
        ("1<2，身份证", "1<2，身份证"),
        ("<br>", "<br>"),
        ("多少\u200b钱\ufeff", "多少钱"),
        ("身份证", "身份证"),
        ("", ""),
    ],
)
def test_a_pasted_page_is_read_without_its_tags(pasted: str, read: str) -> None:
    assert readable(pasted) == read


def test_unclosed_tags_cost_nothing() -> None:
    started = time.perf_counter()
    for text in ("<" * 5000, "<script" * 1000, "<a " * 3000, "<!--" * 2000, "&lt;" * 2000):
        readable(text)
    assert time.perf_counter() - started < 1.0
