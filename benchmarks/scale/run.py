"""Measure the search at the size of a country: 20,000 items, a guide of each in 50 counties.

    python benchmarks/scale/run.py [--var FOLDER] [--items 20000] [--counties 50] [--text 0]

Everything is made up from the lexicon's names and the sample guides, built and searched on one thread in a
folder of its own. Prints Markdown. Needs 8 GB of disk and 3 GB of memory for the default size.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")  # numpy and FAISS: one thread, or they wait for each other

import faiss
import numpy as np
import psutil

from knowledge.base import KnowledgeBase
from knowledge.evaluate import read_rows
from knowledge.importers import read_path
from knowledge.lexicon import Concept, link_items, read_concepts
from knowledge.model import Guide, Item
from knowledge.regions import read_regions
from knowledge.search import Decision, build_index, open_index, train_embedding
from knowledge.search.bm25 import Bm25
from knowledge.search.dense import DenseIndex, DenseKind, DenseSettings
from knowledge.search.embedding import Embedder, Matrix, open_embedder
from knowledge.search.names import names_of
from knowledge.settings import KnowledgeSettings
from knowledge.text import fold, grams
from knowledge.where.choose import choose_guide

ROOT = Path(__file__).parents[2]
SAMPLES = ROOT / "knowledge" / "samples"
QUESTIONS = ROOT / "benchmarks" / "search" / "heldout.tsv"
NAMES_EACH = 8
"""Everyday and official names of an item beside its title."""
VARIANTS = (
    "", "企业", "个体工商户", "外商投资企业", "合伙企业", "农民专业合作社", "事业单位", "社会组织", "军人", "退役军人",
    "残疾人", "老年人", "未成年人", "港澳居民", "台湾居民", "外国人", "代办", "委托他人", "乡镇", "园区", "线上", "集体",
)  # fmt: skip
_STEP = 29
TITLES = 200_000
"""Titles of the comparison with a flat search over region + item."""


class MadeShelf:
    """Guides that are made when they are read: a million of them take no memory."""

    def __init__(
        self, patterns: Sequence[Guide], items: Sequence[Item], regions: Sequence[str], each: int
    ) -> None:
        self._patterns, self._regions, self._each = patterns, regions, each
        self._items = {item.id: (place, item) for place, item in enumerate(items)}

    def _codes(self, place: int) -> list[str]:
        count = len(self._regions)
        return sorted(self._regions[(place + step) % count] for step in range(self._each))

    def _guide(self, place: int, item: Item, code: str) -> Guide:
        changed = {"id": f"{item.id}@{code}", "item_id": item.id, "region": code, "task_name": item.task_name}
        return self._patterns[place % len(self._patterns)].model_copy(update=changed)

    def get(self, guide_id: str) -> Guide | None:
        item_id, _, code = guide_id.partition("@")
        return self._guide(*self._items[item_id], code)

    def version(self, guide_id: str) -> int | None:
        return 1

    def of_item(self, item_id: str, regions: Collection[str] | None = None) -> tuple[Guide, ...]:
        place, item = self._items[item_id]
        codes = (code for code in self._codes(place) if regions is None or code in regions)
        return tuple(self._guide(place, item, code) for code in codes)

    def every(self) -> Iterator[tuple[Guide, int]]:
        for item_id in sorted(self._items):
            for guide in self.of_item(item_id):
                yield guide, 1

    def __len__(self) -> int:
        return self._each * len(self._items)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--var", type=Path, help="folder to train and build in, used again if it is there")
    parser.add_argument("--items", type=int, default=20_000)
    parser.add_argument("--counties", type=int, default=50)
    parser.add_argument("--text", type=int, default=0, help="characters added to the text of every guide")
    parser.add_argument("--skip", nargs="*", default=[], choices=["build", "kinds", "flat"])
    parser.add_argument("--ask", action="store_true", help="only open the index and answer; prints JSON")
    options = parser.parse_args()
    faiss.omp_set_num_threads(1)
    with tempfile.TemporaryDirectory() as scratch:
        settings = KnowledgeSettings(var_dir=options.var or Path(scratch), embedding_model="")
        if options.ask:
            print(json.dumps(asked(settings)))
            return
        base = made(options.items, options.counties, options.text)
        print(
            f"{date.today()}: {len(base.items)} items, {base.guide_count()} guides, {os.cpu_count()} cores\n"
        )
        if "build" not in options.skip:
            whole(base, settings)
        embedder = open_embedder(settings)
        if "kinds" not in options.skip:
            kinds(base, embedder)
        if "flat" not in options.skip:
            join_or_flat(base, embedder)


def made(items: int, counties: int, text: int = 0) -> KnowledgeBase:
    """A base of so many items, each with a guide in so many counties of the sample regions. The guides are the
    national samples in turn, with so many characters of all the samples' text added."""
    samples = read_path(SAMPLES / "regions"), read_path(SAMPLES / "national")
    regions = samples[0].regions
    leaves = sorted(
        region.code for region in regions if region.level in ("district", "county", "county_city")
    )
    guides = samples[1].guides
    said = " ".join(f"{guide.accept_condition} {' '.join(guide.notes)}" for guide in guides) * 3
    added = [(said[at * _STEP :][:text],) if text else () for at in range(len(guides))]
    patterns = [
        guide.model_copy(update={"aliases": (), "notes": (*guide.notes, *more)})
        for guide, more in zip(guides, added, strict=True)
    ]
    several = list(islice(_items(read_concepts()), items))
    return KnowledgeBase(
        several, (), regions, MadeShelf(patterns, several, leaves, min(counties, len(leaves)))
    )


