"""The list of matters: filtered by words in their names and by category, a page at a time. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.store.published import GuideHead
from knowledge.model import Item

PAGE_SIZE = 40
LONGEST_QUERY = 60


@dataclass(frozen=True, slots=True)
class Entry:
    """One matter with the guides there are of it."""

    item: Item
    guides: tuple[GuideHead, ...]


@dataclass(frozen=True)
class Listing:
    """One page of the list."""

    entries: tuple[Entry, ...]
    count: int
    """Of all pages."""
    page: int
    pages: int
    categories: tuple[str, ...]


def browse(
    items: Mapping[str, Item], heads: Iterable[GuideHead], *, query: str, category: str, page: int
) -> Listing:
    """The matters that have a guide, by category and name; all words of the query are in one of its names."""
    guides: dict[str, list[GuideHead]] = {}
    for head in heads:
        guides.setdefault(head.item_id, []).append(head)
    entries = [Entry(items[item_id], tuple(of)) for item_id, of in guides.items() if item_id in items]
    wanted = _folded(query[:LONGEST_QUERY]).split()
    found = [entry for entry in entries if _matches(entry, wanted)]
    categories = tuple(sorted({entry.item.category for entry in found}))
    if category:
        found = [entry for entry in found if entry.item.category == category]
    found.sort(key=lambda entry: (entry.item.category, entry.item.task_name, entry.item.id))
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(max(page, 1), pages)
    shown = tuple(found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE])
    return Listing(shown, len(found), page, pages, categories)


def _matches(entry: Entry, wanted: list[str]) -> bool:
    if not wanted:
        return True
    names = (entry.item.task_name, *entry.item.aliases, *(guide.task_name for guide in entry.guides))
    return any(all(word in folded for word in wanted) for folded in map(_folded, names))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()
