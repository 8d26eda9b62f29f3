"""From asking for a person to the end, on the widget and over REST."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from secrets import token_hex
from typing import Any

from aiohttp import web

from bot.desk.hub import Subscription, chat_topic
from bot.desk.values import ToAgent
from bot.store import MessageState, Owner
from bot.store.desk_values import Presence, Trigger
from tests.app.desk.conftest import HUMAN, Desk, StartDesk
from tests.support.fake_rasa import payload, turn


async def test_a_citizen_asks_waits_talks_and_is_asked_how_it_was(desk: Desk) -> None:
    anna = await desk.person("anna")
    token = await desk.token()
    async with desk.tab(token) as tab:
        await tab.say("身份证丢了")
        await tab.reply()
        await tab.say(HUMAN)
        queued = await tab.next("message", author="system")
        assert "您排在最前面" in queued["text"] and "12345" in queued["text"]
        assert queued["reply"]["options"] == [{"id": "1", "title": "不用人工了"}]
        chat = await desk.until(lambda chat: chat.owner is Owner.QUEUED, anna)
        assert chat.handoff is not None and chat.handoff.trigger is Trigger.ASKED
        assert chat.handoff.matter == "身份证丢了"

        await desk.desk.claim(chat.conversation_id, anna)
        joined = await tab.next("message", author="system")
        assert "Anna" in joined["text"] and anna.number in joined["text"]
        await desk.desk.say(chat.conversation_id, anna, "m1", "您好，请讲。")
        heard = await tab.next("message", author="agent")
        assert heard["agent"] == {"name": "Anna", "number": anna.number}

        asked = list(desk.rasa.messages)
        await tab.say("我电话13800138000，丢了怎么办")
        await tab.next("accepted")
        frames = await tab.silence()
        assert not [frame for frame in frames if frame.get("direction") == "out" or frame.get("on")]
        assert desk.rasa.messages == asked  # the bot is silent
        said = await desk.settled(token, -1)
        assert said.text == "我电话***，丢了怎么办"
        assert (await desk.desk.chat(chat.conversation_id)).unanswered

        await desk.desk.close(chat.conversation_id, anna, "已答复")
        closed = await tab.next("message", author="system")
        assert "满意" in closed["text"]
        await tab.say("5")
        thanks = await tab.reply()
        assert "谢谢您的评价" in thanks["text"]
        await tab.say("公积金怎么取")
        assert (await tab.reply())["text"] == "答：公积金怎么取"
    await desk.all_sent(token)
    [rating] = await desk.widget.ratings.given("widget", said.sender)
    assert (rating.grade, rating.message_id) == (5, closed["message_id"])


async def test_over_rest_what_a_person_says_comes_with_the_next_request(desk: Desk) -> None:
    anna = await desk.person("anna")
    [queued] = await desk.say(HUMAN)
    assert "排在最前面" in queued
    assert await desk.say("还要多久") == []  # told a moment ago
    chat = await desk.until(lambda chat: chat.owner is Owner.QUEUED, anna)
    await desk.desk.claim(chat.conversation_id, anna)
    said = await desk.desk.say(chat.conversation_id, anna, "m1", "您好。")
    async with asyncio.timeout(20):
        while (await desk.store.exchange(said.id)).question.reason != "no_request":
            await asyncio.sleep(0.02)

    joined, hello = await desk.say("在吗", message_id="q1")

    assert "Anna" in joined and hello == "您好。"
    assert await desk.say("在吗", message_id="q1") == []
    assert await desk.say("好的") == []
    assert (await desk.store.exchange(said.id)).question.state is MessageState.SENT


async def test_somebody_may_leave_the_queue(desk: Desk) -> None:
    await desk.person("anna")
    await desk.say(HUMAN)

    [withdrawn] = await desk.say("不用人工了。")
    [answer] = await desk.say("身份证丢了")

    assert "不转人工了" in withdrawn
    assert answer == "答：身份证丢了"


async def test_the_place_is_told_again_at_most_once_a_minute(desk: Desk) -> None:
    await desk.person("anna")
    await desk.say(HUMAN, "first")
    [queued] = await desk.say(HUMAN, "second")
    assert "第 2 位" in queued
    assert await desk.say("快点", "second") == []
    real = desk.desk.now
    desk.desk.now = lambda: real() + timedelta(seconds=66)

    [again] = await desk.say("快点啊", "second")
    assert "第 2 位" in again and "您的话记下了" in again
    assert await desk.say("快点啊", "second") == []


async def test_an_open_tab_sees_the_place_change(desk: Desk) -> None:
    anna = await desk.person("anna")
    await desk.say(HUMAN, "first")
    token = await desk.token()
    async with desk.tab(token) as tab:
        await tab.say(HUMAN)
        assert (await tab.next("owner", owner="queued"))["position"] == 2
        [first, _] = await desk.desk.chats("queue", anna)
        await desk.desk.claim(first.conversation_id, anna)
        assert (await tab.next("owner", owner="queued"))["position"] == 1


async def test_two_failures_in_a_row_bring_a_person(desk: Desk) -> None:
    anna = await desk.person("anna")
    assert await desk.say("没有的事一") == ["没找到。"]
    nothing, queued = await desk.say("没有的事二")

    assert nothing == "没找到。"
    assert "连着两次没帮上您" in queued
    chat = await desk.until(lambda chat: chat.owner is Owner.QUEUED, anna)
    assert chat.handoff is not None and chat.handoff.trigger is Trigger.FAILURES
    assert chat.handoff.matter == "没有的事二"


async def test_an_answer_between_two_failures_counts(desk: Desk) -> None:
    await desk.person("anna")
    await desk.say("没有的事一")
    await desk.say("身份证丢了")
    assert await desk.say("没有的事二") == ["没找到。"]


async def test_a_complaint_goes_first_and_a_guide_may_need_a_person(desk: Desk) -> None:
    anna = await desk.person("anna")
    answer, queued = await desk.say("低保怎么办", "first")
    assert answer == "带户口簿。" and "这就为您转人工" in queued
    hotline, _ = await desk.say("我要投诉", "second")
    assert "12345" in hotline

    complaint, guide = await desk.desk.chats("queue", anna)

    assert complaint.handoff is not None and guide.handoff is not None
    assert (complaint.handoff.trigger, complaint.position) == (Trigger.COMPLAINT, 1)
    assert (guide.handoff.trigger, guide.position) == (Trigger.GUIDE, 2)
    assert guide.guide is not None and guide.guide.title == "最低生活保障"


async def test_after_a_person_was_there_none_comes_by_itself_for_a_while(desk: Desk) -> None:
    await desk.person("anna")
    await desk.say("低保怎么办")
    await desk.say("不用人工了")
    assert await desk.say("低保要带什么") == ["带户口簿。"]
    assert "为您转人工" in (await desk.say(HUMAN))[0]


async def test_a_rasa_that_is_down_brings_a_person(desk: Desk) -> None:
    await desk.person("anna")

    async def broken(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
        return web.json_response({}, status=500)

    desk.rasa.answer = broken
    [queued] = await desk.say("身份证丢了")
    assert "我这边出了点问题" in queued and "转人工" in queued


async def test_a_bot_that_is_still_answering_does_not_speak_over_a_person(desk: Desk) -> None:
    anna = await desk.person("anna")
    asked, go = asyncio.Event(), asyncio.Event()

    async def slow(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
        asked.set()
        await go.wait()
        return turn(payload("慢的答复"))

    desk.rasa.answer = slow
    token = await desk.token()
    async with desk.tab(token) as tab:
        await tab.say("身份证丢了")
        await asked.wait()
        chat = await desk.until(lambda chat: chat.owner is Owner.BOT, anna)
        await desk.desk.take_over(chat.conversation_id, anna)
        assert "接下来由" in (await tab.next("message", author="system"))["text"]
        go.set()
        await desk.settled(token, 0)
        await tab.silence()
    texts = [m.text for m in await desk.stored(token)]
    assert "慢的答复" not in texts


async def test_a_lost_agent_gives_way_to_the_next(start_desk: StartDesk) -> None:
    desk = await start_desk()
    await desk.opens()
    anna = await desk.person("anna")
    token = await desk.token()
    async with desk.tab(token) as tab:
        await tab.say(HUMAN)
        assert "为您转人工" in (await tab.next("message", author="system"))["text"]
        assert "Anna" in (await tab.next("message", author="system"))["text"]  # assigned by itself
        bo = await desk.person("bo")
        await desk.desk.presence(anna, Presence.OFFLINE)

        assert "刚才的工作人员离开了" in (await tab.next("message", author="system"))["text"]
        assert "Bo" in (await tab.next("message", author="system"))["text"]
    chat = await desk.until(lambda chat: chat.owner is Owner.HUMAN, bo)
    events = [e.event for e in await desk.desk.events(chat.conversation_id)]
    assert events == ["queued", "assigned", "lost", "assigned"]


async def test_what_is_said_while_the_tab_is_closed_is_undelivered_until_they_come(desk: Desk) -> None:
    anna, bo = await desk.person("anna"), await desk.person("bo")
    token = await desk.token()
    async with desk.tab(token) as tab:
        await tab.say(HUMAN)
        await tab.reply()
    while len(desk.widget.hub):  # until the front has seen it go
        await asyncio.sleep(0.02)
    chat = await desk.until(lambda chat: chat.owner is Owner.QUEUED, anna)
    await desk.desk.claim(chat.conversation_id, anna)
    for n in range(3):
        await desk.desk.say(chat.conversation_id, anna, f"m{n}", f"第{n}句")
    await desk.desk.transfer(chat.conversation_id, anna, ToAgent(bo.account_id))
    state = await desk.until(lambda chat: chat.undelivered == 5, anna)
    assert {m.reason for m in await desk.stored(token) if m.state is MessageState.FAILED} == {"offline"}

    async with desk.tab(token, after=2) as tab:
        got = [(await tab.reply())["text"] for _ in range(5)]
        await desk.all_sent(token)
    assert got[1:4] == ["第0句", "第1句", "第2句"] and "Bo" in got[4]
    assert (await desk.desk.chat(state.conversation_id)).undelivered == 0


async def test_a_crash_loses_and_doubles_nothing_of_what_staff_said(
    start_desk: StartDesk,
) -> None:
    first = await start_desk()
    await first.opens()
    await first.assigns(False)
    anna = await first.person("anna")
    token = await first.token()
    async with first.tab(token) as tab:
        await tab.say(HUMAN)
        await tab.reply()
    chat = await first.until(lambda chat: chat.owner is Owner.QUEUED, anna)

    class Dead:
        def kick(self, conversation_id: int) -> None:
            """The front dies before anything is handed over."""

    first.desk.post = Dead()
    await first.desk.claim(chat.conversation_id, anna)
    for n in range(5):
        await first.desk.say(chat.conversation_id, anna, f"m{n}", f"第{n}句")
    await first.client.server.close()

    second = await start_desk()
    async with second.tab(token, after=2) as tab:
        got = [(await tab.reply())["text"] for _ in range(6)]
        assert await tab.silence(0.5) == []
    assert got[1:] == [f"第{n}句" for n in range(5)]
    await second.all_sent(token)


async def test_the_console_hears_when_words_arrive_at_once_and_later(desk: Desk) -> None:
    anna = await desk.person("anna")
    token = await desk.token()
    async with desk.tab(token) as tab:
        await tab.say(HUMAN)
        await tab.reply()
        chat = await desk.until(lambda chat: chat.owner is Owner.QUEUED, anna)
        await desk.desk.claim(chat.conversation_id, anna)
        await tab.reply()
        with desk.desk.hub.subscribe(chat_topic(chat.conversation_id)) as hearing:
            await desk.desk.say(chat.conversation_id, anna, "m_at_once", "在的")
            await tab.reply()
            await _heard_with(desk, token, hearing, MessageState.SENT)
    with desk.desk.hub.subscribe(chat_topic(chat.conversation_id)) as hearing:
        await desk.desk.say(chat.conversation_id, anna, "m_later", "请带户口簿")
        await _heard_with(desk, token, hearing, MessageState.FAILED)
        async with desk.tab(token, after=4) as tab:
            await tab.reply()
            await _heard_with(desk, token, hearing, MessageState.SENT)


async def _heard_with(desk: Desk, token: str, hearing: Subscription, state: MessageState) -> None:
    """Returns when a notice comes with which the last message is in this state."""
    async with asyncio.timeout(20):
        while (await desk.stored(token))[-1].state is not state:
            await hearing.wait()
            hearing.take()


async def test_language_and_large_print_of_the_widget_reach_the_queue(desk: Desk) -> None:
    anna = await desk.person("anna")
    await desk.say(HUMAN, "first")
    token = await desk.token()
    async with desk.tab(token) as tab:
        await tab.send(type="message", id="m-1", text=HUMAN, lang="en", large=True)
        queued = await tab.next("message", author="system")
        assert "first in the queue" in queued["text"], "who reads large print goes before"
        first, second = await desk.desk.chats("queue", anna)
        assert first.handoff is not None and second.handoff is not None
        assert (first.handoff.language, first.handoff.large_print, first.position) == ("en", True, 1)
        assert (second.handoff.language, second.handoff.large_print, second.position) == ("zh", False, 2)


async def test_who_reads_english_is_told_in_english_and_answers_in_it(desk: Desk) -> None:
    anna = await desk.person("anna")
    async with desk.tab(await desk.token()) as tab:

        async def say(text: str) -> str:
            await tab.send(type="message", id=token_hex(8), text=text, lang="en")
            return str((await tab.next("message", author="system"))["text"])

        queued = await say(HUMAN)
        assert "first in the queue" in queued and "No person needed" in queued
        assert "no person then" in await say("No person needed.")
        await say("我要人工")
        chat = await desk.until(lambda chat: chat.owner is Owner.QUEUED, anna)
        await desk.desk.claim(chat.conversation_id, anna)
        joined = await tab.next("message", author="system")
        assert f"Anna (staff number {anna.number}) is here" in joined["text"]
        await desk.desk.close(chat.conversation_id, anna)
        assert "5 very good" in (await tab.next("message", author="system"))["text"]
        assert "Thank you for your rating" in await say("very good")
        await desk.desk.presence(anna, Presence.OFFLINE)
        assert "You can leave a message" in await say("转人工")
        assert "no message then" in await say("cancel")


async def test_over_polling_too_and_what_is_no_hint_is_let_go(desk: Desk) -> None:
    anna = await desk.person("anna")
    for n, hints in enumerate(
        ({"lang": "en", "large": True}, {"lang": ["en"], "large": "yes"}, {"lang": "zz"})
    ):
        body = {"id": f"m-{n}", "text": HUMAN, **hints}
        posted = await desk.client.post(
            "/widget/messages", json=body, headers={"Authorization": f"Bearer {await desk.token()}"}
        )
        assert posted.status == 202
    async with asyncio.timeout(10):
        while len(chats := await desk.desk.chats("queue", anna)) < 3:
            await asyncio.sleep(0.02)

    hinted = [(chat.handoff.language, chat.handoff.large_print) for chat in chats if chat.handoff]
    assert hinted == [("en", True), ("zh", False), ("zh", False)]