def _items(concepts: Sequence[Concept]) -> Iterator[Item]:
    for number, variant in enumerate(VARIANTS):
        for concept in concepts:
            names = (*concept.official, *concept.says)
            chosen = Random(f"{concept.id} {number}").sample(names, k=min(NAMES_EACH, len(names)))
            yield Item(
                id=f"{concept.id}-{number}" if number else concept.id,
                task_name=f"{variant}{concept.name}",
                category=concept.category,
                aliases=tuple(f"{variant}{name}" for name in (chosen if number else names)),
                keywords=concept.objects,
            )


def whole(base: KnowledgeBase, settings: KnowledgeSettings) -> None:
    """Training, building, and a fresh process that answers."""
    parts: dict[str, float] = {}
    if not settings.embedding_dir.is_dir():
        parts["training the model"] = seconds(lambda: train_embedding(base, settings, note))
    # As another city would have them: by title alone.
    bare = [item.model_copy(update={"id": f"-{item.id}", "aliases": ()}) for item in base.items.values()]
    parts["linking the items to the lexicon"] = seconds(lambda: link_items(bare, read_concepts()))
    digest = parts["digest of all records"] = seconds(base.digest)  # kept by the base: not made again below
    parts["building the index, digest included"] = digest + seconds(
        lambda: build_index(base, settings.index_dir, settings, note)
    )
    folder = (settings.index_dir / "current").resolve()
    command = [sys.executable, str(Path(__file__).resolve()), "--ask", "--var", str(settings.var_dir)]
    answered = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    print("| measured | |\n|---|---|")
    for what, value in parts.items():
        print(f"| {what} | {value:.1f} s |")
    print(
        f"| greatest memory while building | {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB |"
    )
    for path in sorted(folder.iterdir()):
        print(f"| {path.name} | {_size(path) / 1e6:.1f} MB |")
    for what, value in answered.items():
        print(f"| {what} | {value} |")
    print()


