"""The actions Rasa calls. All take the same road: tracker → decide → compose → one payload and slots."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.compose import compose
from actions.dialogue import Turn, decide
from actions.slots import changed_slots, read_memory
from actions.words import Words
from knowledge.search import Searcher
from knowledge.text import readable

FALLBACK = "nlu_fallback"
SECOND_BEST = 0.2
"""Below this the second-ranked intent of a fallback is no better than a guess (see benchmarks/nlu)."""


class TurnAction(Action):
    """One action name; the name only tells Rasa's rules apart, the decision is shared."""

    def __init__(self, name: str, searcher: Callable[[], Searcher], words: Words) -> None:
        self._name = name
        self._searcher = searcher
        self._words = words

    def name(self) -> str:
        return self._name

    async def run(
        self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]
    ) -> list[dict[str, Any]]:
        turn = read_turn(tracker, today=date.today())
        searcher = self._searcher()
        payload, slots = await asyncio.to_thread(answer_turn, turn, searcher, self._words)
        dispatcher.utter_message(json_message=payload)
        return [SlotSet(name, value) for name, value in slots.items()]


ACTION_NAMES = ("action_matter", "action_smalltalk", "action_human")


def answer_turn(turn: Turn, searcher: Searcher, words: Words) -> tuple[dict[str, Any], dict[str, Any]]:
    """The payload of one turn and the slots that change."""
    decided = decide(turn, searcher, words.safety_lines)
    payload = compose(turn, decided, searcher.base, words, index_digest=str(searcher.meta["digest"]))
    return payload.to_json(), changed_slots(turn.memory, decided.memory)


def read_turn(tracker: Tracker, *, today: date) -> Turn:
    """The citizen's message as Rasa understood it."""
    message: Mapping[str, Any] = tracker.latest_message
    intent, confidence = understood(message)
    return Turn(
        text=readable(str(message.get("text") or "")),
        intent=intent,
        confidence=confidence,
        memory=read_memory(tracker.slots),
        today=today,
        region=_region(message.get("metadata")),
    )


def understood(message: Mapping[str, Any]) -> tuple[str, float]:
    """The intent in what Rasa says of a message, and how sure it is.

    A fallback whose best real intent is still likely is read as that intent: the search decides
    what the matter is, so a wrong aspect costs little and silence costs the citizen the answer.
    """
    intent = message.get("intent") or {}
    name, confidence = str(intent.get("name") or FALLBACK), float(intent.get("confidence") or 0.0)
    if name == FALLBACK:
        for ranked in message.get("intent_ranking") or ():
            if ranked.get("name") != FALLBACK and float(ranked.get("confidence") or 0) >= SECOND_BEST:
                return str(ranked["name"]), float(ranked["confidence"])
    return name, confidence


def _region(metadata: Any) -> str | None:
    """The region code the channel told with the message."""
    region = metadata.get("region") if isinstance(metadata, Mapping) else None
    return region if isinstance(region, str) and region else None
