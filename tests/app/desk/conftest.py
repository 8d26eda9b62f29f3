"""The real front with a fake Rasa behind it, and people at the desk."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy.orm import Session

from bot.channels.widget.door import WIDGET
from bot.desk.keys import DESK
from bot.desk.service import DeskService
from bot.desk.values import ChatState, Person
from bot.front.keys import DATABASE
from bot.front.main import init_app
from bot.settings import Settings
from bot.staff.door import STAFF
from bot.store import ConversationStore, Database, MessageState, StoredMessage
from bot.store.desk_tables import DeskTeam
from bot.store.desk_values import Presence
from bot.store.staff_values import Role
from tests.app.front.conftest import AsInProduction
from tests.app.widget.conftest import Site
from tests.support.fake_rasa import TOKEN, FakeRasa, payload, turn
from tests.support.ports import free_ports
from tests.unit.desk.conftest import ALWAYS
from tests.unit.staff.conftest import add

HUMAN = "转人工"


class Desk(Site):
    """A front with a desk."""

    def __init__(self, client: Any, app: web.Application, rasa: FakeRasa) -> None:
        super().__init__(client, rasa, app[WIDGET], ConversationStore(app[DATABASE]))
        self.app = app
        self.desk: DeskService = app[DESK]
        self.database: Database = app[DATABASE]

    async def opens(self, **hours: Any) -> None:
        """The default team works always, or at these hours."""

        def work(session: Session) -> None:
            for team in session.query(DeskTeam):
                team.hours = hours or ALWAYS

        await self.database.write(work)

    async def assigns(self, by_itself: bool) -> None:
        def work(session: Session) -> None:
            for team in session.query(DeskTeam):
                team.auto_assign = by_itself

        await self.database.write(work)

    async def person(self, name: str, role: Role = Role.AGENT) -> Person:
        """A member of staff who is there."""
        account = await add(self.app[STAFF].accounts, name, role)
        agent = await self.desk.agent(account.id)
        person = Person(account.id, name, account.display_name, agent.number, role)
        await self.desk.presence(person, Presence.ONLINE)
        return person

    async def say(self, text: str, sender: str = "anna", message_id: str | None = None) -> list[str]:
        """A message over REST; out: the texts of the replies."""
        body: dict[str, Any] = {"sender": sender, "message": text}
        if message_id:
            body["metadata"] = {"message_id": message_id}
        response = await self.client.post("/webhooks/rest/webhook", json=body)
        assert response.status == 200, await response.text()
        return [reply["text"] for reply in await response.json()]

    async def settled(self, token: str, place: int) -> StoredMessage:
        """The message at a place of a conversation, once nothing more is to be answered to it."""
        async with asyncio.timeout(20):
            while (message := (await self.stored(token))[place]).state is not MessageState.ANSWERED:
                await asyncio.sleep(0.02)
        return message

    async def all_sent(self, token: str) -> None:
        """Return when every message of ours was handed over (it is noted just after)."""
        async with asyncio.timeout(20):
            while {m.state for m in await self.stored(token) if m.direction == "out"} != {MessageState.SENT}:
                await asyncio.sleep(0.02)

    async def until(self, holds: Callable[[ChatState], bool], person: Person) -> ChatState:
        """The one open chat a supervisor sees, as soon as something holds of it."""
        async with asyncio.timeout(10):
            while True:
                chats = await self.desk.live()
                found = [chat for chat in chats if holds(chat)]
                if found:
                    return found[0]
                await asyncio.sleep(0.02)


async def answers(_request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
    """A Rasa that understands a request for a person, a complaint and a matter."""
    text = asked["message"]
    if text in (HUMAN, "我要人工"):
        return turn(
            payload("好的，您想找人工。", outcome="handoff", aspect=None, handoff="asked"), intent="human"
        )
    if "投诉" in text:
        said = payload("投诉请拨 12345。", outcome="handoff", aspect=None, handoff="complaint")
        return turn(said, intent="complaint")
    if "低保" in text:
        guide = {"id": "g@1", "title": "最低生活保障", "item_id": "i", "version": 2}
        return turn(payload("带户口簿。", guide=guide, handoff="guide"))
    if "没有的事" in text:
        return turn(payload("没找到。", outcome="nothing_found", aspect=None))
    return turn(payload(f"答：{text}"))


StartDesk = Callable[..., Awaitable[Desk]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    [port] = free_ports(1)
    return Settings(
        var_dir=tmp_path,
        rasa_token=TOKEN,
        mask_salt="salt of the tests",
        staff_key="key of the tests",
        rasa_port=port,
        actions_port=port,
        turn_deadline_s=5,
        widget_messages_per_minute=600,
    )


@pytest.fixture
async def rasa(settings: Settings) -> AsyncIterator[FakeRasa]:
    fake = FakeRasa()
    fake.answer = answers
    async with fake.serve(settings.rasa_port):
        yield fake


@pytest.fixture
async def start_desk(settings: Settings, aiohttp_client: Any, rasa: FakeRasa) -> StartDesk:
    async def start(**changed: Any) -> Desk:
        app = init_app(settings.model_copy(update=changed))
        client = await aiohttp_client(AsInProduction(app))
        return Desk(client, app, rasa)

    return start


@pytest.fixture
async def desk(start_desk: StartDesk) -> Desk:
    """The default team works always; nobody is there yet, and nothing is assigned by itself."""
    desk = await start_desk()
    await desk.opens()
    await desk.assigns(False)
    return desk
