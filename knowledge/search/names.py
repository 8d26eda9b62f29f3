"""The rows that are searched: what each item is called, and by whom."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.base import KnowledgeBase
from knowledge.model import Guide
from knowledge.text import compact, fold

NAMES_PER_ITEM = 400
"""Names kept of one item beyond its own: thousands of guides of one item bring few new ones worth having."""
BODY_CHARS = 1200
"""Characters of guide text kept per item for the body field."""
_BODY_GUIDES = 4
_BRACKETS = re.compile(r"[（(][^（）()]*[）)]")


class NameKind(StrEnum):
    TITLE = "title"
    ALIAS = "alias"
    GUIDE = "guide"
    """A title or alias only some authority uses."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name of one item. `folded` is what is searched, `text` what was written."""

    item_id: str
    text: str
    folded: str
    kind: NameKind


def names_of(base: KnowledgeBase) -> tuple[Name, ...]:
    """All names, item by item, titles first; equal names of one item once.

    A title with a bracket, 死亡登记（户口注销）, is also named by what is outside the bracket.
    """
    of_guides: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for guide in base.guides():
        of_guides[guide.item_id].update((guide.task_name, *guide.aliases))
    names: list[Name] = []
    for item in base.items.values():
        by_guides = [text for text, _ in of_guides[item.id].most_common(NAMES_PER_ITEM)]
        candidates = [
            (item.task_name, NameKind.TITLE),
            (_BRACKETS.sub("", item.task_name), NameKind.TITLE),
            *((alias, NameKind.ALIAS) for alias in item.aliases),
            *((text, NameKind.GUIDE) for text in by_guides),
        ]
        seen: set[str] = set()
        for text, kind in candidates:
            key = compact(text)
            if kind is NameKind.GUIDE and len(seen) >= NAMES_PER_ITEM:
                break
            if key and key not in seen:
                seen.add(key)
                names.append(Name(item.id, text, fold(text), kind))
    return tuple(names)


def bodies_of(base: KnowledgeBase, item_ids: Sequence[str]) -> list[str]:
    """For each item, folded text of a few of its guides: conditions, materials, questions, situations."""
    return [
        fold(" ".join(_texts(base.guides_of(item_id)[:_BODY_GUIDES])))[:BODY_CHARS] for item_id in item_ids
    ]


def _texts(guides: Iterable[Guide]) -> Iterable[str]:
    for guide in guides:
        yield guide.accept_condition
        yield from (material.material_name for material in guide.materials)
        yield from (choice.name for situation in guide.situations for choice in situation.choices)
        yield from (f"{question.question} {question.answer}" for question in guide.questions)
        yield guide.result_name
        yield from guide.notes
