"""BM25 over short texts, as inverted lists in numpy arrays. Pure: texts in, scores out.

A posting is one complex number, its score in the real part and its term's weight in the imaginary one:
half the work of two sums, and the work is all in reaching the memory. Rows are kept in the type numpy
indexes with, for converting them costs as much as the sum. The lists of all terms lie in one array, for
millions of small objects would take several times their memory.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.floating[Any]]
Postings = npt.NDArray[np.complex64]
Counts = npt.NDArray[np.integer[Any]]

_K1 = 1.2
_B = 0.5
_AT_ONCE = 1 << 20
"""Terms that are counted at a time."""


class Bm25:
    """An index over documents given as lists of terms, one after the other: none is kept.

    A term's weight (`idf`) is never negative. `mass` is the sum of the weights of a document's
    distinct terms; `matched` the part of it that a query shares, so matched / mass says how much of a
    name was said, and matched / (the query's mass) how much of the question a name explains.
    """

    def __init__(self, documents: Iterable[Sequence[str]]) -> None:
        self._place: dict[str, int] = {}
        lengths = array("i")
        parts = list(self._counted(documents, lengths))
        self.size = len(lengths)
        self._ceiling = math.log(1 + (self.size + 0.5) / 0.5)
        often, held = self._lists(*map(np.concatenate, zip(*parts, strict=True)))
        # From here on by posting: the lists of all terms, one after the other.
        weights = np.log(1 + (self.size - held + 0.5) / (held + 0.5)).astype(np.float32)
        self._weights: list[float] = weights.tolist()
        weight = np.repeat(weights, held)
        long = np.maximum(np.array(lengths, dtype=np.float32), 1)
        norm = _K1 * (1 - _B + _B * long / (long.mean() if self.size else 1))
        self._values = np.empty(len(self._rows), dtype=np.complex64)
        self._values.real = weight * often * (_K1 + 1) / (often + norm[self._rows])
        self._values.imag = weight
        self.mass: Scores = np.bincount(self._rows, weight, minlength=self.size).astype(np.float32)

    def _counted(
        self, documents: Iterable[Sequence[str]], lengths: array[int]
    ) -> Iterator[tuple[Counts, ...]]:
        """Of some documents after the other, for memory, the term, the document and how often it has the term;
        their lengths are added to `lengths`."""
        terms, first = array("i"), 0
        for document in documents:
            terms.extend([self._place.setdefault(term, len(self._place)) for term in document])
            lengths.append(len(document))
            if len(terms) >= _AT_ONCE:
                yield _count(terms, lengths, first)
                terms, first = array("i"), len(lengths)
        yield _count(terms, lengths, first)

    def _lists(self, terms: Counts, rows: Counts, often: Counts) -> tuple[Scores, Counts]:
        """Sorts postings into lists of documents by term; how often each document has the term, and how many
        documents each term has."""
        held = np.bincount(terms, minlength=len(self._place))
        self._starts: list[int] = [0, *np.cumsum(held).tolist()]
        order = np.argsort(terms, kind="stable")  # the documents of a term stay in their order
        self._rows = rows[order].astype(np.intp)
        return often[order].astype(np.float32), held

    def weight(self, term: str) -> float:
        """The weight of a term; one that occurs nowhere is as rare as can be."""
        place = self._place.get(term)
        return self._ceiling if place is None else self._weights[place]

    def weigh(self, terms: Iterable[str]) -> float:
        """The mass of a query: the weights of its distinct terms."""
        places = map(self._place.get, set(terms))
        return sum(self._ceiling if place is None else self._weights[place] for place in places)

    def known(self, terms: Iterable[str]) -> float:
        """The share of a query's mass that occurs in any document."""
        distinct = set(terms)
        mass = self.weigh(distinct)
        strange = sum(term not in self._place for term in distinct)
        return 1 - strange * self._ceiling / mass if mass else 0.0

    def score(self, query: Mapping[str, float]) -> tuple[Scores, Scores]:
        """For every document its BM25 score and its matched mass, for weighted query terms."""
        total = self._sum(np.zeros(self.size, dtype=np.complex64), query)
        return total.real, total.imag

    def score_twice(self, query: Mapping[str, float], more: Mapping[str, float]) -> tuple[Scores, ...]:
        """Score and matched mass of a query, and of the query with more terms."""
        once = self._sum(np.zeros(self.size, dtype=np.complex64), query)
        both = self._sum(once.copy(), more) if more else once
        return once.real, once.imag, both.real, both.imag

    def _sum(self, total: Postings, query: Mapping[str, float]) -> Postings:
        """The total with the postings of weighted terms added."""
        for term, factor in query.items():
            if (place := self._place.get(term)) is not None:
                found = slice(self._starts[place], self._starts[place + 1])
                values = self._values[found]
                total[self._rows[found]] += values if factor == 1 else values * np.float32(factor)
        return total

    def matched(self, terms: Iterable[str]) -> Scores:
        """For every document the mass it shares with some terms: what `score` gives beside the score."""
        total = np.zeros(self.size, dtype=np.float32)
        for term in dict.fromkeys(terms):
            if (place := self._place.get(term)) is not None:
                total[self._rows[self._starts[place] : self._starts[place + 1]]] += self._weights[place]
        return total


def _count(terms: array[int], lengths: array[int], first: int) -> tuple[Counts, ...]:
    """Term, document and how often it has the term, of the documents from `first` on."""
    size = max(1, len(lengths) - first)
    document = np.repeat(np.arange(len(lengths) - first), lengths[first:])
    pairs, often = np.unique(np.array(terms) * np.int64(size) + document, return_counts=True)
    term, row = np.divmod(pairs, size)
    return term.astype(np.int32), (row + first).astype(np.int32), often.astype(np.int32)
