"""Measuring a search on questions whose item is known: how often it is found, asked about, refused,
and how often a wrong guide is answered outright."""

from __future__ import annotations

import statistics
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol

from knowledge.base import KnowledgeBase
from knowledge.errors import ImportFailed
from knowledge.measures import Confusion, Coverage, Curve, confusion_lines, confusions
from knowledge.search.decide import Decision
from knowledge.search.fuse import JUDGED
from knowledge.search.searcher import SearchResult
from knowledge.text import compact

OUT_OF_SCOPE = "-"
NOTHING = "nothing"
_WORST = 10


class Searches(Protocol):
    """What is measured: the searcher of an index, or a baseline beside it."""

    @property
    def base(self) -> KnowledgeBase: ...

    def search(self, text: str, *, top: int = 5) -> SearchResult: ...


@dataclass(frozen=True)
class Row:
    """A question and the title, alias or id of the item meant; "-" when no guide answers it. Several
    items that would all be right are separated by |."""

    question: str
    item: str
    line: int = 0


@dataclass(frozen=True)
class Outcome:
    """What became of one question. `rank` is the right item's place, 0 when it was not among the hits."""

    question: str
    expected: tuple[str, ...]
    """Ids of the items meant; none for an out-of-scope question."""
    found: tuple[str, ...]
    rank: int
    decision: Decision
    options: tuple[str, ...]
    confidence: float
    """How sure the search was that the question is about any item."""
    seconds: float
    needle: str = ""
    probability: float | None = None
    """The first hit's, of being the item meant; None when nothing was found."""

    @property
    def in_scope(self) -> bool:
        return bool(self.expected)

    @property
    def wrong_answer(self) -> bool:
        return self.decision is Decision.ANSWER and self.rank != 1

    @property
    def meant(self) -> str:
        """The expected items in words."""
        return " or ".join(self.expected) or "out of scope"

    @property
    def got(self) -> str:
        return self.found[0] if self.found else NOTHING

    @property
    def offered(self) -> bool:
        """Whether the right item was answered from or among the options."""
        if self.decision is Decision.ANSWER:
            return self.rank == 1
        return any(item in self.options for item in self.expected)


@dataclass(frozen=True)
class Figures:
    """The rates over one group of in-scope questions."""

    n: int
    hit_1: float
    hit_3: float
    mrr: float
    answered: float
    clarified: float
    refused: float
    offered: float
    wrong_answers: float

    @classmethod
    def of(cls, outcomes: Sequence[Outcome]) -> Figures:
        decisions = Counter(one.decision for one in outcomes)
        n = len(outcomes)
        return cls(
            n=n,
            hit_1=_share(sum(one.rank == 1 for one in outcomes), n),
            hit_3=_share(sum(1 <= one.rank <= 3 for one in outcomes), n),
            mrr=_share(sum(1 / one.rank for one in outcomes if one.rank), n),
            answered=_share(decisions[Decision.ANSWER], n),
            clarified=_share(decisions[Decision.CLARIFY], n),
            refused=_share(decisions[Decision.NOTHING], n),
            offered=_share(sum(one.offered for one in outcomes), n),
            wrong_answers=_share(sum(one.wrong_answer for one in outcomes), n),
        )


