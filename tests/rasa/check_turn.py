"""One turn: what comes out of it, and that it never ends in silence."""

from __future__ import annotations

import asyncio
import unittest
from contextlib import asynccontextmanager
from typing import Any
from unittest import mock

from tests.rasa import with_rasa  # noqa: F401  isort: skip

from rasa.core.lock_store import LockError

from bot.rasa.errors import ModelMissing, StateUnavailable, TurnFailed, TurnTimeout
from bot.rasa.turn import TurnResult, run_turn
from bot.rasa.wire import Incoming

PAYLOAD = {"outcome": "answered", "text": "四十元"}


class FakeAgent:
    """Does what Rasa's agent does in a turn, as the test wants it."""

    def __init__(
        self, *messages: dict[str, Any], ready: bool = True, delay: float = 0.0, error: Any = None
    ) -> None:
        self.messages = messages
        self.ready = ready
        self.delay = delay
        self.error = error
        self.done: list[str] = []
        self.lock_store = mock.Mock()
        self.lock_store.lock = self._lock
        self.processor = mock.Mock()
        parsed = {"text": "", "intent": {"name": "ask_fee", "confidence": 0.98765}, "entities": []}
        self.processor.parse_message = mock.AsyncMock(return_value=parsed)

    @asynccontextmanager
    async def _lock(self, sender: str) -> Any:
        self.done.append(f"lock {sender}")
        yield

    def is_ready(self) -> bool:
        return self.ready

    async def execute_action(self, sender: str, action: str, *_: Any) -> None:
        self.done.append(action)

    async def handle_message(self, message: Any) -> None:
        self.done.append(message.text)
        await asyncio.sleep(self.delay)
        if self.error:
            raise self.error
        for one in self.messages:
            await message.output_channel.send_response(message.sender_id, dict(one))


def run(agent: Any, *, new_session: bool = False, deadline_s: float = 5.0) -> TurnResult:
    incoming = Incoming("a", "多少钱", {}, new_session)
    return asyncio.run(run_turn(agent, incoming, deadline_s=deadline_s))


class Turn(unittest.TestCase):
    def test_the_payload_and_the_intent_come_back(self) -> None:
        result = run(FakeAgent({"text": None, "custom": PAYLOAD}))
        self.assertEqual(
            result.to_json(), {"messages": [PAYLOAD], "intent": {"name": "ask_fee", "confidence": 0.9877}}
        )

    def test_a_new_session_is_started_before_the_message_is_handled(self) -> None:
        agent = FakeAgent({"custom": PAYLOAD})
        run(agent, new_session=True)
        self.assertEqual(agent.done, ["lock a", "action_session_start", "多少钱"])

    def test_without_a_new_session_the_message_is_handled_only(self) -> None:
        agent = FakeAgent({"custom": PAYLOAD})
        run(agent)
        self.assertEqual(agent.done, ["多少钱"])

    def test_a_message_is_parsed_once(self) -> None:
        agent = FakeAgent({"custom": PAYLOAD})
        run(agent)
        agent.processor.parse_message.assert_awaited_once()

    def test_no_answer_is_a_failure_and_so_is_one_without_payload(self) -> None:
        for agent in (FakeAgent(), FakeAgent({"text": "hello"})):
            with self.assertRaises(TurnFailed) as caught:
                run(agent)
            self.assertEqual(caught.exception.status, 502)

    def test_a_turn_that_takes_too_long_is_cut_off(self) -> None:
        with self.assertRaises(TurnTimeout) as caught:
            run(FakeAgent({"custom": PAYLOAD}, delay=5), deadline_s=0.05)
        self.assertEqual(caught.exception.status, 504)

    def test_a_lock_that_does_not_come_free_is_named(self) -> None:
        with self.assertRaises(StateUnavailable):
            run(FakeAgent(error=LockError("expired")))

    def test_without_a_model_the_mend_is_named(self) -> None:
        for agent in (None, FakeAgent(ready=False)):
            with self.assertRaises(ModelMissing) as caught:
                run(agent)
            self.assertIn("bangban train", caught.exception.mend)


if __name__ == "__main__":
    unittest.main()
