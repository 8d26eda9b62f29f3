"""What can be asked: the matters of the published guides by topic, and suggestions while one types."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from pypinyin import Style, lazy_pinyin

from knowledge.model import Faq, Item

MOST_SUGGESTIONS = 6
_LONGEST_NEEDLE = 30
_OWN_NAME, _OTHER_NAME = 0, 1


@dataclass(frozen=True, slots=True)
class _Name:
    """One way a matter is called."""

    text: str
    plain: str
    initials: str
    weight: int
    item_id: str
    kind: str
    fictional: bool


class Catalog:
    """The matters that have a published guide, and the common questions."""

    def __init__(self, items: Iterable[Item] = (), faqs: Iterable[Faq] = ()) -> None:
        self._items = tuple(items)
        self._faqs = tuple(faqs)

    @cached_property
    def topics(self) -> list[dict[str, Any]]:
        """Matters by topic; the largest topic first, what is fictional last."""
        by_topic: defaultdict[str, list[Item]] = defaultdict(list)
        for item in self._items:
            by_topic[item.category].append(item)
        ordered = sorted(
            by_topic.items(), key=lambda one: (all(item.fictional for item in one[1]), -len(one[1]), one[0])
        )
        return [
            {
                "title": title,
                "items": [
                    {"title": item.task_name, "question": item.task_name, "fictional": item.fictional}
                    for item in sorted(items, key=lambda item: item.task_name)
                ],
            }
            for title, items in ordered
        ]

    def suggest(self, needle: str, most: int = MOST_SUGGESTIONS) -> list[dict[str, Any]]:
        """Names and questions that begin with what was typed, then those that hold it, then by initials.

        A matter is suggested once, under its official name unless another name fits better.
        """
        wanted = _plain(needle)[:_LONGEST_NEEDLE]
        if not wanted:
            return []
        fitting = [(rank, name) for name in self._names if (rank := _rank(name, wanted)) is not None]
        fitting.sort(key=lambda one: (one[0], one[1].weight, len(one[1].text), one[1].text))
        found: dict[str, dict[str, Any]] = {}
        for _, name in fitting:
            shown = {"text": name.text, "kind": name.kind, "fictional": name.fictional}
            found.setdefault(name.item_id, shown)
            if len(found) == most:
                break
        return list(found.values())

    @cached_property
    def _names(self) -> Sequence[_Name]:
        names: list[_Name] = []
        for item in self._items:
            names.append(_name(item.task_name, _OWN_NAME, item, "guide"))
            names += [_name(alias, _OTHER_NAME, item, "guide") for alias in item.aliases]
        for faq in self._faqs:
            names.append(_name(faq.question, _OWN_NAME, faq, "question"))
            names += [_name(text, _OTHER_NAME, faq, "question") for text in faq.similar]
        return names

    def prepare(self) -> Catalog:
        """Work out now what is needed later (a tenth of a second for thousands of names)."""
        _ = self._names, self.topics
        return self

    def __len__(self) -> int:
        return len(self._items) + len(self._faqs)


def _name(text: str, weight: int, of: Item | Faq, kind: str) -> _Name:
    initials = "".join(lazy_pinyin(text, style=Style.FIRST_LETTER, errors="ignore"))
    return _Name(text, _plain(text), initials.lower(), weight, of.id, kind, of.fictional)


def _rank(name: _Name, wanted: str) -> int | None:
    if name.plain.startswith(wanted):
        return 0
    if len(wanted) > 1 and wanted in name.plain:
        return 1
    if len(wanted) > 1 and wanted.isascii() and wanted.isalpha():
        return 2 if name.initials.startswith(wanted) else None
    return None


def _plain(text: str) -> str:
    """For comparing: compatible forms made one, no case, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
