"""Conversations on disk: they survive a restart, and only the current session is kept.

SQLite in a temporary folder, or the PostgreSQL database that RASA_CHECK_DATABASE names.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
import unittest
from pathlib import Path

from tests.rasa import with_rasa  # noqa: F401  isort: skip

from rasa.shared.core.domain import Domain
from rasa.shared.core.events import (
    ActionExecuted,
    BotUttered,
    Event,
    SessionStarted,
    SlotSet,
    UserUttered,
)
from rasa.shared.core.trackers import DialogueStateTracker

from bot.rasa.errors import StateUnavailable
from bot.rasa.tracker_store import SessionTrackerStore, lean, prepare

POSTGRES = os.environ.get("RASA_CHECK_DATABASE", "")
DOMAIN = Domain.from_yaml(
    """
intents: [ask_fee]
actions: [action_matter]
slots:
  here: {type: text, influence_conversation: false, mappings: [{type: custom}]}
"""
)
PAYLOAD = {
    "outcome": "answered",
    "aspect": "fee",
    "guide": {"id": "a@000000"},
    "text": "工本费四十元",
    "provenance": {"hits": ["x"] * 50},
}


def started(*slots: Event) -> list[Event]:
    return [ActionExecuted("action_session_start"), SessionStarted(), *slots, ActionExecuted("action_listen")]


def turn(text: str, here: str) -> list[Event]:
    parsed = {
        "intent": {"name": "ask_fee", "confidence": 0.9},
        "entities": [],
        "text": text,
        "intent_ranking": [{"name": f"intent_{n}", "confidence": 0.1} for n in range(26)],
        "text_tokens": [[0, 1]],
    }
    return [
        UserUttered(text, parsed["intent"], [], parsed),
        ActionExecuted("action_matter"),
        BotUttered("", {"custom": PAYLOAD}),
        SlotSet("here", here),
        ActionExecuted("action_listen"),
    ]


class Conversations(unittest.IsolatedAsyncioTestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.file = Path(folder.name) / "rasa.db"
        self.url = POSTGRES or f"sqlite:///{self.file}"
        prepare(self.url)
        self.store = self.open()
        with self.store.session_scope() as session:
            session.query(SessionTrackerStore.SQLEvent).delete()
            session.commit()

    def open(self) -> SessionTrackerStore:
        store = SessionTrackerStore(domain=DOMAIN, host=self.url)
        self.addCleanup(lambda: store.engine.dispose())
        return store

    async def add(self, sender: str, events: list[Event]) -> None:
        tracker = await self.store.get_or_create_tracker(sender, append_action_listen=False)
        tracker.update_with_events(events, DOMAIN)
        await self.store.save(tracker)

    def rows(self, sender: str) -> list[str]:
        table = SessionTrackerStore.SQLEvent
        with self.store.session_scope() as session:
            found = session.query(table.type_name).filter_by(sender_id=sender).order_by(table.id)
            return [name for (name,) in found]

    async def test_another_process_finds_the_conversation_as_it_was(self) -> None:
        await self.add("a", [*started(), *turn("多少钱", "370200")])
        tracker = await self.open().retrieve("a")
        assert tracker is not None
        self.assertEqual(tracker.get_slot("here"), "370200")
        self.assertEqual(tracker.latest_message.text, "多少钱")
        self.assertEqual(tracker.latest_message.intent["name"], "ask_fee")

    async def test_an_unknown_sender_has_no_conversation(self) -> None:
        self.assertIsNone(await self.store.retrieve("nobody"))

    async def test_turns_are_added_once(self) -> None:
        await self.add("a", [*started(), *turn("一", "1")])
        await self.add("a", turn("二", "2"))
        self.assertEqual(self.rows("a").count("user"), 2)
        self.assertEqual(self.rows("a").count("session_started"), 1)

    async def test_a_new_session_replaces_the_one_before_of_this_sender_only(self) -> None:
        await self.add("a", [*started(), *turn("一", "370200"), *turn("二", "370200")])
        await self.add("b", [*started(), *turn("一", "370600")])
        await self.add("a", started(SlotSet("here", "370200")))
        self.assertEqual(self.rows("a"), ["action", "session_started", "slot", "action"])
        self.assertEqual(self.rows("b").count("user"), 1)
        tracker = await self.store.retrieve("a")
        assert tracker is not None
        self.assertEqual(tracker.get_slot("here"), "370200")
        await self.add("a", turn("三", "370600"))
        self.assertEqual(self.rows("a").count("user"), 1)

    async def test_a_conversation_can_be_deleted(self) -> None:
        await self.add("a", [*started(), *turn("一", "1")])
        await self.add("b", [*started(), *turn("一", "1")])
        await self.store.delete("a")
        await self.store.delete("nobody")
        self.assertEqual(self.rows("a"), [])
        self.assertIsNone(await self.open().retrieve("a"))
        self.assertNotEqual(self.rows("b"), [])

    async def test_a_write_that_fails_leaves_everything_as_it_was(self) -> None:
        await self.add("a", [*started(), *turn("一", "1")])
        before = self.rows("a")
        broken = started(SlotSet("here", object()))
        with self.assertRaises(TypeError):
            await self.add("a", broken)
        self.assertEqual(self.rows("a"), before)

    @unittest.skipIf(POSTGRES, "SQLite only")
    async def test_sqlite_writes_ahead(self) -> None:
        await self.add("a", started())
        with sqlite3.connect(self.file) as connection:
            self.assertEqual(connection.execute("pragma journal_mode").fetchone(), ("wal",))

    def test_a_database_that_cannot_be_used_is_named(self) -> None:
        with self.assertRaises(StateUnavailable) as caught:
            prepare("sqlite:////no/such/folder/rasa.db")
        self.assertIn("/no/such/folder", caught.exception.message)


class LeanEvents(unittest.TestCase):
    def test_of_an_answer_its_outcome_and_guide_are_kept(self) -> None:
        kept = lean(BotUttered("text", {"custom": PAYLOAD}))
        self.assertEqual(
            kept["data"]["custom"], {"outcome": "answered", "aspect": "fee", "guide": {"id": "a@000000"}}
        )
        self.assertNotIn("工本费", str(kept))

    def test_of_a_question_the_text_and_intent_are_kept_but_not_the_ranking(self) -> None:
        kept = lean(turn("多少钱", "1")[0])
        self.assertEqual(kept["text"], "多少钱")
        self.assertEqual(kept["parse_data"]["intent"]["name"], "ask_fee")
        self.assertNotIn("intent_ranking", kept["parse_data"])

    def test_an_answer_without_payload_and_other_events_pass(self) -> None:
        self.assertEqual(lean(BotUttered("text"))["data"], {"custom": {}})
        self.assertEqual(lean(SlotSet("here", "1"))["value"], "1")

    def test_what_is_stored_can_be_read_back_by_rasa(self) -> None:
        for event in [*started(), *turn("多少钱", "1")]:
            again = Event.from_parameters(lean(event))
            self.assertEqual(type(again), type(event))
        rebuilt = DialogueStateTracker.from_dict("a", [lean(e) for e in turn("多少钱", "1")], DOMAIN.slots)
        self.assertEqual(rebuilt.get_slot("here"), "1")


if __name__ == "__main__":
    unittest.main()
