"""A conversation over the socket and by polling: every message answered once, in every tab, whatever breaks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from aiohttp import web

from bot.channels.widget.token import Tokens
from bot.conversation.identity import pseudonym
from bot.store import Contact, ConversationStore, Database, Direction, MessageState, NewReply, Owner
from tests.app.widget.conftest import PATIENCE_S, Site, StartSite, bearer
from tests.support.fake_rasa import payload, turn
from tests.support.owners import belongs_to


async def reaches(site: Site, token: str, states: list[MessageState]) -> None:
    """Return when the messages of a conversation are in these states (delivery is noted after it)."""
    async with asyncio.timeout(20):
        while [message.state for message in await site.stored(token)] != states:
            await asyncio.sleep(0.02)


async def test_a_message_is_accepted_answered_and_known_to_be_delivered(site: Site) -> None:
    token = await site.token()
    async with site.tab(token) as tab:
        welcome = await tab.next("welcome")
        message_id = await tab.say("身份证丢了去哪补办")
        reply = await tab.reply()
        await tab.next("typing", on=False)

        assert (welcome["last_seq"], welcome["resumed"], welcome["owner"]) == (0, False, "bot")
        assert [frame for frame in tab.got if frame["type"] == "accepted"] == [
            {"type": "accepted", "id": message_id, "seq": 1}
        ]
        assert tab.messages() == [(1, "身份证丢了去哪补办"), (2, "答：身份证丢了去哪补办")]
        assert (reply["author"], reply["ai"], reply["reply"]["outcome"]) == ("bot", True, "answered")
        assert "provenance" not in reply["reply"]
        typing = [frame["on"] for frame in tab.got if frame["type"] == "typing"]
        assert typing == [True, False]
        await reaches(site, token, [MessageState.ANSWERED, MessageState.SENT])


async def test_every_tab_sees_both_sides(site: Site) -> None:
    token = await site.token()
    async with site.tab(token) as one, site.tab(token) as other:
        await other.next("welcome")
        message_id = await one.say("在吗")
        await one.reply()
        question = await other.next("message", direction="in")
        answer = await other.reply()

        assert (question["client_id"], question["text"]) == (message_id, "在吗")
        assert answer["text"] == "答：在吗"


async def test_coming_back_shows_what_was_missed_and_nothing_twice(site: Site) -> None:
    token = await site.token()
    async with site.tab(token) as tab:
        await tab.say("第一句")
        await tab.reply()
    site.rasa.answer = slow_answer
    async with site.tab(token, after=2) as tab:
        await tab.say("第二句")
        await tab.next("accepted")
    async with site.tab(token, after=3) as tab:
        welcome = await tab.next("welcome")
        reply = await tab.reply()

        assert welcome["resumed"] is True
        assert (reply["seq"], reply["text"]) == (4, "慢：第二句")
        assert tab.messages() == [(4, "慢：第二句")]
    await reaches(site, token, [MessageState.ANSWERED, MessageState.SENT] * 2)


async def slow_answer(_request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
    await asyncio.sleep(0.3)
    return turn(payload(f"慢：{asked['message']}"))


async def test_the_same_id_again_is_the_same_message(site: Site) -> None:
    token = await site.token()
    async with site.tab(token) as tab, site.tab(token) as other:
        for _ in range(5):
            await tab.say("社保", "the-same")
        await other.say("社保", "the-same")
        await tab.reply()
        async with asyncio.timeout(20):
            while len([frame for frame in tab.got if frame["type"] == "accepted"]) < 5:
                await tab.silence(0.1)
        await tab.silence()

    assert site.rasa.messages == ["社保"]
    assert [frame["seq"] for frame in tab.got if frame["type"] == "accepted"] == [1] * 5
    assert tab.messages() == [(1, "社保"), (2, "答：社保")]


async def test_messages_of_one_person_are_answered_in_order(site: Site) -> None:
    token = await site.token()
    async with site.tab(token) as tab:
        for number in range(6):
            await tab.say(f"第{number}句")
        async with asyncio.timeout(20):
            while len(tab.messages()) < 12:
                await tab.next("message")

    assert site.rasa.messages == [f"第{number}句" for number in range(6)]
    assert [seq for seq, _ in tab.messages()] == list(range(1, 13))


async def test_polling_shows_the_same(site: Site) -> None:
    token = await site.token()
    waiting = asyncio.create_task(
        site.client.get("/widget/poll", params={"after": "0", "wait": "5"}, headers=bearer(token))
    )
    await asyncio.sleep(0.1)
    sent = await site.client.post(
        "/widget/messages", json={"id": "p1", "text": "公积金"}, headers=bearer(token)
    )
    assert (sent.status, await sent.json()) == (202, {"accepted": True, "id": "p1", "seq": 1})
    first = (await (await waiting).json())["events"]
    after, events = 0, list(first)
    while after < 2:
        after = max([event["seq"] for event in events if event["type"] == "message"], default=after)
        response = await site.client.get(
            "/widget/poll", params={"after": str(after), "wait": "2"}, headers=bearer(token)
        )
        events += (await response.json())["events"]

    said = [(event["seq"], event["text"]) for event in events if event["type"] == "message"]
    assert said == [(1, "公积金"), (2, "答：公积金")]
    assert first[-1] == {"type": "owner", "owner": "bot", "position": None, "agent": None}
    await reaches(site, token, [MessageState.ANSWERED, MessageState.SENT])


async def test_what_a_tab_was_sent_before_it_closed_has_arrived(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = await site.token()
    await site.client.post("/widget/messages", json={"id": "p1", "text": "公积金"}, headers=bearer(token))
    await reaches(site, token, [MessageState.ANSWERED, MessageState.FAILED])
    free, note = asyncio.Event(), ConversationStore.delivered

    async def slowly(store: ConversationStore, message_ids: Sequence[int]) -> None:
        await free.wait()
        await note(store, message_ids)

    monkeypatch.setattr(ConversationStore, "delivered", slowly)
    async with site.tab(token) as tab:
        await tab.reply()
    async with asyncio.timeout(PATIENCE_S):
        while len(site.widget.hub):  # until the front has seen it go
            await asyncio.sleep(0.02)
    free.set()
    await reaches(site, token, [MessageState.ANSWERED, MessageState.SENT])


async def test_a_poll_without_news_ends_when_it_said(site: Site) -> None:
    token = await site.token()
    began = asyncio.get_running_loop().time()
    response = await site.client.get("/widget/poll?wait=0.4", headers=bearer(token))

    assert await response.json() == {
        "events": [{"type": "owner", "owner": "bot", "position": None, "agent": None}]
    }
    # far below the 25 s a poll waits that says nothing, and far above what a busy machine adds
    assert 0.3 < asyncio.get_running_loop().time() - began < 15


async def test_nobody_there_is_noted_and_made_good_when_they_come(site: Site) -> None:
    token = await site.token()
    await site.client.post("/widget/messages", json={"id": "p1", "text": "公积金"}, headers=bearer(token))
    await reaches(site, token, [MessageState.ANSWERED, MessageState.FAILED])
    assert (await site.stored(token))[1].reason == "offline"

    async with site.tab(token) as tab:
        await tab.reply()
        await reaches(site, token, [MessageState.ANSWERED, MessageState.SENT])


async def test_a_member_of_staff_is_named_and_speaks_to_every_tab(site: Site) -> None:
    token = await site.token()
    async with site.tab(token) as tab:
        await tab.say("转人工")
        await tab.reply()
        [question, _] = await site.stored(token)
        said = NewReply(
            author="agent-7",
            text="您好，我是工作人员。",
            payload={"agent": {"name": "李敏", "number": "07", "phone": "13800000000"}},
            outcome="",
        )
        await site.store.answer(question.id, [said], None, timings={})
        await belongs_to(site.store, question.conversation_id, Owner.HUMAN)
        site.widget.hub.notify(question.sender)
        event = await tab.next("message", author="agent")

        assert event["agent"] == {"name": "李敏", "number": "07"}
        assert (event["reply"], event["ai"]) == (None, False)
        assert (await tab.next("owner"))["owner"] == "human"


async def test_a_front_that_stops_says_when_to_come_back_and_the_next_goes_on(start_site: StartSite) -> None:
    first = await start_site()
    token = await first.token()
    first.rasa.answer = slow_answer
    async with first.tab(token) as tab:
        await tab.say("社保转移")
        await tab.next("accepted")
        stopping = asyncio.create_task(first.client.server.close())
        code = await tab.closed()
        await stopping

    [resume] = [frame for frame in tab.got if frame["type"] == "resume"]
    assert (code, resume["reason"]) == (1001, "restart")
    assert 0 < resume["after_ms"] <= 5000
    second = await start_site()
    async with second.tab(token, after=1) as tab:
        assert (await tab.reply())["text"] == "慢：社保转移"
    assert first.rasa.messages == ["社保转移"]


async def test_what_a_killed_front_left_is_answered_by_the_next(
    database: Database, start_site: StartSite, settings: Any
) -> None:
    visitor = Tokens(settings.mask_salt).new(None)
    key = pseudonym(settings.mask_salt, "widget", visitor.sender)
    await ConversationStore(database).receive("widget", key, "m1", "落户", contact=Contact(address=key))

    site = await start_site()
    async with site.tab(visitor.token, after=1) as tab:
        assert (await tab.reply())["text"] == "答：落户"
        assert [frame for frame in await tab.silence() if frame["type"] == "message"] == []
    assert site.rasa.messages == ["落户"]


async def test_the_region_of_the_site_goes_to_the_dialogue(site: Site) -> None:
    token = await site.token(region="370283")
    async with site.tab(token) as tab:
        await tab.say("办身份证")
        await tab.reply()

    assert site.rasa.asked[0]["metadata"]["region"] == "370283"


async def test_personal_numbers_are_masked_before_any_tab_sees_them(site: Site) -> None:
    token = await site.token()
    async with site.tab(token) as tab, site.tab(token) as other:
        await tab.say("我的身份证号是370281199003077774能办吗")
        question = await other.next("message", direction="in")

    assert "3702811990" not in question["text"]
    assert "***" in question["text"]


async def test_only_the_newest_messages_are_shown_again(site: Site) -> None:
    token = await site.token()
    visitor = site.widget.tokens.read(token)
    assert visitor is not None
    key = site.widget.key(visitor)
    for number in range(230):
        await site.store.receive("widget", key, f"m{number}", f"第{number}句")

    async with site.tab(token) as tab:
        welcome = await tab.next("welcome")
        await tab.next("message", seq=230)

    assert welcome["last_seq"] == 230
    assert [seq for seq, _ in tab.messages()] == list(range(31, 231))
    transcript = await (await site.client.get("/widget/transcript", headers=bearer(token))).json()
    assert len(transcript["messages"]) == 230
    assert {message["direction"] for message in transcript["messages"]} == {Direction.IN.value}
