"""Which concept an item is: by its own word, its id, its title, its aliases, or a title nearly the same."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from knowledge.lexicon.concept import Concept
from knowledge.model import Item
from knowledge.text import compact

NEAR = 0.92
"""Dice coefficient of character pairs from which two titles count as the same matter: 动产抵押登记 and
不动产抵押登记 have 0.91."""
_ROUNDING = 1e-9


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
    alike = _Alike(by_name)
    return tuple(link for item in items for link in _links(item, known, by_name, alike))


def _links(
    item: Item, known: Mapping[str, Concept], by_name: Mapping[str, set[str]], alike: _Alike
) -> Iterable[Link]:
    if item.concepts:
        return [Link(item.id, c, LinkReason.CHOSEN) for c in item.concepts if c in known]
    if item.id in known:
        return [Link(item.id, item.id, LinkReason.SAME_ID)]
    if only := _only(by_name.get(compact(item.task_name), set())):
        return [Link(item.id, only, LinkReason.TITLE)]
    named = {c for alias in item.aliases for c in by_name.get(compact(alias), set())}
    if only := _only(named):
        return [Link(item.id, only, LinkReason.ALIAS)]
    near = {c for name in alike.near(compact(item.task_name)) for c in by_name[name]}
    if only := _only(near):
        return [Link(item.id, only, LinkReason.NEAR_TITLE)]
    return []


def _only(ids: set[str]) -> str | None:
    """The one id; None when there is none or it is not clear which."""
    return next(iter(ids)) if len(ids) == 1 else None


class _Alike:
    """Finds the names that are nearly a title, without comparing the title with all of them."""

    def __init__(self, names: Iterable[str]) -> None:
        self._pairs = {name: _pairs(name) for name in names}
        self._having: defaultdict[str, list[str]] = defaultdict(list)
        for name, pairs in self._pairs.items():
            for pair in pairs:
                self._having[pair].append(name)

    def near(self, title: str) -> set[str]:
        """Names whose Dice coefficient with the title is NEAR or more.

        A name this near lacks few of the title's pairs, so it has one of any few and one more: of the
        rarest, which bring the fewest names to compare.
        """
        pairs = _pairs(title)
        lacking = int(len(pairs) * (1 - NEAR / (2 - NEAR)) + _ROUNDING)
        rarest = sorted(pairs, key=lambda pair: len(self._having.get(pair, ())))[: lacking + 1]
        found = {name for pair in rarest for name in self._having.get(pair, ())}
        return {name for name in found if _dice(pairs, self._pairs[name]) >= NEAR}


def _dice(a: frozenset[str], b: frozenset[str]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def _pairs(text: str) -> frozenset[str]:
    """Neighbouring characters."""
    return frozenset(text[i : i + 2] for i in range(len(text) - 1))
