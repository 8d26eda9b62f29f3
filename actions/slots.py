"""Memory ↔ Rasa slots: the only place that knows slot names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.dialogue.model import Asking, Memory, Option
from knowledge.aspects import Aspect


def read_memory(slots: Mapping[str, Any]) -> Memory:
    """Memory from a tracker's slots; anything unreadable counts as not remembered."""
    aspect, asking = _text(slots.get("aspect")), _text(slots.get("asking"))
    return Memory(
        item_id=_text(slots.get("item_id")),
        guide_id=_text(slots.get("guide_id")),
        aspect=Aspect(aspect) if aspect in set(Aspect) else None,
        here=_text(slots.get("here")),
        owner=_text(slots.get("owner")),
        options=_options(slots.get("options")),
        asking=Asking(asking) if asking in set(Asking) else None,
        fails=int(slots.get("fails") or 0),
    )


def changed_slots(before: Memory, after: Memory) -> dict[str, Any]:
    """Slot values that differ, so that a turn adds as few events to the tracker as it can."""
    old, new = _as_slots(before), _as_slots(after)
    return {name: value for name, value in new.items() if value != old[name]}


def _as_slots(memory: Memory) -> dict[str, Any]:
    return {
        "item_id": memory.item_id,
        "guide_id": memory.guide_id,
        "aspect": memory.aspect.value if memory.aspect else None,
        "here": memory.here,
        "owner": memory.owner,
        "options": [{"id": o.id, "title": o.title} for o in memory.options] or None,
        "asking": memory.asking.value if memory.asking else None,
        "fails": float(memory.fails),
    }


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _options(value: Any) -> tuple[Option, ...]:
    """Offered options; a list with anything else in it counts as none, so numbers never shift."""
    if not isinstance(value, list):
        return ()
    if not all(isinstance(o, Mapping) and {"id", "title"} <= o.keys() for o in value):
        return ()
    return tuple(Option(str(o["id"]), str(o["title"])) for o in value)
