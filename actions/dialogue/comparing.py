"""「补领和换领有啥区别」: which two matters are compared, resolved without a search where they are at hand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from actions.dialogue.choosing import plain
from actions.dialogue.model import Memory
from knowledge.base import KnowledgeBase
from knowledge.model import Item
from knowledge.search import Decision, Searcher

_LONGEST = 60
_SHORT = 2
"""A side of a word (换领) is of a matter at hand; a longer one names its own."""
_DIFFERENCE = (
    r"(?:之间)?(?:的)?(?:到底|究竟|具体)?(?:有|是|差)?(?:没有|什么|啥|哪些|哪里|多大)?(?:的)?"
    r"(?:区别|不同|不一样|差别|差异|分别)(?:是)?(?:什么|啥|在哪里?|大吗|吗|呢|啊|呀)*"
)
_TWO = re.compile(
    r"(?:请问|那么?|我?想问|问一?下)*(?P<first>.{1,24}?)(?:和|跟|与|同|还是|、)(?P<second>.{1,24}?)"
    + _DIFFERENCE
)
_WITH = re.compile(
    r"(?:那么?|它|这个|这)*(?:和|跟|与|同|比起?)(?P<second>.{1,24}?)(?:比|相比|比起来)?" + _DIFFERENCE
)
_BARE = re.compile(
    r"(?:那么?)?(?:这|那|它们|他们|上面)?(?:这)?(?:两个|两件|俩|两种|两样|两者|几个|些)?(?:事情?)?"
    + _DIFFERENCE
)
_THIS = frozenset({"这个", "那个", "这", "它", "这件", "这件事", "这种", "刚才那个", "刚才的", "上面的"})


def compared(text: str, memory: Memory, searcher: Searcher) -> tuple[Item, Item] | None:
    """The two items a message asks to compare; None when it asks no such thing or one is not found."""
    said = plain(text)
    if len(said) > _LONGEST:
        return None
    base = searcher.base
    at_hand = _at_hand(memory, base)
    if _BARE.fullmatch(said):
        return _last_two(memory, base)
    if match := _WITH.fullmatch(said):
        first = base.items.get(memory.item_id or "")
    elif match := _TWO.fullmatch(said):
        first = _item(match["first"], at_hand, memory, searcher)
    else:
        return None
    second = _item(match["second"], (*_neighbours(first, base), *at_hand), memory, searcher, not_this=first)
    if first is None and second is not None and "first" in match.re.groupindex:
        first = _item(match["first"], _neighbours(second, base), memory, searcher, not_this=second)
    return (first, second) if first and second and first.id != second.id else None


def _last_two(memory: Memory, base: KnowledgeBase) -> tuple[Item, Item] | None:
    """「这两个有什么区别」: the two offered, else the present matter and the one before."""
    offered = [base.item(o.id) for o in memory.options if o.id in base.items]
    if len(offered) == 2:
        return offered[0], offered[1]
    spoken_of = [base.items.get(i) for i in (memory.item_id or "", *(e.item_id for e in memory.earlier[:1]))]
    present, earlier = (*spoken_of, None, None)[:2]
    return (earlier, present) if present and earlier else None


def _at_hand(memory: Memory, base: KnowledgeBase) -> tuple[Item, ...]:
    """The present matter with its neighbours, then what was offered, then the matters before."""
    current = base.items.get(memory.item_id or "")
    ids: Iterable[str] = (*(o.id for o in memory.options), *(one.item_id for one in memory.earlier))
    others = tuple(base.item(i) for i in ids if i in base.items)
    return (*((current,) if current else ()), *_neighbours(current, base), *others)


def _neighbours(item: Item | None, base: KnowledgeBase) -> tuple[Item, ...]:
    return tuple(base.item(i) for i in item.neighbours if i in base.items) if item else ()


def _item(
    words: str, at_hand: Sequence[Item], memory: Memory, searcher: Searcher, *, not_this: Item | None = None
) -> Item | None:
    """The item one side names: the matter at hand (这个), one near it by a part of its name, or one found."""
    if words in _THIS:
        return searcher.base.items.get(memory.item_id or "")
    near = _called([item for item in at_hand if item is not not_this], words)
    if near and len(words) <= _SHORT:
        return near
    result = searcher.search(words)
    return searcher.base.item(result.hits[0].item_id) if result.decision is Decision.ANSWER else near


def _called(items: Sequence[Item], words: str) -> Item | None:
    """The first item whose title holds the words, else the first with such an alias."""
    titled = (item for item in items if words in plain(item.task_name))
    aliased = (item for item in items if any(words in plain(alias) for alias in item.aliases))
    return next(titled, None) or next(aliased, None)
