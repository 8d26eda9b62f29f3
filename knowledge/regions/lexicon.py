"""The names people type for regions, and when such a name is only an everyday word.

A listed name or alias counts wherever it stands, unless a guard below says it is part of another
word. An everyday word (惠民, 天桥) and a short name that no file lists count only in a place-like
context: after 在/去/户口…, before 的社保/这边…, after the city that holds them, or alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from knowledge.model import Region, RegionLevel
from knowledge.regions.words import Words, load_words

_SUFFIXES = ("特别行政区", "维吾尔自治区", "壮族自治区", "回族自治区", "自治区", "省", "市", "区", "县")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to write a place. Several codes: the name alone does not say which (市中区)."""

    text: str
    codes: tuple[str, ...]
    weak: bool
    after: re.Pattern[str] | None
    before: re.Pattern[str] | None
    words: Words

    def stands_at(self, text: str, start: int) -> bool:
        """Whether the guards let this name, found at `start`, be a place."""
        end = start + len(self.text)
        if self.words.not_before_any.match(text, end) or (
            self.after is not None and self.after.match(text, end)
        ):
            return False
        return self.before is None or self.before.search(text[max(0, start - 3) : start]) is None


Lexicon = dict[str, tuple[Form, ...]]
"""Forms by their first character, longest first."""


def short_name(name: str) -> str:
    """A division's name without its suffix when two characters or more are left: 青岛市 → 青岛."""
    for suffix in _SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 2:
            return name.removesuffix(suffix)
    return name


def build_lexicon(regions: Iterable[Region], contains: Callable[[str, str], bool]) -> Lexicon:
    """Every name of every region as forms; one-character names and the nation are left out."""
    listed: dict[str, list[Region]] = {}
    derived: dict[str, list[Region]] = {}
    for region in regions:
        if region.level is RegionLevel.NATION:
            continue
        for name in dict.fromkeys((region.name, *region.aliases)):
            listed.setdefault(name, []).append(region)
        if region.level is not RegionLevel.ZONE:
            derived.setdefault(short_name(region.name), []).append(region)
    words = load_words()
    forms: dict[str, list[Form]] = {}
    for text in sorted({*listed, *derived}, key=lambda name: (-len(name), name)):
        if len(text) > 1:
            codes = _codes(listed.get(text) or derived[text], contains)
            form = _form(text, codes, words, weak=text not in listed or text in words.everyday)
            forms.setdefault(text[0], []).append(form)
    return {first: tuple(same) for first, same in forms.items()}


def _codes(regions: list[Region], contains: Callable[[str, str], bool]) -> tuple[str, ...]:
    """One code when the places lie in each other (东营: the city is meant), else all of them."""
    widest = next((r for r in regions if all(contains(r.code, o.code) for o in regions)), None)
    if widest is None:
        return tuple(r.code for r in regions)
    city = next((r for r in regions if r.level is RegionLevel.CITY), widest)
    return (city.code,)


def _form(text: str, codes: tuple[str, ...], words: Words, *, weak: bool) -> Form:
    guarded = "市中" if text.endswith("市中") else text
    return Form(
        text=text,
        codes=codes,
        weak=weak,
        after=words.not_before.get(guarded),
        before=words.not_after.get(text),
        words=words,
    )
