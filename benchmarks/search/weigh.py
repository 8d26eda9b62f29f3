"""Fit the weights by which hits are ordered (knowledge/search/content/weights.yml).

    python benchmarks/search/weigh.py [--var FOLDER] [--write]

Asks knowledge/search/content/questions.tsv, which is for fitting and measures nothing, of five indexes: the whole
lexicon; three in which a third of the matters asked about have no entry, asked about these and about all others; and
one without any lexicon. Names with two typos keep the order by sound. Prints the weights and, with each matter's
questions weighed by what was fitted without them, how often the right item comes first.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from pathlib import Path
from random import Random

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import numpy.typing as npt
import torch
import yaml
from run import FOLDS, PACKS, ROOT, TYPOS, Packs, built

from knowledge.base import KnowledgeBase
from knowledge.importers import read_path
from knowledge.lexicon import read_concepts
from knowledge.regions.reading import read_regions
from knowledge.search import Searcher, needle_of
from knowledge.search.examples import Misspeller
from knowledge.search.fuse import Columns, Weights, weighed
from knowledge.search.pinyin import Sounds
from knowledge.search.questions import OUT_OF_SCOPE, written_questions
from knowledge.text import simplified

CONTENT = ROOT / "knowledge" / "search" / "content" / "weights.yml"
NAMES = tuple(field.name for field in fields(Weights))
RIDGE = 1.0
TYPO_QUESTIONS = 700
PARTS = 5
_ROUNDS = 300


class Case(StrEnum):
    """In what index a question was asked."""

    WHOLE = "whole lexicon"
    LEFT_OUT = "entry left out"
    BESIDE = "others' entries left out"
    BARE = "no lexicon"
    TYPOS = "names with typos"


COUNTS: Mapping[Case, float] = {
    Case.WHOLE: 1.0,
    Case.LEFT_OUT: 0.25,
    Case.BESIDE: 0.75,
    Case.BARE: 0.25,
    Case.TYPOS: 0.3,
}
"""How much a question of each case counts. A new matter without everyday wording is asked about now and then, not
every time: three questions in four of such an index are about the others."""


@dataclass(frozen=True)
class Asked:
    """The candidates of one question, and which of them is right."""

    case: Case
    item: str
    rows: npt.NDArray[np.float64]
    right: npt.NDArray[np.bool_]


class Recorder:
    """Stands where an engine has its weights and keeps what would be weighed."""

    columns: Columns

    def scores(self, columns: Columns) -> npt.NDArray[np.float64]:
        self.columns = columns
        return np.zeros(len(columns.dense))


def ask(searcher: Searcher, case: Case, question: str, item: str) -> Asked | None:
    """None when nothing of a matter is left of the question, or the right item is no candidate."""
    recorder = Recorder()
    engine = replace(searcher.engine, weights=recorder)  # type: ignore[arg-type]
    plain = simplified(question)
    without_regions = read_regions(plain, searcher.base.gazetteer).text_without_regions
    if not (needle := needle_of(without_regions)):
        return None
    evidence = engine.rank(needle, (plain, without_regions)).evidence  # equal scores: in candidates' order
    right = np.array([engine.lexical.item_ids[one.item] == item for one in evidence], dtype=bool)
    return Asked(case, item, weighed(recorder.columns), right) if right.any() else None


def questions(packs: Packs, var: Path) -> Iterator[Asked]:
    """Every question of every case."""
    base = packs.base()
    written = [(q, i) for q, i in written_questions() if i != OUT_OF_SCOPE and i in base.items]
    matters = sorted({item for _, item in written})
    searcher = built(base, var, [])
    yield from _all(searcher, Case.WHOLE, written)
    yield from _all(searcher, Case.TYPOS, _misspelt(base))
    for fold in range(FOLDS):
        chosen = frozenset(matters[fold::FOLDS])
        searcher = built(packs.base(chosen), var, [])
        yield from _all(searcher, Case.LEFT_OUT, [(q, i) for q, i in written if i in chosen])
        yield from _all(searcher, Case.BESIDE, [(q, i) for q, i in written if i not in chosen])
    yield from _all(built(packs.base(frozenset(base.items)), var, []), Case.BARE, written)


def _all(searcher: Searcher, case: Case, asked: Sequence[tuple[str, str]]) -> Iterator[Asked]:
    found = [ask(searcher, case, question, item) for question, item in asked]
    yield from (one for one in found if one)
    print(
        f"- {case.value}: {len(found)} questions, of {sum(map(bool, found))} the item is a candidate",
        flush=True,
    )


def _misspelt(base: KnowledgeBase) -> list[tuple[str, str]]:
    """Names of one item alone, with typos; not the sample that run.py measures."""
    owners: dict[str, set[str]] = {}
    for item in base.items.values():
        for name in (item.task_name, *item.aliases):
            owners.setdefault(name, set()).add(item.id)
    names = [(name, next(iter(ids))) for name, ids in owners.items() if len(ids) == 1 and len(name) >= 4]
    random = Random(2)
    misspeller = Misspeller(Sounds.from_dictionary(), {char for name, _ in names for char in name})
    chosen = random.sample(names, k=min(TYPO_QUESTIONS, len(names)))
    return [(misspeller.misspell(name, TYPOS, random), item) for name, item in chosen]


def fit(asked: Sequence[Asked]) -> npt.NDArray[np.float64]:
    """The weights that make the right items likeliest among the candidates, none but `worded` below zero."""
    most = max(len(one.right) for one in asked)
    rows = np.zeros((len(asked), most, len(NAMES)))
    absent, wrong = np.full((2, len(asked), most), -1e9)
    for place, one in enumerate(asked):
        count = len(one.right)
        rows[place, :count] = one.rows
        absent[place, :count] = 0
        wrong[place, :count] = np.where(one.right, 0, -1e9)
    scale = np.concatenate([one.rows for one in asked]).std(axis=0) + 1e-3
    free = torch.tensor([name == "worded" for name in NAMES])
    x, counts = (
        torch.tensor(rows / scale),
        torch.tensor([COUNTS[one.case] for one in asked], dtype=torch.float64),
    )
    candidates, right = torch.tensor(absent), torch.tensor(wrong)
    w = torch.ones(len(NAMES), dtype=torch.float64, requires_grad=True)
    optimizer = torch.optim.LBFGS([w], max_iter=_ROUNDS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        scores = x @ torch.where(free, w, w.abs())
        missed = torch.logsumexp(scores + candidates, 1) - torch.logsumexp(scores + right, 1)
        value = (counts * missed).sum() + RIDGE / 2 * (w**2).sum()
        value.backward()  # type: ignore[no-untyped-call]
        return value

    optimizer.step(loss)  # type: ignore[no-untyped-call]
    found: npt.NDArray[np.float64] = torch.where(free, w, w.abs()).detach().numpy() / scale
    return found


def apart(asked: Sequence[Asked]) -> dict[Case, tuple[float, float]]:
    """hit@1 and hit@3 by case, each matter's questions ordered by weights fitted without them."""
    part = {item: place % PARTS for place, item in enumerate(sorted({one.item for one in asked}))}
    ranks: dict[Case, list[int]] = {case: [] for case in Case}
    for chosen in range(PARTS):
        weights = fit([one for one in asked if part[one.item] != chosen])
        for one in asked:
            if part[one.item] == chosen:
                order = np.argsort(-(one.rows @ weights), kind="stable")
                ranks[one.case].append(int(np.flatnonzero(one.right[order])[0]))
    return {case: (_share(found, 1), _share(found, 3)) for case, found in ranks.items()}


def _share(ranks: Sequence[int], first: int) -> float:
    return sum(rank < first for rank in ranks) / max(1, len(ranks))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--var", type=Path, help="folder to train and build in, used again if it is there")
    parser.add_argument("--write", action="store_true", help=f"put the weights into {CONTENT.name}")
    options = parser.parse_args()
    torch.set_num_threads(1)
    packs = Packs(tuple(map(read_path, PACKS)), read_concepts())
    with tempfile.TemporaryDirectory() as scratch:
        asked = list(questions(packs, options.var or Path(scratch)))
    for case, (first, three) in apart(asked).items():
        print(f"- {case.value}: hit@1 {first:.3f}, hit@3 {three:.3f} where the item is a candidate")
    weights = {name: round(float(value), 2) for name, value in zip(NAMES, fit(asked), strict=True)}
    print(text := yaml.safe_dump(weights, sort_keys=False))
    if options.write:
        head = CONTENT.read_text(encoding="utf-8").splitlines()[0]
        CONTENT.write_text(f"{head}\n{text}", encoding="utf-8")


if __name__ == "__main__":
    main()
