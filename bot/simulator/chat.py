"""What a citizen sees in the chat with the account, entry by entry."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Via(StrEnum):
    """How an entry came into the chat."""

    CITIZEN = "citizen"
    PASSIVE = "passive"
    CUSTOMER_SERVICE = "customer_service"
    PLATFORM = "platform"


@dataclass(frozen=True, slots=True)
class Article:
    """A card that opens a page."""

    title: str
    description: str = ""
    picture: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """A line of a msgmenu that can be tapped."""

    id: str
    content: str


@dataclass(frozen=True, slots=True)
class Bubble:
    """One message as it is shown. `kind` is the platform's MsgType, or `notice` for its own grey line."""

    kind: str
    text: str = ""
    media_id: str = ""
    articles: tuple[Article, ...] = ()
    items: tuple[MenuItem, ...] = ()
    tail: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A bubble in a chat. `answers`: number of the citizen's entry a passive reply belongs to."""

    number: int
    openid: str
    at: float
    via: Via
    bubble: Bubble
    answers: int | None = None

    def to_json(self) -> dict[str, Any]:
        """For the page."""
        return asdict(self)


class Chats:
    """Every chat of the account, and who is watching."""

    def __init__(self) -> None:
        self._number = 0
        self._entries: dict[str, list[Entry]] = {}
        self._watching: set[asyncio.Queue[dict[str, Any]]] = set()

    def add(self, openid: str, at: float, via: Via, bubble: Bubble, answers: int | None = None) -> Entry:
        """Show a bubble."""
        self._number += 1
        entry = Entry(self._number, openid, at, via, bubble, answers)
        self._entries.setdefault(openid, []).append(entry)
        self.tell({"what": "entry", "entry": entry.to_json()})
        return entry

    def of(self, openid: str) -> tuple[Entry, ...]:
        """One citizen's chat, oldest first."""
        return tuple(self._entries.get(openid, ()))

    def tell(self, event: Mapping[str, Any]) -> None:
        """Let every open page know. A page that does not keep up loses what it would show too late."""
        for queue in self._watching:
            if not queue.full():
                queue.put_nowait(dict(event))

    def watch(self) -> asyncio.Queue[dict[str, Any]]:
        """A queue of what happens from now on; give it back with `leave`."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue(1000)
        self._watching.add(queue)
        return queue

    def leave(self, queue: asyncio.Queue[dict[str, Any]]) -> None:
        """Watch no longer."""
        self._watching.discard(queue)
