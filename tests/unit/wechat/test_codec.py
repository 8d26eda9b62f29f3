"""Signatures and encryption: the platform's own vectors, and whatever is not right is refused."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wechat.codec import CannotDecrypt, Codec, Key, is_signed, signature
from bot.channels.wechat.replies import sealed_reply

TOKEN = "AAAAA"
APP_ID = "wxba5fad812f8e6fb9"
KEY = Key.read("A" * 43)
OTHER = Key.read("B" * 43)
PUSHED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv"
    "6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNq"
    "J4M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)
REPLY = "ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ=="

CODEC = Codec(APP_ID, (KEY,))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((TOKEN, "1714036504", "1514711492"), "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        ((TOKEN, "1714037059", "486452656"), "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        ((TOKEN, "1714112445", "415670741"), "6c5c811b55cc85e0e1b54100749188c20beb3f5d"),
        ((TOKEN, "1714112445", "415670741", PUSHED), "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"),
        ((TOKEN, "1713424427", "415670741", REPLY), "1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1"),
    ],
)
def test_signatures_are_those_of_the_platform(parts: tuple[str, ...], expected: str) -> None:
    assert signature(*parts) == expected
    assert is_signed(expected, *parts)
    assert not is_signed(expected, *parts[:-1], parts[-1] + "0")
    assert not is_signed("", *parts)
    assert not is_signed("签名", *parts)


def test_a_push_of_the_platform_is_opened() -> None:
    opened = CODEC.open(PUSHED)

    assert json.loads(opened.text) == {
        "ToUserName": "gh_97417a04a28d",
        "FromUserName": "o9AgO5Kd5ggOC-bXrbNODIiE3bGY",
        "CreateTime": 1714112445,
        "MsgType": "event",
        "Event": "debug_demo",
        "debug_str": "hello world",
    }
    assert opened.key == KEY


def test_a_reply_is_sealed_as_the_platform_expects() -> None:
    codec = Codec(APP_ID, (KEY,), random=lambda _: b"707722b803182950")

    assert codec.seal(b'{"demo_resp":"good luck"}', KEY) == REPLY
    xml = sealed_reply('{"demo_resp":"good luck"}', codec, KEY, TOKEN, "415670741", 1713424427)
    assert f"<Encrypt><![CDATA[{REPLY}]]></Encrypt>" in xml
    assert "<MsgSignature><![CDATA[1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1]]>" in xml


def test_the_key_before_the_last_change_still_opens_and_seals() -> None:
    sealed = Codec(APP_ID, (OTHER,)).seal(b"hello", OTHER)

    opened = Codec(APP_ID, (KEY, OTHER)).open(sealed)

    assert (opened.text, opened.key) == (b"hello", OTHER)
    with pytest.raises(CannotDecrypt):
        CODEC.open(sealed)


def test_a_push_for_another_account_is_refused() -> None:
    sealed = Codec("wx0000000000000000", (KEY,)).seal(b"hello", KEY)

    with pytest.raises(CannotDecrypt):
        CODEC.open(sealed)


@pytest.mark.parametrize(
    "broken", ["", "A", "====", "不是", PUSHED[:-4], PUSHED[4:], PUSHED + "AAAA", "AAAA" * 8]
)
def test_what_is_no_cipher_text_is_refused(broken: str) -> None:
    with pytest.raises(CannotDecrypt):
        CODEC.open(broken)


@pytest.mark.parametrize("padding", [b"\x00", b"\x21" * 33, b"\x01\x02", b"\x03\x03"])
def test_wrong_padding_is_refused(padding: bytes) -> None:
    from base64 import b64encode

    from bot.channels.wechat.codec import _encrypt

    framed = bytes(16) + (5).to_bytes(4, "big") + b"hello" + APP_ID.encode()
    framed = framed.ljust(96 - len(padding), b"\x00") + padding

    with pytest.raises(CannotDecrypt):
        CODEC.open(b64encode(_encrypt(KEY, framed)).decode())


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_every_text_comes_back(text: bytes) -> None:
    assert CODEC.open(CODEC.seal(text, KEY)).text == text


@settings(deadline=None)
@given(st.text(max_size=200))
def test_no_string_breaks_the_codec(sent: str) -> None:
    with pytest.raises(CannotDecrypt):
        CODEC.open(sent)


@settings(deadline=None)
@given(st.binary(min_size=1, max_size=160))
def test_no_cipher_text_breaks_the_codec(sealed: bytes) -> None:
    from base64 import b64encode

    with pytest.raises(CannotDecrypt):
        CODEC.open(b64encode(sealed).decode())


def test_a_key_is_never_shown() -> None:
    assert "AAAA" not in repr(KEY)
    assert repr(KEY.raw)[2:8] not in repr(CODEC.open(PUSHED))
