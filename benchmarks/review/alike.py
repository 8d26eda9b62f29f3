"""From which likeness on two questions of the inbox are one: measured on wordings whose matter is known.

    .venv/bin/python benchmarks/review/alike.py

Two sets, each as an inbox would hold them: the questions of benchmarks/search in scope (many matters, each asked a few
times, no two written to be alike), and everyday wordings of the lexicon (fifteen of every eighth concept: few matters,
much asked, in phrases of a few characters, the hardest there is). A question that joins a group is right there when
it is of the matter of the group's first question. `typed again`: the same question as people type it a second time (a
greeting before it, a word after it, one character dropped or swapped), which is what the inbox is to put together.
Prints Markdown rows.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import combinations
from pathlib import Path
from random import Random

from bot.review.grouping import ALIKE, _grams, _vectors, groups_of
from knowledge.base import KnowledgeBase
from knowledge.evaluate import OUT_OF_SCOPE, Labels, read_rows
from knowledge.importers import read_path
from knowledge.lexicon.concept import read_concepts

ROOT = Path(__file__).parents[2]
SEED = 8
LEAST_LETTERS = 6
EVERY, EACH = 8, 15
BEFORE = ("请问", "你好，", "我想问一下", "麻烦问下", "")
AFTER = ("啊", "呢？", "，谢谢", "怎么办", "")
MOST = 3000
"""As many as the inbox groups."""
STEPS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7)

Meant = frozenset[str]
Asked = tuple[str, Meant]


def main() -> None:
    """Measure both sets, print."""
    for name, asked in (("benchmarks/search", questions()), ("lexicon", wordings())):
        print(f"\n{name}: {len(asked)} questions\n")
        print(
            "| from | typed again | same matter | other matter, pairs | joined a group | right there | largest |"
        )
        print("|---|---|---|---|---|---|---|")
        same, other = likenesses(asked)
        again = typed_again(asked)
        for step in sorted({*STEPS, ALIKE}):
            print(row_of(step, asked, again, same, other), flush=True)


def wordings() -> list[Asked]:
    """Fifteen everyday wordings of every eighth concept, in no order."""
    random, found = Random(SEED), []
    for concept in read_concepts()[::EVERY]:
        long = [text for text in concept.says if len(text) >= LEAST_LETTERS]
        found += [(text, frozenset({concept.id})) for text in random.sample(long, min(EACH, len(long)))]
    random.shuffle(found)
    return found[:MOST]


def questions() -> list[Asked]:
    """Every question in scope, in no order."""
    pack = read_path(ROOT / "knowledge" / "samples")
    labels = Labels(KnowledgeBase.from_records(pack.items, pack.guides))
    found: list[Asked] = []
    for path in sorted((ROOT / "benchmarks" / "search").glob("*.tsv")):
        for row in read_rows(path):
            if row.item != OUT_OF_SCOPE:
                found.append((row.question, frozenset(labels.items(row.item) or (row.item,))))
    Random(SEED).shuffle(found)
    return found[:MOST]


def likenesses(asked: Sequence[Asked]) -> tuple[list[float], list[float]]:
    """The likeness of every pair of one matter, and of every pair of two that is not nothing."""
    vectors = _vectors([_grams(text) for text, _ in asked])
    holding: defaultdict[str, list[int]] = defaultdict(list)
    for place, vector in enumerate(vectors):
        for gram in vector:
            holding[gram].append(place)
    meant: defaultdict[str, list[int]] = defaultdict(list)
    for place, (_, ids) in enumerate(asked):
        for one in ids:
            meant[one].append(place)
    pairs_of_one = {pair for places in meant.values() for pair in combinations(places, 2)}
    touching = {pair for places in holding.values() for pair in combinations(places, 2)}
    same = [cosine(vectors[a], vectors[b]) for a, b in pairs_of_one]
    return same, [cosine(vectors[a], vectors[b]) for a, b in touching - pairs_of_one]


def typed_again(asked: Sequence[Asked]) -> list[float]:
    """How alike every question is to itself as it is typed again, among all of them."""
    random = Random(SEED)
    texts = [text for text, _ in asked]
    vectors = _vectors([_grams(text) for text in (*texts, *(reworded(text, random) for text in texts))])
    return [cosine(vectors[place], vectors[place + len(texts)]) for place in range(len(texts))]


def reworded(text: str, random: Random) -> str:
    """The same, with a greeting, a last word, and a slip."""
    bare = text.strip("？?。！!")
    place = random.randrange(len(bare) - 1)
    slip = random.choice(("none", "drop", "swap"))
    if slip == "drop":
        bare = bare[:place] + bare[place + 1 :]
    elif slip == "swap":
        bare = bare[:place] + bare[place + 1] + bare[place] + bare[place + 2 :]
    return random.choice(BEFORE) + bare + random.choice(AFTER)


def cosine(one: dict[str, float], other: dict[str, float]) -> float:
    """Of two vectors of length one."""
    return sum(weight * other.get(gram, 0.0) for gram, weight in one.items())


def row_of(
    step: float,
    asked: Sequence[Asked],
    again: Sequence[float],
    same: Sequence[float],
    other: Sequence[float],
) -> str:
    """One threshold."""
    groups = groups_of([text for text, _ in asked], alike=step)
    joined = [(group.first, place) for group in groups for place in group.places if place != group.first]
    right = sum(bool(asked[first][1] & asked[place][1]) for first, place in joined)
    largest = max(len(group.places) for group in groups)
    typed, alike = (share(sum(one >= step for one in all_), len(all_)) for all_ in (again, same))
    return (
        f"| {step:.2f}{' (set)' if step == ALIKE else ''} | {typed} | {alike} | {sum(one >= step for one in other)}"
        f" | {len(joined)} | {share(right, len(joined))} | {largest} |"
    )


def share(part: int, whole: int) -> str:
    """Per cent."""
    return f"{100 * part / whole:.1f} %" if whole else "–"


if __name__ == "__main__":
    main()
