"""A reply in one's own words to 「您问的是哪一件」: read together with the words that were asked back about.

「租房」 alone says little; after 「公积金怎么取」 it says which of the ways. Nothing is decided here: the
message is handed back with what both together found, when that is more than the reply found alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from actions.dialogue.asking import is_choosing
from actions.dialogue.choosing import rejects_all
from actions.dialogue.message import Message
from actions.dialogue.model import Option, Turn
from knowledge.search import Decision, Searcher, SearchResult
from knowledge.text import compact

PHRASE = 8
"""A longer reply asks for itself; a shorter one may point at an option …"""
LEAST, LEAD = 0.1, 8.0
"""… that is at least so likely by the reply alone, and so many times as likely as the others by both."""
LONGEST = 60
"""Letters kept of what was asked back about: replies are added to it, and what was said last counts."""


def narrowed(turn: Turn, searcher: Searcher, message: Message) -> Message:
    """The message, its result that of the reply and the words before it, when they say more together.

    A reply that names a matter for sure is a matter of its own (「居住证咋办」), and so is one that is worth
    more alone; one that says no new word (「能办执照吗」) narrows nothing. Words that raise no matter may
    still speak for one of our options, and only for that.
    """
    sought, alone = turn.memory.sought, message.result
    if not is_choosing(turn.memory) or not sought or alone is None or message.picked is not None:
        return message
    if (
        alone.decision is Decision.ANSWER
        or rejects_all(turn.text)
        or compact(alone.needle) in compact(sought)
    ):
        return message
    both = searcher.search(f"{sought} {message.reading.text_without_regions}")
    if both.decision is Decision.NOTHING:
        return message
    surer = _surest(both) > max(_surest(alone), _surest(searcher.search(sought)))
    is_phrase = len(alone.needle) <= PHRASE and not message.reading.mentions
    pointed = _pointed(turn.memory.options, alone, both) if is_phrase else None
    if pointed and not (surer and both.decision is Decision.ANSWER):
        return replace(message, picked=pointed)
    return replace(message, needle=both.needle, result=both) if surer else message


def _pointed(options: Sequence[Option], alone: SearchResult, both: SearchResult) -> Option | None:
    """The one of our options that the reply speaks for by itself (「看病的那个卡」), and far more than the
    others do when all is read together."""
    likely = {hit.item_id: hit.probability for hit in both.hits}
    spoken_for = [hit.item_id for hit in alone.hits if hit.probability >= LEAST]
    pointed = [option for option in options if option.id in spoken_for and likely.get(option.id)]
    if len(pointed) != 1:
        return None
    others = max((likely.get(option.id, 0.0) for option in options if option != pointed[0]), default=0.0)
    return pointed[0] if likely[pointed[0].id] >= LEAD * others else None


def _surest(result: SearchResult) -> float:
    """How likely the likeliest matter is; nothing when the words are hardly about any."""
    return max((hit.probability for hit in result.hits), default=0.0) * result.recognised
