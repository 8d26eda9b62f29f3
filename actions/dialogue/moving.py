"""What follows a move: the second matter, what was not told, the same again, the matter before, no reply."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from actions.dialogue.answering import answer, left_open
from actions.dialogue.asking import is_open, unanswered
from actions.dialogue.fields import can_answer
from actions.dialogue.message import without_matter
from actions.dialogue.model import Answer, Asking, Clarify, Decided, Note, Question, Smalltalk, Turn
from actions.dialogue.moves import Kind, Move
from actions.dialogue.stack import about, before, is_called
from knowledge.aspects import Aspect
from knowledge.model import Item
from knowledge.search import Searcher

TOLD_NEXT = (
    Aspect.WHERE,
    Aspect.MATERIALS,
    Aspect.CONDITIONS,
    Aspect.STEPS,
    Aspect.TIME_LIMIT,
    Aspect.FEE,
    Aspect.ONLINE,
    Aspect.AGENT,
    Aspect.HOURS,
    Aspect.RESULT,
    Aspect.PHONE,
    Aspect.LEGAL_BASIS,
)
"""The order in which 「还有呢」 goes through a guide."""
TOLD_WITH = {
    Aspect.MATERIALS: frozenset({Aspect.CONDITIONS}),
    Aspect.OVERVIEW: frozenset(
        {
            Aspect.WHERE,
            Aspect.MATERIALS,
            Aspect.CONDITIONS,
            Aspect.STEPS,
            Aspect.TIME_LIMIT,
            Aspect.FEE,
            Aspect.ONLINE,
        }
    ),
    Aspect.CROSS_REGION: frozenset({Aspect.WHERE}),
}
"""What an answer on one aspect says of others."""


def moved(turn: Turn, searcher: Searcher, move: Move) -> Decided | None:
    """The outcome of a move; None when the words are to be read as usual.

    A move that nothing was said before (再说一遍 as the first words) asks what the matter is.
    """
    memory = turn.memory
    if move.kind is Kind.IMPATIENT or (move.kind is Kind.SECOND and memory.asking is Asking.ITEM):
        return None
    if decided := _FOLLOWED[move.kind](turn, searcher, move):
        return decided
    if move.named or move.kind is Kind.SECOND:
        return None
    if memory.asking is Asking.ITEM and memory.options and move.kind is not Kind.SKIP:
        asked = Clarify(Question.WHICH_ITEM, memory.options, Asking.ITEM, memory.aspect)
        return Decided(asked, memory)
    return Decided(Clarify(Question.WHAT_MATTER), replace(memory, asking=None, options=()))


def _current(turn: Turn, searcher: Searcher) -> Item | None:
    return searcher.base.items.get(turn.memory.item_id or "")


def _skipped(turn: Turn, searcher: Searcher, move: Move) -> Decided | None:
    memory, current = turn.memory, _current(turn, searcher)
    if current is None or memory.asking not in (Asking.HERE, Asking.OWNER, Asking.SITUATION):
        return None
    message = without_matter(turn, searcher)
    if is_open(memory):
        return left_open(turn, searcher.base, message, current)
    return answer(turn, searcher.base, message, current, memory.aspect or Aspect.OVERVIEW)


def _second(turn: Turn, searcher: Searcher, move: Move) -> Decided | None:
    """The second matter of a message before, answered with the aspect that was asked of both."""
    memory = turn.memory
    if memory.later is None or memory.later not in searcher.base.items:
        return None
    item, aspect = searcher.base.item(memory.later), memory.aspect or Aspect.OVERVIEW
    return answer(turn, searcher.base, without_matter(turn, searcher), item, aspect)


def _more(turn: Turn, searcher: Searcher, move: Move) -> Decided | None:
    """The second matter, else the next aspect the guide has and was not told; at the end, that this was all."""
    if second := _second(turn, searcher, move):
        return second
    memory, current = turn.memory, _current(turn, searcher)
    guide = searcher.base.find_guide(memory.guide_id) if memory.guide_id else None
    if current is None or guide is None:
        return None
    told = set(memory.told).union(*(TOLD_WITH.get(aspect, ()) for aspect in memory.told))
    untold = next((a for a in TOLD_NEXT if a not in told and can_answer(guide, a)), None)
    if untold is None:
        return Decided(Smalltalk("all_told"), memory)
    return answer(turn, searcher.base, without_matter(turn, searcher), current, untold)


def _repeated(turn: Turn, searcher: Searcher, move: Move) -> Decided | None:
    memory, current = turn.memory, _current(turn, searcher)
    if current is None:
        return None
    aspect = move.aspect or (memory.told[-1] if memory.told else memory.aspect) or Aspect.OVERVIEW
    return answer(turn, searcher.base, without_matter(turn, searcher), current, aspect)


def _back(turn: Turn, searcher: Searcher, move: Move) -> Decided | None:
    """The matter before, or the earlier one that is named; without one, the present matter."""
    base, memory = searcher.base, turn.memory
    message = without_matter(turn, searcher)
    target = before(memory, move.named, base)
    if target is None:
        current = _current(turn, searcher)
        if current is None or (move.named and not is_called(move.named, current.id, base)):
            return None
        return answer(turn, base, message, current, move.aspect or memory.aspect or Aspect.OVERVIEW)
    back = replace(about(memory, target.item_id), owner=target.owner)
    aspect = move.aspect or target.aspect or Aspect.OVERVIEW
    item, waits = base.item(target.item_id), unanswered(target.asked)
    decided = answer(replace(turn, memory=back), base, message, item, aspect, pending=waits)
    if not isinstance(decided.outcome, Answer):
        return decided
    return replace(decided, outcome=replace(decided.outcome, note=Note.BACK))


_FOLLOWED: dict[Kind, Callable[[Turn, Searcher, Move], Decided | None]] = {
    Kind.SKIP: _skipped,
    Kind.SECOND: _second,
    Kind.MORE: _more,
    Kind.REPEAT: _repeated,
    Kind.BACK: _back,
}
