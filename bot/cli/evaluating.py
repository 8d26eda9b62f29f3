"""`evaluate`: questions with known answers against the search index."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bot.cli.options import AsJson
from bot.cli.output import line, working, write_json


def evaluate(
    file: Annotated[Path, typer.Argument(help="UTF-8 text: question, tab, item title or alias or id.")],
    as_json: AsJson = False,
) -> None:
    """Measure the search with questions whose matter is known; "-" as the matter means out of scope.

    Prints hit@1, hit@3, MRR, out-of-scope AUROC, how often it answers, asks back or refuses, and the
    wrong-answer rate, in all and by category; how much of the wording the names hold; whether the
    probabilities are true; which items are taken for which; and the worst mistakes. --json has all of
    it, every mistake included. Rows whose item the knowledge base lacks are counted and listed apart. The
    wordings the review approved are asked as well, and those that do not lead to their item are named.

    Example: `bangban evaluate benchmarks/search/dev.tsv`
    """
    from bot.cli.learning import Taught, learnt_in
    from bot.settings import load_settings
    from knowledge.evaluate import evaluate as measure
    from knowledge.evaluate import read_rows
    from knowledge.search.index import open_index

    settings = load_settings()
    rows = read_rows(file)
    searcher = open_index(settings.index_dir, settings)
    with working(f"{len(rows)} questions …"):
        report = measure(searcher, rows)
        taught = Taught.of(searcher, learnt_in(settings))
    if as_json:
        write_json(report.to_json() | {"learnt": taught.to_json()})
    else:
        line(report.table())
        if taught.count:
            line(str(taught))
