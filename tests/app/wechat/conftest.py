"""The real front with a fake Rasa behind it and a fake WeChat API beside it."""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.wechat.codec import Codec, Key, signature
from bot.channels.wechat.people import PeopleStore
from bot.front.keys import DATABASE
from bot.front.main import init_app
from bot.settings import Settings
from bot.store import ConversationStore, MessageState, StoredMessage
from tests.app.front.conftest import AsInProduction
from tests.support.fake_rasa import TOKEN, FakeRasa
from tests.support.ports import free_ports

APP_ID = "wx0123456789abcdef"
SECRET = "5ecre7" * 5
WECHAT_TOKEN = "t0kenOfTheTests"
AES_KEY = "k" * 43
ACCOUNT = "gh_0123456789ab"

Answer = Callable[[dict[str, Any]], Awaitable[web.StreamResponse]]


class FakeApi:
    """The platform's API, as far as we use it. `fail` holds errcodes to answer with, by path, used up in order."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.raw: list[bytes] = []
        self.typing: list[str] = []
        self.tokens_asked: list[dict[str, Any]] = []
        self.fail: dict[str, list[int]] = {}
        self.may_send = True
        self.probes = 0
        self.token = "token-1"
        self.slow_s = 0.0
        self.menu: Any = None

    @property
    def texts(self) -> list[str]:
        """What was sent in words, in order."""
        return [body["text"]["content"] for body in self.sent if body["msgtype"] == "text"]

    async def _stable_token(self, request: web.Request) -> web.Response:
        asked = await request.json()
        self.tokens_asked.append(asked)
        if code := self._failing("stable_token"):
            return web.json_response({"errcode": code, "errmsg": "invalid ip 203.0.113.7, not in whitelist"})
        if asked["secret"] != SECRET or asked["appid"] != APP_ID:
            return web.json_response({"errcode": 40125, "errmsg": "invalid appsecret"})
        if asked["force_refresh"]:
            self.token += "f"
        return web.json_response({"access_token": self.token, "expires_in": 7200})

    async def _custom(self, request: web.Request) -> web.Response:
        raw = await request.read()
        body = json.loads(raw)
        which = request.path.rpartition("/")[2]
        if request.query.get("access_token") != self.token:
            return web.json_response({"errcode": 40001, "errmsg": "invalid credential"})
        if not self.may_send:
            return web.json_response({"errcode": 48001, "errmsg": "api unauthorized"})
        if body["touser"] == "bangban-check":
            self.probes += 1
            return web.json_response({"errcode": 40003, "errmsg": "invalid openid"})
        await asyncio.sleep(self.slow_s)
        if code := self._failing(which):
            return web.json_response({"errcode": code, "errmsg": "no"})
        if which == "typing":
            self.typing.append(body["touser"])
        else:
            self.raw.append(raw)
            self.sent.append(body)
        return web.json_response({"errcode": 0, "errmsg": "ok"})

    async def _menu(self, request: web.Request) -> web.Response:
        if request.method == "POST":
            self.menu = await request.json()
            return web.json_response({"errcode": 0, "errmsg": "ok"})
        return web.json_response({"menu": self.menu})

    async def _addresses(self, _request: web.Request) -> web.Response:
        return web.json_response({"ip_list": ["203.0.113.1"]})

    def _failing(self, which: str) -> int:
        codes = self.fail.get(which)
        return codes.pop(0) if codes else 0

    def app(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/cgi-bin/stable_token", self._stable_token)
        app.router.add_post("/cgi-bin/message/custom/send", self._custom)
        app.router.add_post("/cgi-bin/message/custom/typing", self._custom)
        app.router.add_post("/cgi-bin/menu/create", self._menu)
        app.router.add_get("/cgi-bin/menu/get", self._menu)
        app.router.add_get("/cgi-bin/getcallbackip", self._addresses)
        return app


@dataclass
class Shown:
    """The response to a push: the text for the person, None for `success`."""

    status: int
    body: bytes
    text: str | None
    seconds: float


@dataclass
class Account:
    """The front under test, seen from the platform."""

    client: TestClient[Any, Any]
    rasa: FakeRasa
    api: FakeApi
    store: ConversationStore
    people: PeopleStore
    settings: Settings
    codec: Codec
    next_id: int = 10_000_000_000_000_001
    ids: dict[str, str] = field(default_factory=dict)

    def signed(self, body: bytes = b"", *, sealed: bool = False, **more: str) -> dict[str, str]:
        """A query with the signatures of now."""
        timestamp, nonce = (
            str(int(time.time())),
            hashlib.sha256(f"{time.monotonic_ns()}".encode()).hexdigest()[:12],
        )
        query = {
            "signature": signature(WECHAT_TOKEN, timestamp, nonce),
            "timestamp": timestamp,
            "nonce": nonce,
        }
        if sealed:
            encrypted = ElementTree.fromstring(body).findtext("Encrypt") or ""
            query |= {
                "encrypt_type": "aes",
                "msg_signature": signature(WECHAT_TOKEN, timestamp, nonce, encrypted),
            }
        return query | more

    async def push(self, body: bytes, query: dict[str, str] | None = None) -> Shown:
        """Send a push in safe mode, or as given."""
        if query is None:
            encrypted = self.codec.seal(body, Key.read(AES_KEY))
            body = f"<xml><ToUserName>{ACCOUNT}</ToUserName><Encrypt>{encrypted}</Encrypt></xml>".encode()
            query = self.signed(body, sealed=True)
        started = time.monotonic()
        response = await self.client.post("/wechat", params=query, data=body)
        answer = await response.read()
        seconds = time.monotonic() - started
        text = None
        if answer.startswith(b"<xml>"):
            root = ElementTree.fromstring(answer)
            if (sealed := root.findtext("Encrypt")) is not None:
                signed_parts = root.findtext("TimeStamp"), root.findtext("Nonce"), sealed
                assert root.findtext("MsgSignature") == signature(WECHAT_TOKEN, *map(str, signed_parts))
                root = ElementTree.fromstring(self.codec.open(sealed).text)
            assert root.findtext("FromUserName") == ACCOUNT
            text = root.findtext("Content")
        return Shown(response.status, answer, text, seconds)

    def xml(self, kind: str, person: str = "oAnna", **fields: str | int) -> bytes:
        """A push of some kind, a new one each time unless a MsgId is given."""
        self.next_id += 1
        common: dict[str, str | int] = {
            "ToUserName": ACCOUNT,
            "FromUserName": person,
            "CreateTime": int(time.time()),
            "MsgType": kind,
        }
        if kind != "event":
            common["MsgId"] = self.next_id
        else:
            common["CreateTime"] = self.next_id % 10**9
        inner = "".join(f"<{name}><![CDATA[{value}]]></{name}>" for name, value in (common | fields).items())
        return f"<xml>{inner}</xml>".encode()

    async def say(self, text: str, person: str = "oAnna", **fields: str | int) -> Shown:
        """A text message."""
        return await self.push(self.xml("text", person, Content=text, **fields))

    async def event(self, name: str, person: str = "oAnna", **fields: str | int) -> Shown:
        """An event."""
        return await self.push(self.xml("event", person, Event=name, **fields))

    def sender(self, person: str = "oAnna") -> str:
        """The pseudonym of a person."""
        from bot.conversation.identity import pseudonym

        return pseudonym(self.settings.mask_salt, "wechat", person)

    async def history(self, person: str = "oAnna") -> tuple[StoredMessage, ...]:
        """What the store has of a person, when nothing is under way any more."""
        async with asyncio.timeout(15):
            while True:
                found = await self.store.messages("wechat", self.sender(person))
                if not {message.state for message in found} & {MessageState.PENDING, MessageState.SENDING}:
                    return found
                await asyncio.sleep(0.02)

    async def until(self, true: Callable[[], bool], seconds: float = 10.0) -> None:
        """Return when something has become true."""
        async with asyncio.timeout(seconds):
            while not true():
                await asyncio.sleep(0.02)


class Held:
    """Rasa answers what holds some words only when it is let go."""

    def __init__(self, rasa: FakeRasa, only: str = "") -> None:
        self._go = asyncio.Event()
        self._only = only
        self._echo = rasa.echo
        rasa.answer = self.answer

    def let_go(self) -> None:
        """Answer now, and what comes later at once."""
        self._go.set()

    async def answer(self, request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        """What Rasa does now."""
        if self._only in asked["message"]:
            await self._go.wait()
        return await self._echo(request, asked)


StartAccount = Callable[..., Awaitable[Account]]


@pytest.fixture
async def api() -> AsyncIterator[FakeApi]:
    fake = FakeApi()
    server = TestServer(fake.app())
    await server.start_server()
    fake_url = str(server.make_url("")).rstrip("/")
    fake.__dict__["url"] = fake_url
    yield fake
    await server.close()


@pytest.fixture
def settings(tmp_path: Path, api: FakeApi) -> Settings:
    [port] = free_ports(1)
    return Settings(
        var_dir=tmp_path,
        rasa_token=TOKEN,
        mask_salt="salt of the tests",
        rasa_port=port,
        actions_port=port,
        turn_deadline_s=10,
        wechat_token=WECHAT_TOKEN,
        wechat_app_id=APP_ID,
        wechat_app_secret=SECRET,
        wechat_aes_key=AES_KEY,
        wechat_api_url=api.__dict__["url"],
        wechat_passive_deadline_s=1.5,
    )


@pytest.fixture
async def rasa(settings: Settings) -> AsyncIterator[FakeRasa]:
    fake = FakeRasa()
    async with fake.serve(settings.rasa_port):
        yield fake


@pytest.fixture
async def start(
    settings: Settings, aiohttp_client: Any, rasa: FakeRasa, api: FakeApi
) -> AsyncIterator[StartAccount]:
    """Start a front, with other settings when they are given."""

    async def start(**changed: Any) -> Account:
        chosen = settings.model_copy(update=changed)
        before = api.probes
        app = init_app(chosen)
        client = await aiohttp_client(AsInProduction(app))
        database = app[DATABASE]
        codec = Codec(APP_ID, (Key.read(AES_KEY),))
        account = Account(
            client, rasa, api, ConversationStore(database), PeopleStore(database), chosen, codec
        )
        until = time.monotonic() + 3
        while _asks(chosen) and api.probes == before and time.monotonic() < until:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)  # the platform has said what the account may do
        return account

    yield start


def _asks(settings: Settings) -> bool:
    return bool(settings.wechat_token) and settings.wechat_customer_service == "auto"


@pytest.fixture
async def account(start: StartAccount) -> Account:
    return await start()
