"""Only the platform gets past the door, and nothing secret gets out of it."""

from __future__ import annotations

import asyncio
import io
import json
import logging
import time
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from aiohttp import web

from bot.channels.wechat.codec import Key, signature
from bot.front.logs import set_up_logging
from tests.app.wechat.conftest import (
    AES_KEY,
    SECRET,
    WECHAT_TOKEN,
    Account,
    FakeApi,
    StartAccount,
)
from tests.support.fake_rasa import Answer


async def test_the_address_is_verified(account: Account) -> None:
    response = await account.client.get("/wechat", params=account.signed(echostr="4375120948345356249"))

    assert (response.status, await response.text()) == (200, "4375120948345356249")
    assert response.content_type == "text/plain"


@pytest.mark.parametrize(
    "changed",
    [
        {"signature": "0" * 40},
        {"signature": ""},
        {"timestamp": "1714036504"},
        {"timestamp": "x"},
        {"timestamp": "9" * 40},
        {"nonce": ""},
        {"nonce": "不"},
        {"echostr": ""},
        {"echostr": "a\nb"},
    ],
)
async def test_a_wrong_verification_is_refused(account: Account, changed: dict[str, str]) -> None:
    query = account.signed(echostr="437") | changed

    response = await account.client.get("/wechat", params=query)

    assert response.status == 403
    assert (await response.json())["error"]["code"] == "forbidden"


async def test_without_an_account_there_is_no_such_address(start: StartAccount) -> None:
    account = await start(wechat_token="")

    assert (await account.client.get("/wechat", params=account.signed(echostr="1"))).status == 404
    assert (await account.client.post("/wechat", data=b"<xml/>")).status == 404


@pytest.mark.parametrize(
    ("mode", "sealed", "plain"), [("safe", 200, 403), ("compatible", 200, 200), ("plain", 403, 200)]
)
async def test_modes(start: StartAccount, mode: str, sealed: int, plain: int) -> None:
    account = await start(wechat_mode=mode)

    shown = await account.say("加密")
    assert (shown.status, shown.text) == (sealed, "答：加密" if sealed == 200 else None)
    shown = await account.push(account.xml("text", Content="明文"), account.signed())
    assert (shown.status, shown.text) == (plain, "答：明文" if plain == 200 else None)


async def test_a_compatible_push_holds_both(start: StartAccount) -> None:
    account = await start(wechat_mode="compatible")
    inner = account.xml("text", Content="真的")
    encrypted = account.codec.seal(inner, Key.read(AES_KEY))
    forged = account.xml("text", Content="假的").replace(
        b"</xml>", f"<Encrypt>{encrypted}</Encrypt></xml>".encode()
    )

    shown = await account.push(forged, account.signed(forged, sealed=True))

    assert shown.text == "答：真的", "what is signed counts"


async def test_the_signature_of_the_query_does_not_do_for_an_encrypted_push(account: Account) -> None:
    body = account.xml("text", Content="假的")
    sealed = f"<xml><Encrypt>{account.codec.seal(body, Key.read(AES_KEY))}</Encrypt></xml>".encode()
    query = account.signed(encrypt_type="aes")

    assert (await account.push(sealed, query)).status == 403
    assert (await account.push(sealed, query | {"msg_signature": query["signature"]})).status == 403
    assert account.rasa.asked == []


async def test_another_body_under_a_used_signature_is_a_forgery(start: StartAccount) -> None:
    account = await start(wechat_mode="plain")
    query = account.signed()

    assert (await account.push(account.xml("text", Content="真的"), query)).status == 200
    assert (await account.push(account.xml("text", Content="假的"), query)).status == 403
    assert account.rasa.messages == ["真的"]


async def test_the_plain_signature_beside_an_encrypted_push_is_used_up(start: StartAccount) -> None:
    account = await start(wechat_mode="compatible")
    sealed = account.codec.seal(account.xml("text", Content="真的"), Key.read(AES_KEY))
    body = f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode()
    query = account.signed(body, sealed=True)
    assert (await account.push(body, query)).text == "答：真的"

    plain = {name: query[name] for name in ("signature", "timestamp", "nonce")}
    assert (await account.push(account.xml("text", Content="假的"), plain)).status == 403
    again = account.codec.seal(account.xml("text", Content="重新加密"), Key.read(AES_KEY))
    body = f"<xml><Encrypt>{again}</Encrypt></xml>".encode()
    query |= {"msg_signature": signature(WECHAT_TOKEN, query["timestamp"], query["nonce"], again)}
    assert (await account.push(body, query)).text == "答：重新加密", "signed by itself"


async def test_the_signature_of_a_verification_carries_no_push(start: StartAccount) -> None:
    account = await start(wechat_mode="plain")
    query = account.signed()
    response = await account.client.get("/wechat", params=query | {"echostr": "4711"})
    assert (response.status, await response.text()) == (200, "4711")

    assert (await account.push(account.xml("text", Content="假的"), query)).status == 403
    assert account.rasa.asked == []


