"""What the where engine costs: every item of an index × pairs of regions, one answer at a time.

    .venv/bin/python benchmarks/where/run.py [--pairs 40]

Takes the newest index of the var folder (BANGBAN_VAR_DIR, default var). Times `choose_guide` with `where` (the
answer) and `missing_regions` (what would still change it) apart,
in CPU time: what else the machine does is not the engine's. Prints one Markdown row a step.
"""

from __future__ import annotations

import argparse
import random
import time
from datetime import date

from knowledge.base import KnowledgeBase
from knowledge.model import RegionLevel
from knowledge.search.index import open_index
from knowledge.settings import KnowledgeSettings
from knowledge.where import choose_guide, missing_regions, where

SEED = 7
Pair = tuple[str | None, str | None]


def pairs_of(base: KnowledgeBase, count: int) -> list[Pair]:
    """Nothing known, one region known, the members of one cluster, and any two counties or cities."""
    draw = random.Random(SEED)
    divisions = [
        code
        for code, region in base.gazetteer.regions.items()
        if region.level in (RegionLevel.CITY, RegionLevel.COUNTY)
    ]
    fixed: list[Pair] = [
        (None, None),
        ("370200", None),
        (None, "370600"),
        ("370283", "370786"),
        ("370115", "371424"),
    ]
    return fixed + [(draw.choice(divisions), draw.choice(divisions)) for _ in range(count - len(fixed))]


def row(name: str, ms: list[float]) -> str:
    """Count, median, 99th percentile, slowest."""
    ordered = sorted(ms)
    shown = (ordered[len(ms) // 2], ordered[int(len(ms) * 0.99)], ordered[-1])
    return f"| {name} | {len(ms)} | " + " | ".join(f"{one:.3f}" for one in shown) + " |"


def measure(base: KnowledgeBase, pairs: list[Pair]) -> list[str]:
    """The rows of the table."""
    today, halls, places = date.today(), tuple(base.halls.values()), base.gazetteer
    answers: list[float] = []
    missing: list[float] = []
    for item in base.items.values():
        for here, owner in pairs:
            guides = base.guides_near(item.id, here, owner) if here or owner else base.guides_of(item.id)
            if not guides:
                continue
            started = time.thread_time()
            choice = choose_guide(guides, here=here, owner=owner, gazetteer=places, on=today)
            if choice is not None:
                where(choice, item, here=here, owner=owner, gazetteer=places, halls=halls, on=today)
            answered = time.thread_time()
            missing_regions(guides, item, here=here, owner=owner, gazetteer=places, halls=halls, on=today)
            ended = time.thread_time()
            answers.append((answered - started) * 1000)
            missing.append((ended - answered) * 1000)
    return [row("the answer: `choose_guide` and `where`", answers), row("`missing_regions`", missing)]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pairs", type=int, default=40)
    chosen = parser.parse_args()
    settings = KnowledgeSettings()
    base = open_index(settings.index_dir, settings).base
    print("| step | times | median ms | 99 % ms | slowest ms |\n|---|---|---|---|---|")
    print("\n".join(measure(base, pairs_of(base, chosen.pairs))))


if __name__ == "__main__":
    main()
