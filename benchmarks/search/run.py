"""Measure the search on the question files beside this script, other searches next to it in the same run.

    python benchmarks/search/run.py [--var FOLDER] [--rasa-python PATH] [--write] [--details]

Trains and builds in a folder of its own, so that nothing in use is touched. Prints Markdown; --write puts it
into README.md in place of the last measurement.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from random import Random

os.environ.setdefault("OMP_NUM_THREADS", "1")  # more threads than free cores only wait for each other
sys.path.insert(0, str(Path(__file__).parent))

from baselines import CharTfidf, Given, JiebaBm25, Names, RankOnly, Ranks, rasa_side

from knowledge.base import KnowledgeBase
from knowledge.evaluate import Labels, Outcome, Report, Row, Searches, ask, evaluate, read_rows, report_of
from knowledge.importers import read_path
from knowledge.importers.report import Batch
from knowledge.lexicon import Concept, read_concepts, with_lexicon
from knowledge.model import Item
from knowledge.search import Searcher, build_index, open_index, train_embedding
from knowledge.search.examples import Misspeller
from knowledge.search.pinyin import Sounds
from knowledge.settings import KnowledgeSettings

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
README = HERE / "README.md"
SAMPLES = ROOT / "knowledge" / "samples"
PACKS = tuple(SAMPLES / name for name in ("regions", "national", "shandong", "hotlines"))
SETS = ("heldout", "dev")
TYPOS = 2
MOST_NAMES = 2000
FOLDS = 3
RASA_SECONDS = 300
TIMES = 5
LEFT_OUT = "entry left out"
WORST = 10
HEAD = (
    "| set | search | n | hit@1 | hit@3 | MRR | AUROC | answered | clarified | refused | OOS refused | "
    "wrong answers | median / p95 ms |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|"
)
_START, _END = "<!-- measured: written by run.py -->", "<!-- end of what run.py writes -->"


@dataclass(frozen=True)
class Packs:
    """The records measured, and the lexicon."""

    batches: tuple[Batch, ...]
    concepts: tuple[Concept, ...]

    @property
    def own(self) -> dict[str, Item]:
        """Items as the guides have them."""
        return {item.id: item for batch in self.batches for item in batch.items}

    def base(self, left_out: frozenset[str] = frozenset()) -> KnowledgeBase:
        """With the lexicon, but for the items left out: they keep what they would have without it."""
        own = self.own
        official = {concept.id: concept.official for concept in self.concepts}
        items = [
            _bare(item, own, official) if item.id in left_out else item
            for item in with_lexicon(own.values(), self.concepts)
        ]
        return KnowledgeBase.from_records(
            items,
            [guide for batch in self.batches for guide in batch.guides],
            [hall for batch in self.batches for hall in batch.halls],
            [region for batch in self.batches for region in batch.regions],
        )


def _bare(item: Item, own: Mapping[str, Item], official: Mapping[str, Sequence[str]]) -> Item:
    if item.id in own:
        return own[item.id]
    names = tuple(name for name in item.aliases if name in official[item.id])
    return item.model_copy(update={"aliases": names, "keywords": ()})


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--var", type=Path, help="folder to train and build in, used again if it is there")
    parser.add_argument("--pack", type=Path, action="append", help="folders or files to import")
    parser.add_argument(
        "--rasa-python",
        type=Path,
        default=ROOT / ".venv-rasa" / "bin" / "python",
        help="Python that has Rasa",
    )
    parser.add_argument("--rasa-epochs", type=int, default=5, help="0: without the ResponseSelector")
    parser.add_argument("--rasa-seconds", type=int, default=RASA_SECONDS, help="after which it is left out")
    parser.add_argument("--folds", type=int, default=FOLDS, help="0: without leaving entries out")
    parser.add_argument("--write", action="store_true", help=f"put the result into {README.name}")
    parser.add_argument("--details", action="store_true", help="also the whole report of every set")
    options = parser.parse_args()
    packs = Packs(tuple(map(read_path, options.pack or PACKS)), read_concepts())
    with tempfile.TemporaryDirectory() as scratch:
        lines = list(measure(packs, options.var or Path(scratch), options))
    if options.write:
        _write(lines)


def measure(packs: Packs, var: Path, options: argparse.Namespace) -> Iterator[str]:
    """Everything, as lines of Markdown that are also printed."""

    def say(text: str = "") -> str:
        print(text, flush=True)
        return text

    base = packs.base()
    commit = f"content {base.digest()[:12]}"
    yield say(
        f"## {date.today():%-d %B %Y}: {len(base.items)} items, {base.guide_count()} guides, "
        f"{len(packs.concepts)} lexicon entries, {os.cpu_count()} shared cores, {commit}\n"
    )
    told: list[str] = []
    searcher = built(base, var, told)
    for line in told:
        yield say(line)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    yield say(f"- greatest memory of this process, training included: {memory:.0f} MB")
    sets = {name: read_rows(HERE / f"{name}.tsv") for name in SETS}
    yield say(fastest(searcher, sets["dev"]))
    names, misspelt = name_rows(base)
    others, plain, remarks = baselines(packs, base, (*sets.values(), names, misspelt), var, options)
    for line in remarks:
        yield say(line)
    yield say(f"\n{HEAD}")
    reports: dict[tuple[str, str], Report] = {}
    for name, rows in (*sets.items(), ("names", names), (f"names, {TYPOS} typos", misspelt)):
        systems: dict[str, Searches] = {"**ours**": searcher, **others}
        for system, search in systems.items():
            if system.startswith("Rasa") and name not in SETS:
                continue
            ours = search is searcher
            reports[name, system] = evaluate(search, rows, coverage=ours)
            yield say(table_row(name, system, reports[name, system], ours=ours))
    apart = left_out(packs, base, sets, plain, var, options.folds) if options.folds else {}
    for (name, system), report in apart.items():
        yield say(table_row(name, system, report, ours=system.startswith("ours")))
    yield say()
    for name in (*sets, "names", f"names, {TYPOS} typos"):
        yield say(relative(name, {s: r for (n, s), r in reports.items() if n == name}))
    for name in sets:
        yield from map(say, more(name, reports[name, "**ours**"]))
    if options.details:
        for name in sets:
            print(f"\n## {name}\n\n```\n{reports[name, '**ours**'].table()}\n```")


def built(base: KnowledgeBase, var: Path, told: list[str]) -> Searcher:
    """A search of the base, trained and built in a folder of its own, or opened from there."""
    settings = KnowledgeSettings(var_dir=var / base.digest()[:12], embedding_model="")
    if not settings.embedding_dir.is_dir():
        told.append(timed("training", lambda: train_embedding(base, settings)))
    size = sum(path.stat().st_size for path in settings.embedding_dir.rglob("*") if path.is_file())
    told.append(timed("building the index", lambda: build_index(base, settings.index_dir, settings)))
    searcher = open_index(settings.index_dir, settings)
    told.append(
        f"- model {size / 1e6:.1f} MB, {len(searcher.engine.dense)} names; {searcher.calibration.policy}"
    )
    return searcher


def fastest(searcher: Searcher, rows: Sequence[Row]) -> str:
    """Times of a search that other work on the cores does not lengthen: each question's shortest of a few."""
    times = []
    for row in rows:
        tried = []
        for _ in range(TIMES):
            started = time.perf_counter()
            searcher.search(row.question)
            tried.append((time.perf_counter() - started) * 1000)
        times.append(min(tried))
    times.sort()
    return (
        f"- a search of dev, each question's shortest of {TIMES}: median {times[len(times) // 2]:.2f} ms, "
        f"95 % within {times[int(0.95 * (len(times) - 1))]:.2f} ms"
    )


