"""One turn: a message in, the actions' answer out, or an error that says the turn failed."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from rasa.core.agent import Agent
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.lock_store import LockError
from rasa.shared.core.constants import ACTION_SESSION_START_NAME

from bot.rasa.errors import ModelMissing, StateUnavailable, TurnFailed, TurnTimeout
from bot.rasa.tracker_store import SessionTrackerStore
from bot.rasa.wire import Incoming

CHANNEL = "bangban"


@dataclass(frozen=True)
class TurnResult:
    """What the actions answered, and how the message was understood."""

    messages: tuple[dict[str, Any], ...]
    intent: str
    confidence: float

    def to_json(self) -> dict[str, Any]:
        return {
            "messages": list(self.messages),
            "intent": {"name": self.intent, "confidence": round(self.confidence, 4)},
        }


class Payloads(OutputChannel):
    """Collects the custom part of every message; a message without one is no answer of ours."""

    def __init__(self) -> None:
        self.collected: list[dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        return CHANNEL

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        if custom := message.get("custom"):
            self.collected.append(custom)


async def run_turn(agent: Agent | None, incoming: Incoming, *, deadline_s: float) -> TurnResult:
    """Answer one message within the deadline. A turn that is cut off leaves the conversation as it was."""
    if agent is None or not agent.is_ready():
        raise ModelMissing(
            "No model is loaded.", mend="Run `bangban train`, then restart rasa; the log says more."
        )
    try:
        return await asyncio.wait_for(_turn(agent, incoming), deadline_s)
    except asyncio.TimeoutError:
        raise TurnTimeout(
            f"The turn was not finished after {deadline_s:g} seconds.", mend="Look at the log of actions."
        ) from None
    except LockError as error:
        raise StateUnavailable(
            "The conversation is locked by a turn that does not end.", mend="Try again in a few seconds."
        ) from error


async def _turn(agent: Agent, incoming: Incoming) -> TurnResult:
    output = Payloads()
    message = UserMessage(
        incoming.text, output, incoming.sender, input_channel=CHANNEL, metadata=incoming.metadata
    )
    message.parse_data = await agent.processor.parse_message(message)
    if incoming.new_session:
        async with agent.lock_store.lock(incoming.sender):
            await agent.execute_action(incoming.sender, ACTION_SESSION_START_NAME, output, None, None)
    await agent.handle_message(message)
    if not output.collected:
        raise TurnFailed(
            "No action answered the turn.", mend="See whether actions runs; its log and this one say more."
        )
    intent = message.parse_data["intent"]
    return TurnResult(tuple(output.collected), intent["name"] or "nlu_fallback", float(intent["confidence"]))


async def forget_conversation(agent: Agent | None, sender: str) -> None:
    """Delete what is kept of a conversation, after the turn under way."""
    if agent is None or not agent.is_ready():
        raise ModelMissing("No model is loaded.", mend="Run `bangban train`, then restart rasa.")
    try:
        async with agent.lock_store.lock(sender):
            store: Any = agent.tracker_store
            while not isinstance(store, SessionTrackerStore):  # Rasa wraps it, once or twice
                store = store._tracker_store
            await store.delete(sender)
    except LockError as error:
        raise StateUnavailable(
            "The conversation is locked by a turn that does not end.", mend="Try again in a few seconds."
        ) from error
