"""What became of every message, read from what the citizens saw."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from questions import Question

from bot.simulator.chat import Entry, Via


@dataclass(frozen=True)
class Words:
    """Beginnings of the texts by which the product itself states a failure."""

    failures: dict[str, str]
    """By the name of the case."""


@dataclass
class Verdict:
    """Sums over all people. `wrong` describes the first few things that must not be."""

    messages: int = 0
    answered: int = 0
    failed: int = 0
    unavailable: int = 0
    """The platform told the citizen that the account cannot serve them: nothing took the message in 15 s."""
    unavailable_and_answered: int = 0
    """… and yet it had been stored, and the answer came when the front was back."""
    lost: int = 0
    twice: int = 0
    out_of_order: int = 0
    surplus: int = 0
    """More answers and stated failures together than messages."""
    by: Counter[str] = field(default_factory=Counter)
    failed_by: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Exactly one answer or one stated failure for each message, in order."""
        return not (self.lost or self.twice or self.out_of_order or self.surplus)


def judge(
    verdict: Verdict, name: str, asked: Sequence[Question], chat: Sequence[Entry], words: Words
) -> None:
    """Add one person. `asked` is in the order the messages were sent."""
    shown = [entry for entry in chat if entry.via is not Via.CITIZEN]
    found: list[tuple[int, int]] = []
    for place, question in enumerate(asked):
        times = [n for n, entry in enumerate(shown) if question.marker in _text(entry)]
        if times:
            found.append((place, times[0]))
            verdict.by[shown[times[0]].via.value] += 1
        if len(times) > 1:
            verdict.twice += 1
            verdict.wrong.append(f"{name}: {question.text} was answered {len(times)} times")
    failures = [name for entry in shown for name in _failures(entry, words)]
    failed = len(failures)
    verdict.failed_by.update(failures)
    unavailable = sum(entry.via is Via.PLATFORM for entry in shown)
    verdict.messages += len(asked)
    verdict.answered += len(found)
    verdict.failed += failed
    verdict.unavailable += unavailable
    ours = len(found) + failed
    verdict.unavailable_and_answered += max(0, ours + unavailable - len(asked))
    if ours + unavailable < len(asked):
        verdict.lost += len(asked) - ours - unavailable
        answered = {place for place, _ in found}
        missing = [question.text for place, question in enumerate(asked) if place not in answered]
        verdict.wrong.append(f"{name}: {len(asked) - ours - unavailable} of {missing} without any word")
    if ours > len(asked):
        verdict.surplus += ours - len(asked)
        verdict.wrong.append(f"{name}: {ours} answers and failures to {len(asked)} messages")
    order = [at for _, at in found]
    if order != sorted(order):
        verdict.out_of_order += 1
        verdict.wrong.append(f"{name}: answers in the order {order}")


def _text(entry: Entry) -> str:
    return entry.bubble.text


def _failures(entry: Entry, words: Words) -> list[str]:
    return [name for name, start in words.failures.items() if _text(entry).startswith(start)]
