"""Which item a message is about: the one picked, the one at hand, the one found, or a question back."""

from __future__ import annotations

import re

from actions.dialogue.asking import is_choosing, is_open
from actions.dialogue.choosing import plain, rejects_all
from actions.dialogue.fields import can_answer
from actions.dialogue.message import Message
from actions.dialogue.model import Asking, Clarify, NothingFound, Option, Question, Turn, Why
from actions.dialogue.stack import is_called
from knowledge.aspects import Aspect
from knowledge.base import KnowledgeBase
from knowledge.model import Item
from knowledge.search import Decision, SearchResult, needle_of

NEEDS_A_QUESTION = frozenset({"choose_option", "affirm", "deny"})
"""Replies to a question of ours: their words are no matter to search for."""
SURE_INTENT = 0.5
SHORT_NEEDLE = 4
WEAK = 0.25
"""Where no matter is likelier than this, a place or an aspect is said of the matter at hand."""
NAMED, BESIDE = 0.6, 0.02
"""A matter named letter for letter, this likely, is meant when no other is more than this share as likely:
the others would be noise beside it (`benchmarks/search` dev and test: 2 more answered, none of them wrong)."""
CERTAIN_INTENT = 0.95
NEAREST = 0.15
"""A matter less likely than this is not worth naming beside 'nothing found'."""
_ALSO = re.compile(
    r"(?:那|那么)?(?P<what>.{2,8}?)(?:是不是|是否|都|也)+(?:一样|这样|同样|可以|行|能办?|算|包括|适用)(?:的|吗|么|不|吧|呢|嘛)*"
)
_NOT_BUT = re.compile(
    r"(?:不对|错了|啊|哎呀|哦)*(?:我)?(?:说|问|要|办)?(?:的)?不是(?P<no>.{1,8}?)(?:我)?(?:说|问|要|办)?的?而?(?:就|应该)?是(?P<yes>.{2,8}?)(?:的|啊|呀|了|呢)*"
)
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
    if current is None and not is_choosing(memory) and _says_only_where(turn, message):
        return Clarify(Question.WHAT_MATTER)
    if message.result is None or (turn.intent in NEEDS_A_QUESTION and not message.names_a_matter):
        if current:
            return current
        return _offered_again(turn, aspect) if is_choosing(memory) else Clarify(Question.WHAT_MATTER)
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
        found = base.item(result.hits[0].item_id)  # of two sure matters; the other is offered after it
        return current if current and _is_of(turn, base, current, found) else found
    if called := _called(turn, base, message, current):
        return called
    if current and _stays(turn, message, result, current, asks_aspect):
        return current
    if result.decision is Decision.CLARIFY:
        if _stands_alone(result):
            return base.item(result.hits[0].item_id)
        if at_hand := _at_hand(turn, base, message, result, current):
            return at_hand
        if aspect is Aspect.PHONE and message.hotline:
            return base.item(message.hotline)
        options = tuple(Option(i, base.item(i).task_name) for i in result.options)
        return Clarify(Question.WHICH_ITEM, options, Asking.ITEM, aspect, subject=result.category or "")
    sure = asks_aspect and turn.confidence >= SURE_INTENT
    if current and sure and len(message.needle) <= SHORT_NEEDLE:
        return current
    if is_choosing(turn.memory) and message.reading.mentions:
        return _offered_again(
            turn, aspect
        )  # 「在青岛住，儿子家」: where they are, and still not which matter
    nearest = tuple(Option(hit.item_id, hit.title) for hit in result.hits[:3] if hit.probability >= NEAREST)
    return NothingFound(Why.NO_MATCH, nearest=nearest)


def _offered_again(turn: Turn, aspect: Aspect) -> Clarify:
    return Clarify(Question.WHICH_ITEM, turn.memory.options, Asking.ITEM, aspect)


def _is_of(turn: Turn, base: KnowledgeBase, current: Item, found: Item) -> bool:
    """Whether 「遗属补助也一样吗」 asks of the guide at hand, which speaks of it, and not of a matter that no
    guide here tells of."""
    match = _ALSO.fullmatch(plain(turn.text))
    guide = base.find_guide(turn.memory.guide_id) if turn.memory.guide_id else None
    if match is None or guide is None or found.id == current.id or base.guides_of(found.id):
        return False
    return match["what"] in plain(guide.model_dump_json())


def _stands_alone(result: SearchResult) -> bool:
    """Whether asking back would offer only noise beside the one matter that is named (「护照丢了怎么补」)."""
    best, *others = result.hits
    rest = max((hit.probability for hit in others), default=0.0)
    return best.exact and best.probability >= NAMED and rest <= BESIDE * best.probability


def _called(turn: Turn, base: KnowledgeBase, message: Message, current: Item | None) -> Item | None:
    """The one of the matters at hand that is called so (「换领」 after 补领 and 换领 were compared)."""
    if len(message.needle) > SHORT_NEEDLE or len(message.needle) < 2:
        return None
    near = {option.id for option in turn.memory.options} | ({current.id} if current else set())
    called = [item for item in near if item in base.items and is_called(message.needle, item, base)]
    return base.item(called[0]) if len(called) == 1 else None


def instead(turn: Turn, base: KnowledgeBase, message: Message) -> Item | None:
    """The neighbour that is meant when the present matter is taken back (「不是买房，是租房」)."""
    match, current = _NOT_BUT.fullmatch(plain(turn.text)), base.items.get(turn.memory.item_id or "")
    if match is None or current is None or message.situated or message.names_a_matter:
        return None
    if not is_called(match["no"], current.id, base) or is_called(match["yes"], current.id, base):
        return None
    called = [i for i in current.neighbours if i in base.items and is_called(match["yes"], i, base)]
    return base.item(called[0]) if len(called) == 1 else None


def _says_only_where(turn: Turn, message: Message) -> bool:
    """「我户口在潍坊，人在青岛」: two places and the nouns that carry them, of no matter."""
    sure = turn.intent == "inform_region" and turn.confidence >= CERTAIN_INTENT
    bare = not needle_of(message.reading.text_without_regions)
    return sure and bare and len(message.reading.mentions) > 1 and not message.names_a_matter


def _stays(turn: Turn, message: Message, result: SearchResult, current: Item, asks_aspect: bool) -> bool:
    """Whether words that name no other matter for sure are said of the one at hand.

    It is one of the candidates and is asked about or named (「换领」), or comes first among weak ones; or
    nothing is likely, and the message says a place (「在莱西干的活」), corrects one or, in a word or two, an aspect
    (「登记费多少」).
    """
    needle, short = plain(message.needle), len(message.needle) <= SHORT_NEEDLE
    weak = all(hit.probability < WEAK for hit in result.hits)
    if current.id in result.options and (asks_aspect or (short and needle in plain(current.task_name))):
        return True
    if weak and result.hits and result.hits[0].item_id == current.id:
        return True
    if message.reading.mentions and message.reading.correction and weak:
        return True  # 「不对，是落到她那边，河南」
    if message.reading.mentions and result.decision is Decision.NOTHING and turn.confidence < SURE_INTENT:
        return True  # 「我住平度，跟儿子住」
    if message.reading.mentions and turn.intent == "inform_region":
        return weak or result.decision is Decision.NOTHING or turn.confidence >= CERTAIN_INTENT
    return weak and short and asks_aspect and turn.confidence >= SURE_INTENT


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
