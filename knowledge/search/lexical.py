"""Search by the words themselves: names at full weight, keywords and guide text at a low one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.search.bm25 import Bm25, Scores
from knowledge.search.names import Name
from knowledge.search.pinyin import Sounds
from knowledge.search.text import compact, grams

EXPANSION_WEIGHT = 0.3
KEYWORD_WEIGHT = 0.5
BODY_WEIGHT = 0.1
_SHORTEST_EXACT = 2
_NEXT = 3
_TINY = 1e-6

Rows = npt.NDArray[np.int64]
NO_ROWS: Rows = np.array([], dtype=np.int64)


@dataclass(frozen=True, slots=True)
class LexicalScores:
    """What the words of one question say about items (arrays over all items) and names (over rows)."""

    item_score: Scores
    """BM25 of the item's best name plus the weighted other fields."""
    row_score: Scores
    said: Scores
    """By row: how much of the question the name explains, 0 to 1."""
    named: Scores
    """By row: how much of the name was said, official terms for everyday words included, 0 to 1."""
    body_score: Scores
    """By item: BM25 of its guides' text."""
    keyword: Scores
    """By item: how much of the question its keywords explain."""
    body: Scores
    """By item: how much of the question its guides' text explains."""
    known: float
    """The share of the question that occurs in any name at all."""
    exact: Mapping[int, float]
    """Item → the share of the question that is, letter for letter, a whole name of it."""


class LexicalIndex:
    """Over the names (item by item), keywords and bodies of `item_ids`."""

    def __init__(
        self, item_ids: Sequence[str], names: Sequence[Name], keywords: Sequence[str], bodies: Sequence[str]
    ) -> None:
        self.item_ids = tuple(item_ids)
        self.names = tuple(names)
        place = {item_id: number for number, item_id in enumerate(self.item_ids)}
        self.owner: Rows = np.array([place[name.item_id] for name in names], dtype=np.int64)
        self._starts = np.searchsorted(self.owner, np.arange(len(self.item_ids)))
        self._ends = np.searchsorted(self.owner, np.arange(len(self.item_ids)), side="right")
        self._names = Bm25([grams(name.folded) for name in names])
        self._keywords = Bm25([grams(text) for text in keywords])
        self._bodies = Bm25([grams(text) for text in bodies])
        self._exact: dict[str, list[int]] = {}
        for row, name in enumerate(names):
            self._exact.setdefault(compact(name.folded), []).append(row)
        lengths: defaultdict[str, set[int]] = defaultdict(set)
        for text in self._exact:
            lengths[text[:_SHORTEST_EXACT]].add(len(text))
        self._lengths = {start: tuple(found) for start, found in lengths.items()}
        """The first characters of a name → how long the names are that begin with them."""

    def best(self, values: Scores) -> Scores:
        """For every item the greatest of its names' values."""
        return np.maximum.reduceat(values, self._starts) if len(values) else values

    def is_name(self, text: str) -> bool:
        """Whether the text is, letter for letter, a name of some item."""
        return compact(text) in self._exact

    def counts(self, hidden: Rows = NO_ROWS) -> Rows:
        """How many names each item has."""
        return self._ends - self._starts - np.bincount(self.owner[hidden], minlength=len(self.item_ids))

    def rows_of(self, item: int) -> Rows:
        """The rows of an item's names."""
        return np.arange(self._starts[item], self._ends[item])

    def leading(self, values: Scores, items: Sequence[int]) -> tuple[Rows, Scores]:
        """For each of some items the row of its best name, of equals the first, and the sum of the values
        of the next three names."""
        if not items:
            return NO_ROWS, np.zeros(0)
        counts = (self._ends - self._starts)[list(items)]
        part = np.repeat(np.arange(len(items)), counts)
        starts = np.cumsum(counts) - counts
        place = np.arange(len(part)) - starts[part]
        rows = self._starts[list(items)][part] + place
        order = np.lexsort((-values[rows], part))  # item by item, the best first
        rows = rows[order]
        after = np.where((place > 0) & (place <= _NEXT), values[rows], 0.0)
        others: Scores = np.bincount(part, after, minlength=len(items)).astype(np.float64)
        return rows[starts], others

    def score(
        self, needle: str, expansions: Sequence[str], hidden: Rows = NO_ROWS, wordings: Sequence[str] = ()
    ) -> LexicalScores:
        """Scores of a folded question. `hidden` names are searched as if they were not there; `wordings`
        are the message before anything was cut from it: a name that is all of one is the item meant.
        """
        own = dict.fromkeys(grams(needle), 1.0)
        added = {t: EXPANSION_WEIGHT for term in expansions for t in grams(term) if t not in own}
        by_own, own_matched = self._names.score(own)
        by_added, added_matched = self._names.score(added)
        by_name = by_own + by_added
        for values in (by_name, own_matched, added_matched):
            values[hidden] = 0.0
        keyword_score, keyword_matched = self._keywords.score(own)
        body_score, body_matched = self._bodies.score(own)
        return LexicalScores(
            item_score=self.best(by_name) + KEYWORD_WEIGHT * keyword_score + BODY_WEIGHT * body_score,
            row_score=by_name,
            said=own_matched / max(self._names.weigh(own), _TINY),
            named=(own_matched + added_matched / EXPANSION_WEIGHT) / np.maximum(self._names.mass, _TINY),
            body_score=body_score,
            keyword=keyword_matched / max(self._keywords.weigh(own), _TINY),
            body=body_matched / max(self._bodies.weigh(own), _TINY),
            known=self._names.known(own),
            exact=self._exact_shares(needle, hidden, wordings),
        )

    def _exact_shares(self, needle: str, hidden: Rows, wordings: Sequence[str]) -> dict[int, float]:
        unseen = set(hidden.tolist())
        for wording in wordings:
            if items := self._items_named(compact(wording), unseen):
                return dict.fromkeys(items, 1.0)
        shares: dict[int, float] = {}
        text = compact(needle)
        taken = [False] * len(text)
        for length, start in self._names_in(text):
            if all(taken[start : start + length]):
                continue  # inside a longer name, which says more
            items = self._items_named(text[start : start + length], unseen)
            for item in items:
                shares[item] = max(shares.get(item, 0.0), length / len(text))
            if items:
                taken[start : start + length] = [True] * length
        return shares

    def _names_in(self, text: str) -> list[tuple[int, int]]:
        """(length, start) of every name that stands in the text, the longest first."""
        found = [
            (length, start)
            for start in range(len(text) - _SHORTEST_EXACT + 1)
            for length in self._lengths.get(text[start : start + _SHORTEST_EXACT], ())
            if length <= len(text) - start and text[start : start + length] in self._exact
        ]
        return sorted(found, key=lambda place: (-place[0], place[1]))

    def _items_named(self, text: str, unseen: set[int]) -> list[int]:
        rows = self._exact.get(text, ())
        return list(dict.fromkeys(int(self.owner[row]) for row in rows if row not in unseen))


