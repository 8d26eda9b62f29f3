"""Repairs of Rasa 3.6.21 that are in force while our launcher runs it.

1. The answer of the action server is checked against a JSON schema on every turn, and stock Rasa checks
   the *schema* each time as well. The compiled validator is kept instead; the check itself is the same.
2. When the tracker store fails, stock Rasa logs a line and goes on with an empty conversation in memory.
   The turn fails instead, so that nobody is answered from a forgotten conversation.
3. A new session carries the slots over; stock Rasa repeats every setting a slot ever had, so that long
   conversations become slower with each session. One event for each slot, with its last value, is enough.
4. For each stored event stock Rasa searches all event classes anew; what was found is remembered.
5. An action server that refuses the connection (it is being started again) fails the turn at once in stock
   Rasa. It is asked again until it is there, for a while. Only a refused connection is tried anew: nothing
   was sent then, so no action runs twice.
"""

from __future__ import annotations

import asyncio
import time
from functools import lru_cache
from typing import Any, NoReturn

from aiohttp import ClientConnectorError
from jsonschema import ValidationError
from jsonschema.exceptions import best_match
from jsonschema.validators import validator_for
from rasa.core.actions.action import ActionSessionStart, RemoteAction
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.shared.core.events import Event, SlotSet
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.rasa.errors import StateUnavailable

_PAUSE_S = 0.2
_request = EndpointConfig.request


class _Patience:
    """How long a refused connection is tried again."""

    seconds = 0.0


class _ActionResponse:
    """The compiled schema of an action server's answer, made once on first use."""

    _validator: Any = None

    @classmethod
    def validator(cls) -> Any:
        if cls._validator is None:
            schema = RemoteAction.action_response_format_spec()
            kind = validator_for(schema)
            kind.check_schema(schema)
            cls._validator = kind(schema)
        return cls._validator


def apply(*, patience_s: float = 0.0) -> None:
    """Put the repairs in force for this process. Doing it twice changes nothing.

    `patience_s`: how long to wait in a turn for an action server that is not there.
    """
    _Patience.seconds = patience_s
    EndpointConfig.request = _request_when_there
    RemoteAction._validate_action_result = _validate_action_result
    FailSafeTrackerStore.on_tracker_store_error = _state_lost
    FailSafeTrackerStore.on_tracker_store_retrieve_error = _state_lost
    ActionSessionStart._slot_set_events_from_tracker = staticmethod(_last_values)
    if not hasattr(Event.resolve_by_type, "cache_info"):
        Event.resolve_by_type = staticmethod(lru_cache(maxsize=128)(Event.resolve_by_type))


async def _request_when_there(endpoint: EndpointConfig, *args: Any, **kwargs: Any) -> Any:
    """The endpoint's answer; a refused connection is tried again until the patience is over."""
    give_up = time.monotonic() + _Patience.seconds
    while True:
        try:
            return await _request(endpoint, *args, **kwargs)
        except ClientConnectorError:
            if time.monotonic() >= give_up:
                raise
        await asyncio.sleep(_PAUSE_S)


def _validate_action_result(action: RemoteAction, result: Any) -> bool:
    """True when the answer has the shape Rasa needs; jsonschema's ValidationError when it has not."""
    error: ValidationError | None = best_match(_ActionResponse.validator().iter_errors(result))
    if error is None:
        return True
    # The library's own text quotes the answer, which can hold what a citizen wrote, and the whole schema.
    raise ValidationError(
        f"The action server's answer to {action.name()} breaks the rule “{error.validator}” at {error.json_path}."
    )


def _last_values(tracker: DialogueStateTracker) -> list[SlotSet]:
    """One event for each slot that holds something."""
    values = {event.key: event.value for event in tracker.applied_events() if isinstance(event, SlotSet)}
    return [SlotSet(key, value) for key, value in values.items() if value is not None]


def _state_lost(store: FailSafeTrackerStore, error: Exception) -> NoReturn:
    raise StateUnavailable(
        f"The conversation state cannot be read or written: {type(error).__name__}.",
        mend="Check the database of DATABASE_URL, or the free space of the var folder.",
    ) from error
