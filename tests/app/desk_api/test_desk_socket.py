"""The console's socket: what it is shown, what it is not, and what ends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.channels.widget.door import WIDGET
from bot.desk import socket
from bot.desk.hub import chat_topic
from bot.desk.socket import PROTOCOL, close_consoles
from bot.staff.routing import COOKIE
from bot.store import ConversationStore
from bot.store.staff_values import AccountChange, Role
from bot.store.states import MessageState
from tests.app.desk_api.conftest import Floor
from tests.app.desk_api.rows import QUESTION, chat, database, says
from tests.app.staff.conftest import Browser
from tests.app.widget.conftest import Tab

MESSAGE = {"id": "id_of_a_message", "text": "您好，请带身份证。"}


def headers_of(browser: Browser, **more: str) -> dict[str, str]:
    own = {"Origin": str(browser.client.make_url("/")).rstrip("/"), "X-Forwarded-For": "10.1.1.1"}
    return own | ({"Cookie": f"{COOKIE}={browser.token}"} if browser.token else {}) | more


@asynccontextmanager
async def console(browser: Browser, watch: Any = None, **headers: str) -> AsyncIterator[Tab]:
    """An open console that has said hello."""
    sent = headers_of(browser, **headers)
    async with browser.client.ws_connect("/api/desk/socket", protocols=(PROTOCOL,), headers=sent) as ws:
        tab = Tab(ws)
        await tab.send(type="hello", watch=watch or {})
        yield tab


def places(tab: Tab, conversation_id: int) -> list[int]:
    """The places of the messages of a chat it was shown."""
    return [
        frame["message"]["seq"]
        for frame in tab.got
        if frame["type"] == "message" and frame["conversation"] == conversation_id
    ]


async def test_the_lists_come_by_themselves(floor: Floor) -> None:
    mine = await floor.with_agent("li")
    async with console(floor.browsers["li"]) as tab:
        assert (await tab.next("welcome"))["account_id"] == floor.accounts["li"].id
        first = await tab.next("chats")
        assert [one["conversation_id"] for one in first["chats"]] == [mine]
        waiting = await floor.waiting()
        await says(floor.office, waiting, "有人吗")
        assert [one["conversation_id"] for one in (await tab.next("chats"))["chats"]] == [mine, waiting]
        await floor.browsers["wang"].post(f"/api/desk/chats/{waiting}/claim")
        assert [one["conversation_id"] for one in (await tab.next("chats"))["chats"]] == [mine]


async def test_many_things_at_once_are_one_list(floor: Floor) -> None:
    waiting = await floor.waiting()
    async with console(floor.browsers["li"]) as tab:
        await tab.next("chats")
        for n in range(20):
            await says(floor.office, waiting, f"第{n}句")
        await tab.silence(1.0)
        lists = [frame for frame in tab.got if frame["type"] == "chats"]
        assert 2 <= len(lists) <= 5
        assert lists[-1]["chats"][0]["last"]["text"] == "第19句"


async def test_what_is_said_comes_in_order_and_once(floor: Floor) -> None:
    chat_id = await floor.with_agent("li")
    li = floor.browsers["li"]
    async with console(li, {str(chat_id): 0}) as tab:
        assert (await tab.next("message"))["message"]["text"] == QUESTION
        await says(floor.office, chat_id, "还在吗")
        said = await li.ask("POST", f"/api/desk/chats/{chat_id}/messages", MESSAGE)
        await tab.next("message", conversation=chat_id)
        own = await tab.next("message", conversation=chat_id)
        assert own["message"]["message_id"] == said.json["message_id"]
        assert own["message"]["agent"]["name"] == "职员li"
        await tab.silence()
        assert places(tab, chat_id) == [1, 2, 3]


async def test_a_connection_that_breaks_loses_and_doubles_nothing(floor: Floor) -> None:
    chat_id = await floor.with_agent("li")
    seen: list[int] = []
    for round_ in range(4):
        after = max(seen, default=0)
        async with console(floor.browsers["li"], {str(chat_id): after}) as tab:
            await tab.next("welcome")
            last = 0
            for n in range(5):
                last = await says(floor.office, chat_id, f"{round_}.{n}")
                if n == round_:  # breaks off in the middle; the rest is said meanwhile
                    break
            while (frame := await tab.next("message"))["message"]["seq"] < last:
                pass
            assert frame["message"]["seq"] == last
            seen += places(tab, chat_id)
        await says(floor.office, chat_id, "meanwhile")
    async with console(floor.browsers["li"], {str(chat_id): max(seen)}) as tab:
        seen.append((await tab.next("message"))["message"]["seq"])
        await tab.silence()
    assert seen == list(range(1, len(seen) + 1)), "every place once"


async def test_three_hundred_messages_come_whole(floor: Floor) -> None:
    chat_id = await floor.with_agent("li")
    for n in range(300):
        await says(floor.office, chat_id, f"第{n}句")
    async with console(floor.browsers["li"], {str(chat_id): 0}) as tab:
        while (await tab.next("message"))["message"]["seq"] < 301:
            pass
        assert places(tab, chat_id) == list(range(1, 302))


@pytest.mark.parametrize("name", ["zhao", "wang"])
async def test_a_chat_of_somebody_else_is_not_shown(floor: Floor, name: str) -> None:
    chat_id, waiting = await floor.with_agent("li"), await floor.waiting()
    bots = await chat(floor.office)
    async with console(floor.browsers[name], {str(chat_id): 0, str(bots): 0, "999999": 0}) as tab:
        for _ in range(3):
            await tab.next("unwatched")
        await tab.send(type="watch", conversation=chat_id, after=0)
        await tab.next("unwatched", conversation=chat_id)
        await tab.send(type="watch", conversation=waiting, after=0)
        if name == "wang":
            await tab.next("message", conversation=waiting)
        else:
            await tab.next("unwatched", conversation=waiting)
        await says(floor.office, chat_id, "秘密")
        await tab.silence()
        assert "秘密" not in str(tab.got) and places(tab, chat_id) == []
    assert not any(action == "chat_read" for _, action in await floor.audit_of(chat_id))


async def test_a_chat_that_is_handed_on_is_not_shown_any_more(floor: Floor) -> None:
    chat_id = await floor.with_agent("li")
    async with console(floor.browsers["li"], {str(chat_id): 0}) as tab:
        await tab.next("message")
        await floor.browsers["boss"].post(f"/api/desk/chats/{chat_id}/take")
        while not {"notice", "unwatched"} <= {frame["type"] for frame in tab.got}:
            tab.got.append((await tab.ws.receive(timeout=20)).json())
        await says(floor.office, chat_id, "只给主管")
        await tab.silence()
        assert "只给主管" not in str(tab.got)


async def test_a_look_through_the_socket_is_noted_once(floor: Floor) -> None:
    chat_id = await floor.with_agent("li")
    for name in ("li", "li", "boss"):
        async with console(floor.browsers[name], {str(chat_id): 0}) as tab:
            await tab.next("message")
    assert await floor.audit_of(chat_id) == [("li", "chat_read"), ("boss", "chat_read")]


async def test_how_far_a_message_came_is_told_later(floor: Floor) -> None:
    chat_id = await floor.with_agent("li")
    li = floor.browsers["li"]
    said = (await li.ask("POST", f"/api/desk/chats/{chat_id}/messages", MESSAGE)).json
    hub = floor.api.hub
    await handed_over(floor, said["message_id"])
    await set_state(floor, said["message_id"], MessageState.PENDING, "")
    async with console(li, {str(chat_id): 0}) as tab:
        await tab.next("message", conversation=chat_id)
        await set_state(floor, said["message_id"], MessageState.FAILED, "45015")
        hub.notify(chat_topic(chat_id))
        while (told := await tab.next("delivery", seq=said["seq"]))["reason"] != "45015":
            pass  # the front itself found that the citizen has no window open
        assert (told["state"], told["reason_text"]) == ("failed", "对方超过 48 小时没有来信，微信不让主动发")
        await set_state(floor, said["message_id"], MessageState.SENT, "")
        hub.notify(chat_topic(chat_id))
        assert (await tab.next("delivery", seq=said["seq"]))["state"] == "sent"


async def test_how_far_a_message_came_is_told_to_a_console_that_knows_it_already(floor: Floor) -> None:
    chat_id = await floor.with_agent("li")
    li = floor.browsers["li"]
    said = (await li.ask("POST", f"/api/desk/chats/{chat_id}/messages", MESSAGE)).json
    await handed_over(floor, said["message_id"])
    await set_state(floor, said["message_id"], MessageState.FAILED, "offline")
    async with console(li, {str(chat_id): said["seq"]}) as tab:
        assert (await tab.next("delivery", seq=said["seq"]))["state"] == "failed"
        await set_state(floor, said["message_id"], MessageState.SENT, "")
        floor.api.hub.notify(chat_topic(chat_id))
        assert (await tab.next("delivery", seq=said["seq"]))["state"] == "sent"
        assert places(tab, chat_id) == []


async def handed_over(floor: Floor, message_id: int) -> None:
    """Return when the desk has tried to (nobody has the widget open)."""
    store = ConversationStore(database(floor.office))
    async with asyncio.timeout(20):
        while (await store.exchange(message_id)).question.state is MessageState.PENDING:
            await asyncio.sleep(0.02)


async def set_state(floor: Floor, message_id: int, state: MessageState, reason: str) -> None:
    from bot.store.tables import Message

    def work(session: Any) -> None:
        row = session.get_one(Message, message_id)
        row.state, row.reason = state, reason

    await database(floor.office).write(work)


async def test_notes_and_whispers_come_at_once(floor: Floor) -> None:
    chat_id = await floor.with_agent("li")
    async with console(floor.browsers["li"], {str(chat_id): 0}) as tab:
        await tab.next("message")
        await floor.browsers["boss"].post(f"/api/desk/chats/{chat_id}/notes", text="慢慢说", kind="whisper")
        note = await tab.next("note", conversation=chat_id)
        assert (note["note"]["kind"], note["note"]["text"]) == ("whisper", "慢慢说")
        assert note["note"]["author"]["name"] == "职员boss"


async def test_typing_is_seen_by_the_citizen_and_by_whoever_follows(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "_TYPING_S", 0.4)
    chat_id, other = await floor.with_agent("li"), await floor.with_agent("wang")
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(floor.office.client.app[WIDGET].hub, "tell", lambda _key, frame: told.append(frame))
    async with (
        console(floor.browsers["li"], {str(chat_id): 0}) as li,
        console(floor.browsers["boss"], {str(chat_id): 0}) as boss,
    ):
        await li.next("message")
        await boss.next("message")
        await li.send(type="typing", conversation=chat_id)
        seen = await boss.next("typing", on=True)
        assert (seen["who"], seen["name"]) == ("agent", "职员li")
        await boss.next("typing", on=False)
        await boss.send(type="typing", conversation=chat_id)
        await li.send(type="typing", conversation=other)
        assert all(frame["type"] != "typing" for frame in await li.silence()), "who has it not does not type"
    assert told == [{"type": "typing", "who": "agent", "on": on} for on in (True, False)]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Cookie": ""}, 401),
        ({"Cookie": f"{COOKIE}=forged"}, 401),
    ],
)
async def test_a_page_of_somebody_else_opens_nothing(
    floor: Floor, headers: dict[str, str], status: int
) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
        async with console(floor.browsers["li"], **headers):
            pass
    assert refused.value.status == status


async def test_without_an_origin_and_for_a_reviewer_it_stays_shut(floor: Floor) -> None:
    sent = headers_of(floor.browsers["li"])
    del sent["Origin"]
    for headers, status in ((sent, 403), (headers_of(floor.browsers["rev"]), 403)):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            await floor.office.client.ws_connect("/api/desk/socket", headers=headers)
        assert refused.value.status == status


@pytest.mark.parametrize("how", ["logout", "disabled", "role", "elsewhere"])
async def test_it_ends_with_the_session(floor: Floor, how: str) -> None:
    chat_id = await floor.with_agent("li")
    li, office = floor.browsers["li"], floor.office
    account = floor.accounts["li"]
    async with console(li, {str(chat_id): 0}) as tab:
        await tab.next("message")
        match how:
            case "logout":
                await li.post("/api/staff/logout")
            case "disabled":
                await office.staff.accounts.change(account.id, AccountChange(disabled=True), office.act())
            case "role":
                await office.staff.accounts.change(
                    account.id, AccountChange(role=Role.REVIEWER), office.act()
                )
            case "elsewhere":
                await office.staff.sessions.end_all(account.id, office.act())
        ended = asyncio.create_task(tab.closed())
        await asyncio.sleep(socket._CHECKED_S)
        await says(office, chat_id, "秘密")
        assert await ended == socket.ENDED
        assert tab.got[-1] == {"type": "ended"}
        assert "秘密" not in str(tab.got)


async def test_who_says_they_are_there_stays_signed_in_while_nobody_writes(
    floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "_HEARD_S", 0.1)
    monkeypatch.setattr(socket, "_LOOKED_S", 0.1)
    monkeypatch.setattr(socket, "_CHECKED_S", 0.1)
    li, wang = floor.browsers["li"], floor.browsers["wang"]
    await li.ask("PUT", "/api/desk/presence", {"presence": "online"})
    await wang.ask("PUT", "/api/desk/presence", {"presence": "break"})
    async with console(li) as there, console(wang) as away:
        await there.next("welcome")
        await away.next("welcome")
        ended = asyncio.create_task(away.closed())
        for _ in range(3):
            floor.office.clock.pass_(minutes=14)
            await there.silence(0.5)
        assert await ended == socket.ENDED
        await there.send(type="ping", t=1)
        assert (await there.next("pong"))["t"] == 1


async def test_an_open_console_is_a_sign_of_life(floor: Floor) -> None:
    before = (await floor.api.teams.agent(floor.accounts["li"].id)).seen_at
    async with console(floor.browsers["li"]) as tab:
        await tab.next("welcome")
        after = (await floor.api.teams.agent(floor.accounts["li"].id)).seen_at
    assert before and after and after > before


@pytest.mark.parametrize(
    "frame", ['{"type":"x"}', "[]", "{", '{"type":"watch"}', '{"type":"watch","conversation":-1}', '"hello"']
)
async def test_broken_frames_are_refused_and_then_the_socket_closed(floor: Floor, frame: str) -> None:
    async with console(floor.browsers["li"]) as tab:
        await tab.next("chats")
        await tab.ws.send_str(frame)
        refused = await tab.next("refused")
        assert set(refused["error"]) == {"code", "message", "mend"}
        for _ in range(6):
            await tab.ws.send_str(frame)
        assert await tab.closed() == 1008


@pytest.mark.parametrize(
    "hello",
    [
        '{"type":"watch"}',
        "[]",
        "{",
        '{"type":"hello","watch":{"x":0}}',
        '{"type":"hello","watch":{"1":-1}}',
        '{"type":"hello","watch":[1]}',
        '{"type":"hello","watch":{"1":"0"}}',
        '{"type":"hello","watch":{"²":0}}',
    ],
)
async def test_without_a_hello_nothing_is_shown(floor: Floor, hello: str) -> None:
    sent = headers_of(floor.browsers["li"])
    async with floor.office.client.ws_connect("/api/desk/socket", headers=sent) as ws:
        await ws.send_str(hello)
        tab = Tab(ws)
        assert await tab.closed() == 1008
        assert tab.got == []


async def test_frames_too_large_binary_or_too_many(floor: Floor) -> None:
    li = floor.browsers["li"]
    async with console(li) as tab:
        await tab.ws.send_str("x" * (socket.LARGEST_FRAME + 1))
        assert await tab.closed() == 1009
    async with console(li) as tab:
        await tab.ws.send_bytes(b"{}")
        assert await tab.closed() == 1003
    async with console(li) as tab:
        for n in range(200):
            await tab.send(type="ping", t=n)
        assert await tab.closed() == 1013
        assert tab.got[-1]["reason"] == "too_many"


async def test_so_many_consoles_of_one_person(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    open_ = []
    for _ in range(socket.MOST_OF_ONE):
        context = console(floor.browsers["li"])
        open_.append((context, await context.__aenter__()))
    async with console(floor.browsers["li"]) as tab:
        assert await tab.closed() == 1013
    async with console(floor.browsers["wang"]) as tab:
        await tab.next("welcome")
    for context, _ in open_:
        await context.__aexit__(None, None, None)


async def test_so_many_chats_of_one_console(floor: Floor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "MOST_WATCHED", 1)
    chat_id, another = await floor.with_agent("li"), await floor.with_agent("li")
    async with console(floor.browsers["li"], {str(chat_id): 0}) as tab:
        await tab.send(type="watch", conversation=another, after=0)
        assert (await tab.next("refused"))["conversation"] == another
        await tab.send(type="unwatch", conversation=chat_id)
        await tab.send(type="watch", conversation=another, after=0)
        await tab.next("message", conversation=another)


async def test_before_a_restart_it_is_told_to_come_back(floor: Floor) -> None:
    async with console(floor.browsers["li"]) as tab:
        await tab.next("welcome")
        code, _ = await asyncio.gather(tab.closed(), close_consoles(floor.office.client.app))
        assert code == 1001
        assert (tab.got[-1]["type"], tab.got[-1]["reason"]) == ("resume", "restart")
    async with console(floor.browsers["li"]) as tab:
        assert await tab.closed() == 1001


async def test_tickets_are_counted(floor: Floor) -> None:
    from tests.app.desk_api.rows import ticket

    chat_id = await chat(floor.office)
    await ticket(floor.office, chat_id, floor.teams["social"], floor.accounts["li"])
    await ticket(floor.office, chat_id, floor.teams["social"])
    await ticket(floor.office, chat_id, floor.teams["fund"])
    async with console(floor.browsers["li"]) as tab:
        counts = await tab.next("tickets")
        assert (counts["open"], counts["mine"], counts["overdue"]) == (2, 1, 0)
