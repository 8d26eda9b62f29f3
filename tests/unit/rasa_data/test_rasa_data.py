"""The Rasa data hold together: domain, rules and hand-written examples name the same intents."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import yaml

from actions.dialogue import Memory
from bot.training.generate import WRITTEN, read_written
from knowledge.aspects import Aspect

ROOT = Path(__file__).resolve().parents[3]
DOMAIN = ROOT / "bot" / "domain"
TABLES = (ROOT / "tests" / "rasa" / "heldout.tsv", ROOT / "tests" / "rasa" / "must_hold.tsv")
DEVELOPMENT = ROOT / "benchmarks" / "nlu" / "dev.tsv"
FALLBACK = "nlu_fallback"
ASPECTS = {aspect.intent for aspect in Aspect}
TO_SMALLTALK = {"greet", "thanks", "bye", "bot_challenge"}
TO_HUMAN = {"human", "complaint"}


def load(path: Path) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return content


def domain() -> dict[str, Any]:
    return {key: value for file in DOMAIN.glob("*.yml") for key, value in load(file).items()}


def rules() -> dict[str, str]:
    """Intent → action."""
    found = {}
    for rule in load(ROOT / "bot" / "data" / "rules.yml")["rules"]:
        intent, action = rule["steps"]
        found[intent["intent"]] = action["action"]
    return found


def rows(path: Path) -> list[tuple[str, str]]:
    lines = [line for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [(text, intent) for text, intent in (line.split("\t") for line in lines)]


def test_every_intent_has_examples_and_a_rule_and_nothing_else_has() -> None:
    intents = set(domain()["intents"])
    assert set(read_written(WRITTEN)) == intents
    assert set(rules()) == intents | {FALLBACK}
    assert intents >= ASPECTS


def test_each_rule_leads_to_the_action_of_its_kind() -> None:
    for intent, action in rules().items():
        expected = (
            "action_smalltalk"
            if intent in TO_SMALLTALK
            else "action_human"
            if intent in TO_HUMAN
            else "action_matter"
        )
        assert action == expected, intent
    assert set(rules().values()) == set(domain()["actions"])


def test_no_example_stands_twice_or_under_two_intents() -> None:
    counts = Counter(text for texts in read_written(WRITTEN).values() for text in texts)
    assert [text for text, count in counts.items() if count > 1] == []


@pytest.mark.parametrize("intent", sorted(ASPECTS))
def test_every_aspect_has_enough_examples_written_by_hand(intent: str) -> None:
    texts = read_written(WRITTEN)[intent]
    assert len(texts) >= 40
    assert sum(len(text) <= 6 for text in texts) >= 10, "short follow-ups such as 那要带什么"


def test_a_file_is_named_after_its_intent() -> None:
    for file in WRITTEN.glob("*.yml"):
        assert [block["intent"] for block in load(file)["nlu"]] == [file.stem]


def test_slots_do_not_steer_the_rules() -> None:
    slots = domain()["slots"]
    assert set(slots) == {field.name for field in fields(Memory)}
    assert all(slot["influence_conversation"] is False for slot in slots.values())


def test_sessions_end_after_an_hour_and_keep_the_slots() -> None:
    assert domain()["session_config"] == {
        "session_expiration_time": 60,
        "carry_over_slots_to_new_session": True,
    }


@pytest.mark.parametrize("table", [*TABLES, DEVELOPMENT], ids=lambda path: path.name)
def test_the_tables_ask_for_intents_that_exist_and_ask_nothing_twice(table: Path) -> None:
    asked = rows(table)
    assert {intent for _, intent in asked} <= set(domain()["intents"])
    assert [text for text, count in Counter(text for text, _ in asked).items() if count > 1] == []


def test_held_out_and_development_questions_are_not_training_examples() -> None:
    by_hand = {text for texts in read_written(WRITTEN).values() for text in texts}
    held_out, development = ({text for text, _ in rows(path)} for path in (TABLES[0], DEVELOPMENT))
    assert len(held_out) >= 120
    assert held_out & by_hand == set()
    assert development & by_hand == set()
    assert held_out & development == set()


def test_the_pipeline_needs_no_tensorflow_and_no_dictionary() -> None:
    config = load(ROOT / "config.yml")
    assert config["language"] == "zh"
    names = [step["name"] for step in config["pipeline"] + config["policies"]]
    assert not [
        name
        for name in names
        if name in ("DIETClassifier", "TEDPolicy", "ResponseSelector", "JiebaTokenizer")
    ]
