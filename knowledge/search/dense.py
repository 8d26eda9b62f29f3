"""Nearest names by inner product, in FAISS: exact while that is fast, in groups of 8-bit numbers beyond.

What is chosen for how many names was measured: benchmarks/scale/README.md.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Self

import faiss
import numpy as np
import numpy.typing as npt

from knowledge.errors import IndexMismatch
from knowledge.search.embedding import Matrix

EXACT_UNTIL = 40_000
"""Names up to which every vector is compared: about a millisecond at 128 dimensions."""
_PROBED = 128
_TRAINED_ON = 131_072
"""Vectors from which groups and the range of the numbers are found: more take longer and find the same."""


class DenseKind(StrEnum):
    EXACT = "exact"
    """Every vector as it is, every one compared."""
    BYTES = "bytes"
    """Every vector in 8 bits a number, every one compared: a quarter of the size."""
    GROUPED = "grouped"
    """8 bits a number, and only the groups nearest to the question compared."""


@dataclass(frozen=True)
class DenseSettings:
    """How vectors are kept and searched. `groups` and how many of them are `probed` matter only to GROUPED."""

    kind: DenseKind
    groups: int = 0
    probed: int = 0

    @classmethod
    def for_size(cls, names: int) -> Self:
        """What serves this many names: exact until EXACT_UNTIL, in 4√n groups above."""
        if names <= EXACT_UNTIL:
            return cls(DenseKind.EXACT)
        groups = 1 << round(float(np.log2(4 * names**0.5)))
        return cls(DenseKind.GROUPED, groups, min(_PROBED, groups))

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


class DenseIndex:
    """Rows of vectors. EXACT gives the rows and scores of multiplying by every vector; BYTES those of
    multiplying by every vector as it is kept; GROUPED the same of the rows it looks at."""

    def __init__(self, index: faiss.Index) -> None:
        self._index: Any = index  # FAISS's types know nothing of groups
        self._bytes = _Bytes.of(index) if isinstance(index, faiss.IndexIVFScalarQuantizer) else None

    @classmethod
    def of(cls, vectors: Matrix, settings: DenseSettings | None = None) -> DenseIndex:
        """An index of these vectors, of the kind that serves so many unless told otherwise."""
        settings = settings or DenseSettings.for_size(len(vectors))
        vectors = np.ascontiguousarray(vectors)
        index = _empty(vectors.shape[1], settings)
        if not index.is_trained:
            index.train(_spread(vectors, _TRAINED_ON))
        index.add(vectors)
        return cls(index)

    @classmethod
    def read(cls, path: Path) -> DenseIndex:
        """IndexMismatch when the file is missing or is no index of one of these kinds."""
        try:
            index = cls(faiss.read_index(str(path)))
            index.settings  # noqa: B018
        except (RuntimeError, KeyError) as error:
            raise IndexMismatch(
                f"A file of the index cannot be read: {path}: {error}.",
                mend="Run `bangban train` to build the index again.",
            ) from None
        return index

    def write(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    @property
    def settings(self) -> DenseSettings:
        """As kept in the index itself."""
        kind = _KINDS[type(self._index)]
        if kind is DenseKind.GROUPED:
            return DenseSettings(kind, int(self._index.nlist), int(self._index.nprobe))
        return DenseSettings(kind)

    def nearest(self, vector: Matrix, count: int) -> tuple[npt.NDArray[np.int64], Matrix]:
        """The rows nearest to one vector, best first, with their inner products. GROUPED may find fewer."""
        scores, rows = self._index.search(vector.reshape(1, -1), min(count, len(self)))
        found = rows[0] >= 0
        return rows[0][found], scores[0][found]

    def similarity(self, vector: Matrix, rows: npt.NDArray[np.int64]) -> Matrix:
        """The inner product of one vector with each of some rows."""
        if self._bytes is not None:
            return self._bytes.similarity(vector.reshape(-1), rows)
        stored: Matrix = self._index.reconstruct_batch(rows)
        return stored @ vector.reshape(-1)


@dataclass(frozen=True)
class _Bytes:
    """The vectors of a GROUPED index row by row: to look up some hundred rows in the groups takes FAISS as long
    as to find the nearest of all. A vector is its group's centre and, in bytes, its way from there."""

    codes: npt.NDArray[np.uint8]
    group: npt.NDArray[np.int32]
    centres: Matrix
    least: Matrix
    step: Matrix

    @classmethod
    def of(cls, index: Any) -> Self:
        codes = np.empty((index.ntotal, index.d), dtype=np.uint8)
        groups = np.empty(index.ntotal, dtype=np.int32)
        for group in range(index.nlist):
            if not (size := index.invlists.list_size(group)):
                continue
            rows = faiss.rev_swig_ptr(index.invlists.get_ids(group), size)
            kept = faiss.rev_swig_ptr(index.invlists.get_codes(group), size * index.d)
            codes[rows] = kept.reshape(size, index.d)
            groups[rows] = group
        trained: Matrix = faiss.vector_to_array(index.sq.trained).reshape(2, index.d)
        step = trained[1] / np.float32(255)
        least = trained[0] + step / np.float32(2)
        return cls(codes, groups, index.quantizer.reconstruct_n(0, index.nlist), least, step)

    def similarity(self, vector: Matrix, rows: npt.NDArray[np.int64]) -> Matrix:
        centres = self.centres @ vector + vector @ self.least
        found: Matrix = self.codes[rows].astype(np.float32) @ (vector * self.step) + centres[self.group[rows]]
        return found


_KINDS = {
    faiss.IndexFlatIP: DenseKind.EXACT,
    faiss.IndexScalarQuantizer: DenseKind.BYTES,
    faiss.IndexIVFScalarQuantizer: DenseKind.GROUPED,
}


def _empty(dimension: int, settings: DenseSettings) -> Any:
    product = faiss.METRIC_INNER_PRODUCT
    if settings.kind is DenseKind.EXACT:
        return faiss.IndexFlatIP(dimension)
    if settings.kind is DenseKind.BYTES:
        return faiss.IndexScalarQuantizer(dimension, faiss.ScalarQuantizer.QT_8bit, product)
    index: Any = faiss.index_factory(dimension, f"IVF{settings.groups},SQ8", product)
    index.nprobe = settings.probed
    return index


def _spread(vectors: Matrix, most: int) -> Matrix:
    """At most so many of the vectors, evenly spread over all of them."""
    return vectors[:: -(-len(vectors) // most)]
