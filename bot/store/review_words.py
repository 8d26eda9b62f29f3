"""What is searched of a conversation: text folded, cut into keys, and found again letter by letter.

Both databases search the same keys, one number for each character, pair of neighbours and facet (what a row is
filtered by). Numbers can fall together and pairs can stand apart, so every row a database proposes is looked at
here: it is found when it holds the words themselves. That is why both find the same.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache

from knowledge.text import simplified

CHINA = timezone(timedelta(hours=8))
"""A day begins and ends in China's one time zone."""
MOST_TERMS = 8
MOST_WORD_KEYS = 48
"""Of a long query the first pairs narrow enough; the rest is checked letter by letter."""
_BETWEEN = re.compile(r"[\W_]+")
_CONFIDENCE_STEPS = 10


def folded(text: str) -> str:
    """Half width, small letters, simplified characters; everything between words is one space.

    >>> folded("身份證（ＩＤ）丢了？！")
    '身份证 id 丢了'
    """
    return _BETWEEN.sub(" ", simplified(unicodedata.normalize("NFKC", text).lower())).strip()


def terms_of(query: str) -> tuple[str, ...]:
    """The words of a query: what stands between its spaces, folded; all of them must occur.

    >>> terms_of("社保卡 丢了，怎么办")
    ('社保卡', '丢了 怎么办')
    """
    return tuple(dict.fromkeys(term for part in query.split() if (term := folded(part))))[:MOST_TERMS]


def day_of(at: datetime) -> date:
    """The day of an instant, as people in China call it."""
    return at.astimezone(CHINA).date()


@lru_cache(maxsize=65_536)
def word_key(gram: str) -> int:
    """The number of a character or a pair, in 32 bits with a sign."""
    return _signed(zlib.crc32(gram.encode("utf-8", "replace")))


def facet_key(facet: str) -> int:
    """The number of a facet; never meant to be that of a word, and checked where it is."""
    return _signed(zlib.crc32(b"\0" + facet.encode("utf-8", "replace")))


def keys_of_words(words: str) -> set[int]:
    """The keys of a folded text: every character and every pair of neighbours."""
    found: set[int] = set()
    for run in words.split():
        found.update(map(word_key, run))
        found.update(word_key(run[place : place + 2]) for place in range(len(run) - 1))
    return found


def keys_of_terms(terms: Sequence[str]) -> list[int]:
    """The keys a row must have to hold all terms: pairs, and single characters that stand alone."""
    found: dict[int, None] = {}
    for term in terms:
        for run in term.split():
            grams = (run[place : place + 2] for place in range(len(run) - 1)) if len(run) > 1 else (run,)
            found.update(dict.fromkeys(map(word_key, grams)))
    return list(found)[:MOST_WORD_KEYS]


def holds(words: str, terms: Iterable[str]) -> bool:
    """Whether a folded text holds every term."""
    return all(term in words for term in terms)


def places(text: str, terms: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Where the terms stand in a text as it was written, from and to, in order, without overlaps."""
    plain, origin = _with_origin(text)
    spans: list[tuple[int, int]] = []
    for term in terms:
        wanted = re.compile(_BETWEEN.pattern.join(map(re.escape, term.split())))
        spans += [(origin[m.start()], origin[m.end() - 1] + 1) for m in wanted.finditer(plain)]
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _with_origin(text: str) -> tuple[str, list[int]]:
    """The text in small half-width simplified letters, and for each of these the place it comes from."""
    letters: list[str] = []
    origin: list[int] = []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKC", character).lower():
            letters.append(letter)
            origin.append(place)
    plain = "".join(letters)
    simple = simplified(plain)
    return (simple if len(simple) == len(plain) else plain), origin


# --- facets ------------------------------------------------------------------------------------------


def region_facets(codes: Iterable[str | None]) -> set[str]:
    """Of each region itself and what lies above it: who looks for a province finds its counties."""
    found: set[str] = set()
    for code in codes:
        if code:
            found.add(f"r={code}")
        if code and len(code) == 6 and code.isdigit():
            found |= {f"r={code[:4]}00", f"r={code[:2]}0000"}
    return found


def day_facets(day: date) -> set[str]:
    """The day and its month."""
    return {f"d={day:%Y%m%d}", f"m={day:%Y%m}"}


def facets_of_days(first: date, last: date) -> list[str]:
    """The fewest days and months that are exactly these days."""
    found: list[str] = []
    day = first
    while day <= last:
        month_end = (day.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        if day.day == 1 and month_end <= last:
            found.append(f"m={day:%Y%m}")
            day = month_end + timedelta(days=1)
        else:
            found.append(f"d={day:%Y%m%d}")
            day += timedelta(days=1)
    return found


def confidence_facet(confidence: float) -> str:
    """The tenth a probability lies in."""
    return f"p={min(int(confidence * _CONFIDENCE_STEPS), _CONFIDENCE_STEPS - 1)}"


def facets_of_confidence(least: float, most: float) -> list[str]:
    """The tenths between two probabilities."""
    first, last = (int(confidence_facet(value).removeprefix("p=")) for value in (least, most))
    return [f"p={step}" for step in range(first, last + 1)]


def _signed(number: int) -> int:
    return number - (1 << 32) if number >= 1 << 31 else number
