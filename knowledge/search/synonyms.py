"""Everyday words and the official terms they stand for, added to a question at a lower weight."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Protocol

import yaml

from knowledge.text import compact


class Expander(Protocol):
    """Says what else a question could have been worded as. A lexicon of matters is one too."""

    def expand(self, folded: str) -> tuple[str, ...]:
        """Folded official terms for the words found in a folded text; none for those already there."""
        ...


class Synonyms:
    """Words → terms; the longest word at each place wins."""

    def __init__(self, words: Mapping[str, Sequence[str]]) -> None:
        self._terms = {compact(word): tuple(map(compact, terms)) for word, terms in words.items()}
        self._longest = max(map(len, self._terms), default=0)

    @property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """Folded word → folded terms."""
        return self._terms

    def expand(self, folded: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        start = 0
        while start < len(folded):
            for end in range(min(len(folded), start + self._longest), start, -1):
                if (terms := self._terms.get(folded[start:end])) is not None:
                    found.update(dict.fromkeys(term for term in terms if term not in folded))
                    start = end
                    break
            else:
                start += 1
        return tuple(found)


@cache
def common_synonyms() -> Synonyms:
    """The words of content/synonyms.yml."""
    text = files("knowledge.search").joinpath("content/synonyms.yml").read_text(encoding="utf-8")
    return Synonyms(yaml.safe_load(text)["words"])
