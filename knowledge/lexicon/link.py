"""Which concept an item is: by its own word, its id, its title, its aliases, or a title nearly the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from knowledge.lexicon.concept import Concept
from knowledge.model import Item
from knowledge.search.text import compact

NEAR = 0.92
"""Dice coefficient of character pairs from which two titles count as the same matter: 动产抵押登记 and
不动产抵押登记 have 0.91."""


class LinkReason(StrEnum):
    """Why an item was linked, most certain first."""

    CHOSEN = "chosen"
    SAME_ID = "same id"
    TITLE = "title"
    ALIAS = "alias"
    NEAR_TITLE = "similar title"


@dataclass(frozen=True)
class Link:
    item_id: str
    concept_id: str
    reason: LinkReason


def link_items(items: Iterable[Item], concepts: Sequence[Concept]) -> tuple[Link, ...]:
    """One or more links for each item that is a concept; none for an item no concept describes.

    An item's own `concepts` settle it: `["-"]` means none of them.
    """
    known = {concept.id: concept for concept in concepts}
    by_name: defaultdict[str, set[str]] = defaultdict(set)
    for concept in concepts:
        for name in (concept.name, *concept.official):
            by_name[compact(name)].add(concept.id)
    return tuple(link for item in items for link in _links(item, known, by_name))


def _links(item: Item, known: Mapping[str, Concept], by_name: Mapping[str, set[str]]) -> Iterable[Link]:
    if item.concepts:
        return [Link(item.id, c, LinkReason.CHOSEN) for c in item.concepts if c in known]
    if item.id in known:
        return [Link(item.id, item.id, LinkReason.SAME_ID)]
    if only := _only(by_name.get(compact(item.task_name), set())):
        return [Link(item.id, only, LinkReason.TITLE)]
    named = {c for alias in item.aliases for c in by_name.get(compact(alias), set())}
    if only := _only(named):
        return [Link(item.id, only, LinkReason.ALIAS)]
    title = compact(item.task_name)
    near = {c for name, ids in by_name.items() if _dice(title, name) >= NEAR for c in ids}
    if only := _only(near):
        return [Link(item.id, only, LinkReason.NEAR_TITLE)]
    return []


def _only(ids: set[str]) -> str | None:
    """The one id; None when there is none or it is not clear which."""
    return next(iter(ids)) if len(ids) == 1 else None


def _dice(a: str, b: str) -> float:
    pairs_a, pairs_b = _pairs(a), _pairs(b)
    if not pairs_a or not pairs_b:
        return 0.0
    return 2 * len(pairs_a & pairs_b) / (len(pairs_a) + len(pairs_b))


@cache
def _pairs(text: str) -> frozenset[str]:
    """Neighbouring characters; kept, for every unlinked title is compared with every name."""
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))
