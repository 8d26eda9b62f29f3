"""The simulator's codec against Tencent's published examples, and against itself."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wechatpy.crypto import WeChatCrypto

from bot.simulator.account import AccountKind, Mode, new_account
from bot.simulator.envelope import (
    BadEnvelope,
    from_xml,
    opened,
    sealed,
    signature,
    signed_query,
    to_xml,
)

KEY = "A" * 43
APP_ID = "wxba5fad812f8e6fb9"
ENCRYPTED = (
    "+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus8TPxLKJGQqcvZqzDpVzazhZv6"
    "JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4"
    "M8EajAsjLY2km32IIjdf8YL/P50F7mStwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04="
)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("AAAAA", "1714036504", "1514711492"), "f464b24fc39322e44b38aa78f5edd27bd1441696"),
        (("AAAAA", "1714037059", "486452656"), "899cf89e464efb63f54ddac96b0a0a235f53aa78"),
        (("AAAAA", "1714112445", "415670741", ENCRYPTED), "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3"),
    ],
)
def test_signatures_are_tencents(parts: tuple[str, ...], expected: str) -> None:
    assert signature(*parts) == expected


def test_wechatpy_opens_tencents_example() -> None:
    crypto = WeChatCrypto("AAAAA", KEY, APP_ID)
    plain = crypto.decrypt_message(
        {"Encrypt": ENCRYPTED}, "046e02f8204d34f8ba5fa3b1db94908f3df2e9b3", "1714112445", "415670741"
    )
    assert '"FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY"' in plain


def test_every_request_is_signed_anew() -> None:
    account = new_account()
    one, other = signed_query(account), signed_query(account, "openid")
    assert one["nonce"] != other["nonce"]
    assert other["openid"] == "openid"
    parts = sorted([account.token, one["timestamp"], one["nonce"]])
    assert one["signature"] == hashlib.sha1("".join(parts).encode()).hexdigest()


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), max_size=80))
def test_xml_comes_back_as_it_went(text: str) -> None:
    fields = from_xml(to_xml({"Content": f"a{text}]]>b", "MsgId": 7}).encode())
    assert fields["Content"] == f"a{text}]]>b"
    assert fields["MsgId"] == "7"


@pytest.mark.parametrize("mode", Mode)
def test_modes_wrap_as_documented(mode: Mode) -> None:
    account = new_account(AccountKind.VERIFIED_SERVICE, mode)
    posted = sealed(account, "o1", {"ToUserName": account.original_id, "Content": "身份证"})
    fields = from_xml(posted.body.encode())
    assert ("Content" in fields) == (mode is not Mode.SAFE)
    assert ("Encrypt" in fields) == (mode is not Mode.PLAIN)
    assert (posted.query.get("encrypt_type") == "aes") == (mode is not Mode.PLAIN)
    if mode is not Mode.PLAIN:
        crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
        plain = crypto.decrypt_message(
            fields, posted.query["msg_signature"], posted.query["timestamp"], posted.query["nonce"]
        )
        assert plain == posted.plain


def test_a_reply_is_opened_and_a_spoilt_one_is_not() -> None:
    account = new_account()
    crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
    good = crypto.encrypt_message("<xml><MsgType>text</MsgType></xml>", "5", "1714112445")
    assert opened(account, good.encode())["MsgType"] == "text"
    foreign = WeChatCrypto(account.token, account.aes_key, "wx0000000000000000")
    for spoilt in (
        good.replace("1714112445", "1714112446"),
        good.replace("<Nonce>", "<Other>").replace("</Nonce>", "</Other>"),
        "<xml><MsgType>text</MsgType></xml>",
        foreign.encrypt_message("<xml><MsgType>text</MsgType></xml>", "5", "1714112445"),
        '{"MsgType": "text"}',
        "<xml/>",
        '<!DOCTYPE x [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>',
    ):
        with pytest.raises(BadEnvelope):
            opened(account, spoilt.encode())
