"""What came of playing conversations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from bot.talk.client import Reply
from bot.talk.judging import Difference


@dataclass(frozen=True, slots=True)
class TurnResult:
    """One turn: what was said, the reply (None when none came, `error` says why) and what differs."""

    number: int
    says: str
    reply: Reply | None
    differences: tuple[Difference, ...]
    error: str
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether a reply came and is as expected."""
        return self.reply is not None and not self.differences

    def to_json(self) -> dict[str, Any]:
        """The turn as `bangban talk --json` reports it."""
        reply = self.reply.to_json() if self.reply else Reply().to_json()
        return {
            "turn": self.number,
            "says": self.says,
            "passed": self.passed,
            "differences": [
                {"field": each.field, "expected": each.expected, "received": each.received}
                for each in self.differences
            ],
            "error": self.error or None,
            "seconds": round(self.seconds, 3),
            **reply,
        }


@dataclass(frozen=True, slots=True)
class ConversationResult:
    """One conversation with its turns. `unplayed` turns followed one that got no reply."""

    file: str
    line: int
    name: str
    sender: str
    turns: tuple[TurnResult, ...]
    unplayed: int = 0

    @property
    def passed(self) -> bool:
        """Whether every turn was played and passed."""
        return not self.unplayed and all(turn.passed for turn in self.turns)

    def to_json(self) -> dict[str, Any]:
        """The conversation as `bangban talk --json` reports it."""
        return {
            "name": self.name,
            "file": self.file,
            "line": self.line,
            "sender": self.sender,
            "passed": self.passed,
            "unplayed": self.unplayed,
            "turns": [turn.to_json() for turn in self.turns],
        }


@dataclass(frozen=True, slots=True)
class Report:
    """All conversations, in the order they were written."""

    conversations: tuple[ConversationResult, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        """Whether every conversation passed."""
        return all(conversation.passed for conversation in self.conversations)

    @property
    def failed(self) -> tuple[ConversationResult, ...]:
        """The conversations that did not pass."""
        return tuple(conversation for conversation in self.conversations if not conversation.passed)

    @property
    def turns(self) -> int:
        """How many turns were played."""
        return sum(len(conversation.turns) for conversation in self.conversations)

    @property
    def turns_passed(self) -> int:
        """How many turns passed."""
        return sum(turn.passed for conversation in self.conversations for turn in conversation.turns)

    def __str__(self) -> str:
        good = len(self.conversations) - len(self.failed)
        return (
            f"{good} of {len(self.conversations)} conversations passed, "
            f"{self.turns_passed} of {self.turns} turns, in {self.seconds:.1f} s"
        )

    def explain(self) -> str:
        """Every failed turn in words, for a terminal or an assertion message."""
        lines: list[str] = []
        for conversation in self.failed:
            lines.append(f"{conversation.file} line {conversation.line}, “{conversation.name}”")
            for turn in conversation.turns:
                if not turn.passed:
                    lines.append(f"  turn {turn.number}: “{turn.says}”")
                    lines += [f"    {difference}" for difference in turn.differences]
                    lines += [f"    {turn.error}"] if turn.error else []
            if conversation.unplayed:
                lines.append(f"  {conversation.unplayed} more turns were not played")
        return "\n".join(lines)

    def to_json(self) -> dict[str, Any]:
        """The report as `bangban talk --json` prints it."""
        return {
            "passed": self.passed,
            "conversations_passed": len(self.conversations) - len(self.failed),
            "conversations_total": len(self.conversations),
            "turns_passed": self.turns_passed,
            "turns_total": self.turns,
            "seconds": round(self.seconds, 3),
            "conversations": [conversation.to_json() for conversation in self.conversations],
        }
