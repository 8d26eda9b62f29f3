"""The decisions of a turn: who answers, when a session is new, under what name."""

from __future__ import annotations

import json

import pytest

from bot.channels.message import Outcome, Reply
from bot.content import FILE, load_words
from bot.conversation.identity import kept_id, pseudonym
from bot.conversation.rasa import Failure, RasaFailed, read_turn
from bot.conversation.timing import TurnRules
from bot.conversation.triage import (
    OUTCOMES,
    TURNS_PER_SESSION,
    Route,
    after_turn,
    needs_new_session,
    route,
)
from bot.errors import SetupIncomplete
from bot.store.states import Owner
from bot.store.values import ConversationState

FRESH = ConversationState(owner=Owner.BOT, session=1, turn=0)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("身份证", Route.ASK_RASA),
        ("1", Route.ASK_RASA),
        ("", Route.EMPTY),
        ("😀", Route.UNREADABLE),
        ("字" * 10, Route.ASK_RASA),
        ("字" * 11, Route.TOO_LONG),
        ("😀" * 11, Route.TOO_LONG),
    ],
)
def test_who_answers(text: str, expected: Route) -> None:
    assert route(text, max_chars=10) is expected


def test_every_route_of_the_front_has_words_and_an_outcome() -> None:
    words = load_words()

    for way in Route:
        if way is not Route.ASK_RASA:
            assert words.say(way.value, max_chars=2000)
            assert OUTCOMES[way] in Outcome


def test_all_words_are_short_and_name_12345() -> None:
    words = load_words()

    for key in words.model_fields_set:
        said = words.say(key, max_chars=2000)
        assert "12345" in said
        assert "{" not in said
        assert len(said) <= 80


def test_a_content_file_with_something_missing_is_named(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("content") / "front.yml"
    file.write_text(FILE.read_text(encoding="utf-8").replace("slow:", "slwo:"), encoding="utf-8")

    with pytest.raises(SetupIncomplete, match=r"slow.*slwo"):
        load_words(file)


def test_a_session_is_new_after_its_turns_and_only_when_rasa_took_it() -> None:
    state = FRESH
    asked = []
    for _ in range(2 * TURNS_PER_SESSION + 1):
        asked.append(needs_new_session(state))
        state = after_turn(state, reached_rasa=True)
    full = ConversationState(Owner.BOT, session=1, turn=TURNS_PER_SESSION)

    assert [n for n, new in enumerate(asked) if new] == [TURNS_PER_SESSION, 2 * TURNS_PER_SESSION]
    assert (state.session, state.turn) == (3, 1)
    assert needs_new_session(after_turn(full, reached_rasa=False))


def test_a_pseudonym_is_the_same_for_the_same_person_only() -> None:
    one = pseudonym("salt", "rest", "anna")

    assert one == pseudonym("salt", "rest", "anna")
    others = {
        pseudonym("salt", "rest", "anne"),
        pseudonym("salt", "wechat", "anna"),
        pseudonym("pepper", "rest", "anna"),
        pseudonym("salt", "resta", "nna"),
    }
    assert len(others | {one}) == 5
    assert len(one) == 32
    assert "anna" not in one


@pytest.mark.parametrize("harmless", ["m-1", "7", "a" * 64, "2021-0412:000123.x"])
def test_a_harmless_message_id_is_kept(harmless: str) -> None:
    assert kept_id(harmless) == harmless


@pytest.mark.parametrize(
    "odd", ["13812345678", "a" * 65, "含中文", "a b", "\ud83d", "", "11010519491231002X"]
)
def test_any_other_is_kept_as_a_digest(odd: str) -> None:
    assert kept_id(odd).startswith("sha256:")
    assert len(kept_id(odd)) <= 80
    assert kept_id(odd) != kept_id(odd + "x")


def test_the_longest_turn_is_longer_than_its_parts() -> None:
    rules = TurnRules(deadline_s=8, max_chars=2000, salt="salt")

    assert rules.longest_s > rules.wait_s + rules.deadline_s
    assert rules.held_s < rules.wait_s, "a lock whose holder died is free before the next one gives up"


def said(**changed: object) -> bytes:
    payload = {"outcome": "answered", "text": "去派出所。"}
    whole = {"messages": [payload], "intent": {"name": "ask_where", "confidence": 0.9}}
    return json.dumps(whole | changed).encode()


def test_a_turn_is_read() -> None:
    turn = read_turn(said())

    assert turn.replies == (Reply(outcome=Outcome.ANSWERED, text="去派出所。"),)
    assert (turn.intent, turn.confidence) == ("ask_where", 0.9)


def test_an_intent_may_be_missing() -> None:
    assert read_turn(said(intent=None)).intent == ""


def test_what_a_database_refuses_is_taken_out_of_a_payload() -> None:
    dirty = {"outcome": "answered", "text": "去\x00派出所\ud83d。", "provenance": {"why\x00": ["\x00"]}}

    [reply] = read_turn(said(messages=[dirty])).replies

    assert reply.text == "去派出所。"
    assert reply.provenance == {"why": [""]}


@pytest.mark.parametrize(
    ("body", "failure"),
    [
        (b"", Failure.GARBLED),
        (b"null", Failure.GARBLED),
        (b"[]", Failure.GARBLED),
        (b"{}", Failure.GARBLED),
        (b"[" * 100_000, Failure.GARBLED),
        (said(messages=None), Failure.GARBLED),
        (said(messages="x"), Failure.GARBLED),
        (said(messages=[None]), Failure.GARBLED),
        (said(messages=[{"text": "x"}]), Failure.GARBLED),
        (said(messages=[{"outcome": "answered"}]), Failure.GARBLED),
        (said(messages=[{"outcome": "answered", "text": ""}]), Failure.GARBLED),
        (said(messages=[{"outcome": "guessed", "text": "x"}]), Failure.GARBLED),
        (said(messages=[{"outcome": "answered", "text": "x" * 20_001}]), Failure.GARBLED),
        (said(messages=[{"outcome": "answered", "text": "x", "options": [1]}]), Failure.GARBLED),
        (said(intent=["ask_where"]), Failure.GARBLED),
        (said(intent={"name": "x", "confidence": "high"}), Failure.GARBLED),
        (said(messages=[]), Failure.NO_REPLY),
    ],
)
def test_what_cannot_be_read_is_named_without_its_content(body: bytes, failure: Failure) -> None:
    with pytest.raises(RasaFailed) as caught:
        read_turn(body)

    assert caught.value.failure is failure
    assert "派出所" not in str(caught.value)
    assert "guessed" not in str(caught.value)


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"1e999"])
def test_a_number_that_is_none_does_not_reach_the_database(number: bytes) -> None:
    assert read_turn(said().replace(b"0.9", number)).confidence == 0
