"""What to answer: pure decisions over a turn, the conversation's memory and the knowledge base."""

from actions.dialogue.decide import decide
from actions.dialogue.model import (
    Answer,
    Asking,
    Clarify,
    Comparison,
    Decided,
    Declined,
    Handoff,
    Memory,
    NothingFound,
    Option,
    Planned,
    Smalltalk,
    Turn,
)

__all__ = [
    "Answer",
    "Asking",
    "Clarify",
    "Comparison",
    "Decided",
    "Declined",
    "Handoff",
    "Memory",
    "NothingFound",
    "Option",
    "Planned",
    "Smalltalk",
    "Turn",
    "decide",
]
