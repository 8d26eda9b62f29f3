"""Whatever is sent, the answer is a clear reply or one error shape; nothing is lost, nothing leaks."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from bot.content import load_words
from bot.front.logs import set_up_logging
from bot.front.middlewares import SECURITY_HEADERS
from tests.app.front.conftest import Front

WORDS = load_words()
URL = "/webhooks/rest/webhook"
SURROGATE = "\\ud83d"


def body(**fields: Any) -> bytes:
    return json.dumps({"sender": "anna", "message": "在吗"} | fields).encode()


async def test_an_empty_message_is_asked_back(front: Front) -> None:
    for nothing in ("", "   ", "\n\t", "\u200e\u202e", "\x00\x07"):
        [reply] = await front.say(nothing)
        assert reply["custom"]["outcome"] == "clarify"
        assert reply["text"] in (WORDS.empty, WORDS.unreadable)
        assert "12345" in reply["text"]
    assert front.rasa.messages == []


@pytest.mark.parametrize(
    "message", ["😀😀😀", "👨‍👩‍👧‍👦", "？？？！！", "……", "13812345678", "(╯°□°）╯︵ ┻━┻"]
)
async def test_what_has_no_words_is_asked_back_and_kept(front: Front, message: str) -> None:
    [reply] = await front.say(message)

    assert (reply["text"], reply["custom"]["outcome"]) == (WORDS.unreadable, "clarify")
    question, [stored] = await front.exchange_of(reply)
    assert question.text
    assert stored.provenance["turn"] == {"route": "unreadable"}
    assert front.rasa.messages == []


async def test_ten_thousand_characters_are_kept_and_answered(front: Front) -> None:
    long = "我要办身份证" * 1667

    [reply] = await front.say(long)

    assert reply["custom"]["outcome"] == "declined"
    assert "2000" in reply["text"]
    question, _ = await front.exchange_of(reply)
    assert question.text == long
    assert front.rasa.messages == []


async def test_the_longest_message_allowed_goes_through(front: Front) -> None:
    await front.say("办" * 2000)

    assert front.rasa.messages == ["办" * 2000]


@pytest.mark.parametrize(
    ("message", "understood"),
    [
        ("身份\x00证\x1b[31m丢\x07了", "身份证[31m丢了"),
        ("身份证\u202e丢了\ufeff", "身份证丢了"),
        ("一\r\n二\r三\n\n\n\n四", "一\n二\n三\n\n四"),
        ("1️⃣", "1"),
        ("<script>alert(1)</script>身份证", "身份证"),
        ("'; DROP TABLE messages; -- 身份证", "'; DROP TABLE messages; -- 身份证"),
        (
            "身份证 OR 1=1 UNION SELECT * FROM conversations",
            "身份证 OR 1=1 UNION SELECT * FROM conversations",
        ),
        ("{{7*7}} ${jndi:ldap://x} %s %n 身份证", "{{7*7}} ${jndi:ldap://x} %s %n 身份证"),
        ("/restart 身份证", "/restart 身份证"),
        ("𠮷野家的执照", "𠮷野家的执照"),
    ],
)
async def test_odd_text_is_text(front: Front, message: str, understood: str) -> None:
    [reply] = await front.say(message)

    assert front.rasa.messages == [understood]
    assert reply["text"] == f"答：{understood}"
    question, _ = await front.exchange_of(reply)
    assert understood in question.text, "what was said is kept with its tags"


async def test_half_a_surrogate_pair_costs_one_character(front: Front) -> None:
    sent = f'{{"sender": "anna", "message": "身份证{SURROGATE}丢了"}}'.encode()

    response = await front.client.post(URL, data=sent)

    assert response.status == 200
    assert front.rasa.messages == ["身份证丢了"]


async def test_unknown_fields_are_ignored_as_rasa_does(front: Front) -> None:
    sent = body(input_channel="rest", stream=True, metadata={"a": {"b": [1]}, "message_id": 7})

    response = await front.client.post(f"{URL}?token=secret&stream=true", data=sent)

    assert response.status == 200


async def test_a_number_is_a_message_id_too(front: Front) -> None:
    for _ in range(2):
        assert (await front.client.post(URL, data=body(metadata={"message_id": 7}))).status == 200
    assert len(front.rasa.asked) == 1


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"null", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"12" * 5000, 400),
        (b"{'sender': 'anna'}", 400),
        (b'{"sender": "anna", "message": "' + "在吗".encode("gb18030") + b'"}', 400),
        (b"\xff\xfe{\x00}\x00", 400),
        (b"\x00" * 100, 400),
        (b"[" * 100_000, 400),
        (b'{"a":' * 20_000 + b"1" + b"}" * 20_000, 400),
        (b"{}", 400),
        (body(sender=None), 400),
        (body(sender=5), 400),
        (body(sender=["anna"]), 400),
        (body(sender=""), 400),
        (body(sender="a" * 201), 400),
        (body(sender="a" * 100_000), 400),
        (body(sender="an\x00na"), 400),
        (b'{"sender": "anna\\ud83d", "message": "x"}', 400),
        (body(message=None), 400),
        (body(message=True), 400),
        (body(message={"text": "x"}), 400),
        (body(message=["x"]), 400),
        (body(metadata="x"), 400),
        (body(metadata=[1]), 400),
        (body(metadata={"message_id": {"a": 1}}), 400),
        (body(metadata={"message_id": True}), 400),
        (body(metadata={"message_id": 1.5}), 400),
        (body(metadata={"message_id": ""}), 400),
        (body(metadata={"message_id": "x" * 201}), 400),
        (body(message="办" * 60_000), 413),
    ],
)
async def test_a_request_that_cannot_be_read_is_refused_in_one_shape(
    front: Front, sent: bytes, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    response = await front.client.post(URL, data=sent)

    assert response.status == status
    assert_error_shape(await response.json())
    assert front.rasa.messages == []
    assert "anna" not in caplog.text


def assert_error_shape(shown: Any) -> None:
    assert set(shown) == {"error"}
    assert set(shown["error"]) == {"code", "message", "mend"}
    assert all(isinstance(value, str) and value for value in shown["error"].values())


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "not_found"),
        ("GET", "/webhooks/rest/webhook", 405, "method_not_allowed"),
        ("DELETE", "/", 405, "method_not_allowed"),
        ("POST", "/healthz", 405, "method_not_allowed"),
        ("GET", "/static/../main.py", 404, "not_found"),
        ("GET", "/static/%2e%2e%2fmain.py", 404, "not_found"),
        ("GET", "/static/", 404, "not_found"),
        ("GET", "/static/chat.js%00", 404, "not_found"),
        ("GET", "/%ff%fe", 404, "not_found"),
        ("GET", "/" + "a" * 5000, 404, "not_found"),
    ],
)
async def test_other_addresses_are_refused_in_the_same_shape(
    front: Front, method: str, path: str, status: int, code: str
) -> None:
    response = await front.client.request(method, path)

    assert response.status == status
    shown = await response.json()
    assert_error_shape(shown)
    assert shown["error"]["code"] == code
    for name, value in SECURITY_HEADERS.items():
        assert response.headers[name] == value


async def test_a_compressed_bomb_is_too_large(front: Front) -> None:
    bomb = gzip.compress(b" " * 50_000_000)

    response = await front.client.post(URL, data=bomb, headers={"Content-Encoding": "gzip"})

    assert response.status == 413
    assert_error_shape(await response.json())


async def test_a_broken_compression_is_refused(front: Front) -> None:
    response = await front.client.post(URL, data=b"no gzip", headers={"Content-Encoding": "gzip"})

    assert response.status == 400


async def test_a_body_that_does_not_come_ends(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.body._SLOWEST_S", 0.2)
    url = front.client.make_url(URL)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(f"POST {URL} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n".encode() + b'{"se')

    async with asyncio.timeout(20):
        head = await reader.readline()

    assert b"408" in head
    writer.close()


async def test_an_exception_shows_nothing_of_itself(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    async def bug(*_args: Any) -> Any:
        raise RuntimeError("身份证 11010519491231002X")

    monkeypatch.setattr("bot.store.ConversationStore.receive", bug)

    response = await front.client.post(URL, data=body())

    assert response.status == 500
    shown = await response.json()
    assert_error_shape(shown)
    assert shown["error"]["code"] == "internal"
    assert "RuntimeError" not in json.dumps(shown)
    assert "11010519491231002X" not in json.dumps(shown)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The lines of a log as the front sets it up, down to the finest level; as it was afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    lines = io.StringIO()
    set_up_logging("DEBUG", lines)
    yield lines
    logging.basicConfig(handlers=handlers, level=level, force=True)
    structlog.reset_defaults()


async def test_no_line_of_the_log_holds_what_was_said(
    front: Front, monkeypatch: pytest.MonkeyPatch, log: io.StringIO
) -> None:
    async def bug(*_args: Any) -> Any:
        raise RuntimeError("手机 13812345678")

    for message in ("我的手机13812345678", "身份证11010519491231002X怎么办", "机密的话", "x" * 3000):
        await front.say(message, sender="13900001111")
    for sent in (b'{"sender": "13900001111", "message": 13812345678', body(message=["13812345678"])):
        assert (await front.client.post(f"{URL}?token=t0ken", data=sent)).status == 400
    await broken_http(front, b"POST /webhooks/rest/webhook HTTP/1.1\r\nHost 13812345678\r\n\r\n")
    monkeypatch.setattr("bot.store.ConversationStore.receive", bug)
    assert (await front.client.post(URL, data=body(message="机密的话"))).status == 500

    lines = log.getvalue()
    assert lines.count('"event": "turn"') == 4
    assert "BadHttpMessage" in lines or "InvalidHeader" in lines
    for secret in ("13812345678", "13900001111", "11010519491231002X", "怎么办", "机密", "xxxx", "t0ken"):
        assert secret not in lines
    assert "手机 ***" in lines, "what a bug itself says is masked"


async def broken_http(front: Front, sent: bytes) -> None:
    """Something that is no HTTP."""
    url = front.client.make_url(URL)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    writer.write(sent)
    assert b"400" in await reader.readline()
    writer.close()
