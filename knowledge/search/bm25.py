"""BM25 over short texts, as inverted lists in numpy arrays. Pure: texts in, scores out.

A posting is one complex number, its score in the real part and its term's weight in the imaginary one:
half the work of two sums, and the work is all in reaching the memory. Rows are kept in the type numpy
indexes with, for converting them costs as much as the sum.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.floating[Any]]
Postings = npt.NDArray[np.complex64]

_K1 = 1.2
_B = 0.5


class Bm25:
    """An index over documents given as lists of terms.

    A term's weight (`idf`) is never negative. `mass` is the sum of the weights of a document's
    distinct terms; `matched` the part of it that a query shares, so matched / mass says how much of a
    name was said, and matched / (the query's mass) how much of the question a name explains.
    """

    def __init__(self, documents: Sequence[Sequence[str]]) -> None:
        postings: dict[str, tuple[list[int], list[int]]] = {}
        lengths = np.ones(max(1, len(documents)), dtype=np.float32)
        for place, terms in enumerate(documents):
            lengths[place] = max(1, len(terms))
            for term, count in Counter(terms).items():
                rows, counts = postings.setdefault(term, ([], []))
                rows.append(place)
                counts.append(count)
        self.size = len(documents)
        self._ceiling = self._idf(0)
        self._weights: dict[str, float] = {}
        self._postings: dict[str, tuple[npt.NDArray[np.intp], Postings]] = {}
        norm = _K1 * (1 - _B + _B * lengths / lengths.mean())
        self.mass: Scores = np.zeros(self.size, dtype=np.float32)
        for term, (rows, counts) in postings.items():
            at = np.asarray(rows, dtype=np.intp)
            often = np.asarray(counts, dtype=np.float32)
            weight = self._idf(len(rows))
            self._weights[term] = weight
            values = np.empty(len(rows), dtype=np.complex64)
            values.real = weight * often * (_K1 + 1) / (often + norm[at])
            values.imag = weight
            self._postings[term] = (at, values)
            self.mass[at] += weight

    def _idf(self, documents: int) -> float:
        return math.log(1 + (self.size - documents + 0.5) / (documents + 0.5))

    def weight(self, term: str) -> float:
        """The weight of a term; one that occurs nowhere is as rare as can be."""
        return self._weights.get(term, self._ceiling)

    def weigh(self, terms: Iterable[str]) -> float:
        """The mass of a query: the weights of its distinct terms."""
        return sum(self.weight(term) for term in set(terms))

    def known(self, terms: Iterable[str]) -> float:
        """The share of a query's mass that occurs in any document."""
        distinct = set(terms)
        mass = self.weigh(distinct)
        return sum(self._weights.get(term, 0.0) for term in distinct) / mass if mass else 0.0

    def score(self, query: Mapping[str, float]) -> tuple[Scores, Scores]:
        """For every document its BM25 score and its matched mass, for weighted query terms."""
        total = np.zeros(self.size, dtype=np.complex64)
        for term, factor in query.items():
            if (found := self._postings.get(term)) is not None:
                at, values = found
                total[at] += values if factor == 1 else values * np.float32(factor)
        return total.real, total.imag
