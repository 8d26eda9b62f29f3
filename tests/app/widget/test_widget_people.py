"""Conversations that wait for a person, or have one: what the browser is told, and what the desk is."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.channels.message import AgentNote
from bot.channels.widget.floor import Floor
from bot.store import Owner
from tests.app.widget.conftest import Site, StartSite, bearer
from tests.support.desk import FakeDesk
from tests.support.owners import belongs_to

WANG = AgentNote(name="王芳", number="017")


class Chat:
    """A conversation that has begun, and a desk that moves it."""

    def __init__(self, site: Site, token: str) -> None:
        self.site, self.token = site, token
        self.desk = site.widget.desk = FakeDesk()

    async def moves(self, owner: Owner, known: Floor) -> None:
        [question, *_] = await self.site.stored(self.token)
        self.desk.known = known
        await belongs_to(self.site.store, question.conversation_id, owner)
        self.site.widget.hub.notify(question.sender)


async def begun(site: Site) -> Chat:
    token = await site.token()
    async with site.tab(token) as tab:
        await tab.say("转人工")
        await tab.reply()
    return Chat(site, token)


def floor(owner: str, position: int | None = None, agent: dict[str, str] | None = None) -> dict[str, Any]:
    return {"owner": owner, "position": position, "agent": agent}


async def test_a_tab_is_told_its_place_in_the_queue_and_who_has_come(site: Site) -> None:
    chat = await begun(site)
    async with site.tab(chat.token) as tab:
        welcome = await tab.next("welcome")
        told = []
        for owner, known in (
            (Owner.QUEUED, Floor(position=3)),
            (Owner.QUEUED, Floor(position=2)),
            (Owner.HUMAN, Floor(agent=WANG)),
            (Owner.CLOSED, Floor(position=9)),
        ):
            await chat.moves(owner, known)
            told.append(await tab.next("owner"))
    async with site.tab(chat.token) as tab:
        later = await tab.next("welcome")

    assert {key: welcome[key] for key in floor("bot")} == floor("bot")
    assert told == [
        {"type": "owner", **floor("queued", 3)},
        {"type": "owner", **floor("queued", 2)},
        {"type": "owner", **floor("human", None, {"name": "王芳", "number": "017"})},
        {"type": "owner", **floor("closed")},
    ]
    assert later["owner"] == "closed"


async def test_a_waiting_poll_ends_when_the_queue_moves(site: Site) -> None:
    chat = await begun(site)
    await chat.moves(Owner.QUEUED, Floor(position=2))
    asked = site.client.get("/widget/poll", params={"after": "99", "wait": "20"}, headers=bearer(chat.token))
    waiting = asyncio.create_task(asked)
    position = 2
    async with asyncio.timeout(15):
        while not waiting.done():  # it must have begun to wait before the queue moves
            await asyncio.sleep(0.2)
            await chat.moves(Owner.QUEUED, Floor(position=(position := position + 1)))
        events = (await (await waiting).json())["events"]

    assert [(event["owner"], event["position"] > 2) for event in events] == [("queued", True)]


async def test_the_desk_hears_that_the_citizen_types_only_while_it_has_the_conversation(site: Site) -> None:
    chat = await begun(site)
    async with site.tab(chat.token) as tab:
        await tab.send(type="typing", on=True)
        await tab.send(type="ping", t=1)
        await tab.next("pong")
        assert chat.desk.typed == []
        await chat.moves(Owner.HUMAN, Floor(agent=WANG))
        await tab.next("owner")
        for on in (True, False, "yes"):
            await tab.send(type="typing", on=on)
        await tab.send(type="ping", t=2)
        await tab.next("pong")

    assert [on for _, on in chat.desk.typed] == [True, False, False]


@pytest.mark.parametrize("owner", [Owner.QUEUED, Owner.HUMAN])
async def test_who_waits_for_a_person_is_not_sent_away_as_idle(start_site: StartSite, owner: Owner) -> None:
    site = await start_site(widget_idle_s=1.5)
    chat = await begun(site)
    await chat.moves(owner, Floor())
    async with site.tab(chat.token) as tab:
        assert (await tab.next("welcome"))["owner"] == owner.value
        assert [frame for frame in await tab.silence(3.0) if frame["type"] == "resume"] == []
        await chat.moves(Owner.CLOSED, Floor())
        assert await tab.closed() == 1001


async def test_a_desk_that_is_away_costs_a_tab_only_time(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.widget.socket._STORE_AWAY_S", 0.1)
    chat = await begun(site)
    await chat.moves(Owner.QUEUED, Floor(position=1))
    chat.desk.is_away = True
    async with site.tab(chat.token) as tab:
        assert await tab.silence(0.3) == []
        chat.desk.is_away = False
        assert (await tab.next("welcome"))["position"] == 1
