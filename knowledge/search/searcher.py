"""The search of one index: a question in; hits, a decision and its reasons out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import Any

from knowledge.base import KnowledgeBase
from knowledge.regions.reading import read_regions
from knowledge.search.calibrate import Calibration
from knowledge.search.clauses import Found, Part, asks, halves_of, is_story, parts_of, together
from knowledge.search.decide import Decision, Hit, decide
from knowledge.search.engine import Engine
from knowledge.search.fuse import Evidence
from knowledge.search.needle import needle_of
from knowledge.text import fold, readable

_WHOLE = 0.999
_MOSTLY = 0.8
_MOST_HALVES = 4
_ASKING = 1.5
"""What the letters of a part that asks count, against those of one that only tells."""


@dataclass(frozen=True)
class SearchResult:
    """What a question found. `needle` is what was searched, of a long story the part that asks;
    `recognised` the probability that the question is about any item at all."""

    question: str
    needle: str
    hits: tuple[Hit, ...]
    decision: Decision
    options: tuple[str, ...] = ()
    """2–5 item ids when the decision is CLARIFY."""
    category: str | None = None
    """The category all options (or the answer) belong to."""
    recognised: float = 0.0
    also: tuple[str, ...] = ()
    """The item of a second matter the same message asks about (身份证和户口本都丢了), when each half is sure
    of its own and they are clearly different; the first matter is that of `hits[0]`. Empty otherwise."""


@dataclass(frozen=True)
class Searcher:
    """Immutable; safe to share between threads."""

    base: KnowledgeBase
    meta: Mapping[str, Any]
    engine: Engine
    calibration: Calibration

    def search(self, text: str, *, top: int = 5) -> SearchResult:
        """Search for the matter of a message. Region words, greetings and the aspect are set aside; of a
        long message the clauses are searched too."""
        plain = readable(text)
        without_regions = read_regions(plain, self.base.gazetteer).text_without_regions
        found = self._find(without_regions, (plain, without_regions))
        if not found.needle:
            return SearchResult(text, found.needle, (), Decision.NOTHING)
        named = any(hit.whole for hit in found.hits)
        search = cache(self._found)  # half a message is often one of its parts
        if not named and is_story(found.needle) and (part := self._telling(parts_of(without_regions))):
            asking, needle = part
            found = together(found, [Part(asking, search(needle))])
        verdict = decide(found.hits, found.recognised, self.calibration.policy)
        single = named or verdict.decision is Decision.NOTHING
        return SearchResult(
            question=text,
            needle=found.needle,
            hits=found.hits[:top],
            decision=verdict.decision,
            options=verdict.options,
            category=verdict.category,
            recognised=found.recognised,
            also=() if single else self._also(without_regions, found.hits, search),
        )

    def _find(self, without_regions: str, wordings: tuple[str, ...] = ()) -> Found:
        """What one text finds by itself; nothing when it says nothing of a matter."""
        needle = needle_of(without_regions)
        if not needle and any(self.engine.lexical.is_name(wording) for wording in wordings):
            needle = fold(without_regions)  # 帮办代办 is an aspect everywhere but in a title
        return self._found(needle, wordings)

    def _found(self, needle: str, wordings: tuple[str, ...] = ()) -> Found:
        """What a needle finds; `wordings` are the message before it was cut."""
        if not needle:
            return Found(needle, (), 0.0)
        ranking = self.engine.rank(needle, wordings)
        probabilities = self.calibration.hit.probabilities(ranking.hit_features).tolist()
        recognised = float(self.calibration.question.probabilities(ranking.question_features)[0])
        hits = [self._hit(one, p) for one, p in zip(ranking.evidence, probabilities, strict=False)]
        hits.sort(key=lambda hit: not hit.whole)  # otherwise in the order of their fused score
        return Found(needle, tuple(hits), recognised)

    def _telling(self, parts: Sequence[str]) -> tuple[bool, str] | None:
        """Of the part of a story that can say most of a matter, of equals the last: whether it asks, and its
        needle; None of no parts.

        Measured, the whole and this part find what the whole and every part find, for one search more.
        """
        told = [(asks(part), needle_of(part)) for part in parts]
        says = [self.engine.tells(needle) * (_ASKING if asking else 1) for asking, needle in told]
        return told[max(range(len(told)), key=lambda place: (says[place], place))] if told else None

    def _also(
        self, without_regions: str, hits: tuple[Hit, ...], search: Callable[[str], Found]
    ) -> tuple[str, ...]:
        """The other of two matters, when the best hit can be one of them and both are sure and different."""
        if not hits or (hits[0].exact and hits[0].said > _MOSTLY):
            return ()  # 户口登记项目变更和更正 is one name
        if not (halves := self._halves(without_regions)):
            return ()
        policy, best = self.calibration.policy, hits[0].item_id
        if not (first := search(halves[0]).meant(policy)) or not (second := search(halves[1]).meant(policy)):
            return ()
        if first.keys().isdisjoint(second):
            if best in first:
                return (next(iter(second)),)
            if best in second:
                return (next(iter(first)),)
        return ()

    def _halves(self, without_regions: str) -> tuple[str, str] | None:
        """The needles of both halves of a message, cut and worded so that either says as much of a matter as
        can be; None where one half has no word of any."""
        most, halves = 0.0, None
        for ways in islice(halves_of(without_regions), _MOST_HALVES):
            (says_first, first), (says_second, second) = map(self._clearest, ways)
            if min(says_first, says_second) > most:
                most, halves = min(says_first, says_second), (first, second)
        return halves

    def _clearest(self, ways: Sequence[str]) -> tuple[float, str]:
        """Of several ways to say one half the needle that says most of a matter, of equals the first."""
        needles = map(needle_of, ways)
        return max(((self.engine.tells(needle), needle) for needle in needles), key=lambda one: one[0])

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
