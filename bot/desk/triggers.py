"""When a person comes into a conversation by itself: a pure decision after each turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.store.desk_values import Trigger

ENOUGH_MISSES = 2
_MISSES = frozenset({"nothing_found", "failed"})
_HITS = frozenset({"answered", "clarify", "handoff"})
_ASKED = {"asked": Trigger.ASKED, "complaint": Trigger.COMPLAINT, "guide": Trigger.GUIDE}
BY_ITSELF = frozenset({Trigger.FAILURES, Trigger.GUIDE, Trigger.BROKEN})
"""Nobody asked for these: soon after a person was there, or a message could be left, they rest."""


@dataclass(frozen=True, slots=True)
class TurnEnded:
    """What a turn came to. `handoff`: why the replies say a person is needed; `broken`: Rasa or the actions failed
    (other than by being slow once)."""

    outcomes: Sequence[str]
    handoff: str | None = None
    broken: bool = False


def after_turn(ended: TurnEnded, misses: int) -> tuple[Trigger | None, int]:
    """Why a person is needed, if one is, and the failures in a row from now on."""
    if set(ended.outcomes) & _MISSES:
        misses += 1
    elif set(ended.outcomes) & _HITS:
        misses = 0
    if ended.handoff in _ASKED:
        return _ASKED[ended.handoff], 0
    if ended.broken:
        return Trigger.BROKEN, misses
    if misses >= ENOUGH_MISSES and set(ended.outcomes) & _MISSES:
        return Trigger.FAILURES, misses
    return None, misses