def left_out(
    packs: Packs,
    whole: KnowledgeBase,
    sets: Mapping[str, Sequence[Row]],
    plain: Mapping[str, Callable[[Names], Ranks]],
    var: Path,
    folds: int,
) -> dict[tuple[str, str], Report]:
    """Every in-scope question asked of an index trained and built without the entry of its item, and of the
    plain searches of the same names: the items asked for are dealt into folds, and each fold's entries are
    left out together. Ours is asked the other questions too, whose items keep their entries. By set and
    search."""
    labels = Labels(whole)
    meant = {
        name: [replace(row, item="|".join(items)) for row in rows if (items := labels.items(row.item))]
        for name, rows in sets.items()
    }
    matters = sorted({row.item for rows in meant.values() for row in rows})
    searches = (f"ours, {LEFT_OUT}", f"ours, others' {LEFT_OUT}", *(f"{name}, {LEFT_OUT}" for name in plain))
    outcomes: dict[tuple[str, str], list[Outcome]] = {(name, s): [] for name in sets for s in searches}
    for fold in range(folds):
        chosen = frozenset(matters[fold::folds])
        base = packs.base(frozenset(item for matter in chosen for item in matter.split("|")))
        systems: dict[str, Searches] = {"ours": built(base, var, [])}
        systems |= {name: RankOnly(base, make(names_in(base))) for name, make in plain.items()}
        for name, rows in meant.items():
            mine = [row for row in rows if row.item in chosen]
            for system, search in systems.items():
                outcomes[name, f"{system}, {LEFT_OUT}"] += ask(search, mine)[0]
            others = [row for row in rows if row.item not in chosen]
            outcomes[name, f"ours, others' {LEFT_OUT}"] += ask(systems["ours"], others)[0]
    return {key: report_of(whole, found) for key, found in outcomes.items()}


