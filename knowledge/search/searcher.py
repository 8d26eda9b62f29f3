"""The search of one index: a question in; hits, a decision and its reasons out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from knowledge.base import KnowledgeBase
from knowledge.regions.reading import read_regions
from knowledge.search.calibrate import Calibration
from knowledge.search.decide import Decision, Hit, decide
from knowledge.search.engine import Engine
from knowledge.search.fuse import JUDGED, Evidence
from knowledge.search.needle import needle_of
from knowledge.search.text import fold

_WHOLE = 0.999


@dataclass(frozen=True)
class SearchResult:
    """What a question found. `needle` is what was searched; `recognised` the probability that the
    question is about any item at all."""

    question: str
    needle: str
    hits: tuple[Hit, ...]
    decision: Decision
    options: tuple[str, ...] = ()
    """2–5 item ids when the decision is CLARIFY."""
    category: str | None = None
    """The category all options (or the answer) belong to."""
    recognised: float = 0.0


@dataclass(frozen=True)
class Searcher:
    """Immutable; safe to share between threads."""

    base: KnowledgeBase
    meta: Mapping[str, Any]
    engine: Engine
    calibration: Calibration

    def search(self, text: str, *, top: int = 5) -> SearchResult:
        """Search for the matter of a message. Region words, greetings and the aspect are set aside."""
        without_regions = read_regions(text, self.base.gazetteer).text_without_regions
        needle = needle_of(without_regions)
        wordings = (text, without_regions)
        if not needle and any(self.engine.lexical.is_name(wording) for wording in wordings):
            needle = fold(without_regions)  # 帮办代办 is an aspect everywhere but in a title
        if not needle:
            return SearchResult(text, needle, (), Decision.NOTHING)
        ranking = self.engine.rank(needle, wordings)
        features = ranking.hit_features[:JUDGED]
        probabilities = self.calibration.hit.probabilities(features).tolist()
        recognised = float(self.calibration.question.probabilities(ranking.question_features)[0])
        hits = [self._hit(one, p) for one, p in zip(ranking.evidence, probabilities, strict=False)]
        hits.sort(key=lambda hit: not hit.whole)  # otherwise in the order of their fused score
        verdict = decide(hits, recognised, self.calibration.policy)
        return SearchResult(
            text, needle, tuple(hits[:top]), verdict.decision, verdict.options, verdict.category, recognised
        )

    def _hit(self, one: Evidence, probability: float) -> Hit:
        item = self.base.item(self.engine.lexical.item_ids[one.item])
        return Hit(
            item_id=item.id,
            title=item.task_name,
            category=item.category,
            probability=probability,
            score=one.score,
            lexical=one.lexical,
            dense=one.dense,
            said=one.said,
            exact=one.exact > 0,
            whole=one.exact > _WHOLE,
        )
