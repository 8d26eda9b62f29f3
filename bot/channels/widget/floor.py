"""Who speaks in a conversation, as the widget is told: its owner, the place in the queue, the person's name.

The owner is in the store. Of the queue and of its people only a desk knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from bot.channels.message import AgentNote
from bot.store import Owner, Standing


@dataclass(frozen=True, slots=True)
class Floor:
    """What a desk knows of a conversation that waits for a person, or has one."""

    position: int | None = None
    """Place in the queue, from 1; None when it does not wait."""
    agent: AgentNote | None = None


class Desk(Protocol):
    """Where people take conversations over."""

    async def floor(self, conversation_id: int) -> Floor:
        """Who has the conversation, or which place it has in the queue."""

    def typing(self, conversation_id: int, *, on: bool) -> None:
        """The citizen has begun to type, or stopped."""

    def delivered(self, conversation_id: int) -> None:
        """Messages that waited for the citizen have arrived."""

    def came_or_went(self) -> None:
        """A citizen who waits for a person, or has one, opened or left the page."""


async def floor_of(standing: Standing | None, desk: Desk | None) -> Mapping[str, Any]:
    """`{owner, position, agent}` as the browser reads it."""
    owner = Owner.BOT if standing is None else standing.owner
    known = Floor()
    if standing is not None and desk is not None and owner.is_with_people:
        known = await desk.floor(standing.conversation_id)
    agent = None if known.agent is None else known.agent.model_dump()
    return {"owner": owner.value, "position": known.position, "agent": agent}