def asked(settings: KnowledgeSettings) -> dict[str, str]:
    """What a process that opens the index measures: time, memory, answers a second."""
    started = time.perf_counter()
    searcher = open_index(settings.index_dir, settings)
    opened = time.perf_counter() - started
    base = searcher.base
    places = [
        region for region in base.regions.values() if region.level in ("district", "county", "county_city")
    ]
    random = Random(1)
    searching, joining, engine, thinking, working = [], [], [], [], []
    today = date.today()
    found = 0
    for row in read_rows(QUESTIONS):
        place = random.choice(places)
        text = f"我在{place.name}，{row.question}"
        started, cpu = time.perf_counter(), time.process_time()
        result = searcher.search(text)
        middle, half = time.perf_counter(), time.process_time()
        for hit in result.hits[:1] if result.decision is not Decision.CLARIFY else result.hits:
            near = base.guides_near(hit.item_id, place.code)
            choice = choose_guide(near, here=place.code, owner=None, gazetteer=base.gazetteer, on=today)
            found += choice is not None
        ended = time.perf_counter()
        thinking.append(half - cpu)
        working.append(time.process_time() - cpu)
        searching.append(middle - started)
        joining.append(ended - started)
        needle = result.needle or "身份证"
        started = time.perf_counter()
        searcher.engine.dense.nearest(searcher.engine.embedder.questions([needle]), 128)
        engine.append(time.perf_counter() - started)
    memory = psutil.Process().memory_info()
    return {
        "opening the index": f"{opened:.1f} s",
        "vectors": f"{len(searcher.engine.dense)}, {searcher.engine.dense.settings}",
        "memory of the process that answers (RSS)": f"{memory.rss / 1e6:.0f} MB",
        "embedding and nearest names, p50 / p95": spread(engine),
        "search, p50 / p95": spread(searching),
        "search and the guides of the place, p50 / p95": spread(joining),
        "search in CPU time, without waiting for a core": spread(thinking),
        "search and the guides of the place in CPU time": spread(working),
        "questions, guides chosen": f"{len(searching)}, {found}",
    }


