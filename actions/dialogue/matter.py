"""Which item a message is about: the one picked, the one at hand, the one found, or a question back."""

from __future__ import annotations

from actions.dialogue.asking import is_open
from actions.dialogue.choosing import rejects_all
from actions.dialogue.fields import can_answer
from actions.dialogue.message import Message
from actions.dialogue.model import Asking, Clarify, NothingFound, Option, Question, Turn, Why
from knowledge.aspects import Aspect
from knowledge.base import KnowledgeBase
from knowledge.model import Item
from knowledge.search import Decision, SearchResult

NEEDS_A_QUESTION = frozenset({"choose_option", "affirm", "deny"})
"""Replies to a question of ours: their words are no matter to search for."""
SURE_INTENT = 0.5
SHORT_NEEDLE = 4
NEAREST = 0.15
"""A matter less likely than this is not worth naming beside 'nothing found'."""
FEW = 3
"""More candidates than this are asked about, whichever of them could answer."""


def find_item(
    turn: Turn, base: KnowledgeBase, message: Message, aspect: Aspect
) -> Item | Clarify | NothingFound:
    """The item to answer about, or the outcome that says why there is none."""
    memory = turn.memory
    current = base.items.get(memory.item_id) if memory.item_id else None
    asked_detail = memory.asking in (Asking.HERE, Asking.OWNER, Asking.SITUATION)
    if message.picked is not None and asked_detail and current:
        return current
    if message.picked is not None and message.picked.id in base.items:
        return base.item(message.picked.id)
    if memory.asking is Asking.ITEM and (rejects_all(turn.text) or turn.intent == "deny"):
        return NothingFound(Why.NO_MATCH)
    if message.result is None or (turn.intent in NEEDS_A_QUESTION and not message.names_a_matter):
        if current:
            return current
        if memory.asking is Asking.ITEM and memory.options:
            return Clarify(Question.WHICH_ITEM, memory.options, Asking.ITEM, aspect)
        return Clarify(Question.WHAT_MATTER)
    if current and asked_detail and not is_open(memory) and message.result.decision is Decision.NOTHING:
        return current  # 「我哪晓得」: answer with what is known
    return _found(turn, base, message, message.result, aspect, current)


def _found(
    turn: Turn,
    base: KnowledgeBase,
    message: Message,
    result: SearchResult,
    aspect: Aspect,
    current: Item | None,
) -> Item | Clarify | NothingFound:
    asks_aspect = Aspect.from_intent(turn.intent) not in (None, Aspect.OVERVIEW)
    if result.decision is Decision.ANSWER or result.also:
        return base.item(
            result.hits[0].item_id
        )  # of two sure matters the first, the other is offered after it
    if result.decision is Decision.CLARIFY:
        if current and asks_aspect and current.id in result.options:
            return current
        if at_hand := _at_hand(turn, base, message, result, current):
            return at_hand
        if aspect is Aspect.PHONE and message.hotline:
            return base.item(message.hotline)
        options = tuple(Option(i, base.item(i).task_name) for i in result.options)
        return Clarify(Question.WHICH_ITEM, options, Asking.ITEM, aspect, subject=result.category or "")
    sure = asks_aspect and turn.confidence >= SURE_INTENT
    if current and sure and len(message.needle) <= SHORT_NEEDLE:
        return current
    nearest = tuple(Option(hit.item_id, hit.title) for hit in result.hits[:3] if hit.probability >= NEAREST)
    return NothingFound(Why.NO_MATCH, nearest=nearest)


def _at_hand(
    turn: Turn, base: KnowledgeBase, message: Message, result: SearchResult, current: Item | None
) -> Item | None:
    """The one candidate of a word or two that was just spoken of: offered, or a neighbour of the present
    matter (「那换领呢」 after 补领)."""
    if len(message.needle) > SHORT_NEEDLE or turn.memory.asking is Asking.ITEM:
        return None
    for near in ({option.id for option in turn.memory.options}, set(current.neighbours if current else ())):
        found = [item for item in result.options if item in near]
        if len(found) == 1:
            return base.item(found[0])
    return None


def only_one_can_answer(base: KnowledgeBase, question: Clarify, aspect: Aspect) -> Item | None:
    """The one candidate that has what is asked, when the others' guides are silent on it.

    「护照几天能拿到」 fits the first passport and its renewal, and only one guide names a time limit:
    asking back would end in 「指南里没有写」. The others are still named beside the answer.
    """
    if aspect is Aspect.OVERVIEW or not 2 <= len(question.options) <= FEW:
        return None
    able = [
        option.id
        for option in question.options
        if any(can_answer(guide, aspect) and not guide.fictional for guide in base.guides_of(option.id))
    ]
    return base.item(able[0]) if len(able) == 1 else None
