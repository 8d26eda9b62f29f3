"""The channel's wire."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.body import LARGEST_BODY
from bot.rasa.errors import BadRequest, RasaSideError, TooLarge, Unauthorized
from bot.rasa.wire import Incoming, check_token, clean, escape, read_incoming, read_sender
from bot.settings import Settings


def read(**fields: Any) -> Incoming:
    return read_incoming(json.dumps(fields).encode(), max_message_chars=100)


def test_a_whole_message_is_read() -> None:
    incoming = read(sender="web:1", message=" 身份证丢了 ", metadata={"channel": "web"}, new_session=True)
    assert incoming == Incoming("web:1", "身份证丢了", {"channel": "web"}, True)


def test_metadata_and_new_session_may_be_left_out_or_null() -> None:
    assert read(sender="a", message="x") == read(sender="a", message="x", metadata=None, new_session=None)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'"text"',
        b"null",
        b"[" * 100_000,
        b'{"sender": "a"}',
        b'{"message": "a"}',
        b'{"sender": 1, "message": "a"}',
        b'{"sender": "a", "message": null}',
        b'{"sender": "a", "message": ["a"]}',
        b'{"sender": "a", "message": "a", "metadata": []}',
        b'{"sender": "a", "message": "a", "new_session": "yes"}',
        b'{"sender": "a", "message": "a", "intent": "ask_fee"}',
        b'{"sender": "", "message": "a"}',
        b'{"sender": "a\\u0000", "message": "a"}',
        b'{"sender": "a", "message": " \\n\\t "}',
        b'{"sender": "a", "message": "\\u0000\\u0007"}',
    ],
)
def test_what_cannot_be_read_is_a_4xx_with_the_mend(body: bytes) -> None:
    with pytest.raises(BadRequest) as caught:
        read_incoming(body, max_message_chars=100)
    assert 400 <= caught.value.status < 500
    assert set(caught.value.to_json()["error"]) == {"code", "message", "mend"}
    assert caught.value.mend


@pytest.mark.parametrize(
    "fields",
    [
        {"sender": "a", "message": "长" * 101},
        {"sender": "a" * 201, "message": "x"},
        {"sender": "a", "message": "x", "metadata": {"k": "v" * 9000}},
        {"sender": "a", "message": "x" * 70_000},
    ],
)
def test_what_is_too_long_is_413(fields: dict[str, Any]) -> None:
    with pytest.raises(TooLarge) as caught:
        read(**fields)
    assert caught.value.status == 413


@pytest.mark.parametrize(
    "text", ["/restart", "  /ask_fee", '/inform{"a": "b"}', "\u3000/session_start", "\x00/back"]
)
def test_no_text_reaches_the_intent_shortcut(text: str) -> None:
    assert read(sender="a", message=text).text.startswith("／")


@pytest.mark.parametrize("text", ["办/补身份证", "1/2", "http://x"])
def test_a_slash_further_on_stays(text: str) -> None:
    assert escape(text) == text


@given(st.text(max_size=200))
def test_any_text_is_refused_or_becomes_harmless(text: str) -> None:
    try:
        incoming = read_incoming(json.dumps({"sender": "a", "message": text}).encode(), max_message_chars=500)
    except RasaSideError:
        assert not clean(text)
        return
    assert not incoming.text.strip().startswith("/")
    incoming.text.encode("utf-8")
    assert all(c.isprintable() or c in "\n\t" for c in incoming.text)


def test_the_right_token_is_let_in() -> None:
    check_token("Bearer s3cret", "s3cret")
    check_token("bearer  s3cret ", "s3cret")


@pytest.mark.parametrize(
    "header", [None, "", "s3cret", "Basic s3cret", "Bearer", "Bearer s3cre", "Bearer s3crét"]
)
def test_any_other_header_is_401(header: str | None) -> None:
    with pytest.raises(Unauthorized) as caught:
        check_token(header, "s3cret")
    assert caught.value.status == 401


def test_the_longest_message_the_settings_allow_fits_however_it_is_escaped() -> None:
    bounds = Settings.model_fields["max_message_chars"].metadata
    longest = next(bound.le for bound in bounds if hasattr(bound, "le"))
    body = json.dumps({"sender": "s", "message": "😀" * longest, "metadata": {"message_id": 1}}).encode()
    assert read_incoming(body, max_message_chars=longest).text == "😀" * longest
    assert len(body) <= LARGEST_BODY


def test_a_request_about_a_conversation_names_it() -> None:
    assert read_sender(b'{"sender": "wechat-1"}') == "wechat-1"


@pytest.mark.parametrize(
    "body", [b"", b"{}", b'{"sender": ""}', b'{"sender": 1}', b'{"sender": "a", "more": 1}']
)
def test_a_request_about_no_conversation_is_refused(body: bytes) -> None:
    with pytest.raises(BadRequest):
        read_sender(body)


def test_a_request_about_a_conversation_with_a_long_name_is_refused() -> None:
    with pytest.raises(TooLarge):
        read_sender(json.dumps({"sender": "x" * 201}).encode())
