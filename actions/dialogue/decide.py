"""The decision: one citizen message and the conversation's memory in, one outcome out.

Read top to bottom: safety, what the message does to the conversation (again, back, leave open), small
talk, then the matter (what is it, where are the people, which guide, which aspect). Nothing here opens
a file, and every branch ends in a named outcome.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import replace

from actions.dialogue.answering import answer, compare, only_one_crosses
from actions.dialogue.asking import is_choosing, is_open
from actions.dialogue.choosing import is_only_a_choice, is_same_place, plain
from actions.dialogue.comparing import compared
from actions.dialogue.matter import (
    NAMED,
    NEEDS_A_QUESTION,
    SHORT_NEEDLE,
    SURE_INTENT,
    find_item,
    instead,
    only_one_can_answer,
)
from actions.dialogue.message import Message, leaves_open, read_message
from actions.dialogue.model import (
    Answer,
    Asking,
    Clarify,
    Decided,
    Declined,
    Handoff,
    Memory,
    Note,
    Question,
    Smalltalk,
    Turn,
)
from actions.dialogue.moves import Kind, Move, move_of
from actions.dialogue.moving import moved
from actions.dialogue.narrowing import LONGEST, narrowed
from actions.dialogue.regions import remember_regions
from actions.dialogue.safety import SafetyLine, safety_reason
from actions.dialogue.stack import leave
from knowledge.aspects import Aspect
from knowledge.base import KnowledgeBase
from knowledge.model import Item
from knowledge.search import Decision, Searcher, needle_of
from knowledge.text import fold

SMALLTALK = frozenset({"greet", "thanks", "bye", "bot_challenge"})
HANDOFF_REASONS = {"human": "asked", "complaint": "complaint"}
KEEPS_ASPECT = frozenset({"inform_region", "choose_option", "affirm"})
FAILS_BEFORE_PERSON = 2
_SAID_SO = {
    Aspect.PROGRESS: re.compile(
        r"进度|进展|到哪|哪一?步|咋样了|怎么样了|好了|完了|成了|下来|出来|受理|状态|查|批|审核|催"
    ),
    Aspect.RESULT: re.compile(
        r"拿到|得到|领到|收到|发(?:个|给|的|啥|什么)|什么证|啥证|结果|样子|样本|办好|办完|给(?:我|个|啥|什么)|证书|批文"
    ),
}
"""Aspects that a story is easily taken for, and the words one of which they are asked in."""
_APPLY_WITHIN = re.compile(
    r"(?:多久|多长时间|几天|多少天|几个月)(?:之内|以内|内)(?:就|都)?(?:要|得|必须|需要|应该|去|来|能|可以)+(?:申请|申报|办|报|登记|上|落)"
)
"""By when the person has to come: a condition, not how long the office takes."""
_COMPLAINS = re.compile(r"投诉|举报|态度|没人管|不作为|推诿|踢皮球|差评|告你们|太差|垃圾|破系统|什么破")
SURE_COMPLAINT = 0.7
GENERAL_LINE = "hotline_12345"
"""The line that complaints are given anyway."""
_ENOUGH = re.compile(r"不用|不必|不需要|不要了|不问了|没事了|没了|没有了|算了|够了")


def decide(turn: Turn, searcher: Searcher, safety: Sequence[SafetyLine]) -> Decided:
    """What to answer to one message, and what to remember. Never raises on citizen input."""
    if reason := safety_reason(turn.text, safety):
        return Decided(Declined(reason), turn.memory)
    turn = _with_channel_region(turn, searcher.base)
    return _again(turn, _decided(turn, searcher))


def _decided(turn: Turn, searcher: Searcher) -> Decided:
    move = Move(Kind.SKIP) if leaves_open(turn) else move_of(turn.text)
    if move and (decided := moved(turn, searcher, move)):
        return decided
    if move and move.named:
        turn = _named_alone(turn, move.named)  # 「回到孩子上学」: spoken of, but not as a matter yet
    if pair := compared(turn.text, turn.memory, searcher):
        return compare(turn, searcher.base, pair)
    message = narrowed(turn, searcher, read_message(turn, searcher))
    return (
        (_impatient(turn, message) if move and move.kind is Kind.IMPATIENT else None)
        or _taken_back(turn, searcher.base, message)
        or _spoken(turn, searcher.base, message)
        or _unasked(turn, message)
        or _unclear(turn, message)
        or _matter(turn, searcher.base, message)
    )


def _named_alone(turn: Turn, named: str) -> Turn:
    """The turn as if only the matter was said; what was asked of it still counts, where anything was."""
    bare = needle_of(named) == fold(named).strip()
    return replace(turn, text=named, intent=Aspect.OVERVIEW.intent if bare else turn.intent)


def _with_channel_region(turn: Turn, base: KnowledgeBase) -> Turn:
    """A region the channel tells for the first time is where the person is, until the person says another."""
    region, memory = turn.region, turn.memory
    if region is None or region == memory.channel_region or base.gazetteer.get(region) is None:
        return turn
    return replace(turn, memory=replace(memory, here=region, channel_region=region))


def _again(turn: Turn, decided: Decided) -> Decided:
    """What was answered is noted; the same words on the same matter again: said so, and a person offered."""
    outcome, memory = decided.outcome, turn.memory
    if not isinstance(outcome, Answer):
        return decided
    digest = _digest(turn.text)
    same = (memory.last, memory.item_id, memory.told[-1:]) == (digest, outcome.item.id, (outcome.aspect,))
    if same and outcome.note is None:
        outcome = replace(outcome, note=Note.AGAIN)
    return replace(decided, outcome=outcome, memory=replace(decided.memory, last=digest))


def _digest(text: str) -> str:
    return hashlib.sha256(plain(text).encode()).hexdigest()[:12]


def _spoken(turn: Turn, base: KnowledgeBase, message: Message) -> Decided | None:
    """Outcomes that need no matter; a message that also names a matter is not one of them, but for a
    complaint about what no guide tells of."""
    if message.picked is not None or message.situated or _is_place_for_us(turn, message):
        return None
    if message.names_a_matter and (turn.intent != "complaint" or _has_guide(base, message)):
        return None
    settled = replace(turn.memory, options=()) if is_open(turn.memory) else turn.memory
    cleared = replace(settled, asking=None, fails=0)
    if turn.intent in HANDOFF_REASONS and not _hardly_a_complaint(turn):
        return Decided(Handoff(HANDOFF_REASONS[turn.intent]), cleared, message.understanding)
    if turn.memory.item_id is None and not message.needle and _COMPLAINS.search(turn.text):
        return Decided(Handoff("complaint"), cleared, message.understanding)
    if turn.intent in SMALLTALK:
        return Decided(Smalltalk(turn.intent), turn.memory, message.understanding)
    if turn.intent == "out_of_scope" and not (message.result and message.result.decision is Decision.CLARIFY):
        return Decided(Declined("out_of_scope"), turn.memory, message.understanding)
    return None


def _has_guide(base: KnowledgeBase, message: Message) -> bool:
    """Whether the matter named can be told of and is more than the line every complaint is given."""
    if message.result is None:
        return False
    item = message.result.hits[0].item_id
    return bool(base.guides_of(item)) and item != GENERAL_LINE


def _hardly_a_complaint(turn: Turn) -> bool:
    """Words about oneself (「我老太太七十多了，不会用手机」) are a little like those of a complaint."""
    return (
        turn.intent == "complaint" and turn.confidence < SURE_COMPLAINT and not _COMPLAINS.search(turn.text)
    )


def _is_place_for_us(turn: Turn, message: Message) -> bool:
    """A place, alone or with words that are hardly small talk (「又回青岛了」), while a matter is spoken of."""
    unsure = turn.intent in SMALLTALK and turn.confidence < SURE_INTENT and message.reading.mentions
    return turn.memory.item_id is not None and (message.only_a_place or bool(unsure))


def _impatient(turn: Turn, message: Message) -> Decided | None:
    wants_a_person = turn.intent in HANDOFF_REASONS and not _hardly_a_complaint(turn)
    if message.picked is not None or message.names_a_matter or wants_a_person:
        return None
    return Decided(Smalltalk("impatient"), turn.memory, message.understanding)


def _taken_back(turn: Turn, base: KnowledgeBase, message: Message) -> Decided | None:
    item = instead(turn, base, message)
    return answer(turn, base, message, item, turn.memory.aspect or Aspect.OVERVIEW) if item else None


def _unasked(turn: Turn, message: Message) -> Decided | None:
    """「好的」「不对」「3」 after an answer, when nothing was asked: the answer is not said a second time.

    A question under the answer may be left like that; only a number must be one of its options.
    """
    memory = turn.memory
    waits = memory.asking is not None and not is_open(memory)
    is_reply = turn.intent in NEEDS_A_QUESTION or is_only_a_choice(turn.text)
    if memory.item_id is None or waits or not is_reply:
        return None
    if message.picked is not None or message.names_a_matter or message.reading.mentions or message.situated:
        return None
    if is_open(memory) and is_only_a_choice(turn.text):
        return _no_option(turn, message)
    content = turn.intent == "affirm" or bool(_ENOUGH.search(turn.text))
    kept = replace(memory, asking=None, options=()) if is_open(memory) else memory
    return Decided(
        Smalltalk("thanks") if content else Clarify(Question.WHAT_MATTER), kept, message.understanding
    )


def _no_option(turn: Turn, message: Message) -> Decided:
    memory = turn.memory
    outcome = Clarify(Question.WHICH_OPTION, memory.options, memory.asking, memory.aspect)
    return Decided(outcome, memory, message.understanding)


def _unclear(turn: Turn, message: Message) -> Decided | None:
    """A word or two in reply to our question that are neither an option nor a matter (「我在家」「本地」)."""
    if not is_open(turn.memory) or message.picked is not None or message.situated or message.reading.mentions:
        return None
    asks = Aspect.from_intent(turn.intent) is not None and turn.confidence >= SURE_INTENT
    lost = message.result is not None and message.result.decision is Decision.NOTHING and not asks
    if (lost and len(message.needle) <= SHORT_NEEDLE) or is_same_place(turn.text):
        return _no_option(turn, message)
    return None


def _aspect(turn: Turn, message: Message) -> Aspect:
    memory = turn.memory
    asked = Aspect.from_intent(turn.intent)
    if asked in _SAID_SO and message.needle and not _SAID_SO[asked].search(turn.text):
        asked = Aspect.OVERVIEW
    if asked is Aspect.TIME_LIMIT and _APPLY_WITHIN.search(turn.text):
        asked = Aspect.CONDITIONS
    vague = asked in (None, Aspect.OVERVIEW) or turn.confidence < SURE_INTENT
    replies = (message.only_a_place and is_open(memory)) or (
        (message.situated or message.only_a_place) and vague
    )
    if memory.aspect and (message.picked is not None or turn.intent in KEEPS_ASPECT or replies):
        return memory.aspect
    if asked is None and not message.needle and memory.aspect:
        return memory.aspect
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
        return Decided(item, _asked_back(kept, message, item, aspect), message.understanding)
    fails = memory.fails + 1
    found_nothing = replace(item, offer_person=fails >= FAILS_BEFORE_PERSON)
    kept = replace(kept, fails=fails, options=item.nearest, asking=Asking.ITEM if item.nearest else None)
    return Decided(found_nothing, kept, message.understanding)


def _asked_back(memory: Memory, message: Message, question: Clarify, aspect: Aspect) -> Memory:
    """The memory when we ask which matter is meant: the present one is left, not forgotten."""
    second = message.result.also[0] if message.result and message.result.also else memory.later
    asking = Asking.ITEM if question.options else None
    again = is_choosing(memory) and question.options == memory.options
    sought = memory.sought if again and memory.sought not in message.needle else message.needle
    return replace(
        leave(memory),
        options=question.options,
        asking=asking,
        aspect=aspect,
        later=second,
        sought=sought[-LONGEST:],
    )


def _only_one(
    turn: Turn, base: KnowledgeBase, message: Message, question: Clarify, aspect: Aspect
) -> Item | None:
    """The one candidate that can answer, so that the question back would be for nothing."""
    only = only_one_can_answer(base, question, aspect)
    if only and _is_named(message, rather_than=only):
        only = None  # 公积金贷款怎么办: its guide being short is no reason to answer of another loan
    if only or message.result is None:
        return only  # 「那我得跑回去不」 names no matter: it is still open which of ours is meant
    return only_one_crosses(turn, base, message, question, aspect)


def _is_named(message: Message, *, rather_than: Item) -> bool:
    """Whether another matter is called so, letter for letter, and clearly likelier than this one."""
    if message.result is None:
        return False
    best, *others = message.result.hits
    beside = max((hit.probability for hit in others if hit.item_id == rather_than.id), default=0.0)
    sure = best.exact and best.probability >= NAMED
    return sure and best.item_id != rather_than.id and beside <= best.probability / 2
