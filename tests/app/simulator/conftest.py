"""The simulator with an account's server behind it that answers as a test tells it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from wechatpy.crypto import WeChatCrypto

from bot.simulator import delivery
from bot.simulator.account import Account, AccountKind, Mode, new_account
from bot.simulator.acts import Fields
from bot.simulator.api import PLATFORM
from bot.simulator.app import init_app
from bot.simulator.envelope import from_xml, signature, to_xml
from bot.simulator.platform import Platform

Answer = Callable[["Call"], Awaitable[web.Response]]


@dataclass(frozen=True)
class Call:
    """One delivery as the account's server got it, verified and opened."""

    account: Account
    query: dict[str, str]
    body: bytes
    fields: dict[str, Any]

    def reply(self, **fields: Any) -> web.Response:
        """A passive reply to it, wrapped as the mode says."""
        head: Fields = {
            "ToUserName": self.fields["FromUserName"],
            "FromUserName": self.fields["ToUserName"],
            "CreateTime": 1714112445,
        }
        xml = to_xml({**head, **fields})
        if self.account.mode is not Mode.PLAIN:
            crypto = WeChatCrypto(self.account.token, self.account.aes_key, self.account.app_id)
            xml = crypto.encrypt_message(xml, self.query["nonce"], "1714112445")
        return web.Response(text=xml, content_type="application/xml")


async def _nothing(_call: Call) -> web.Response:
    return web.Response(text="success")


@dataclass
class Callback:
    """The account's server."""

    account: Account
    answer: Answer = _nothing
    calls: list[Call] = field(default_factory=list)

    async def handle(self, request: web.Request) -> web.Response:
        """Check the signature and answer."""
        query = dict(request.query)
        assert query["signature"] == signature(self.account.token, query["timestamp"], query["nonce"])
        if request.method == "GET":
            return web.Response(text=query["echostr"])
        body = await request.read()
        fields: Any = from_xml(body)
        if query.get("encrypt_type") == "aes":
            crypto = WeChatCrypto(self.account.token, self.account.aes_key, self.account.app_id)
            opened = crypto.decrypt_message(
                fields, query["msg_signature"], query["timestamp"], query["nonce"]
            )
            fields = from_xml(opened.encode())
        call = Call(self.account, query, body, dict(fields))
        self.calls.append(call)
        return await self.answer(call)


@dataclass
class Simulator:
    """The simulator under test."""

    client: TestClient[Any, Any]
    platform: Platform
    callback: Callback

    def become(self, kind: AccountKind, mode: Mode) -> None:
        """Another account on both sides."""
        self.platform.become(kind, mode)
        self.callback.account = self.platform.account

    async def token(self) -> str:
        """An access token."""
        account = self.platform.account
        asked = {"grant_type": "client_credential", "appid": account.app_id, "secret": account.secret}
        return str((await self.post("stable_token", asked, token=""))["access_token"])

    async def post(self, name: str, body: Any, *, token: str | None = None) -> dict[str, Any]:
        """A call of the API; `body` is sent as JSON unless it is bytes already."""
        value = await self.token() if token is None else token
        raw = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
        params = {"access_token": value} if value else {}
        response = await self.client.post(f"/cgi-bin/{name}", params=params, data=raw)
        answer: dict[str, Any] = await response.json()
        return answer

    async def send(self, openid: str, **message: Any) -> int:
        """A customer-service message; out: the platform's code."""
        answer = await self.post("message/custom/send", {"touser": openid, **message})
        return int(answer["errcode"])


@pytest.fixture
async def simulator(aiohttp_client: Any, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Simulator]:
    """The simulator; the five seconds are three tenths of one here."""
    monkeypatch.setattr(delivery, "PATIENCE_S", 0.3)
    account = new_account()
    callback = Callback(account)
    server_app = web.Application()
    server_app.router.add_route("*", "/wechat", callback.handle)
    async with TestServer(server_app) as server:
        app = init_app(account, str(server.make_url("/wechat")), "http://simulator.invalid")
        client = await aiohttp_client(app)
        yield Simulator(client, app[PLATFORM], callback)
        await asyncio.sleep(0)
