"""Matching by sound, for typing by ear and for voice recognition: 身份正不领 → 身份证补领.

Each character has one reading, whichever is first in the dictionary; a question and a name are read
alike, so a reading that is wrong in context does no harm. The table is made when an index is built
and kept with it: the dictionary itself costs some 50 MB of memory.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from itertools import pairwise

_INITIALS = {"zh": "z", "ch": "c", "sh": "s", "l": "n"}
_FINALS = {"ang": "an", "eng": "en", "ing": "in"}


class Sounds:
    """Characters → sounds without tone, those often confused (zh z, l n, ing in …) made one."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self.table = table

    @classmethod
    def from_dictionary(cls) -> Sounds:
        """The first reading of every basic Han character, from pypinyin."""
        from pypinyin.pinyin_dict import pinyin_dict

        han = range(0x4E00, 0xA000)
        return cls({chr(c): _plain(marked.split(",", 1)[0]) for c, marked in pinyin_dict.items() if c in han})

    def of(self, folded: str) -> list[str]:
        """Sounds, and pairs of neighbouring sounds, of each run of folded text."""
        found: list[str] = []
        for run in folded.split():
            heard = [self.table.get(char, char) for char in run]
            found += heard
            found += [f"{first} {second}" for first, second in pairwise(heard)]
        return found


def _plain(marked: str) -> str:
    plain = "".join(c for c in unicodedata.normalize("NFD", marked) if not unicodedata.combining(c))
    for wide, narrow in _INITIALS.items():
        if plain.startswith(wide):
            plain = narrow + plain[len(wide) :]
    for wide, narrow in _FINALS.items():
        if plain.endswith(wide):
            plain = plain[: -len(wide)] + narrow
    return plain
