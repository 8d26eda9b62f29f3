"""Items as one document each: the TF-IDF cosine of everything an item is called with a question.

The best single name (bm25.py) says nothing of the other names, and an item of many names has more chances
to be the best. Here a name's worth of likeness counts less the more else an item is called, so that an item
with two names stands beside one with forty. Terms are 1–3 characters, each packed in one number, which makes
the whole index four numpy arrays and a question a few binary searches. Pure: texts in, cosines out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from knowledge.search.lexical import NO_ROWS, LexicalIndex, Rows

Keys = npt.NDArray[np.int64]
Cosines = npt.NDArray[np.float32]

_BITS = 21
"""Bits of a character: all of Unicode."""
_SPACE = ord(" ")


def keys_of(folded: str) -> Keys:
    """Every run of one, two and three characters of folded text as a number, repeats kept; none across a
    space."""
    codes = np.frombuffer(folded.encode("utf-32-le"), dtype=np.uint32).astype(np.int64)
    inside = codes != _SPACE
    one, keys = codes, [codes[inside]]
    for size in (2, 3):
        one = one[:-1] << _BITS | codes[size - 1 :]
        inside = inside[:-1] & (codes[size - 1 :] != _SPACE)
        keys.append(one[inside])
    return np.concatenate(keys)


@dataclass(frozen=True)
class TfidfIndex:
    """Inverted lists over items: `rows[starts[t]:starts[t + 1]]` are the items that have term `terms[t]`
    (sorted), `values` its part in their vectors of length one."""

    ARRAYS: ClassVar[tuple[str, ...]] = ("terms", "weights", "starts", "rows", "values")
    """What is kept in a file: all but the size."""

    size: int
    """How many items."""

    terms: Keys
    weights: Cosines
    """By term: ln((1 + items) / (1 + items that have it)) + 1."""
    starts: npt.NDArray[np.int64]
    rows: npt.NDArray[np.int32]
    values: Cosines

    @classmethod
    def of(cls, documents: Sequence[str]) -> Self:
        """Over folded texts, one for each item."""
        found = [np.unique(keys_of(text), return_counts=True) for text in documents]
        keys = np.concatenate([one for one, _ in found]) if found else np.array([], dtype=np.int64)
        counts = np.concatenate([count for _, count in found]) if found else keys
        rows = np.repeat(np.arange(len(found), dtype=np.int32), [len(one) for one, _ in found])
        order = np.argsort(keys, kind="stable")
        keys, rows = keys[order], rows[order]
        terms, starts, have = np.unique(keys, return_index=True, return_counts=True)
        weights = (np.log((1 + len(found)) / (1 + have)) + 1).astype(np.float32)
        values = (1 + np.log(counts[order])).astype(np.float32) * np.repeat(weights, have)
        squares = np.bincount(rows, values.astype(np.float64) ** 2, minlength=len(found))
        values /= np.sqrt(squares, dtype=np.float32)[rows]
        return cls(len(found), terms, weights, np.append(starts, len(keys)), rows, values)

    def cosines(self, folded: str) -> Cosines:
        """Of every item; a term no item has makes the question less like all of them."""
        at, parts = self._vector(folded)
        known = at >= 0
        lists = [slice(self.starts[term], self.starts[term + 1]) for term in at[known]]
        if not lists:
            return np.zeros(self.size, dtype=np.float32)
        rows = np.concatenate([self.rows[one] for one in lists])
        lengths = self.starts[at[known] + 1] - self.starts[at[known]]
        values = np.concatenate([self.values[one] for one in lists]) * np.repeat(parts[known], lengths)
        return np.bincount(rows, values, minlength=self.size).astype(np.float32)

    def cosine(self, folded: str, document: str) -> float:
        """With a text that is no item's, as if it were one's."""
        (at, parts), (others, theirs) = self._vector(folded), self._vector(document)
        _, mine, its = np.intersect1d(at, np.where(others < 0, -2, others), return_indices=True)
        return float(parts[mine] @ theirs[its])

    @property
    def arrays(self) -> dict[str, npt.NDArray[Any]]:
        return {name: getattr(self, name) for name in self.ARRAYS}

    def _vector(self, folded: str) -> tuple[npt.NDArray[np.int64], Cosines]:
        """The places of a text's terms, -1 for one no item has, and their parts in a vector of length one."""
        keys, counts = np.unique(keys_of(folded), return_counts=True)
        if not len(keys) or not len(self.terms):
            return np.full(len(keys), -1, dtype=np.int64), np.zeros(len(keys), dtype=np.float32)
        at = np.minimum(np.searchsorted(self.terms, keys), len(self.terms) - 1)
        at[self.terms[at] != keys] = -1
        rarest = np.float32(np.log(1 + self.size) + 1)
        parts = (1 + np.log(counts)).astype(np.float32) * np.where(at >= 0, self.weights[at], rarest)
        return at, parts / np.linalg.norm(parts)


class Wording:
    """What every item is called, as one document each."""

    def __init__(self, index: TfidfIndex, names: LexicalIndex, keywords: Sequence[str]) -> None:
        self.index = index
        self._names = names
        self._keywords = keywords

    @classmethod
    def of(cls, names: LexicalIndex, keywords: Sequence[str]) -> Self:
        """`keywords` are folded, one text for each item."""
        texts = [
            _document([names.names[row].folded for row in names.rows_of(item)], keywords[item])
            for item in range(len(names.item_ids))
        ]
        return cls(TfidfIndex.of(texts), names, keywords)

    def cosines(self, folded: str, hidden: Rows = NO_ROWS) -> Cosines:
        """By item. `hidden` names are left out of the documents they are in."""
        found = self.index.cosines(folded)
        unseen = set(hidden.tolist())
        for item in set(self._names.owner[hidden].tolist()):
            rows = [row for row in self._names.rows_of(item).tolist() if row not in unseen]
            text = _document([self._names.names[row].folded for row in rows], self._keywords[item])
            found[item] = self.index.cosine(folded, text)
        return found


def _document(names: Sequence[str], keywords: str) -> str:
    return " ".join((*names, keywords))