def kinds(base: KnowledgeBase, embedder: Embedder) -> None:
    """FAISS index types on the vectors of all names."""
    vectors = embedder.titles([name.text for name in _names(base)])
    queries = embedder.questions([row.question for row in read_rows(QUESTIONS)][:500])
    exact = [np.argsort(-(vectors @ query), kind="stable")[:128] for query in queries]
    print(f"{len(vectors)} vectors of {vectors.shape[1]} dimensions, {len(queries)} questions, one thread\n")
    print("| index | build s | file MB | same first | recall@10 | recall@128 | p50 / p95 |")
    print("|---|---|---|---|---|---|---|")
    product = faiss.METRIC_INNER_PRODUCT
    dimension = vectors.shape[1]
    groups = DenseSettings.for_size(max(len(vectors), 200_000)).groups
    _kind("Flat", lambda: faiss.IndexFlatIP(dimension), vectors, queries, exact, {})
    _kind("SQ8", lambda: faiss.index_factory(dimension, "SQ8", product), vectors, queries, exact, {})
    probes = {f"nprobe {n}": partial(_set, "nprobe", n) for n in (16, 32, 64, 128)}
    for chosen in (groups // 2, groups):
        name = f"IVF{chosen},SQ8"
        _kind(name, partial(faiss.index_factory, dimension, name, product), vectors, queries, exact, probes)
    widths = {f"efSearch {n}": partial(_set_hnsw, n) for n in (128, 512)}
    _kind(
        "HNSW32", lambda: faiss.index_factory(dimension, "HNSW32", product), vectors, queries, exact, widths
    )
    print()


def _kind(
    name: str,
    make: Callable[[], Any],
    vectors: Matrix,
    queries: Matrix,
    exact: Sequence[Any],
    settings: Mapping[str, Callable[[Any], None]],
) -> None:
    index = make()

    def build() -> None:
        if not index.is_trained:
            index.train(vectors[:: max(1, len(vectors) // 131_072)])
        index.add(vectors)

    took = seconds(build)
    size = len(faiss.serialize_index(index)) / 1e6
    for setting, apply in (settings or {"": lambda _: None}).items():
        apply(index)
        times, same, ten, all_ = [], 0, 0.0, 0.0
        for query, right in zip(queries, exact, strict=True):
            started = time.perf_counter()
            _, rows = index.search(query.reshape(1, -1), 128)
            times.append(time.perf_counter() - started)
            same += int(rows[0][0] == right[0])
            ten += len(set(rows[0][:10].tolist()) & set(right[:10].tolist())) / 10
            all_ += len(set(rows[0].tolist()) & set(right.tolist())) / 128
        n = len(queries)
        print(
            f"| {name} {setting} | {took:.1f} | {size:.0f} | {same / n:.3f} | {ten / n:.3f} | {all_ / n:.3f} | "
            f"{spread(times)} |"
        )


def join_or_flat(base: KnowledgeBase, embedder: Embedder) -> None:
    """The item and then its region, against one search over “region + item” titles. Both know titles only
    and are asked with an alias and a county in front."""
    places = [r for r in base.regions.values() if r.level in ("district", "county", "county_city")][:50]
    items = [item for item in base.items.values() if item.aliases][:: max(1, len(base.items) * 50 // TITLES)]
    items = items[: TITLES // len(places)]
    pairs = [(item.id, place.code) for item in items for place in places]
    titles = [f"{place.name}{item.task_name}" for item in items for place in places]
    flat = DenseIndex.of(embedder.titles(titles), DenseSettings(DenseKind.EXACT))
    words = Bm25([grams(fold(title)) for title in titles])
    few = DenseIndex.of(embedder.titles([item.task_name for item in items]), DenseSettings(DenseKind.EXACT))
    few_words = Bm25([grams(fold(item.task_name)) for item in items])
    random = Random(2)
    asked = [(random.choice(items), random.choice(places)) for _ in range(300)]
    systems: dict[str, Callable[[str], list[tuple[str, str]]]] = {
        "flat, vectors": lambda text: [pairs[row] for row in flat.nearest(embedder.questions([text]), 10)[0]],
        "flat, BM25": lambda text: [pairs[row] for row in _best(words, text)],
        "item, then region; vectors": lambda text: _joined(
            base, text, lambda cut: [items[row].id for row in few.nearest(embedder.questions([cut]), 10)[0]]
        ),
        "item, then region; BM25": lambda text: _joined(
            base, text, lambda cut: [items[row].id for row in _best(few_words, cut)]
        ),
    }
    print(f"{len(titles)} titles: {len(items)} items in {len(places)} counties; {len(asked)} questions\n")
    print(
        "| search | right item first | right item and county first | right item in 10 | items among 10 | p50 / p95 |"
    )
    print("|---|---|---|---|---|---|")
    for name, search in systems.items():
        times, item_first, both, in_ten, distinct = [], 0, 0, 0, 0
        for item, place in asked:
            text = f"{place.name}{Random(item.id).choice(item.aliases)}"
            started = time.perf_counter()
            found = search(text)
            times.append(time.perf_counter() - started)
            item_first += bool(found) and found[0][0] == item.id
            both += bool(found) and found[0] == (item.id, place.code)
            in_ten += any(one[0] == item.id for one in found)
            distinct += len({one[0] for one in found})
        n = len(asked)
        print(
            f"| {name} | {item_first / n:.3f} | {both / n:.3f} | {in_ten / n:.3f} | {distinct / n:.1f} | {spread(times)} |"
        )
    print()


def _joined(base: KnowledgeBase, text: str, search: Callable[[str], list[str]]) -> list[tuple[str, str]]:
    read = read_regions(text, base.gazetteer)
    code = next((code for mention in read.mentions for code in mention.codes), "")
    return [(item_id, code) for item_id in search(read.text_without_regions)]


def _best(index: Bm25, text: str) -> list[int]:
    scores, _ = index.score(dict.fromkeys(grams(fold(text)), 1.0))
    best: list[int] = np.argpartition(-scores, 10)[:10].tolist()
    return sorted(best, key=lambda row: (-scores[row], row))


def _names(base: KnowledgeBase) -> Sequence[Any]:
    """Names of the items alone: the made guides are called as their items."""
    return names_of(KnowledgeBase.from_records(base.items.values(), ()))


def _set(name: str, value: int, index: Any) -> None:
    setattr(index, name, value)


def _set_hnsw(value: int, index: Any) -> None:
    index.hnsw.efSearch = value


def _size(path: Path) -> int:
    return (
        sum(p.stat().st_size for p in path.rglob("*") if p.is_file())
        if path.is_dir()
        else path.stat().st_size
    )


def seconds(work: Callable[[], object]) -> float:
    started = time.monotonic()
    work()
    return time.monotonic() - started


def spread(times: Sequence[float]) -> str:
    ordered = sorted(times)
    return f"{ordered[len(ordered) // 2] * 1000:.2f} / {ordered[int(len(ordered) * 0.95)] * 1000:.2f} ms"


def note(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
