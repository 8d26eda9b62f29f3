"""The decisions of a turn, as functions of values."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum

from bot.channels.cleaning import has_words
from bot.channels.message import Outcome
from bot.store.values import ConversationState

TURNS_PER_SESSION = 20
"""Rasa replays a session at every turn; a fresh one keeps turns short, what it knows is carried over."""


class Route(StrEnum):
    """Who answers a message. All but `ask_rasa` name the words of the front that answer it."""

    ASK_RASA = "ask_rasa"
    EMPTY = "empty"
    UNREADABLE = "unreadable"
    TOO_LONG = "too_long"


OUTCOMES = {
    Route.EMPTY: Outcome.CLARIFY,
    Route.UNREADABLE: Outcome.CLARIFY,
    Route.TOO_LONG: Outcome.DECLINED,
}


def route(text: str, *, max_chars: int) -> Route:
    """Who answers this cleaned text that is no matter of the desk's."""
    if not text:
        return Route.EMPTY
    if len(text) > max_chars:
        return Route.TOO_LONG
    return Route.ASK_RASA if has_words(text) else Route.UNREADABLE


def needs_new_session(state: ConversationState) -> bool:
    """Whether Rasa should begin a new session with this turn."""
    return state.turn >= TURNS_PER_SESSION


def after_turn(state: ConversationState, *, reached_rasa: bool) -> ConversationState:
    """The counters after a turn. A turn Rasa did not answer is counted, but begins no session."""
    if reached_rasa and needs_new_session(state):
        return replace(state, session=state.session + 1, turn=1)
    return replace(state, turn=state.turn + 1)
