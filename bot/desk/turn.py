"""A citizen's message on its way, as the desk follows it, and what the desk itself replies."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.desk.machine import Move, Refusal, Step
from bot.desk.moving import SYSTEM, Moved, said_by_desk
from bot.desk.triggers import TurnEnded
from bot.store.desk_tables import HandoffRecord
from bot.store.values import Arrival, NewReply


@dataclass(slots=True)
class Turn:
    """One message of a citizen on its way, as the desk follows it."""

    arrival: Arrival
    text: str
    """Masked."""
    is_ours: bool = False
    """Whether the desk answers it, and Rasa is not asked."""
    is_unreadable: bool = False
    """A picture or the like, to which the channel has an answer of its own."""
    is_own: bool = False
    """The channel answers it by itself."""
    ended: TurnEnded = field(default_factory=lambda: TurnEnded(()))
    moved: Move | None = None
    has_ticket: bool = False
    is_silent: bool = False
    """Nobody answers now: a person will."""

    def moves(self, moved: Moved | Refusal) -> None:
        """Keep what became of the conversation in it."""
        if isinstance(moved, Moved) and moved.move.is_recorded:
            self.moved = moved.move


def desk_reply(text: str, step: Step, record: HandoffRecord | None, *options: str) -> NewReply:
    """What the desk replies, and of which step it tells."""
    payload = said_by_desk(text, step, record.id if record else None, *options)
    return NewReply(SYSTEM, text, payload, outcome="handoff")
