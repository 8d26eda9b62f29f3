"""Nearest names by inner product, in FAISS."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np
import numpy.typing as npt

from knowledge.search.embedding import Matrix


class DenseIndex:
    """An exact index: the same rows and scores as multiplying by every vector."""

    def __init__(self, index: faiss.Index) -> None:
        self._index = index

    @classmethod
    def of(cls, vectors: Matrix) -> DenseIndex:
        index = faiss.IndexFlatIP(vectors.shape[1])
        index.add(np.ascontiguousarray(vectors))
        return cls(index)

    @classmethod
    def read(cls, path: Path) -> DenseIndex:
        return cls(faiss.read_index(str(path)))

    def write(self, path: Path) -> None:
        faiss.write_index(self._index, str(path))

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def dimension(self) -> int:
        return int(self._index.d)

    def nearest(self, vector: Matrix, count: int) -> tuple[npt.NDArray[np.int64], Matrix]:
        """The rows nearest to one vector, best first, with their inner products."""
        scores, rows = self._index.search(vector.reshape(1, -1), min(count, len(self)))
        return rows[0], scores[0]

    def similarity(self, vector: Matrix, rows: npt.NDArray[np.int64]) -> Matrix:
        """The inner product of one vector with each of some rows."""
        stored: Matrix = self._index.reconstruct_batch(rows)
        return stored @ vector.reshape(-1)