def names_in(base: KnowledgeBase) -> Names:
    """What the plain searches know of a base."""
    return {item.id: [item.task_name, *item.aliases] for item in base.items.values()}


def name_rows(base: KnowledgeBase) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    """A fixed sample of titles and official and everyday names, and those of four characters or more with
    homophone typos. A name of several items means any of them."""
    names = [name for item in base.items.values() for name in (item.task_name, *item.aliases)]
    names = list(dict.fromkeys(name for name in names if "|" not in name))
    random = Random(1)
    misspeller = Misspeller(Sounds.from_dictionary(), {char for name in names for char in name})
    if len(names) > MOST_NAMES:
        names = random.sample(names, k=MOST_NAMES)
    misspelt = (Row(misspeller.misspell(n, TYPOS, random), n) for n in names if len(n) >= 4)
    return tuple(Row(name, name) for name in names), tuple(misspelt)


def baselines(
    packs: Packs, base: KnowledgeBase, sets: Sequence[Sequence[Row]], var: Path, options: argparse.Namespace
) -> tuple[dict[str, Searches], dict[str, Callable[[Names], Ranks]], list[str]]:
    """The searches to compare with, on the guides' own names and on all the names ours has; how the plain
    ones are made of names; and what is to be said of them."""
    full, own = names_in(base), names_in(packs.base(frozenset(base.items)))
    found: dict[str, Searches] = {}
    plain: dict[str, Callable[[Names], Ranks]] = {}
    remarks: list[str] = []
    python: Path = options.rasa_python
    have_rasa = python.is_file()
    if have_rasa:
        texts = [*(name for names in full.values() for name in names)]
        texts += [row.question for rows in sets for row in rows]
        texts = list(dict.fromkeys(texts))
        words = dict(zip(texts, rasa_side(python, "words", {"texts": texts}, 600)["words"], strict=True))
        plain["BM25, jieba words"] = lambda names: JiebaBm25(names, words.__getitem__)
    else:
        remarks.append(f"- without jieba and Rasa: {python} is not there")
    plain["TF-IDF, 1–3 characters"] = CharTfidf
    for name, make in plain.items():
        found[name] = RankOnly(base, make(own))
        found[f"{name}, lexicon"] = RankOnly(base, make(full))
    if have_rasa and options.rasa_epochs:
        questions = [row.question for rows in sets[: len(SETS)] for row in rows]
        examples = sum(map(len, own.values()))
        told = f"Rasa ResponseSelector, {options.rasa_epochs} epochs on {examples} names of {len(own)} items"
        try:
            data = {"examples": own, "questions": questions, "epochs": options.rasa_epochs}
            answer = rasa_side(python, "select", data, options.rasa_seconds, var)
        except subprocess.TimeoutExpired:
            remarks.append(f"- {told}: not done after {options.rasa_seconds} s, left out")
        else:
            surest = max(ranking[0][1] for ranking in answer["rankings"])
            if surest < 2 / len(own):
                remarks.append(
                    f"- {told}: {answer['seconds']:.0f} s of training and it has not learned to tell them apart (its "
                    f"greatest confidence is {surest:.5f}, that of chance {1 / len(own):.5f}); left out of the table"
                )
            else:
                remarks.append(f"- {told}: trained in {answer['seconds']:.0f} s")
                rankings = dict(zip(questions, answer["rankings"], strict=True))
                found["Rasa ResponseSelector"] = RankOnly(base, Given(rankings))
    return found, plain, remarks


