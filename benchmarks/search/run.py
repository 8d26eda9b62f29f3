"""Measure the search on the question files beside this script, plain searches next to the fused one.

    python benchmarks/search/run.py [--var FOLDER] [--pack FOLDER …] [--details]

Trains and builds in a folder of its own, so that nothing in use is touched. Prints Markdown.
"""

from __future__ import annotations

import argparse
import os
import resource
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from knowledge.base import KnowledgeBase
from knowledge.evaluate import Report, Row, Searches, evaluate, read_rows
from knowledge.importers import read_path
from knowledge.regions import read_regions
from knowledge.search import (
    Decision,
    Hit,
    Searcher,
    SearchResult,
    build_index,
    needle_of,
    open_index,
    train_embedding,
)
from knowledge.search.engine import Ranking
from knowledge.search.examples import Misspeller
from knowledge.search.fuse import Evidence
from knowledge.search.pinyin import Sounds
from knowledge.settings import KnowledgeSettings

HERE = Path(__file__).parent
SAMPLES = HERE.parents[1] / "knowledge" / "samples"
PACKS = tuple(SAMPLES / name for name in ("regions", "national", "shandong", "hotlines"))
TYPOS = 2


@dataclass(frozen=True)
class Baseline:
    """One search of the index alone: candidates by one kind of evidence, nothing calibrated."""

    searcher: Searcher
    order: Callable[[Evidence], float]
    sure: Callable[[Ranking], float]

    @property
    def base(self) -> KnowledgeBase:
        return self.searcher.base

    def search(self, text: str, *, top: int = 5) -> SearchResult:
        needle = needle_of(read_regions(text, self.base.gazetteer).text_without_regions)
        if not needle:
            return SearchResult(text, needle, (), Decision.NOTHING)
        ranking = self.searcher.engine.rank(needle)
        best = sorted(ranking.evidence, key=lambda one: (-self.order(one), one.item))[:top]
        hits = tuple(self._hit(one) for one in best)
        return SearchResult(text, needle, hits, Decision.CLARIFY, recognised=self.sure(ranking))

    def _hit(self, one: Evidence) -> Hit:
        item = self.base.item(self.searcher.engine.lexical.item_ids[one.item])
        score = self.order(one)
        return Hit(
            item.id, item.task_name, item.category, score, score, one.lexical, one.dense, one.said,
            exact=False, whole=False,
        )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--var", type=Path, help="folder to train and build in, used again if it is there")
    parser.add_argument("--pack", type=Path, action="append", help="folders or files to import")
    parser.add_argument("--details", action="store_true", help="also the whole report of every set")
    options = parser.parse_args()
    base = load(options.pack or PACKS)
    with tempfile.TemporaryDirectory() as scratch:
        settings = KnowledgeSettings(var_dir=options.var or Path(scratch))
        print(
            f"{len(base.items)} items, {base.guide_count()} guides, content {base.digest()[:12]}, {os.cpu_count()} cores\n"
        )
        if not settings.embedding_dir.is_dir():
            timed("training", lambda: train_embedding(base, settings))
        size = sum(path.stat().st_size for path in settings.embedding_dir.rglob("*") if path.is_file())
        timed("building the index", lambda: build_index(base, settings.index_dir, settings))
        searcher = open_index(settings.index_dir, settings)
        print(f"- embedding {size / 1e6:.1f} MB; policy {searcher.calibration.policy}")
        print(
            f"- greatest memory of this process {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB\n"
        )
        compare(searcher, question_sets(base), details=options.details)


def load(packs: Sequence[Path]) -> KnowledgeBase:
    batches = [read_path(pack) for pack in packs]
    return KnowledgeBase.from_records(
        [item for batch in batches for item in batch.items],
        [guide for batch in batches for guide in batch.guides],
        [hall for batch in batches for hall in batch.halls],
        [region for batch in batches for region in batch.regions],
    )


def question_sets(base: KnowledgeBase) -> dict[str, tuple[Row, ...]]:
    """The files beside this script, every name as it is, and every name of four characters or more with homophone typos."""
    names = [(name, item.id) for item in base.items.values() for name in (item.task_name, *item.aliases)]
    random = Random(1)
    misspeller = Misspeller(Sounds.from_dictionary(), {char for name, _ in names for char in name})
    return {
        **{path.stem: read_rows(path) for path in sorted(HERE.glob("*.tsv"))},
        "names": tuple(Row(name, item_id) for name, item_id in names),
        f"names, {TYPOS} typos": tuple(
            Row(misspeller.misspell(name, TYPOS, random), item_id)
            for name, item_id in names
            if len(name) >= 4
        ),
    }


def compare(searcher: Searcher, sets: dict[str, tuple[Row, ...]], *, details: bool) -> None:
    systems: dict[str, Searches] = {
        "BM25": Baseline(
            searcher, lambda one: one.lexical, lambda found: max(e.said for e in found.evidence)
        ),
        "embedding": Baseline(
            searcher, lambda one: one.dense, lambda found: max(e.dense for e in found.evidence)
        ),
        "weighted sum": Baseline(searcher, lambda one: one.score, lambda found: found.evidence[0].score),
        "calibrated": searcher,
    }
    print("| set | search | n | hit@1 | hit@3 | MRR | AUROC | answered | clarified | refused | "
          "OOS refused | wrong answers | median ms |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|---|---|---|")
    reports: list[tuple[str, Report]] = []
    for name, rows in sets.items():
        for system, search in systems.items():
            report = evaluate(search, rows)
            print(row(name, system, report, decided=search is searcher))
        reports.append((name, report))
    if details:
        for name, report in reports:
            print(f"\n## {name}\n\n```\n{report.table()}\n```")


def row(name: str, system: str, report: Report, *, decided: bool) -> str:
    one = report.in_scope
    outside = f"{report.out_of_scope_refused:.3f}" if decided and report.out_of_scope else "-"
    rates = [f"{rate:.3f}" for rate in (one.answered, one.clarified, one.refused)] if decided else ["-"] * 3
    cells = [
        name,
        system,
        f"{one.n}+{report.out_of_scope}",
        *(f"{value:.3f}" for value in (one.hit_1, one.hit_3, one.mrr)),
        "-" if report.auroc is None else f"{report.auroc:.3f}",
        *rates,
        outside,
        f"{report.wrong_answers:.3f}" if decided else "-",
        f"{report.median_ms:.2f}",
    ]
    return "| " + " | ".join(cells) + " |"


def timed(what: str, work: Callable[[], object]) -> None:
    started, cpu = time.monotonic(), time.process_time()
    work()
    print(f"- {what}: {time.monotonic() - started:.0f} s ({time.process_time() - cpu:.0f} s of CPU)")


if __name__ == "__main__":
    main()
