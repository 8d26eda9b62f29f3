"""The searches ours is compared with: BM25 over jieba words, character n-gram TF-IDF, a stock Rasa
ResponseSelector. Each sees the titles and aliases of every item, and only ranks."""

from __future__ import annotations

import hashlib
import json
import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from knowledge.base import KnowledgeBase
from knowledge.search import Decision, Hit, SearchResult
from knowledge.search.bm25 import Bm25

RASA_SIDE = Path(__file__).with_name("rasa_side.py")
_TOP = 10

Names = Mapping[str, Sequence[str]]
"""Item id → title and aliases."""


class Ranks(Protocol):
    """Item ids with scores, best first."""

    def __call__(self, text: str) -> Sequence[tuple[str, float]]: ...


@dataclass(frozen=True)
class RankOnly:
    """A baseline as something that can be evaluated: it never answers and never refuses."""

    base: KnowledgeBase
    rank: Ranks

    def search(self, text: str, *, top: int = 5) -> SearchResult:
        ranked = list(self.rank(text))[:top]
        hits = tuple(self._hit(item_id, score) for item_id, score in ranked)
        sure = ranked[0][1] if ranked else 0.0
        return SearchResult(text, text, hits, Decision.CLARIFY, recognised=sure)

    def _hit(self, item_id: str, score: float) -> Hit:
        item = self.base.item(item_id)
        return Hit(
            item.id, item.task_name, item.category, score, score, score, score, score,
            exact=False, whole=False,
        )  # fmt: skip


class JiebaBm25:
    """BM25 with jieba's words. One document per item, which is better here than one per name."""

    def __init__(self, names: Names, cut: Callable[[str], Sequence[str]]) -> None:
        self._ids, self._cut = list(names), cut
        self._index = Bm25([[word for name in names[item] for word in cut(name)] for item in self._ids])

    def __call__(self, text: str) -> Sequence[tuple[str, float]]:
        scores, _ = self._index.score(dict.fromkeys(self._cut(text), 1.0))
        return _best(self._ids, scores)


class CharTfidf:
    """scikit-learn's TF-IDF of 1–3 characters, cosine. One document per item."""

    def __init__(self, names: Names) -> None:
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._ids = list(names)
        self._vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
        self._matrix: Any = self._vectorizer.fit_transform([" ".join(names[item]) for item in self._ids])

    def __call__(self, text: str) -> Sequence[tuple[str, float]]:
        query: Any = self._vectorizer.transform([text])
        return _best(self._ids, (self._matrix @ query.T).toarray().ravel())


class Given:
    """Rankings made elsewhere."""

    def __init__(self, rankings: Mapping[str, Sequence[tuple[str, float]]]) -> None:
        self._rankings = rankings

    def __call__(self, text: str) -> Sequence[tuple[str, float]]:
        return self._rankings[text]


def rasa_side(python: Path, command: str, data: Any, timeout: float, kept: Path | None = None) -> Any:
    """What rasa_side.py answers, run by Rasa's Python. TimeoutExpired when it takes longer.

    With `kept`, the answer of the same script to the same data is kept in that folder and not asked for again.
    """
    asked = json.dumps(data, ensure_ascii=False).encode()
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "in.json", Path(folder) / "out.json"
        if kept is not None:
            kept.mkdir(parents=True, exist_ok=True)
            digest = hashlib.sha256(asked + RASA_SIDE.read_bytes()).hexdigest()
            target = kept / f"rasa-{command}-{digest[:12]}.json"
        if not target.is_file():
            source.write_bytes(asked)
            subprocess.run(
                [str(python), str(RASA_SIDE), command, str(source), str(target.resolve())],
                check=True,
                timeout=timeout,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=folder,
                env={"PATH": "/usr/bin:/bin", "TF_CPP_MIN_LOG_LEVEL": "3", "RASA_TELEMETRY_ENABLED": "false"},
            )
        return json.loads(target.read_text(encoding="utf-8"))


def _best(ids: Sequence[str], scores: npt.NDArray[Any]) -> list[tuple[str, float]]:
    best = np.argsort(-scores, kind="stable")[:_TOP]
    return [(ids[place], float(scores[place])) for place in best if scores[place] > 0]
