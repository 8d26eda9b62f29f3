"""A person at the desk on one front, a citizen on the other: nothing of it may be missed, doubled or taken twice."""

from __future__ import annotations

import asyncio
import uuid

import pytest

from bot.store import MessageState, Owner
from tests.app.desk.conftest import HUMAN
from tests.app.fronts.conftest import Front, Fronts, StartFronts, at_desk, heard, places, until
from tests.app.staff.conftest import Answered, Browser
from tests.app.widget.conftest import Tab

CHATS = "/api/desk/chats"


async def says(browser: Browser, chat: int, text: str) -> Answered:
    """Whoever has a chat says something in it."""
    said = await browser.ask("POST", f"{CHATS}/{chat}/messages", {"id": uuid.uuid4().hex, "text": text})
    assert said.status == 200, said.json
    return said


def said_to(tab: Tab, chat: int) -> list[str]:
    """The texts of a chat as a console was shown them."""
    return [
        frame["message"]["text"]
        for frame in tab.got
        if frame["type"] == "message" and frame["conversation"] == chat
    ]


def texts(tab: Tab, author: str) -> list[str]:
    """What a citizen was shown of somebody."""
    return [frame["text"] for frame in tab.got if frame["type"] == "message" and frame["author"] == author]


async def waiting(console: Tab) -> int:
    """The chat a console is told of that waits."""
    while True:
        frame = await heard(console, "chats")
        if queued := [chat for chat in frame["chats"] if chat["owner"] == "queued"]:
            number: int = queued[-1]["conversation_id"]
            return number


async def begun(front: Front, tab: Tab) -> None:
    """The citizen asks for a person and waits."""
    await tab.say(HUMAN)
    await tab.next("message", author="system")


async def test_words_go_both_ways(fronts: Fronts) -> None:
    li = await fronts.agent("li")
    token = await fronts.b.token()
    async with at_desk(fronts.a, li) as console, fronts.b.tab(token) as tab:
        await begun(fronts.b, tab)
        chat = await waiting(console)
        assert [f["kind"] for f in console.got if f["type"] == "notice"] in (["new_in_queue"], [])
        assert (await li.post(f"{CHATS}/{chat}/claim")).status == 200
        owner = await tab.next("owner", owner="human")
        assert owner["agent"]["name"] == "职员li"
        await console.send(type="watch", conversation=chat, after=0)
        while HUMAN not in said_to(console, chat):
            await console.next("message", conversation=chat)

        for n in range(3):
            await tab.say(f"问{n}")
            while f"问{n}" not in said_to(console, chat):
                await console.next("message", conversation=chat)
            await console.send(type="typing", conversation=chat, on=True)
            await tab.next("typing", who="agent", on=True)
            await says(li, chat, f"答{n}")
            await tab.next("message", author="agent", text=f"答{n}")
            await console.send(type="typing", conversation=chat, on=False)
        await tab.send(type="typing", on=True)
        await console.next("typing", who="citizen", conversation=chat, on=True)
        await fronts.b.all_sent(token)
        await console.silence(0.5)
        await tab.silence(0.3)

    assert texts(tab, "agent") == ["答0", "答1", "答2"]
    seqs = places(console, chat)
    assert seqs == list(range(1, len(seqs) + 1))
    assert not [f for f in console.got if f["type"] == "delivery" and f["state"] == "failed"]
    stored = await fronts.b.stored(token)
    assert {m.state for m in stored if m.direction == "out"} == {MessageState.SENT}


async def test_of_two_who_claim_on_two_fronts_one_has_it(fronts: Fronts) -> None:
    li = await fronts.agent("li")
    wang = fronts.b.browser_of(await fronts.agent("wang"))
    won: set[str] = set()
    for n in range(6):
        await fronts.b.say(HUMAN, f"citizen{n}")
        [chat] = [one for one in await fronts.a.desk.live() if one.owner is Owner.QUEUED]
        where = f"{CHATS}/{chat.conversation_id}/claim"
        answers = dict(
            zip(("li", "wang"), await asyncio.gather(li.post(where), wang.post(where)), strict=True)
        )

        [winner] = [name for name, answer in answers.items() if answer.status == 200]
        [loser] = [name for name in answers if name != winner]
        won.add(winner)
        assert (answers[loser].status, answers[loser].error) == (409, "already_taken")
        assert f"职员{winner}" in answers[loser].json["error"]["message"]
        for front in (fronts.a, fronts.b):
            now = await front.desk.chat(chat.conversation_id)
            assert now.agent is not None and now.agent.name == f"职员{winner}"
        steps = [event.event for event in await fronts.a.desk.events(chat.conversation_id)]
        assert steps == ["queued", "claimed"]
        joined = [m.text for m in await fronts.b.store.messages("rest", chat.sender) if m.author == "system"]
        assert len([text for text in joined if "职员" in text]) == 1, "the citizen is told once"


