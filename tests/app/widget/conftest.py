"""The real front with a fake Rasa behind it, and browsers' tabs in front of it."""

from __future__ import annotations

import asyncio
import json
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import WSMsgType, web
from aiohttp.test_utils import TestClient

from bot.channels.widget.door import WIDGET
from bot.channels.widget.service import Widget
from bot.front.keys import DATABASE
from bot.front.main import init_app
from bot.settings import Settings
from bot.store import ConversationStore, Database, StoredMessage
from tests.app.front.conftest import AsInProduction
from tests.support.fake_rasa import TOKEN, FakeRasa
from tests.support.ports import free_ports

Client = TestClient[Any, Any]
PATIENCE_S = 15.0


class Tab:
    """One open socket, with all it has been sent."""

    def __init__(self, ws: aiohttp.ClientWebSocketResponse) -> None:
        self.ws = ws
        self.got: list[dict[str, Any]] = []

    async def send(self, **frame: Any) -> None:
        await self.ws.send_str(json.dumps(frame))

    async def say(self, text: str, message_id: str | None = None) -> str:
        message_id = message_id or str(uuid.uuid4())
        await self.send(type="message", id=message_id, text=text)
        return message_id

    async def next(self, kind: str, **fields: Any) -> dict[str, Any]:
        """The next frame of a kind with these fields; the others on the way are kept in `got`."""
        async with asyncio.timeout(PATIENCE_S):
            while True:
                message = await self.ws.receive()
                assert message.type is WSMsgType.TEXT, (message, self.ws.close_code)
                frame: dict[str, Any] = json.loads(message.data)
                self.got.append(frame)
                if frame["type"] == kind and all(frame[name] == value for name, value in fields.items()):
                    return frame

    async def reply(self) -> dict[str, Any]:
        """The next message from us."""
        return await self.next("message", direction="out")

    async def closed(self) -> int | None:
        """The close code, once the front has closed; frames before it are in `got`."""
        async with asyncio.timeout(PATIENCE_S):
            while (message := await self.ws.receive()).type is WSMsgType.TEXT:
                self.got.append(json.loads(message.data))
        return self.ws.close_code

    async def silence(self, seconds: float = 0.3) -> list[dict[str, Any]]:
        """The frames of a while."""
        before = len(self.got)
        try:
            async with asyncio.timeout(seconds):
                while (message := await self.ws.receive()).type is WSMsgType.TEXT:
                    self.got.append(json.loads(message.data))
        except TimeoutError:
            pass
        return self.got[before:]

    def messages(self) -> list[tuple[int, str]]:
        """(place, text) of every message it was sent."""
        return [(frame["seq"], frame["text"]) for frame in self.got if frame["type"] == "message"]


class Site:
    """A front under test: its client, the Rasa behind it, and a look into its store."""

    def __init__(self, client: Client, rasa: FakeRasa, widget: Widget, store: ConversationStore) -> None:
        self.client = client
        self.rasa = rasa
        self.widget = widget
        self.store = store

    async def token(self, **body: Any) -> str:
        response = await self.client.post("/widget/session", json=body)
        assert response.status == 200, await response.text()
        token: str = (await response.json())["token"]
        return token

    @asynccontextmanager
    async def tab(self, token: str | None, after: int = 0, **headers: str) -> AsyncIterator[Tab]:
        async with self.client.ws_connect("/widget/socket", protocols=("bangban.v1",), headers=headers) as ws:
            tab = Tab(ws)
            await tab.send(type="hello", token=token, after=after, lang="zh-CN")
            yield tab

    async def stored(self, token: str) -> tuple[StoredMessage, ...]:
        visitor = self.widget.tokens.read(token)
        assert visitor is not None
        return await self.store.messages("widget", self.widget.key(visitor))


StartSite = Callable[..., Awaitable[Site]]


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    [port] = free_ports(1)
    return Settings(
        var_dir=tmp_path,
        rasa_token=TOKEN,
        mask_salt="salt of the tests",
        rasa_port=port,
        actions_port=port,
        turn_deadline_s=2,
        max_message_chars=200,
        widget_messages_per_minute=6000,
    )


@pytest.fixture
async def rasa(settings: Settings) -> AsyncIterator[FakeRasa]:
    fake = FakeRasa()
    async with fake.serve(settings.rasa_port):
        yield fake


@pytest.fixture
async def start_site(settings: Settings, aiohttp_client: Any, rasa: FakeRasa) -> StartSite:
    async def start(**changed: Any) -> Site:
        app: web.Application = init_app(settings.model_copy(update=changed))
        client = await aiohttp_client(AsInProduction(app))
        return Site(client, rasa, app[WIDGET], ConversationStore(app[DATABASE]))

    return start


@pytest.fixture
async def site(start_site: StartSite) -> Site:
    return await start_site()


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The front's database before the front is started."""
    async with Database.open(settings.database_url) as database:
        yield database
