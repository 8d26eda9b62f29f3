"""What people asked, with the answers known: content/questions.tsv and content/out_of_scope.yml."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from knowledge.search.needle import needle_of

OUT_OF_SCOPE = "-"


@cache
def written_questions() -> tuple[tuple[str, str], ...]:
    """(question, item id) of content/questions.tsv: what people asked, in their own words."""
    text = files("knowledge.search").joinpath("content/questions.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return tuple((question, item_id.strip()) for question, item_id in rows)


@cache
def foreign_questions() -> dict[str, str]:
    """What is searched for of the questions no office handles → the question: content/out_of_scope.yml and
    questions.tsv."""
    text = files("knowledge.search").joinpath("content/out_of_scope.yml").read_text(encoding="utf-8")
    asked = (question for question, item_id in written_questions() if item_id == OUT_OF_SCOPE)
    found: dict[str, str] = {}
    for question in (*yaml.safe_load(text)["questions"], *asked):
        if needle := needle_of(question):
            found.setdefault(needle, question)
    return found


@cache
def out_of_scope() -> tuple[str, ...]:
    """What is searched for of the questions no office handles."""
    return tuple(foreign_questions())