@pytest.mark.usefixtures("quick")
async def test_who_is_lost_on_one_front_loses_the_chat_to_the_other(start_fronts: StartFronts) -> None:
    fronts = await start_fronts(desk_lost_after_s=3)
    li, wang = await fronts.agent("li"), await fronts.agent("wang")
    token = await fronts.b.token()
    async with at_desk(fronts.b, wang) as other, fronts.b.tab(token) as tab:
        async with at_desk(fronts.a, li):
            await begun(fronts.b, tab)
            chat = await waiting(other)
            assert (await li.post(f"{CHATS}/{chat}/claim")).status == 200
            claimed = fronts.a.desk.now()
            await until(lambda: (fronts.a.desk.now() - claimed).total_seconds() > 4)
            kept = await fronts.b.desk.chat(chat)
            assert kept.agent is not None and kept.agent.name == "职员li", "an open console is a sign of life"
        assert await waiting(other) == chat
        assert [event.event for event in await fronts.b.desk.events(chat)][-1] == "lost"
        assert (await fronts.b.browser_of(wang).post(f"{CHATS}/{chat}/claim")).status == 200
        while (await heard(tab, "owner", owner="human"))["agent"]["name"] != "职员wang":
            pass


@pytest.mark.usefixtures("quick")
async def test_a_console_on_the_other_front_is_a_sign_of_life_too(start_fronts: StartFronts) -> None:
    fronts = await start_fronts(desk_lost_after_s=3)
    li = await fronts.agent("li")
    async with at_desk(fronts.b, li) as there:
        async with at_desk(fronts.a, li):
            await fronts.b.say(HUMAN)
            chat = await waiting(there)
            await li.post(f"{CHATS}/{chat}/claim")
        left = fronts.a.desk.now()
        await until(lambda: (fronts.a.desk.now() - left).total_seconds() > 4)

    assert [event.event for event in await fronts.a.desk.events(chat)] == ["queued", "claimed"]


async def test_what_one_front_assigns_the_other_hears(fronts: Fronts) -> None:
    await fronts.a.assigns(True)
    li = await fronts.agent("li")
    async with at_desk(fronts.b, li) as console:
        await fronts.a.say(HUMAN)
        while (notice := await heard(console, "notice"))["kind"] != "assigned":
            pass
        while not [
            c for f in console.got if f["type"] == "chats" for c in f["chats"] if c["owner"] == "human"
        ]:
            await heard(console, "chats")
    chat = await fronts.b.desk.chat(notice["conversation"])
    assert chat.agent is not None and chat.agent.name == "职员li"
    assert [event.event for event in await fronts.b.desk.events(chat.conversation_id)] == [
        "queued",
        "assigned",
    ]


async def seen_online(console: Tab, chat: int, online: bool | None) -> None:
    """Return when a console's list says so of a chat."""
    while True:
        frame = await heard(console, "chats")
        if [one["online"] for one in frame["chats"] if one["conversation_id"] == chat] == [online]:
            return


async def test_whether_a_citizen_of_the_other_front_is_there(start_fronts: StartFronts) -> None:
    fronts = await start_fronts()
    li, token = await fronts.agent("li"), await fronts.b.token()
    async with at_desk(fronts.a, li) as console:
        async with fronts.b.tab(token) as tab:
            await begun(fronts.b, tab)
            chat = await waiting(console)
            if console.got[-1]["chats"][0]["online"] is not True:
                await seen_online(console, chat, True)
        await seen_online(console, chat, False)
        async with fronts.a.tab(token):
            await seen_online(console, chat, True)
        await seen_online(console, chat, False)
        async with fronts.b.tab(token):
            await seen_online(console, chat, True)
            fronts.redis.stop()
            await fronts.hear(False)
            await seen_online(console, chat, None)
            fronts.redis.start()
            await seen_online(console, chat, True)
