"""The conversations themselves: enough of them, on every rule, and none that cannot fail."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from bot.channels.message import Outcome
from bot.talk import read_conversations
from bot.talk.script import ExpectedRegions, Turn

FOLDER = Path(__file__).parents[2] / "conversations"
CONVERSATIONS = read_conversations([FOLDER])
RULES = ("底线一", "底线二", "底线三", "底线四", "底线五", "底线六", "底线七")
"""The minimum rules of an answer: three elements, across regions, figures, status, one list, always, names."""
LONG = 5


def test_there_are_enough() -> None:
    assert len(CONVERSATIONS) >= 150
    assert sum(len(one.turns) for one in CONVERSATIONS) >= 600
    assert sum(len(one.turns) >= LONG for one in CONVERSATIONS) >= 40


def test_every_minimum_rule_has_conversations() -> None:
    named = Counter(one.name.partition("：")[0] for one in CONVERSATIONS)
    assert {rule: named[rule] for rule in RULES if not named[rule]} == {}


def test_no_name_is_used_twice() -> None:
    twice = [name for name, count in Counter(one.name for one in CONVERSATIONS).items() if count > 1]
    assert twice == []


def test_every_turn_can_fail() -> None:
    """It names an outcome, and where many outcomes will do, also what the reply must have or lack."""
    loose = [
        f"{one.file}, {one.name}: {turn.says}"
        for one in CONVERSATIONS
        for turn in one.turns
        if not _can_fail(turn)
    ]
    assert loose == []


def _can_fail(turn: Turn) -> bool:
    expects = turn.expects
    more = expects.aspect or expects.guide or expects.contains or expects.lacks or expects.options
    few = 0 < len(expects.outcome) <= 3 and len(expects.outcome) < len(Outcome)
    return few and bool(len(expects.outcome) == 1 or more or expects.regions != ExpectedRegions())
