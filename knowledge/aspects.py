"""The aspects a citizen can ask about a matter. Each is one Rasa intent, `ask_<aspect>`."""

from __future__ import annotations

from enum import StrEnum


class Aspect(StrEnum):
    """What is asked about a matter (the matter itself is found by search, never an intent)."""

    OVERVIEW = "overview"
    WHERE = "where"
    MATERIALS = "materials"
    STEPS = "steps"
    TIME_LIMIT = "time_limit"
    FEE = "fee"
    CONDITIONS = "conditions"
    ONLINE = "online"
    PHONE = "phone"
    HOURS = "hours"
    AGENT = "agent"
    RESULT = "result"
    LEGAL_BASIS = "legal_basis"
    PROGRESS = "progress"
    CROSS_REGION = "cross_region"

    @property
    def intent(self) -> str:
        """The Rasa intent that asks for this aspect."""
        return f"ask_{self.value}"

    @classmethod
    def from_intent(cls, intent: str) -> Aspect | None:
        """The aspect an intent asks for, or None when the intent is not about an aspect."""
        name = intent.removeprefix("ask_")
        return cls(name) if intent.startswith("ask_") and name in cls._value2member_map_ else None
