"""The decision: one citizen message and the conversation's memory in, one outcome out.

Read top to bottom: safety, small talk, then the matter (what is it, where are the people, which
guide, which aspect). Nothing here opens a file, and every branch ends in a named outcome.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from actions.dialogue.answering import answer, only_one_crosses
from actions.dialogue.choosing import is_only_a_choice
from actions.dialogue.matter import NEEDS_A_QUESTION, find_item, only_one_can_answer
from actions.dialogue.message import Message, read_message
from actions.dialogue.model import Asking, Clarify, Decided, Declined, Handoff, Question, Smalltalk, Turn
from actions.dialogue.regions import remember_regions
from actions.dialogue.safety import SafetyLine, safety_reason
from knowledge.aspects import Aspect
from knowledge.base import KnowledgeBase
from knowledge.model import Item
from knowledge.search import Decision, Searcher

SMALLTALK = frozenset({"greet", "thanks", "bye", "bot_challenge"})
HANDOFF_REASONS = {"human": "asked", "complaint": "complaint"}
KEEPS_ASPECT = frozenset({"inform_region", "choose_option", "affirm"})
FAILS_BEFORE_PERSON = 2
_ENOUGH = re.compile(r"不用|不必|不需要|不要了|不问了|没事了|没了|没有了|算了|够了")


def decide(turn: Turn, searcher: Searcher, safety: Sequence[SafetyLine]) -> Decided:
    """What to answer to one message, and what to remember. Never raises on citizen input."""
    if reason := safety_reason(turn.text, safety):
        return Decided(Declined(reason), turn.memory)
    message = read_message(turn, searcher)
    return _spoken(turn, message) or _unasked(turn, message) or _matter(turn, searcher.base, message)


def _spoken(turn: Turn, message: Message) -> Decided | None:
    """Outcomes that need no matter; a message that also names a matter is not one of them."""
    if message.picked is not None or message.names_a_matter:
        return None
    cleared = replace(turn.memory, asking=None, fails=0)
    if turn.intent in HANDOFF_REASONS:
        return Decided(Handoff(HANDOFF_REASONS[turn.intent]), cleared, message.understanding)
    if turn.intent in SMALLTALK:
        return Decided(Smalltalk(turn.intent), turn.memory, message.understanding)
    if turn.intent == "out_of_scope" and not (message.result and message.result.decision is Decision.CLARIFY):
        return Decided(Declined("out_of_scope"), turn.memory, message.understanding)
    return None


def _unasked(turn: Turn, message: Message) -> Decided | None:
    """「好的」「不对」「3」 after an answer, when nothing was asked: the answer is not said a second time."""
    memory = turn.memory
    is_reply = turn.intent in NEEDS_A_QUESTION or is_only_a_choice(turn.text)
    if memory.item_id is None or memory.asking is not None or not is_reply:
        return None
    if message.picked is not None or message.names_a_matter or message.reading.mentions:
        return None
    content = turn.intent == "affirm" or bool(_ENOUGH.search(turn.text))
    outcome = Smalltalk("thanks") if content else Clarify(Question.WHAT_MATTER)
    return Decided(outcome, memory, message.understanding)


def _aspect(turn: Turn, message: Message) -> Aspect:
    asked = Aspect.from_intent(turn.intent)
    if message.picked is not None or turn.intent in KEEPS_ASPECT:
        return turn.memory.aspect or asked or Aspect.OVERVIEW
    if asked is None and not message.needle and turn.memory.aspect:
        return turn.memory.aspect
    return asked or Aspect.OVERVIEW


def _matter(turn: Turn, base: KnowledgeBase, message: Message) -> Decided:
    memory = turn.memory
    aspect = _aspect(turn, message)
    item = find_item(turn, base, message, aspect)
    if isinstance(item, Item):
        return answer(turn, base, message, item, aspect)
    if isinstance(item, Clarify) and (only := _only_one(turn, base, message, item, aspect)):
        also = tuple(o for o in item.options if o.id != only.id and base.item(o.id).category == only.category)
        return answer(turn, base, message, only, aspect, also)
    kept = remember_regions(memory, message.reading)
    if isinstance(item, Clarify):
        asking = Asking.ITEM if item.options else None
        kept = replace(kept, options=item.options, asking=asking, aspect=aspect, item_id=None, guide_id=None)
        return Decided(item, kept, message.understanding)
    fails = memory.fails + 1
    found_nothing = replace(item, offer_person=fails >= FAILS_BEFORE_PERSON)
    kept = replace(kept, fails=fails, options=item.nearest, asking=Asking.ITEM if item.nearest else None)
    return Decided(found_nothing, kept, message.understanding)


def _only_one(
    turn: Turn, base: KnowledgeBase, message: Message, question: Clarify, aspect: Aspect
) -> Item | None:
    """The one candidate that can answer, so that the question back would be for nothing."""
    return only_one_can_answer(base, question, aspect) or only_one_crosses(
        turn, base, message, question, aspect
    )
