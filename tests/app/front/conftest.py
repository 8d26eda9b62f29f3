"""The real front with a fake Rasa behind it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.front.keys import DATABASE
from bot.front.main import init_app
from bot.settings import Settings
from bot.store import ConversationStore, Database, MessageState, StoredMessage
from tests.support.fake_rasa import TOKEN, FakeRasa
from tests.support.ports import free_ports

Client = TestClient[Any, Any]


class AsInProduction(TestServer):
    """aiohttp's test server stops a handler when its client hangs up; `web.run_app` lets it finish."""

    async def _make_runner(self, **kwargs: Any) -> web.BaseRunner:
        production = {"handler_cancellation": False, "access_log": None}
        return await super()._make_runner(**{**kwargs, **production})


class Front:
    """A front under test: its client, the Rasa behind it, and a look into its store."""

    def __init__(self, client: Client, rasa: FakeRasa, store: ConversationStore) -> None:
        self.client = client
        self.rasa = rasa
        self.store = store

    async def say(self, message: str, sender: str = "anna", message_id: str | None = None) -> list[Any]:
        """One message; out: the replies."""
        body: dict[str, Any] = {"sender": sender, "message": message}
        if message_id:
            body["metadata"] = {"message_id": message_id}
        response = await self.client.post("/webhooks/rest/webhook", json=body)
        assert response.status == 200, await response.text()
        replies: list[Any] = await response.json()
        return replies

    async def reaches(self, reply: dict[str, Any], state: MessageState) -> None:
        """Return when the reply is in this state (delivery is recorded just after it was received)."""
        async with asyncio.timeout(20):
            while (await self.exchange_of(reply))[1][0].state is not state:
                await asyncio.sleep(0.02)

    async def exchange_of(self, reply: dict[str, Any]) -> tuple[StoredMessage, tuple[StoredMessage, ...]]:
        """What the store has for a reply: the question and all its replies."""
        exchange = await self.store.exchange(reply["custom"]["message_id"])
        return exchange.question, exchange.replies


StartFront = Callable[..., Awaitable[Front]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a front whose Rasa and actions are down, until `rasa` starts them there."""
    [port] = free_ports(1)
    return Settings(
        var_dir=tmp_path,
        rasa_token=TOKEN,
        mask_salt="salt of the tests",
        rasa_port=port,
        actions_port=port,
        turn_deadline_s=6,
        max_message_chars=2000,
    )


@pytest.fixture
async def rasa(settings: Settings) -> AsyncIterator[FakeRasa]:
    fake = FakeRasa()
    async with fake.serve(settings.rasa_port):
        yield fake


@pytest.fixture
async def start_front(settings: Settings, aiohttp_client: Any, rasa: FakeRasa) -> AsyncIterator[StartFront]:
    """Start a front, with other settings when they are given."""

    async def start(**changed: Any) -> Front:
        app = init_app(settings.model_copy(update=changed))
        client = await aiohttp_client(AsInProduction(app))
        return Front(client, rasa, ConversationStore(app[DATABASE]))

    yield start


@pytest.fixture
async def front(start_front: StartFront) -> Front:
    return await start_front()


@pytest.fixture
async def database(settings: Settings) -> AsyncIterator[Database]:
    """The front's database before the front is started."""
    async with Database.open(settings.database_url) as database:
        yield database