@dataclass(frozen=True)
class Report:
    """All figures of one run. `wrong_answers` is over all questions, out-of-scope ones included."""

    questions: int
    in_scope: Figures
    out_of_scope: int
    out_of_scope_refused: float
    out_of_scope_clarified: float
    out_of_scope_answered: float
    auroc: float | None
    """How well confidence tells in-scope from out-of-scope questions; None without both kinds."""
    wrong_answers: float
    median_ms: float
    p95_ms: float
    categories: Mapping[str, Figures]
    lacking: tuple[Row, ...]
    """Rows whose item the knowledge base does not have: not scored."""
    lacking_answered: float
    """The part of them answered outright, which can only be with another matter's guide."""
    confusions: tuple[Confusion, ...]
    """In-scope questions whose first hit was wrong, and out-of-scope ones that were answered."""
    calibration: Curve
    """Of the first hit's probability, over all questions that found something."""
    coverage: Coverage | None
    mistakes: tuple[Outcome, ...] = field(repr=False)
    """Wrong answers and misses, the most confident first."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)

    def table(self) -> str:
        """Readable text: the figures, the categories, the confusions, the calibration, the worst mistakes."""
        head = self.in_scope
        lines = [
            f"questions {self.questions}: {head.n} in scope, {self.out_of_scope} out of scope, "
            f"{len(self.lacking)} not scored (item not in the knowledge base)"
            + (f", {self.lacking_answered:.3f} of these answered outright" if self.lacking else ""),
            f"hit@1 {head.hit_1:.3f}   hit@3 {head.hit_3:.3f}   MRR {head.mrr:.3f}   "
            f"out-of-scope AUROC {'-' if self.auroc is None else f'{self.auroc:.3f}'}",
            f"in scope:     answered {head.answered:.3f}   clarified {head.clarified:.3f}   "
            f"refused {head.refused:.3f}   right item answered or offered {head.offered:.3f}",
            f"out of scope: answered {self.out_of_scope_answered:.3f}   "
            f"clarified {self.out_of_scope_clarified:.3f}   refused {self.out_of_scope_refused:.3f}",
            f"wrong answers {self.wrong_answers:.3f} of all questions",
            f"search: median {self.median_ms:.2f} ms, 95 % within {self.p95_ms:.2f} ms",
            *([self.coverage.line()] if self.coverage else []),
            "",
            "    n  hit@1  hit@3    MRR  answered  clarified  refused  wrong  category",
        ]
        for category, one in sorted(self.categories.items(), key=lambda pair: (-pair[1].n, pair[0])):
            lines.append(
                f"{one.n:5d}  {one.hit_1:5.3f}  {one.hit_3:5.3f}  {one.mrr:5.3f}  {one.answered:8.3f}  "
                f"{one.clarified:9.3f}  {one.refused:7.3f}  {one.wrong_answers:5.3f}  {category}"
            )
        lines += ["", *self.calibration.lines()]
        if self.confusions:
            lines += ["", *confusion_lines(self.confusions)]
        if self.mistakes:
            lines += ["", f"worst mistakes ({min(_WORST, len(self.mistakes))} of {len(self.mistakes)}):"]
            for miss in self.mistakes[:_WORST]:
                lines.append(f"  {miss.question} → {miss.decision.value} {miss.got}, expected {miss.meant}")
        if self.lacking:
            lines += ["", "not scored: " + "; ".join(f"{row.question} → {row.item}" for row in self.lacking)]
        return "\n".join(lines)


def read_rows(path: Path) -> tuple[Row, ...]:
    """Rows of a TSV file, question<TAB>item; empty lines and lines starting with # are left out.

    ImportFailed for a file that cannot be read, a line of another form, and a file without a question:
    measuring nothing is no success.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ImportFailed(
            f"{path} cannot be read: {error}.", mend="Give a UTF-8 text file: question, tab, item."
        ) from None
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        question, _, item = (part.strip() for part in line.partition("\t"))
        if not question or not item:
            raise ImportFailed(
                f"{path}, line {number}: expected a question, a tab and an item; received {line!r}.",
                mend="Write the item's title, alias or id after the tab, or - for a question out of scope.",
            )
        rows.append(Row(question, item, number))
    if not rows:
        raise ImportFailed(
            f"{path} has no question: nothing was measured.",
            mend="Write a line for each question: the question, a tab, the item's title, alias or id.",
        )
    return tuple(rows)


def evaluate(searcher: Searches, rows: Iterable[Row], *, coverage: bool = True) -> Report:
    """Ask every question and compare with the item meant. An alias several items share means any of them.

    `coverage` of the wording by names depends on the base alone: a second search of one base can go
    without.
    """
    outcomes, lacking = ask(searcher, rows)
    swapped = sum(searcher.search(row.question).decision is Decision.ANSWER for row in lacking)
    covered = None
    if coverage:
        asked = [(one.question, one.needle, one.expected) for one in outcomes if one.in_scope]
        covered = Coverage.of(searcher.base, asked)
    return report_of(searcher.base, outcomes, lacking, _share(swapped, len(lacking)), covered)


