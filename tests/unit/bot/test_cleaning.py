"""Text is made fit for people and databases without losing a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.cleaning import clean_text, clean_value, has_words


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("身份证", "身份证"),
        ("  身份证\n", "身份证"),
        ("身份\x00证", "身份证"),
        ("a\x1b[31mb", "a[31mb"),
        ("a\tb\nc", "a\tb\nc"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a\n\n\n\nb", "a\n\nb"),
        ("a\u202eb\u2066c", "abc"),
        ("a\ud83db", "ab"),
        ("a\ufffeb\uffffc", "abc"),
        ("3️⃣", "3"),
        ("3⃣", "3"),
        ("👨‍👩‍👧", "👨‍👩‍👧"),
        ("𠮷", "𠮷"),
        ("\x00\x00", ""),
    ],
)
def test_a_text_is_cleaned(sent: str, kept: str) -> None:
    assert clean_text(sent) == kept


@given(st.text(max_size=80) | st.text(alphabet=st.characters(), max_size=80))
def test_a_clean_text_can_be_encoded_and_stays_clean(text: str) -> None:
    cleaned = clean_text(text)

    assert "\x00" not in cleaned
    cleaned.encode("utf-8")
    assert clean_text(cleaned) == cleaned


def test_every_string_of_a_value_is_cleaned() -> None:
    value = {"a\x00": ["x\x00", {"b": "\ud800y"}], "n": 1, "none": None, "nan": float("nan")}

    assert clean_value(value) == {"a": ["x", {"b": "y"}], "n": 1, "none": None, "nan": None}


@pytest.mark.parametrize(
    ("text", "understandable"),
    [
        ("身份证", True),
        ("1", True),
        ("ok", True),
        ("①", True),
        ("😀", False),
        ("？！。", False),
        ("***", False),
        ("", False),
    ],
)
def test_words_are_letters_characters_or_digits(text: str, understandable: bool) -> None:
    assert has_words(text) is understandable