def table_row(name: str, system: str, report: Report, *, ours: bool) -> str:
    one = report.in_scope
    rates = [f"{rate:.3f}" for rate in (one.answered, one.clarified, one.refused)] if ours else ["-"] * 3
    cells = [
        name,
        system,
        f"{one.n}+{report.out_of_scope}",
        *(f"{value:.3f}" for value in (one.hit_1, one.hit_3, one.mrr)),
        "-" if report.auroc is None else f"{report.auroc:.3f}",
        *rates,
        f"{report.out_of_scope_refused:.3f}" if ours and report.out_of_scope else "-",
        f"{report.wrong_answers:.3f}" if ours else "-",
        f"{report.median_ms:.2f} / {report.p95_ms:.2f}" if ours else "-",
    ]
    return "| " + " | ".join(cells) + " |"


def relative(name: str, reports: Mapping[str, Report]) -> str:
    """Errors at hit@1 against the best of the others, of all and of those that know the guides' names only."""
    errors = {system: 1 - report.in_scope.hit_1 for system, report in reports.items()}
    others = {system: error for system, error in errors.items() if system != "**ours**"}
    ours = errors["**ours**"]
    told = []
    for what, group in (
        ("the best baseline", others),
        (
            "the best that knows the guides' own names only",
            {s: e for s, e in others.items() if "lexicon" not in s},
        ),
    ):
        best = min(group, key=lambda system: group[system])
        share = ours / group[best] if group[best] else float("inf")
        told.append(f"{share:.2f} of {what} ({best}, {group[best]:.3f})")
    return f"- {name}: errors at hit@1 {ours:.3f}, " + "; ".join(told)


def more(name: str, report: Report) -> Iterator[str]:
    """Coverage, calibration and the worst mistakes of a set."""
    yield f"\n### {name}\n"
    if report.coverage:
        yield report.coverage.line() + ".\n"
    yield "\n".join(f"    {line}" for line in report.calibration.lines())
    yield f"\nThe worst mistakes, {min(WORST, len(report.mistakes))} of {len(report.mistakes)}:\n"
    for miss in report.mistakes[:WORST]:
        sure = f", sure {miss.probability:.2f}" if miss.probability is not None else ""
        yield f"- {miss.question} → {miss.decision.value} `{miss.got}`{sure}, expected `{miss.meant}`"


def timed(what: str, work: Callable[[], object]) -> str:
    started, cpu = time.monotonic(), time.process_time()
    work()
    return f"- {what}: {time.monotonic() - started:.0f} s ({time.process_time() - cpu:.0f} s of CPU)"


def _write(lines: Sequence[str]) -> None:
    text = README.read_text(encoding="utf-8")
    before, _, rest = text.partition(_START)
    _, _, after = rest.partition(_END)
    written = "\n".join([_START, "", *lines, "", _END])
    README.write_text(f"{before.rstrip()}\n\n{written}{after.rstrip()}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
