"""Rasa's channel, against the real Rasa and an action server that does what the test says."""

from __future__ import annotations

import sqlite3
import time
import uuid
from collections.abc import Iterator

import pytest

from tests.support import rasa_alone
from tests.support.rasa_alone import DEADLINE_S, RasaAlone, get
from tests.support.stack import NoStack


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaAlone]:
    try:
        with rasa_alone.running(tmp_path_factory.mktemp("rasa")) as rasa:
            yield rasa
    except NoStack as reason:
        pytest.skip(str(reason))


@pytest.fixture
def rasa(started: RasaAlone) -> RasaAlone:
    started.actions.mode = "answer"
    started.actions.asked.clear()
    return started


@pytest.fixture
def sender() -> str:
    return f"test-{uuid.uuid4().hex[:8]}"


def test_a_turn_gives_the_payload_and_the_intent(rasa: RasaAlone, sender: str) -> None:
    status, body = rasa.say(sender, "补身份证多少钱", metadata={"channel": "web"})
    assert status == 200
    assert body["messages"] == [{"outcome": "answered", "text": "第1次"}]
    assert body["intent"]["name"] == "ask_fee"
    assert 0.5 < body["intent"]["confidence"] <= 1
    asked = rasa.actions.asked[0]
    assert asked["next_action"] == "action_matter"
    assert asked["tracker"]["latest_message"]["text"] == "补身份证多少钱"
    assert asked["tracker"]["latest_message"]["metadata"] == {"channel": "web"}
    assert len(asked["tracker"]["latest_message"]["intent_ranking"]) >= 3
    assert "domain" not in asked


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("转人工", "action_human"),
        ("我要投诉", "action_human"),
        ("谢谢", "action_smalltalk"),
        ("😀", "action_matter"),
    ],
)
def test_each_kind_of_intent_goes_to_its_action(rasa: RasaAlone, sender: str, text: str, action: str) -> None:
    assert rasa.say(sender, text)[0] == 200
    assert rasa.actions.asked[0]["next_action"] == action


def test_slots_live_on_from_turn_to_turn_and_into_a_new_session(rasa: RasaAlone, sender: str) -> None:
    rasa.say(sender, "办护照")
    rasa.say(sender, "多少钱")
    _, body = rasa.say(sender, "要带什么", new_session=True)
    assert body["messages"][0]["text"] == "第3次"
    assert [e["event"] for e in rasa.actions.asked[-1]["tracker"]["events"]].count("user") == 1


def test_sessions_do_not_make_turns_longer(rasa: RasaAlone, sender: str) -> None:
    for n in range(12):
        rasa.say(sender, "多少钱", new_session=n % 3 == 0)
    sizes = [len(asked["tracker"]["events"]) for asked in rasa.actions.asked]
    assert sizes[11] == sizes[5]


def test_a_slash_never_reaches_rasas_intent_shortcut(rasa: RasaAlone, sender: str) -> None:
    rasa.say(sender, "办护照")
    for text in ("/restart", " /session_start", '/ask_fee{"here": "1"}'):
        status, _ = rasa.say(sender, text)
        assert status == 200
        heard = rasa.actions.asked[-1]["tracker"]["latest_message"]
        assert heard["text"] == "／" + text.strip()[1:]
        assert heard["entities"] == []
    assert rasa.actions.asked[-1]["tracker"]["slots"]["fails"] == 3


@pytest.mark.parametrize("token", [None, "", "guess"])
def test_without_the_token_nothing_happens(rasa: RasaAlone, sender: str, token: str | None) -> None:
    status, body = rasa.post({"sender": sender, "message": "x"}, token=token)
    assert (status, body["error"]["code"]) == (401, "unauthorized")
    assert rasa.actions.asked == []


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"{", 400),
        ({"sender": "a"}, 400),
        ({"sender": "a", "message": 1}, 400),
        ({"sender": "a", "message": "x", "more": 1}, 400),
        ({"sender": "a", "message": "长" * 2001}, 413),
        (b"x" * 2_000_000, 413),
    ],
)
def test_a_bad_request_is_a_4xx_in_the_one_error_shape(rasa: RasaAlone, body: object, status: int) -> None:
    got, answer = rasa.post(body)
    assert got == status
    assert set(answer["error"]) == {"code", "message", "mend"}
    assert rasa.actions.asked == []


def test_unknown_addresses_and_methods_use_the_same_shape(rasa: RasaAlone) -> None:
    for url, status in ((f"{rasa.url}/nothing", 404), (f"{rasa.url}/webhook", 405)):
        got, answer = get(url)
        assert got == status
        assert set(answer["error"]) == {"code", "message", "mend"}


@pytest.mark.parametrize("mode", ["error", "invalid", "silent"])
def test_a_turn_without_an_answer_is_502_and_the_next_one_works(
    rasa: RasaAlone, sender: str, mode: str
) -> None:
    rasa.say(sender, "办护照")
    rasa.actions.mode = mode
    status, body = rasa.say(sender, "多少钱")
    assert (status, body["error"]["code"]) == (502, "turn_failed")
    rasa.actions.mode = "answer"
    assert rasa.say(sender, "多少钱")[1]["messages"][0]["text"] == "第2次"


def test_a_turn_that_hangs_is_504_before_the_front_gives_up(rasa: RasaAlone, sender: str) -> None:
    rasa.say(sender, "办护照")
    rasa.actions.mode = "hang"
    began = time.monotonic()
    status, body = rasa.say(sender, "多少钱")
    assert (status, body["error"]["code"]) == (504, "turn_timeout")
    assert time.monotonic() - began < DEADLINE_S
    rasa.actions.mode = "answer"
    assert rasa.say(sender, "多少钱")[1]["messages"][0]["text"] == "第2次"


def test_a_conversation_survives_kill_9(rasa: RasaAlone, sender: str) -> None:
    rasa.say(sender, "办护照")
    rasa.kill()
    assert rasa.say(sender, "要带什么")[1]["messages"][0]["text"] == "第2次"


def test_what_is_kept_on_disk_is_lean(rasa: RasaAlone, sender: str) -> None:
    rasa.say(sender, "办护照")
    with sqlite3.connect(rasa.var_dir / "rasa.db") as connection:
        rows = connection.execute("select type_name, data from rasa_events where sender_id = ?", (sender,))
        kept = dict(rows.fetchall())
    assert "第1次" not in kept["bot"]
    assert "intent_ranking" not in kept["user"]


def test_a_conversation_is_forgotten(rasa: RasaAlone, sender: str) -> None:
    rasa.say(sender, "办护照")
    rasa.say(f"{sender}-other", "办护照")

    status, body = rasa.post({"sender": sender}, path="forget")

    assert (status, body) == (200, {"status": "forgotten"})
    with sqlite3.connect(rasa.var_dir / "rasa.db") as connection:
        kept = connection.execute(
            "select distinct sender_id from rasa_events where sender_id like ?", (f"{sender}%",)
        )
        assert kept.fetchall() == [(f"{sender}-other",)]
    assert rasa.say(sender, "多少钱")[1]["messages"][0]["text"] == "第1次"


@pytest.mark.parametrize(
    ("body", "token", "status"),
    [({"sender": "a"}, "guess", 401), ({}, None, 401), ({"sender": ""}, ..., 400), (b"{", ..., 400)],
)
def test_nobody_else_has_a_conversation_forgotten(
    rasa: RasaAlone, body: object, token: object, status: int
) -> None:
    given = {} if token is ... else {"token": token}
    got, answer = rasa.post(body, path="forget", **given)
    assert got == status
    assert set(answer["error"]) == {"code", "message", "mend"}
