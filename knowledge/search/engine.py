"""Ranking: a folded question in, candidates with their evidence out. No decision is made here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from knowledge.search.bm25 import Scores
from knowledge.search.dense import DenseIndex
from knowledge.search.embedding import Embedder, Matrix
from knowledge.search.fuse import (
    ALIKE_EASE,
    BODY_EASE,
    LEXICAL_EASE,
    Columns,
    Evidence,
    Features,
    Weights,
    candidates,
    hit_features,
    question_features,
    ranked,
    relative,
    worded,
)
from knowledge.search.lexical import NO_ROWS, ForeignIndex, LexicalIndex, LexicalScores, Rows, SoundIndex
from knowledge.search.synonyms import Expander
from knowledge.search.tfidf import Cosines, Wording

SOUND_BELOW = 0.75
"""Matching by sound is tried when the words explain less of the question than this."""
SOUND_GAIN = 0.15
"""… and counts when it explains more by at least this much."""
_NEAREST_ROWS = 128
_HEARD_ITEMS = 8


@dataclass(frozen=True, slots=True)
class Ranking:
    """What an index says about one question. `known` is the share of it that occurs in any name;
    `foreign` its likeness to questions no guide answers."""

    needle: str
    evidence: tuple[Evidence, ...]
    known: float
    foreign: float

    @property
    def hit_features(self) -> Features:
        return hit_features(self.evidence, self.known, self.foreign, len(self.needle))

    @property
    def question_features(self) -> Features:
        return question_features(self.evidence, self.known, self.foreign, len(self.needle))


@dataclass(frozen=True)
class Engine:
    """The parts of an index that rank."""

    lexical: LexicalIndex
    sound: SoundIndex
    foreign: ForeignIndex
    dense: DenseIndex
    wording: Wording
    embedder: Embedder
    expander: Expander
    weights: Weights

    def rank(
        self,
        needle: str,
        wordings: Sequence[str] = (),
        *,
        hidden: Rows = NO_ROWS,
        hidden_foreign: Rows = NO_ROWS,
    ) -> Ranking:
        """Candidates for a folded question, best first. `wordings`: the message before it was cut.

        `hidden` names and `hidden_foreign` sentences (rows) are searched as if they were not there: so
        the decision is fitted on wording the index does not have.
        """
        words = self.lexical.score(needle, self.expander.expand(needle), hidden, wordings)
        alike = self.wording.cosines(needle, hidden)
        vector = self.embedder.questions([needle])
        nearest = self._nearest(vector, hidden)
        heard = self._heard(needle, words, hidden)
        items = candidates(words.item_score, alike, nearest, {**words.exact, **heard})
        cosines = nearest | self._cosines(vector, [item for item in items if item not in nearest], hidden)
        rows, others = self.lexical.leading(words.row_score, items)
        columns = self._columns(items, words, others, alike, cosines, heard, hidden)
        evidence = []
        for place, (item, score) in enumerate(zip(items, self.weights.scores(columns).tolist(), strict=True)):
            row = rows[place]
            evidence.append(
                Evidence(
                    item=item,
                    score=score,
                    lexical=float(columns.lexical[place]),
                    dense=cosines[item],
                    alike=float(alike[item]),
                    said=float(words.said[row]),
                    named=min(1.0, float(words.named[row])),
                    keyword=float(words.keyword[item]),
                    body=float(words.body[item]),
                    exact=words.exact.get(item, 0.0),
                    sound=heard.get(item, 0.0),
                    worded=float(columns.worded[place]),
                )
            )
        foreign = self.foreign.likeness(needle, hidden_foreign)
        return Ranking(needle, tuple(ranked(evidence)), words.known, foreign)

    def _columns(
        self,
        items: Sequence[int],
        words: LexicalScores,
        others: Scores,
        alike: Cosines,
        cosines: Mapping[int, float],
        heard: Mapping[int, float],
        hidden: Rows,
    ) -> Columns:
        """What is weighed of the candidates."""
        at = np.array(items, dtype=np.intp)
        best = float(words.item_score.max(initial=0.0))
        return Columns(
            dense=np.array([cosines[item] for item in items], dtype=np.float64),
            alike=relative(alike[at], float(alike.max(initial=0.0)), ALIKE_EASE),
            lexical=relative(words.item_score[at], best, LEXICAL_EASE),
            others=relative(others, best, LEXICAL_EASE),
            keyword=words.keyword[at].astype(np.float64),
            exact=np.array([words.exact.get(item, 0.0) for item in items], dtype=np.float64),
            sound=np.array([heard.get(item, 0.0) for item in items], dtype=np.float64),
            body=relative(words.body_score[at], float(words.body_score.max(initial=0.0)), BODY_EASE),
            worded=worded(self.lexical.counts(hidden)[at]),
        )

    def _nearest(self, vector: Matrix, hidden: Rows) -> dict[int, float]:
        """Item → cosine of its best name, for the items of the nearest names."""
        found: dict[int, float] = {}
        unseen = set(hidden.tolist())
        rows, cosines = self.dense.nearest(vector, _NEAREST_ROWS + len(unseen))
        for row, cosine in zip(rows.tolist(), cosines.tolist(), strict=True):
            if row not in unseen:
                found.setdefault(int(self.lexical.owner[row]), cosine)
        return found

    def _cosines(self, vector: Matrix, items: Sequence[int], hidden: Rows) -> dict[int, float]:
        """Item → cosine of its best name, 0 at least; all looked up in one go."""
        if not items:
            return {}
        rows = [self.lexical.rows_of(item) for item in items]
        if len(hidden):
            rows = [np.setdiff1d(own, hidden) for own in rows]
        found = self.dense.similarity(vector, np.concatenate(rows))
        parts = np.split(found, np.cumsum([len(own) for own in rows[:-1]]))
        return {item: float(part.max(initial=0.0)) for item, part in zip(items, parts, strict=True)}

    def _heard(self, needle: str, words: LexicalScores, hidden: Rows) -> dict[int, float]:
        """Item → how well it matches by sound, when the words themselves match badly."""
        explained = float(words.said.max(initial=0.0))
        if explained >= SOUND_BELOW:
            return {}
        said, both = self.sound.score(needle, hidden)
        found = np.flatnonzero(said >= explained + SOUND_GAIN)
        best = found[np.argsort(-both[found], kind="stable")][:_HEARD_ITEMS]
        return {int(item): float(both[item]) for item in best}
