"""Folding text to the form that is searched, and cutting it into character n-grams."""

from __future__ import annotations

import re
import unicodedata

_NOT_SEARCHED = re.compile(r"[^0-9a-z\u3400-\u9fff]+")


def fold(text: str) -> str:
    """Full width to half width, lower case, everything but letters, digits and Han turned to one space.

    >>> fold("身份证（ＩＤ）丢了？！")
    '身份证 id 丢了'
    """
    return _NOT_SEARCHED.sub(" ", unicodedata.normalize("NFKC", text).lower()).strip()


def compact(text: str) -> str:
    """Folded text without spaces: the key under which names are compared for equality."""
    return fold(text).replace(" ", "")


def grams(folded: str) -> list[str]:
    """Single characters and pairs of neighbours of each run of folded text, repeats kept.

    >>> grams("补领 证")
    ['补', '补领', '领', '证']
    """
    found: list[str] = []
    for run in folded.split():
        last = len(run) - 1
        for place, char in enumerate(run):
            found.append(char)
            if place < last:
                found.append(run[place : place + 2])
    return found
