"""The repairs of Rasa are in force, and change nothing but what they should."""

from __future__ import annotations

import asyncio
import socket
import sys
import unittest
from typing import Any
from unittest import mock

from tests.rasa import with_rasa  # noqa: F401  isort: skip

import aiohttp
import jsonschema
from jsonschema.validators import validator_for
from rasa.core.actions.action import ActionSessionStart, RemoteAction
from rasa.core.tracker_store import FailSafeTrackerStore, InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.rasa import no_tensorflow, patches
from bot.rasa.errors import StateUnavailable

stock_validate = RemoteAction._validate_action_result
stock_resolve = Event.resolve_by_type
patches.apply()

SLOT = {"event": "slot", "timestamp": None, "name": "item_id", "value": "a"}
VALID: list[Any] = [
    {},
    {"events": [], "responses": []},
    {"events": [SLOT], "responses": [{"text": None, "custom": {"outcome": "answered"}}]},
    {"events": [{"event": "followup", "name": "action_matter"}]},
]
INVALID: list[Any] = [
    None,
    [],
    "text",
    {"events": {}},
    {"responses": ["text"]},
    {"events": [{"event": "no_such_event"}]},
    {"events": [{"event": "slot", "value": "a"}]},
    {"events": ["slot"]},
]


class SchemaCheck(unittest.TestCase):
    def setUp(self) -> None:
        self.action = RemoteAction("action_matter", None)

    def test_the_repair_is_in_force(self) -> None:
        self.assertIs(RemoteAction._validate_action_result, patches._validate_action_result)

    def test_the_schema_itself_is_not_checked_again(self) -> None:
        self.action._validate_action_result(VALID[1])
        kind = validator_for(RemoteAction.action_response_format_spec())
        with mock.patch.object(kind, "check_schema") as check_schema:
            self.action._validate_action_result(VALID[2])
            check_schema.assert_not_called()
            stock_validate(self.action, VALID[2])
            check_schema.assert_called_once()

    def test_a_valid_answer_is_taken(self) -> None:
        for answer in VALID:
            with self.subTest(answer=answer):
                self.assertTrue(self.action._validate_action_result(answer))
                self.assertTrue(stock_validate(self.action, answer))

    def test_an_invalid_answer_is_still_refused(self) -> None:
        for answer in INVALID:
            with self.subTest(answer=answer):
                for validate in (RemoteAction._validate_action_result, stock_validate):
                    with self.assertRaises(jsonschema.ValidationError):
                        validate(self.action, answer)

    def test_the_refusal_names_the_action_and_the_place_but_not_the_content(self) -> None:
        with self.assertRaises(jsonschema.ValidationError) as caught:
            self.action._validate_action_result(
                {"events": [{"event": "slot", "value": "370102199001011234"}]}
            )
        self.assertIn("action_matter", str(caught.exception))
        self.assertIn("$.events[0]", str(caught.exception))
        self.assertNotIn("370102199001011234", str(caught.exception))


class BrokenStore(InMemoryTrackerStore):
    async def retrieve(self, sender_id: str) -> DialogueStateTracker:
        raise ConnectionError("gone")

    async def save(self, tracker: DialogueStateTracker) -> None:
        raise ConnectionError("gone")


class LostState(unittest.TestCase):
    def test_a_turn_fails_instead_of_forgetting_the_conversation(self) -> None:
        store = FailSafeTrackerStore(BrokenStore(Domain.empty()))
        for broken in (store.retrieve("a"), store.save(DialogueStateTracker("a", []))):
            with self.assertRaises(StateUnavailable):
                asyncio.run(broken)
        self.assertIsNone(store._fallback_tracker_store)


class AwayActions(unittest.TestCase):
    """An action server that is being started again is waited for; one that may have run is not asked twice."""

    def setUp(self) -> None:
        self.asked = 0
        self.addCleanup(patches.apply)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.endpoint = EndpointConfig(f"http://127.0.0.1:{self.port}/webhook")

    async def _serve(self, answer: bytes) -> asyncio.AbstractServer:
        async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            self.asked += 1
            writer.write(answer)
            writer.close()

        return await asyncio.start_server(one, "127.0.0.1", self.port)

    async def _ask(self, after_s: float, answer: bytes) -> Any:
        asking = asyncio.ensure_future(self.endpoint.request(json={}, method="post"))
        await asyncio.sleep(after_s)
        async with await self._serve(answer):
            return await asking

    def test_it_is_asked_once_it_is_there(self) -> None:
        patches.apply(patience_s=5)
        body = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        self.assertEqual(asyncio.run(self._ask(0.5, body)), {})
        self.assertEqual(self.asked, 1)

    def test_one_that_breaks_off_is_not_asked_again(self) -> None:
        patches.apply(patience_s=5)
        with self.assertRaises(aiohttp.ClientConnectionError):
            asyncio.run(self._ask(0.5, b""))
        self.assertEqual(self.asked, 1)

    def test_one_that_stays_away_is_given_up(self) -> None:
        patches.apply(patience_s=0.3)
        with self.assertRaises(aiohttp.ClientConnectorError):
            asyncio.run(self.endpoint.request(json={}, method="post"))


class CarriedSlots(unittest.TestCase):
    def test_each_slot_is_carried_once_with_its_last_value(self) -> None:
        events = [SlotSet("here", "1"), UserUttered("x"), SlotSet("here", "2"), SlotSet("asking", "item")]
        events += [BotUttered("y"), SlotSet("asking", None), ActionExecuted("action_listen")]
        tracker = DialogueStateTracker.from_events("a", events, [])
        carried = ActionSessionStart._slot_set_events_from_tracker(tracker)
        self.assertEqual([(event.key, event.value) for event in carried], [("here", "2")])


class EventClasses(unittest.TestCase):
    def test_the_same_class_is_found_for_every_kind_of_event(self) -> None:
        kinds = ["user", "bot", "slot", "action", "session_started", "user_featurization", "restart"]
        for kind in kinds:
            self.assertIs(Event.resolve_by_type(kind), stock_resolve(kind))
        with self.assertRaises(ValueError):
            Event.resolve_by_type("no_such_event")

    def test_applying_twice_changes_nothing(self) -> None:
        before = Event.resolve_by_type
        patches.apply()
        self.assertIs(Event.resolve_by_type, before)


class NoTensorFlow(unittest.TestCase):
    def test_nothing_of_tensorflow_is_loaded(self) -> None:
        loaded = [module for name, module in sys.modules.items() if name.partition(".")[0] == "tensorflow"]
        self.assertEqual({type(module) for module in loaded}, {no_tensorflow.StandInModule})


if __name__ == "__main__":
    unittest.main()
