"""Questions with known answers for fitting the decision, made from the names themselves."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import replace
from random import Random

import numpy as np

from knowledge.search.calibrate import Judged, Kind
from knowledge.search.engine import Engine, Ranking
from knowledge.search.examples import ExampleMaker, is_held_out
from knowledge.search.fuse import JUDGED
from knowledge.search.needle import needle_of
from knowledge.search.questions import OUT_OF_SCOPE, foreign_questions, out_of_scope, written_questions
from knowledge.text import compact

__all__ = ["OUT_OF_SCOPE", "judged_questions", "out_of_scope", "written_questions"]

_MOST_UNSEEN = 500
_MOST_KNOWN = 300
_MOST_ABSENT = 200


def judged_questions(
    engine: Engine, maker: ExampleMaker, random: Random, needle: Callable[[str], str] = needle_of
) -> list[Judged]:
    """Five kinds, mixed in a fixed order; `needle` cuts a whole message to what is searched for.

    - written: people's own words about items of the index, from content/questions.tsv, each worded as if
      it were not among these;
    - unseen: aliases the model was not trained on, searched as if the index did not have them;
    - known: names the index has, in everyday words, with typos and dropped characters;
    - absent: names of an item, searched as if the index did not have that item;
    - foreign: out-of-scope questions, each as if it were not among the sentences known to be.
    """
    judged = [
        *_written(engine, needle),
        *_unseen(engine, random),
        *_known(engine, maker, random),
        *_absent(engine, random),
        *_foreign(engine),
    ]
    random.shuffle(judged)
    return judged


def _written(engine: Engine, needle: Callable[[str], str]) -> Iterator[Judged]:
    place = {item_id: number for number, item_id in enumerate(engine.lexical.item_ids)}
    for question, item_id in written_questions():
        if item_id in place and (searched := needle(question)):
            ranking = engine.rank(searched, (question,))
            manner = engine.manner.without(question, office=True)
            yield _judge(Kind.WRITTEN, replace(ranking, manner=manner), place[item_id])


def _unseen(engine: Engine, random: Random) -> Iterator[Judged]:
    names = engine.lexical.names
    alike: defaultdict[str, list[int]] = defaultdict(list)
    for row, name in enumerate(names):
        alike[compact(name.folded)].append(row)
    rows = [row for row, name in enumerate(names) if is_held_out(name)]
    for row in rows if len(rows) <= _MOST_UNSEEN else random.sample(rows, k=_MOST_UNSEEN):
        needle = needle_of(names[row].text) or names[row].folded
        hidden = np.array(alike[compact(names[row].folded)], dtype=np.int64)
        items = {int(engine.lexical.owner[other]) for other in hidden}
        if len(items) == 1:
            yield _judge(Kind.UNSEEN, engine.rank(needle, hidden=hidden), items.pop())


def _known(engine: Engine, maker: ExampleMaker, random: Random) -> Iterator[Judged]:
    place = {item_id: number for number, item_id in enumerate(engine.lexical.item_ids)}
    items = [item_id for item_id in maker.names for _ in range(2)]
    for item_id in items if len(items) <= _MOST_KNOWN else random.sample(items, k=_MOST_KNOWN):
        yield _judge(Kind.KNOWN, engine.rank(maker.question(item_id, random)), place[item_id])


def _absent(engine: Engine, random: Random) -> Iterator[Judged]:
    items = range(len(engine.lexical.item_ids))
    for item in items if len(items) <= _MOST_ABSENT else sorted(random.sample(items, k=_MOST_ABSENT)):
        rows = engine.lexical.rows_of(item)
        name = engine.lexical.names[random.choice(rows.tolist())]
        ranking = engine.rank(needle_of(name.text) or name.folded, hidden=rows)
        others = tuple(one for one in ranking.evidence if one.item != item)
        if others:
            yield _judge(Kind.ABSENT, replace(ranking, evidence=others))


def _foreign(engine: Engine) -> Iterator[Judged]:
    asked = foreign_questions()
    for row, needle in enumerate(engine.foreign.sentences):
        question = asked.get(needle, needle)
        ranking = engine.rank(needle, (question,), hidden_foreign=np.array([row], dtype=np.int64))
        manner = engine.manner.without(question, office=False)
        yield _judge(Kind.FOREIGN, replace(ranking, manner=manner))


def _judge(kind: Kind, ranking: Ranking, item: int | None = None) -> Judged:
    right = np.array([one.item == item for one in ranking.evidence[:JUDGED]], dtype=bool)
    return Judged(kind, ranking.hit_features, right, ranking.question_features)
