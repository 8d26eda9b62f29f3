"""`POST /assist`: what the bot would answer to a text, and the guides it may be about, for staff beside a chat.

Stateless: what is known of the chat (regions, matter, aspect) comes with the request, nothing is remembered.
In: `{text, nlu, here, owner, item_id, guide_id, aspect, situation, top}`; all but `text` may be left out. `nlu` is
what Rasa's `/model/parse` says of the text; without it the text is looked at for its matter alone.
Out: `{reply, hits}`: the payload of a turn (docs/architecture.md), and of each hit the guide for these regions with
a cited answer ready to be sent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from actions.compose import compose
from actions.compose.cut import cut
from actions.dialogue import Memory, Turn, decide
from actions.dialogue.answering import answer
from actions.dialogue.message import Message
from actions.dialogue.model import Answer, Clarify, Decided, Planned
from actions.rasa_actions import FALLBACK, understood
from actions.words import Words
from knowledge.aspects import Aspect
from knowledge.model import Item
from knowledge.regions.reading import RegionReading, read_regions
from knowledge.search import Searcher
from knowledge.text import readable

MOST_TEXT = 4000
MOST_HITS = 5
MOST_READY = 3500
"""Characters of an answer that is ready to be sent: what staff may write is longer, so that they can add to it."""

LEAST = 0.01
"""A matter less likely is not shown: of the 375 questions of `benchmarks/search/dev.tsv` the right one among the first
three is lost for one, while three hits a question become two, and 97 % of those no guide answers with a hit 56 %."""

_Name = Annotated[str, Field(min_length=1, max_length=120)]


class Intent(BaseModel):
    name: str | None = None
    confidence: float = 0.0


class Nlu(BaseModel):
    """What Rasa's `/model/parse` answers, as far as it is read here."""

    intent: Intent = Intent()
    intent_ranking: tuple[Intent, ...] = ()


class Asked(BaseModel):
    """A request."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    text: Annotated[str, Field(min_length=1, max_length=MOST_TEXT)]
    nlu: Nlu = Nlu()
    here: _Name | None = None
    owner: _Name | None = None
    item_id: _Name | None = None
    guide_id: _Name | None = None
    aspect: Aspect | None = None
    situation: Annotated[tuple[_Name, ...], Field(max_length=20)] = ()
    top: Annotated[int, Field(ge=0, le=MOST_HITS)] = 3


def assist(asked: Asked, searcher: Searcher, words: Words, *, today: date) -> dict[str, Any]:
    """The bot's answer and the hits, JSON-ready."""
    turn = _turn(asked, searcher, today)
    decided = decide(turn, searcher, words.safety_lines)
    return {
        "reply": _payload(turn, decided, searcher, words),
        "hits": list(_hits(turn, decided, searcher, words, asked.top)),
    }


def _turn(asked: Asked, searcher: Searcher, today: date) -> Turn:
    """The text as a turn of a conversation that remembers what the request says; unknown names are forgotten."""
    base = searcher.base
    known = [code if code and base.gazetteer.get(code) else None for code in (asked.here, asked.owner)]
    guide = base.find_guide(asked.guide_id) if asked.guide_id else None
    item_id = asked.item_id if asked.item_id in base.items else guide.item_id if guide else None
    memory = Memory(
        item_id=item_id,
        guide_id=guide.id if guide and guide.item_id == item_id else None,
        aspect=asked.aspect if item_id else None,
        here=known[0],
        owner=known[1],
        situation=asked.situation,
    )
    intent, confidence = understood(asked.nlu.model_dump())
    return Turn(readable(asked.text), intent, confidence, memory, today)


def _hits(
    turn: Turn, decided: Decided, searcher: Searcher, words: Words, top: int
) -> Iterator[dict[str, Any]]:
    aspect = _aspect(turn, decided)
    for item, probability in _candidates(turn, decided, searcher, top):
        found = _for_item(turn, decided, searcher, item, aspect)
        if found is None:
            continue
        payload = _payload(turn, found, searcher, words)
        yield {
            "guide": payload["guide"],
            "probability": probability,
            "aspect": payload["aspect"],
            "text": cut(payload["text"], MOST_READY),
            "page": payload["card"]["page"],
        }


def _candidates(
    turn: Turn, decided: Decided, searcher: Searcher, top: int
) -> Iterator[tuple[Item, float | None]]:
    """The matters the text may be about; without a matter in it the one spoken of, whose probability is not known."""
    base, result = searcher.base, decided.understanding.search
    if result is not None and result.hits:
        likely = (hit for hit in result.hits[:top] if hit.probability >= LEAST)
        yield from ((base.item(hit.item_id), round(hit.probability, 4)) for hit in likely)
    elif turn.memory.item_id and top:
        yield base.item(turn.memory.item_id), None


def _aspect(turn: Turn, decided: Decided) -> Aspect:
    """What is asked, as the decision took it."""
    outcome = decided.outcome
    if isinstance(outcome, Answer | Clarify) and outcome.aspect:
        return outcome.aspect
    asked = Aspect.from_intent(turn.intent) if turn.intent != FALLBACK else None
    return asked or turn.memory.aspect or Aspect.OVERVIEW


def _for_item(turn: Turn, decided: Decided, searcher: Searcher, item: Item, aspect: Aspect) -> Decided | None:
    """The answer about one matter, without a question under it: a person asks those. None without a guide.

    Where a place can be meant in two ways, the answer is for the regions the chat knows.
    """
    understood = decided.understanding
    reading = understood.reading or read_regions(turn.text, searcher.base.gazetteer)
    found = _answered(
        turn, searcher, Message(reading, understood.needle, understood.search, None), item, aspect
    )
    if isinstance(found.outcome, Clarify):
        placeless = RegionReading(text_without_regions=reading.text_without_regions)
        message = Message(placeless, understood.needle, understood.search, None)
        found = _answered(turn, searcher, message, item, aspect)
    return found if isinstance(found.outcome, Answer | Planned) else None


def _answered(turn: Turn, searcher: Searcher, message: Message, item: Item, aspect: Aspect) -> Decided:
    found = answer(turn, searcher.base, message, item, aspect)
    if isinstance(found.outcome, Answer):
        alone = replace(found.outcome, ask=None, note=None, second=None, waiting=None)
        return replace(found, outcome=alone)
    return found


def _payload(turn: Turn, decided: Decided, searcher: Searcher, words: Words) -> dict[str, Any]:
    digest = str(searcher.meta["digest"])
    return compose(turn, decided, searcher.base, words, index_digest=digest).to_json()