def ask(searcher: Searches, rows: Iterable[Row]) -> tuple[tuple[Outcome, ...], tuple[Row, ...]]:
    """What became of every question, and the rows whose item the base lacks."""
    label = Labels(searcher.base)
    lacking: list[Row] = []
    outcomes: list[Outcome] = []
    for row in rows:
        expected = label.items(row.item)
        if row.item != OUT_OF_SCOPE and not expected:
            lacking.append(row)
        else:
            outcomes.append(_ask(searcher, row.question, expected))
    return tuple(outcomes), tuple(lacking)


class Labels:
    """What the labels of a question file stand for in a base: every id, and every folded title and alias
    of items and of their guides."""

    def __init__(self, base: KnowledgeBase) -> None:
        found: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for item in base.items.values():
            found[item.id][item.id] = None
            for name in (item.task_name, *item.aliases):
                found[compact(name)][item.id] = None
        for guide in base.guides():
            for name in (guide.task_name, *guide.aliases):
                found[compact(name)][guide.item_id] = None
        self._named = {name: tuple(items) for name, items in found.items()}

    def items(self, label: str) -> tuple[str, ...]:
        """The item ids meant; none for out of scope and for what the base lacks."""
        ids: dict[str, None] = {}
        for part in label.split("|") if label != OUT_OF_SCOPE else ():
            ids.update(dict.fromkeys(self._named.get(part.strip()) or self._named.get(compact(part), ())))
        return tuple(ids)


def _ask(searcher: Searches, question: str, expected: tuple[str, ...]) -> Outcome:
    started = time.perf_counter()
    result = searcher.search(question, top=JUDGED)
    seconds = time.perf_counter() - started
    found = tuple(hit.item_id for hit in result.hits)
    rank = next((place for place, item in enumerate(found, start=1) if item in expected), 0)
    sure = 1.0 if any(hit.whole for hit in result.hits) else result.recognised
    return Outcome(
        question,
        expected,
        found,
        rank,
        result.decision,
        result.options,
        sure,
        seconds,
        result.needle,
        result.hits[0].probability if result.hits else None,
    )


def report_of(
    base: KnowledgeBase,
    outcomes: Sequence[Outcome],
    lacking: tuple[Row, ...] = (),
    lacking_answered: float = 0.0,
    coverage: Coverage | None = None,
) -> Report:
    """The figures of what became of questions."""
    inside = [one for one in outcomes if one.in_scope]
    outside = [one for one in outcomes if not one.in_scope]
    by_category: defaultdict[str, list[Outcome]] = defaultdict(list)
    for one in inside:
        by_category[base.item(one.expected[0]).category].append(one)
    decisions = Counter(one.decision for one in outside)
    times = sorted(one.seconds * 1000 for one in outcomes)
    mistakes = [one for one in outcomes if one.wrong_answer or (one.in_scope and one.rank != 1)]
    mistakes.sort(key=lambda one: (not one.wrong_answer, -one.confidence))
    return Report(
        questions=len(outcomes) + len(lacking),
        in_scope=Figures.of(inside),
        out_of_scope=len(outside),
        out_of_scope_refused=_share(decisions[Decision.NOTHING], len(outside)),
        out_of_scope_clarified=_share(decisions[Decision.CLARIFY], len(outside)),
        out_of_scope_answered=_share(decisions[Decision.ANSWER], len(outside)),
        auroc=_auroc([one.confidence for one in inside], [one.confidence for one in outside]),
        wrong_answers=_share(sum(one.wrong_answer for one in outcomes), len(outcomes)),
        median_ms=statistics.median(times) if times else 0.0,
        p95_ms=times[int(0.95 * (len(times) - 1))] if times else 0.0,
        categories={category: Figures.of(group) for category, group in by_category.items()},
        lacking=lacking,
        lacking_answered=lacking_answered,
        confusions=confusions((one.meant, one.got, one.question) for one in mistakes),
        calibration=Curve.of(
            [(one.probability, one.rank == 1) for one in outcomes if one.probability is not None]
        ),
        coverage=coverage,
        mistakes=tuple(mistakes),
    )


def _auroc(inside: Sequence[float], outside: Sequence[float]) -> float | None:
    """The chance that an in-scope question is given more confidence than an out-of-scope one."""
    if not inside or not outside:
        return None
    wins = sum((a > b) + 0.5 * (a == b) for a in inside for b in outside)
    return wins / (len(inside) * len(outside))


def _share(count: float, total: int) -> float:
    return count / total if total else 0.0
