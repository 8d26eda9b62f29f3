"""The matters of a conversation: the present one and the last few before it, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.dialogue.asking import is_open
from actions.dialogue.choosing import plain
from actions.dialogue.model import Earlier, Memory, Option
from knowledge.base import KnowledgeBase

MOST = 3


def about(memory: Memory, item_id: str) -> Memory:
    """The memory once this item is spoken of: of another one, what was known of it before comes back."""
    if memory.item_id == item_id:
        return memory
    before = next((one for one in memory.earlier if one.item_id == item_id), None)
    left = leave(memory)
    return replace(
        left,
        item_id=item_id,
        aspect=before.aspect if before else None,
        situation=before.situation if before else (),
        asked=before.asked if before else (),
        earlier=tuple(one for one in left.earlier if one.item_id != item_id)[:MOST],
    )


def leave(memory: Memory) -> Memory:
    """The memory without a present matter; the one there was is the first of the earlier ones."""
    earlier = memory.earlier
    if memory.item_id is not None:
        current = Earlier(memory.item_id, memory.aspect, memory.owner, memory.situation, memory.asked)
        earlier = (current, *(one for one in earlier if one.item_id != memory.item_id))
    return replace(
        memory,
        item_id=None,
        guide_id=None,
        aspect=None,
        options=(),
        asking=None,
        situation=(),
        asked=(),
        told=(),
        earlier=earlier[: MOST + 1],
    )


def waiting(memory: Memory, item_id: str, base: KnowledgeBase) -> Option | None:
    """The matter left for this item while a question of ours on it was open."""
    if memory.item_id in (None, item_id) or not is_open(memory) or memory.item_id not in base.items:
        return None
    return Option(memory.item_id, base.item(memory.item_id).task_name)


def before(memory: Memory, named: str, base: KnowledgeBase) -> Earlier | None:
    """The matter to go back to: the one before, or the newest one whose names hold the words."""
    known = [one for one in memory.earlier if one.item_id in base.items]
    if not named:
        return known[0] if known else None
    return next((one for one in known if is_called(named, one.item_id, base)), None)


def is_called(words: str, item_id: str, base: KnowledgeBase) -> bool:
    """Whether one of the names of an item holds the words."""
    item = base.item(item_id)
    names: Sequence[str] = (item.task_name, *item.aliases)
    return any(plain(words) in plain(name) for name in names)
