"""Ranking: a folded question in, candidates with their evidence out. No decision is made here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

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
from knowledge.search.learned import LearnedIndex
from knowledge.search.lexical import NO_ROWS, ForeignIndex, LexicalIndex, LexicalScores, Rows, SoundIndex
from knowledge.search.manner import Manner, common_manner
from knowledge.search.synonyms import Expander
from knowledge.search.tfidf import Cosines, Wording

SOUND_BELOW = 0.75
"""Matching by sound is tried when the words explain less of the question than this."""
SOUND_GAIN = 0.15
"""… and counts when it explains more by at least this much."""
_LONGEST_HEARD = 24
"""Longer questions are not matched by sound: no name explains so much of a story."""
_NEAREST_ROWS = 128
_HEARD_ITEMS = 8


@dataclass(frozen=True, slots=True)
class Ranking:
    """What an index says about one question. `known` is the share of it that occurs in any name;
    `foreign` its likeness to questions no guide answers; `manner` how far it is worded as people ask an
    office."""

    needle: str
    evidence: tuple[Evidence, ...]
    known: float
    foreign: float
    manner: float = 0.0

    @property
    def hit_features(self) -> Features:
        return hit_features(self.evidence, self.known, self.foreign, self.manner, len(self.needle))

    @property
    def question_features(self) -> Features:
        return question_features(self.evidence, self.known, self.foreign, self.manner, len(self.needle))


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
    manner: Manner = field(default_factory=common_manner)
    learned: LearnedIndex = field(default_factory=LearnedIndex)

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
        exact = self._exact(needle, words)
        items = candidates(words.item_score, alike, nearest, {**exact, **heard})
        cosines = nearest | self._cosines(vector, [item for item in items if item not in nearest], hidden)
        rows, others = self.lexical.leading(words.row_score, items)
        columns = self._columns(items, words, exact, others, alike, cosines, heard, hidden)
        at = np.array(items, dtype=np.intp)
        evidence = [
            Evidence(
                item=item,
                score=score,
                lexical=lexical,
                dense=cosines[item],
                alike=cosine,
                said=said,
                named=named,
                keyword=keyword,
                body=body,
                exact=exact.get(item, 0.0),
                sound=heard.get(item, 0.0),
                worded=share,
            )
            for item, score, lexical, cosine, said, named, keyword, body, share in zip(
                items,
                self.weights.scores(columns).tolist(),
                columns.lexical.tolist(),
                alike[at].tolist(),
                words.said(rows).tolist(),
                words.named(rows).tolist(),
                words.keyword[at].tolist(),
                words.body[at].tolist(),
                columns.worded.tolist(),
                strict=True,
            )
        ]
        foreign = self.foreign.likeness(needle, hidden_foreign)
        manner = self.manner.of(wordings[0] if wordings else needle)
        return Ranking(needle, tuple(ranked(evidence)), words.known, foreign, manner)

    def tells(self, needle: str) -> float:
        """How much of a matter a folded text can say, in letters of names, keywords and everyday words it
        holds: seen at once, to decide whether it is worth ranking."""
        return self.lexical.letters(needle) + len(self.expander.expand(needle))

    def _columns(
        self,
        items: Sequence[int],
        words: LexicalScores,
        exact: Mapping[int, float],
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
            exact=np.array([exact.get(item, 0.0) for item in items], dtype=np.float64),
            sound=np.array([heard.get(item, 0.0) for item in items], dtype=np.float64),
            body=relative(words.body_score[at], float(words.body_score.max(initial=0.0)), BODY_EASE),
            worded=worded(self.lexical.counts(hidden)[at]),
        )

    def _exact(self, needle: str, words: LexicalScores) -> Mapping[int, float]:
        """The share of the question that is a whole name, or a wording that was learned: one learned word for word
        stands alone, for somebody decided it knowing the names."""
        learned = self.learned.near(needle)
        if any(alike >= 1.0 for alike in learned.values()):
            return learned
        return {
            item: max(words.exact.get(item, 0.0), learned.get(item, 0.0)) for item in {*words.exact, *learned}
        }

    def _nearest(self, vector: Matrix, hidden: Rows) -> dict[int, float]:
        """Item → cosine of its best name, for the items of the nearest names."""
        found: dict[int, float] = {}
        rows, cosines = self.dense.nearest(vector, _NEAREST_ROWS + len(hidden))
        if len(hidden):
            seen = ~np.isin(rows, hidden)
            rows, cosines = rows[seen], cosines[seen]
        for item, cosine in zip(self.lexical.owner[rows].tolist(), cosines.tolist(), strict=True):
            found.setdefault(item, cosine)
        return found

    def _cosines(self, vector: Matrix, items: Sequence[int], hidden: Rows) -> dict[int, float]:
        """Item → cosine of its best name, 0 at least; all looked up in one go."""
        if not items:
            return {}
        rows, starts = self.lexical.rows_of_each(items)
        cosines = self.dense.similarity(vector, rows)
        if len(hidden):
            cosines[np.isin(rows, hidden)] = 0.0
        best = np.maximum(np.maximum.reduceat(cosines, starts), 0.0)
        return dict(zip(items, best.tolist(), strict=True))

    def _heard(self, needle: str, words: LexicalScores, hidden: Rows) -> dict[int, float]:
        """Item → how well it matches by sound, when the words themselves match badly."""
        if len(needle) > _LONGEST_HEARD or (explained := words.explained) >= SOUND_BELOW:
            return {}
        items, both = self.sound.heard(needle, explained + SOUND_GAIN, hidden)
        best = np.argsort(-both, kind="stable")[:_HEARD_ITEMS]
        return dict(zip(items[best].tolist(), both[best].tolist(), strict=True))
