"""Memory ↔ Rasa slots: the only place that knows slot names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from actions.dialogue.model import Asking, Earlier, Memory, Option
from knowledge.aspects import Aspect


def read_memory(slots: Mapping[str, Any]) -> Memory:
    """Memory from a tracker's slots; anything unreadable counts as not remembered."""
    asking = _text(slots.get("asking"))
    return Memory(
        item_id=_text(slots.get("item_id")),
        guide_id=_text(slots.get("guide_id")),
        aspect=_aspect(slots.get("aspect")),
        here=_text(slots.get("here")),
        owner=_text(slots.get("owner")),
        options=_options(slots.get("options")),
        asking=Asking(asking) if asking in set(Asking) else None,
        fails=int(slots.get("fails") or 0),
        situation=_texts(slots.get("situation")),
        asked=_texts(slots.get("asked")),
        told=tuple(aspect for aspect in map(_aspect, _texts(slots.get("told"))) if aspect),
        earlier=_earlier(slots.get("earlier")),
        later=_text(slots.get("later")),
        last=_text(slots.get("last")) or "",
        sought=_text(slots.get("sought")) or "",
        channel_region=_text(slots.get("channel_region")),
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
        "situation": list(memory.situation) or None,
        "asked": list(memory.asked) or None,
        "told": [aspect.value for aspect in memory.told] or None,
        "earlier": [_as_slot(one) for one in memory.earlier] or None,
        "later": memory.later,
        "last": memory.last or None,
        "sought": memory.sought or None,
        "channel_region": memory.channel_region,
    }


def _as_slot(earlier: Earlier) -> dict[str, Any]:
    return {
        "item_id": earlier.item_id,
        "aspect": earlier.aspect.value if earlier.aspect else None,
        "owner": earlier.owner,
        "situation": list(earlier.situation),
        "asked": list(earlier.asked),
    }


def _earlier(value: Any) -> tuple[Earlier, ...]:
    """The matters before this one; what is no matter is left out."""
    listed = value if isinstance(value, list) else ()
    return tuple(
        Earlier(
            item_id=str(one["item_id"]),
            aspect=_aspect(one.get("aspect")),
            owner=_text(one.get("owner")),
            situation=_texts(one.get("situation")),
            asked=_texts(one.get("asked")),
        )
        for one in listed
        if isinstance(one, Mapping) and _text(one.get("item_id"))
    )


def _aspect(value: Any) -> Aspect | None:
    return Aspect(value) if isinstance(value, str) and value in set(Aspect) else None


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(one for one in value if isinstance(one, str) and one) if isinstance(value, list) else ()


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _options(value: Any) -> tuple[Option, ...]:
    """Offered options; a list with anything else in it counts as none, so numbers never shift."""
    if not isinstance(value, list):
        return ()
    if not all(isinstance(o, Mapping) and {"id", "title"} <= o.keys() for o in value):
        return ()
    return tuple(Option(str(o["id"]), str(o["title"])) for o in value)
