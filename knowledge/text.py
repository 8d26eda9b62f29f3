"""Folding text to the form that is searched, and cutting it into character n-grams.

Traditional characters are turned into simplified ones by OpenCC, which decides by word where one
character stands for two (後天 后天, 皇后 皇后).
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opencc import OpenCC

_HIDDEN = re.compile(r"<(script|style)\b[^>]*>.*?(?:</\1\s*>|$)|<!--.*?(?:-->|$)", re.IGNORECASE | re.DOTALL)
_UNSEEN = re.compile("[\u200b-\u200f\u2060\ufeff\u00ad]")
_TAG = re.compile(r"</?[a-zA-Z][^<>]{0,400}>")
_NOT_SEARCHED = re.compile(r"[^0-9a-z\u3400-\u9fff]+")


def readable(text: str) -> str:
    """What a person wrote: pasted web pages without their tags, traditional characters turned into
    simplified ones, without characters that are not seen. The text as it is when nothing else is in it.

    >>> readable("<p>身分證&nbsp;<b>補辦</b></p>")
    '身分证 补办'
    """
    text = _UNSEEN.sub("", text)
    if "<" in text or "&" in text:
        bare = html.unescape(_TAG.sub(" ", _HIDDEN.sub(" ", text))).replace("\xa0", " ")
        text = re.sub(r"[ \t]+", " ", bare).strip() or text
    return simplified(text)


def simplified(text: str) -> str:
    """Traditional characters turned into simplified ones.

    Text that is written in the characters of GB 2312 alone is simplified already and stays as it is,
    for some of these are also traditional forms of others (乾县).

    >>> simplified("身分證遺失補辦")
    '身分证遗失补办'
    """
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        whole = text.encode("utf-8", "replace").decode("utf-8")  # half a surrogate pair cannot be converted
        converted: str = _converter().convert(whole)
        return converted
    return text


@cache
def _converter() -> OpenCC:
    from opencc import OpenCC

    return OpenCC("t2s")


def fold(text: str) -> str:
    """Full width to half width, lower case, traditional to simplified; everything but letters, digits and
    Han turned to one space.

    >>> fold("身份證（ＩＤ）丢了？！")
    '身份证 id 丢了'
    """
    plain = simplified(unicodedata.normalize("NFKC", text).lower())
    return _NOT_SEARCHED.sub(" ", plain).strip()


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
