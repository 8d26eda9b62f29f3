"""Search by the words themselves: names at full weight, keywords and guide text at a low one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from knowledge.search.bm25 import Bm25, Scores
from knowledge.search.names import Name
from knowledge.search.phrases import Phrases
from knowledge.search.pinyin import Sounds
from knowledge.text import compact, grams

EXPANSION_WEIGHT = 0.3
KEYWORD_WEIGHT = 0.5
BODY_WEIGHT = 0.1
_HINT = 0.5
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
    shared: Scores
    """By row: the mass of what the question and the name have in common …"""
    reached: Scores
    """… and the same with official terms for its everyday words, these at their lower weight."""
    row_mass: Scores
    mass: float
    """Of the question."""
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

    def said(self, rows: Rows) -> Scores:
        """How much of the question the names of these rows explain, 0 to 1."""
        return self.shared[rows] / self.mass

    def named(self, rows: Rows) -> Scores:
        """How much of these names was said, official terms for everyday words included, 0 to 1."""
        shared = self.shared[rows]
        reached = shared + (self.reached[rows] - shared) / EXPANSION_WEIGHT
        return np.minimum(1.0, reached / np.maximum(self.row_mass[rows], _TINY))

    @property
    def explained(self) -> float:
        """The most that any name explains of the question."""
        return float(self.shared.max(initial=0.0)) / self.mass


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
        self._names = Bm25(grams(name.folded) for name in names)
        self._keywords = Bm25(map(grams, keywords))
        self._bodies = Bm25(map(grams, bodies))
        self._exact: dict[str, int] = {}
        """A name, without spaces → the first row of this name …"""
        self._further: defaultdict[str, list[int]] = defaultdict(list)
        """… and the other rows, of the few names that several items have."""
        for row, name in enumerate(names):
            text = name.folded.replace(" ", "")
            if self._exact.setdefault(text, row) != row:
                self._further[text].append(row)
        self._phrases = Phrases(self._exact.keys())
        self._hints = Phrases({word for text in keywords for word in text.split()})

    def best(self, values: Scores) -> Scores:
        """For every item the greatest of its names' values, none of them negative.

        Such numbers are in the order of their bits, and whole numbers are compared twice as fast.
        """
        bits = np.ascontiguousarray(values, dtype=np.float32).view(np.int32)
        return (np.maximum.reduceat(bits, self._starts) if len(bits) else bits).view(np.float32)

    def is_name(self, text: str) -> bool:
        """Whether the text is, letter for letter, a name of some item."""
        return compact(text) in self._exact

    def letters(self, needle: str) -> float:
        """How many letters of a folded text are in names, half of those in keywords added: what it can say
        of a matter, known before it is searched."""
        text = compact(needle)
        return self._phrases.letters(text) + _HINT * self._hints.letters(text)

    def counts(self, hidden: Rows = NO_ROWS) -> Rows:
        """How many names each item has."""
        return self._ends - self._starts - np.bincount(self.owner[hidden], minlength=len(self.item_ids))

    def rows_of(self, item: int) -> Rows:
        """The rows of an item's names."""
        return np.arange(self._starts[item], self._ends[item])

    def rows_of_each(self, items: Sequence[int] | Rows) -> tuple[Rows, Rows]:
        """The rows of the names of some items, item by item, and where each item's begin among them."""
        places = np.asarray(items, dtype=np.int64)
        counts = (self._ends - self._starts)[places]
        starts = np.cumsum(counts) - counts
        return np.arange(counts.sum()) + np.repeat(self._starts[places] - starts, counts), starts

    def leading(self, values: Scores, items: Sequence[int]) -> tuple[Rows, Scores]:
        """For each of some items the row of its best name, of equals the first, and the sum of the values
        of the next three names."""
        rows, starts = self.rows_of_each(items)
        part = np.searchsorted(starts, np.arange(len(rows)), side="right") - 1
        place = np.arange(len(rows)) - starts[part]
        rows = rows[np.lexsort((-values[rows], part))]  # item by item, the best first
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
        _, shared, by_name, reached = self._names.score_twice(own, added)
        for values in (by_name, shared, reached):
            values[hidden] = 0.0
        keyword_score, keyword_shared = self._keywords.score(own)
        body_score, body_shared = self._bodies.score(own)
        return LexicalScores(
            item_score=self.best(by_name) + KEYWORD_WEIGHT * keyword_score + BODY_WEIGHT * body_score,
            row_score=by_name,
            shared=shared,
            reached=reached,
            row_mass=self._names.mass,
            mass=max(self._names.weigh(own), _TINY),
            body_score=body_score,
            keyword=keyword_shared / max(self._keywords.weigh(own), _TINY),
            body=body_shared / max(self._bodies.weigh(own), _TINY),
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
        for length, start in self._phrases.places(text):
            if all(taken[start : start + length]):
                continue  # inside a longer name, which says more
            items = self._items_named(text[start : start + length], unseen)
            for item in items:
                shares[item] = max(shares.get(item, 0.0), length / len(text))
            if items:
                taken[start : start + length] = [True] * length
        return shares

    def _items_named(self, text: str, unseen: set[int]) -> list[int]:
        if (first := self._exact.get(text)) is None:
            return []
        rows = [row for row in (first, *self._further.get(text, ())) if row not in unseen]
        return list(dict.fromkeys(self.owner[rows].tolist()))


class ForeignIndex:
    """Questions no guide answers (weather, parcels, bank cards …), to see how like them a question is."""

    def __init__(self, sentences: Sequence[str]) -> None:
        self.sentences = tuple(sentences)
        self._index = Bm25(map(grams, self.sentences))

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
        self._names = Bm25(sounds.of(name.folded) for name in index.names)

    def heard(self, needle: str, least: float, hidden: Rows = NO_ROWS) -> tuple[Rows, Scores]:
        """The items of which a name explains at least so much of the question by its sound; and for each how
        much its best name explains times how much of that name was said."""
        query = self._sounds.of(needle)
        mass = max(self._names.weigh(query), _TINY)
        shared = self._names.matched(query)
        shared[hidden] = 0.0
        items = np.unique(self._lexical.owner[shared >= least * mass])
        if not len(items):
            return items, np.zeros(0)
        rows, starts = self._lexical.rows_of_each(items)
        alike = shared[rows] ** 2 / (mass * np.maximum(self._names.mass[rows], _TINY))
        return items, np.maximum.reduceat(alike, starts)
