from __future__ import annotations

from random import Random

import pytest

from knowledge.search.phrases import Phrases

KNOWN = Phrases({"身份证", "身份证补领", "补领", "证", ""})


def test_phrases_are_found_the_longest_first() -> None:
    assert KNOWN.places("居民身份证补领") == [(5, 2), (3, 2), (2, 5)]
    assert KNOWN.places("身份") == KNOWN.places("") == []


@pytest.mark.parametrize(
    ("text", "letters"), [("居民身份证补领", 5), ("补领补领", 4), ("结婚证", 0), ("", 0)]
)
def test_letters_in_several_phrases_count_once(text: str, letters: int) -> None:
    assert KNOWN.letters(text) == letters


def test_every_phrase_is_found_and_nothing_else() -> None:
    random = Random(3)
    known = {"".join(random.choices("甲乙丙", k=random.randrange(2, 6))) for _ in range(30)}
    phrases = Phrases(known)
    for _ in range(50):
        text = "".join(random.choices("甲乙丙丁", k=random.randrange(12)))
        expected = {
            (end - start, start)
            for start in range(len(text))
            for end in range(start + 1, len(text) + 1)
            if text[start:end] in known
        }
        assert set(phrases.places(text)) == expected
