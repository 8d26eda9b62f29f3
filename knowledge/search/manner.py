"""How a message is worded: as people ask an office, or as they talk of anything else.

What a question is about is found by what items are called; 多少钱合适, 哪个好 and 怎么劝 are called nothing,
yet few who say so want an office. Naive Bayes over the letters of questions.tsv and out_of_scope.yml.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from math import log, sqrt

from knowledge.search.questions import OUT_OF_SCOPE, foreign_questions, written_questions
from knowledge.text import compact

_LONGEST = 3
_MOST_LETTERS = 200
"""Letters looked at of a message, the last ones: what is asked comes last."""
_ONE = 1.0
_SEEN_TWICE = 2


@dataclass(frozen=True)
class Manner:
    """In how many questions to an office, and in how many others, a run of 1–3 letters occurs."""

    office: Mapping[str, int]
    elsewhere: Mapping[str, int]
    offices: int
    elsewheres: int

    @classmethod
    def of_sentences(cls, office: Iterable[str], elsewhere: Iterable[str]) -> Manner:
        """From sentences known to be one or the other."""
        first, second = [_runs(text) for text in office], [_runs(text) for text in elsewhere]
        counts = [Counter(run for runs in side for run in runs) for side in (first, second)]
        return cls(counts[0], counts[1], len(first), len(second))

    def of(self, text: str) -> float:
        """Above 0: worded like a question to an office; below: like something else. 0 when it says nothing."""
        odds = self._odds
        runs = _runs(text)
        return sum(odds.get(run, 0.0) for run in runs) / sqrt(max(1, len(runs)))

    def without(self, text: str, office: bool) -> float:
        """The same of a sentence that was counted, as if it had not been."""
        runs = _runs(text)
        total = 0.0
        for run in runs:
            own, other = self.office.get(run, 0) - office, self.elsewhere.get(run, 0) - (not office)
            total += self._log_odds(own, other, self.offices - office, self.elsewheres - (not office))
        return total / sqrt(max(1, len(runs)))

    @cached_property
    def _odds(self) -> dict[str, float]:
        runs = self.office.keys() | self.elsewhere.keys()
        all_odds = {
            run: self._log_odds(
                self.office.get(run, 0), self.elsewhere.get(run, 0), self.offices, self.elsewheres
            )
            for run in sorted(runs)
        }
        return {run: odds for run, odds in all_odds.items() if odds}

    @staticmethod
    def _log_odds(own: int, other: int, owns: int, others: int) -> float:
        """What is seen once says nothing."""
        if own + other < _SEEN_TWICE:
            return 0.0
        return log((own + _ONE) / (owns + 2 * _ONE)) - log((other + _ONE) / (others + 2 * _ONE))


@cache
def common_manner() -> Manner:
    """Of questions.tsv and out_of_scope.yml."""
    office = [question for question, item_id in written_questions() if item_id != OUT_OF_SCOPE]
    return Manner.of_sentences(office, foreign_questions().values())


def _runs(text: str) -> set[str]:
    letters = compact(text)[-_MOST_LETTERS:]
    return {
        letters[at : at + size] for size in range(1, _LONGEST + 1) for at in range(len(letters) - size + 1)
    }