class ForeignIndex:
    """Questions no guide answers (weather, parcels, bank cards …), to see how like them a question is."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        self._index = Bm25([grams(sentence) for sentence in self.sentences])

    def likeness(self, needle: str, hidden: Rows) -> float:
        """0 to 1: how much of the question the most alike sentence explains, times how much of that
        sentence was said."""
        query = dict.fromkeys(grams(needle), 1.0)
        _, matched = self._index.score(query)
        matched[hidden] = 0.0
        said = matched / max(self._index.weigh(query), _TINY)
        named = matched / np.maximum(self._index.mass, _TINY)
        return float((said * named).max(initial=0.0))


class SoundIndex:
    """The names by their sound, asked only when the words themselves match badly."""

    def __init__(self, sounds: Sounds, index: LexicalIndex) -> None:
        self._sounds = sounds
        self._lexical = index
        self._names = Bm25([sounds.of(name.folded) for name in index.names])

    def score(self, needle: str, hidden: Rows) -> tuple[Scores, Scores]:
        """By item: how much of the question its best name explains by sound; and the same times how much of
        that name was said."""
        query = dict.fromkeys(self._sounds.of(needle), 1.0)
        _, matched = self._names.score(query)
        matched[hidden] = 0.0
        said = matched / max(self._names.weigh(query), _TINY)
        named = matched / np.maximum(self._names.mass, _TINY)
        return self._lexical.best(said), self._lexical.best(said * named)
