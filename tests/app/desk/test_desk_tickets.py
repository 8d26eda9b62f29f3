"""Nobody is there: a message is left, becomes a ticket, and its answer goes back."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text as sql

from bot.desk.errors import TicketClosed, TicketTaken
from bot.staff.door import STAFF
from bot.store import MessageState, Owner
from bot.store.desk_values import Presence, TicketState
from bot.store.staff_values import Act, Role
from tests.app.desk.conftest import HUMAN, Desk

PHONE = "13800138000"


async def test_one_message_is_enough_and_its_number_is_kept_nowhere_in_the_open(desk: Desk) -> None:
    [offer] = await desk.say(HUMAN)
    assert "现在没有工作人员在线" in offer and "留言" in offer and "12345" in offer

    [kept] = await desk.say(f"我电话{PHONE}，社保怎么转到青岛，明天上午方便")

    number = re.search(r"T\d{8}-\d{4}", kept)
    assert number is not None and "答复" in kept
    [view] = await desk.desk.tickets()
    ticket = view.ticket
    assert (ticket.number, ticket.state) == (number.group(), TicketState.OPEN)
    assert ticket.matter == "我电话***，社保怎么转到青岛，明天上午方便"
    assert (ticket.contact_masked, ticket.preferred_time) == ("138****8000", "明天上午")
    assert ticket.due_at > datetime.now(UTC) and not view.is_overdue
    dumped = await desk.database.read(
        lambda session: str(
            [
                list(session.execute(sql(f"SELECT * FROM {t}")))
                for t in ("messages", "tickets", "conversations")
            ]
        )
    )
    assert PHONE not in dumped
    act = Act(datetime.now(UTC), "anna", None, "10.0.0.1")
    assert await desk.desk.reveal_contact(ticket.id, act) == PHONE
    newest, *_ = await desk.app[STAFF].audit.entries()
    assert (newest.action, newest.object) == ("contact_revealed", f"ticket:{ticket.number}")
    assert await desk.say("身份证丢了") == ["答：身份证丢了"]


async def test_what_is_missing_is_asked_for_once(desk: Desk) -> None:
    await desk.say(HUMAN)
    [asked] = await desk.say("留言")
    assert "您的电话、要办的事" in asked
    [missing] = await desk.say("公积金怎么取")
    assert "还差一个电话" in missing
    [kept] = await desk.say("跳过")

    assert "留言收到了" in kept
    [view] = await desk.desk.tickets()
    assert (view.ticket.matter, view.ticket.contact_sealed) == ("公积金怎么取", None)


async def test_an_offer_does_not_stand_in_the_way_of_other_questions(desk: Desk) -> None:
    await desk.say(HUMAN)
    assert await desk.say("身份证丢了") == ["答：身份证丢了"]
    assert "不留言了" in (await desk.say("算了"))[0]
    assert await desk.say(f"我的号{PHONE}丢了") == ["答：我的号***丢了"]
    assert await desk.desk.tickets() == ()


async def test_a_number_in_a_question_long_after_the_offer_is_not_kept(desk: Desk) -> None:
    await desk.say(HUMAN)
    real = desk.desk.now
    desk.desk.now = lambda: real() + timedelta(minutes=31)

    assert await desk.say(f"我的号{PHONE}丢了") == ["答：我的号***丢了"]

    dumped = await desk.database.read(
        lambda session: [row[0] for row in session.execute(sql("SELECT payload FROM messages"))]
    )
    assert not any("contact" in str(payload) for payload in dumped)
    leaving = await desk.database.read(lambda s: s.execute(sql("SELECT leaving FROM conversations")).scalar())
    assert leaving in (None, "null")
    assert await desk.desk.tickets() == ()


async def test_off_hours_it_is_said_when_somebody_is_there(desk: Desk) -> None:
    await desk.person("anna")
    await desk.opens(holidays="closed")
    assert "没有工作人员在线" in (await desk.say(HUMAN))[0]  # a team without hours
    closed = {day: [] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    today = datetime.now(UTC).astimezone().strftime("%a").lower()[:3]
    await desk.opens(**closed | {"mon": [["09:00", "09:01"]]} | {today: []}, holidays="closed")
    if today != "mon":
        assert "09:00 有人上班" in (await desk.say(HUMAN, "bo"))[0]


async def test_failures_with_nobody_there_offer_it_once(desk: Desk) -> None:
    await desk.say("没有的事一")
    nothing, offer = await desk.say("没有的事二")
    assert nothing == "没找到。" and "可以留言" in offer
    assert await desk.say("没有的事三") == ["没找到。"]
    assert "留言收到了" in (await desk.say(f"{PHONE} 打给我说低保的事"))[0]


async def test_the_answer_goes_back_through_the_widget(desk: Desk) -> None:
    token = await desk.token()
    async with desk.tab(token) as tab:
        await tab.say(HUMAN)
        await tab.reply()
        await tab.say(f"{PHONE} 社保转移")
        await tab.reply()
        anna = await desk.person("anna")
        [view] = await desk.desk.tickets()
        taken = await desk.desk.take_ticket(view.ticket.id, anna)
        assert taken.owner is not None and taken.owner.name == "Anna"
        await desk.desk.answer_ticket(view.ticket.id, anna, "请到窗口办理。")
        answer = await tab.next("message", author="agent")
    assert answer["text"].endswith("请到窗口办理。") and view.ticket.number in answer["text"]
    async with asyncio.timeout(20):
        while (done := await desk.desk.ticket(view.ticket.id)).reply_state is not MessageState.SENT:
            await asyncio.sleep(0.02)
    assert done.ticket.state is TicketState.ANSWERED
    with pytest.raises(TicketClosed):
        await desk.desk.answer_ticket(view.ticket.id, anna, "再答一次")
    assert (await desk.desk.close_ticket(view.ticket.id, anna, "办结")).ticket.state is TicketState.CLOSED


async def test_an_answer_that_does_not_arrive_says_why(desk: Desk) -> None:
    await desk.say(HUMAN)
    await desk.say(f"{PHONE} 社保转移")
    anna, bo = await desk.person("anna"), await desk.person("bo")
    [view] = await desk.desk.tickets()
    await desk.desk.take_ticket(view.ticket.id, anna)
    with pytest.raises(TicketTaken, match="Anna"):
        await desk.desk.take_ticket(view.ticket.id, bo)
    await desk.desk.answer_ticket(view.ticket.id, anna, "请到窗口办理。")

    async with asyncio.timeout(20):
        while (shown := await desk.desk.ticket(view.ticket.id)).reply_reason != "no_request":
            await asyncio.sleep(0.02)
    assert shown.reply_state is MessageState.FAILED
    first, _ = await desk.say("在吗")
    assert first.endswith("请到窗口办理。")


async def test_whoever_waits_when_the_last_one_goes_may_leave_a_message(desk: Desk) -> None:
    anna = await desk.person("anna")
    chief = await desk.person("chief", Role.SUPERVISOR)
    await desk.desk.presence(chief, Presence.BREAK)
    token = await desk.token()
    async with desk.tab(token) as tab:
        await tab.say(HUMAN)
        await tab.reply()
        await desk.desk.presence(anna, Presence.OFFLINE)
        real = desk.desk.now
        desk.desk.now = lambda: real() + timedelta(minutes=3)
        desk.desk.wake()
        left = await tab.next("message", author="system")
        assert "没能接待您" in left["text"] and "留言" in left["text"]
        await tab.say(f"{PHONE} 社保转移")
        assert "留言收到了" in (await tab.reply())["text"]
    chat = await desk.until(lambda chat: chat.owner is Owner.BOT, chief)
    assert [e.event for e in await desk.desk.events(chat.conversation_id)] == ["queued", "nobody_left"]
