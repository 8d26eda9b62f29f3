"""Stored messages as the widget is told of them. Pure; what a citizen must not see stays behind."""

from __future__ import annotations

from typing import Any

from bot.store import Direction, StoredMessage

_REPLY_FIELDS = ("outcome", "aspect", "guide", "regions", "options", "suggestions", "sources", "card")
_AUTHORS = frozenset({"citizen", "bot", "front", "agent", "system"})


def message_event(message: StoredMessage) -> dict[str, Any]:
    """One message of a conversation as an event of the wire."""
    is_in = message.direction is Direction.IN
    return {
        "type": "message",
        "seq": message.seq,
        "message_id": message.id,
        "direction": message.direction.value,
        "author": author_of(message),
        "agent": None if is_in else _agent(message),
        "client_id": message.external_id if is_in else None,
        "text": message.text,
        "at": message.created_at.isoformat(timespec="milliseconds"),
        "reply": None if is_in else _reply(message),
        "ai": author_of(message) == "bot",
    }


def author_of(message: StoredMessage) -> str:
    """Who wrote a message; a name that is none of the closed set is that of a member of staff."""
    if message.direction is Direction.IN:
        return "citizen"
    return message.author if message.author in _AUTHORS else "agent"


def _agent(message: StoredMessage) -> dict[str, str] | None:
    """Name and number of the member of staff who wrote it."""
    if author_of(message) != "agent":
        return None
    known = message.payload.get("agent")
    known = known if isinstance(known, dict) else {}
    return {key: str(known.get(key) or "") for key in ("name", "number")}


def _reply(message: StoredMessage) -> dict[str, Any] | None:
    """The parts of a reply a client may show; never why it was given."""
    if not message.outcome:
        return None
    found = {name: message.payload.get(name) for name in _REPLY_FIELDS}
    return {**found, "outcome": message.outcome, "aspect": message.aspect}