async def test_a_recorded_request_cannot_be_played_back_later(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealed = account.codec.seal(account.xml("text", Content="在吗"), Key.read(AES_KEY))
    body = f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode()
    query = account.signed(body, sealed=True)
    assert (await account.push(body, query)).text == "答：在吗"
    assert (await account.push(body, query)).body == b"success", "the platform's own repetition"

    now = time.time()
    monkeypatch.setattr("bot.channels.wechat.web.time.time", lambda: now + 100)
    assert (await account.push(body, query)).status == 403
    monkeypatch.setattr("bot.channels.wechat.web.time.time", lambda: now + 1000)
    assert (await account.push(body, query)).status == 403
    assert account.rasa.messages == ["在吗"]


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE xml [<!ENTITY a "aaaaaaaaaa">'
    b'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><xml><Content>&b;</Content></xml>'
)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"\xff\xfe\x00",
        b"<xml>",
        b"<xml></xml>",
        b"<html><body/></html>",
        BOMB,
        b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml/>',
        b"<xml>" * 6000,
        b"<xml>" + b"<a>" * 5000 + b"</a>" * 5000 + b"</xml>",
        b"<xml><MsgType>text</MsgType></xml>",
        b"<xml><ToUserName>gh</ToUserName><FromUserName>a b</FromUserName><CreateTime>1</CreateTime>"
        b"<MsgType>text</MsgType><MsgId>1</MsgId></xml>",
        b"<xml><ToUserName>gh</ToUserName><FromUserName>ab</FromUserName><CreateTime>soon</CreateTime>"
        b"<MsgType>text</MsgType><MsgId>1</MsgId></xml>",
        b"<xml><ToUserName>gh</ToUserName><FromUserName>ab</FromUserName><CreateTime>1</CreateTime>"
        b"<MsgType>text</MsgType><MsgId>-1</MsgId></xml>",
        b'<?xml version="1.0" encoding="klingon"?><xml/>',
    ],
)
async def test_what_cannot_be_read_is_refused_even_when_signed(start: StartAccount, body: bytes) -> None:
    account = await start(wechat_mode="plain")

    shown = await account.push(body, account.signed())

    assert shown.status == 400
    assert set(json.loads(shown.body)["error"]) == {"code", "message", "mend"}
    assert account.rasa.asked == []


async def test_a_request_that_is_too_large_is_refused(account: Account) -> None:
    assert (await account.push(b"x" * 70_000, account.signed())).status == 413
    assert (await account.push(b"x" * 300_000, account.signed())).status == 413


async def test_an_empty_text_is_answered_in_words(account: Account) -> None:
    shown = await account.say("")

    assert shown.text is not None and "没收到文字" in shown.text


async def test_a_text_cannot_end_its_section(account: Account) -> None:
    body = account.xml("text").replace(b"</xml>", "<Content>甲]]&gt;&lt;乙</Content></xml>".encode())

    shown = await account.push(body)

    assert shown.text == "答：甲]]><乙"


async def test_the_same_name_twice_in_a_query_counts_for_nothing(account: Account) -> None:
    query = [*account.signed(echostr="437").items(), ("signature", "0" * 40)]

    response = await account.client.get("/wechat", params=query)

    assert response.status == 403


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    lines = io.StringIO()
    set_up_logging("DEBUG", lines)
    logging.getLogger("aiohttp.access").setLevel(logging.WARNING)  # of the fake platform
    yield lines
    logging.basicConfig(handlers=handlers, level=level, force=True)
    structlog.reset_defaults()


async def test_no_secret_and_no_word_gets_into_log_or_answer(
    start: StartAccount, api: FakeApi, log: io.StringIO
) -> None:
    account = await start()
    seen = b""
    api.fail["send"] = [40003]
    api.fail["stable_token"] = [40164]
    account.rasa.answer = _late(account)
    for shown in (
        await account.say("机密的话", "oSecretPerson"),
        await account.push(b"<xml><Encrypt>AAAA</Encrypt></xml>", account.signed(encrypt_type="aes")),
        await account.push(account.xml("text", "oSecretPerson", Content="机密的话"), account.signed()),
        await account.push(BOMB, account.signed(b"<xml/>", sealed=True)),
        await account.event("unsubscribe", "oSecretPerson"),
    ):
        seen += shown.body
    api.__dict__["token"] = "another"
    await account.say("机密的话", "oSecretPerson")
    await account.history("oSecretPerson")

    said = log.getvalue() + seen.decode("utf-8", "replace") + repr(account.settings)
    assert '"event": "wechat_refused"' in said and '"event": "turn"' in said
    for secret in (WECHAT_TOKEN, SECRET, AES_KEY, "token-1", "oSecretPerson", "机密", account.api.token):
        assert secret not in said, secret


def _late(account: Account) -> Answer:
    async def answer(request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
        await asyncio.sleep(2)
        return await account.rasa.echo(request, {"message": "好"})

    return answer
