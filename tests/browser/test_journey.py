"""What a citizen does: ask, open the card, ask on by a button, tick the list, print it, and whatever breaks."""

from __future__ import annotations

import asyncio
import re
from typing import Any

from aiohttp import web
from playwright.async_api import BrowserContext, Locator, Page, expect

from tests.browser.answers import FOLLOW_UP, OPTIONS, PAGE, QUESTION, UNCLEAR, answer
from tests.browser.conftest import Chat, Front, screenshot
from tests.support.owners import belongs_to


async def texts(messages: Locator) -> list[str]:
    """The words of messages, without who and when."""
    return [(await one.locator(".bubble").first.inner_text()).strip() for one in await messages.all()]


async def test_ask_card_follow_up_checklist_print(chat: Chat, page: Page, front: Front) -> None:
    first = await chat.ask(QUESTION)
    await expect(first).to_contain_text("示例市政务服务大厅综合窗口")
    await expect(first).to_contain_text("2026-05-01")
    await chat.unfold(first, "在哪办")
    place = first.locator(".places li").first
    await expect(place).to_contain_text("示例市示例区示例路 1 号")
    await expect(place.get_by_role("link", name="0000-1234567")).to_have_attribute("href", "tel:00001234567")
    await expect(place.get_by_role("link", name=re.compile("看地图"))).to_have_attribute(
        "href", re.compile(r"^https://map\.example/\?at=36\.1,120\.4&name=%E7%A4%BA")
    )
    await chat.unfold(first, "收费")
    await expect(first).to_contain_text("40元/证")
    guide = first.get_by_role("link", name=re.compile("查看完整指南"))
    assert PAGE.partition("@")[0] in (await guide.get_attribute("href") or "")
    await screenshot(page, "journey-card")

    await first.get_by_role("button", name=FOLLOW_UP).click()
    second = chat.answers.nth(1)
    await expect(second).to_contain_text("居民户口簿")
    await chat.unfold(second, "要带的材料")
    await second.get_by_role("checkbox").first.check()
    await expect(second).to_contain_text("已备 1/3")
    await screenshot(page, "journey-checklist")

    await second.get_by_role("button", name="打印清单").click()
    printed = page.locator("bangban-print dialog")
    await expect(printed.get_by_role("heading")).to_contain_text("居民身份证丢失补领")
    await expect(printed.locator("li.done")).to_have_count(1)
    await expect(printed.get_by_role("listitem")).to_have_count(3)
    await page.emulate_media(media="print")
    await screenshot(page, "journey-print")
    assert not await page.locator("main").first.is_visible(), "only the list is printed"
    await page.emulate_media(media="screen")
    await page.keyboard.press("Escape")
    await expect(printed).to_have_count(0)
    assert front.rasa.messages == [QUESTION, FOLLOW_UP]

    await page.reload()
    await expect(chat.answers).to_have_count(2)
    await chat.unfold(chat.answers.nth(1), "要带的材料")
    await expect(chat.answers.nth(1).get_by_role("checkbox").first).to_be_checked()


async def test_options_are_buttons(chat: Chat, front: Front, page: Page) -> None:
    asked = await chat.ask(UNCLEAR)
    buttons = asked.locator(".options button")
    assert [re.sub(r"^\d\s*", "", one) for one in await buttons.all_inner_texts()] == OPTIONS
    await screenshot(page, "options")
    await buttons.nth(1).click()
    await expect(chat.answers.nth(1)).to_contain_text(f"答：{OPTIONS[1]}")
    assert front.rasa.messages == [UNCLEAR, OPTIONS[1]]


async def test_what_is_written_offline_is_sent_once(
    chat: Chat, context: BrowserContext, front: Front, page: Page
) -> None:
    await chat.ask("第一句")
    await context.set_offline(True)
    for text in ("第二句", "第三句"):
        await chat.say(text)
    await expect(chat.own.last).to_contain_text("等待发送")
    await expect(page.locator(".connection")).to_contain_text("没有连上")
    await screenshot(page, "offline")
    await context.set_offline(False)

    await expect(chat.answers).to_have_count(3, timeout=20_000)
    await asyncio.sleep(0.5)
    assert await texts(chat.own) == ["第一句", "第二句", "第三句"]
    assert await texts(chat.answers) == ["答：第一句", "答：第二句", "答：第三句"]
    assert front.rasa.messages == ["第一句", "第二句", "第三句"]
    assert len(await front.stored(page)) == 6


async def test_a_line_that_breaks_again_and_again_loses_and_doubles_nothing(
    chat: Chat, context: BrowserContext, front: Front, page: Page
) -> None:
    said = [f"第{number}句" for number in range(8)]
    for number, text in enumerate(said):
        await context.set_offline(number % 2 == 1)
        await chat.say(text)
        await asyncio.sleep(0.1)
    await context.set_offline(False)

    await expect(chat.answers).to_have_count(8, timeout=30_000)
    assert await texts(chat.own) == said
    assert sorted(front.rasa.messages) == said
    assert len(await front.stored(page)) == 16


async def test_a_restart_in_mid_conversation_loses_and_repeats_nothing(
    chat: Chat, front: Front, page: Page
) -> None:
    async def slowly(request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        await asyncio.sleep(0.8)
        return await answer(request, asked)

    await chat.ask("第一句")
    front.rasa.answer = slowly
    await chat.say("第二句")
    await expect(chat.own.last).to_contain_text("已送达")
    await front.stop()
    await chat.say("第三句")
    await expect(page.locator(".connection")).to_be_visible()
    await front.start()

    await expect(chat.answers).to_have_count(3, timeout=30_000)
    assert sorted(await texts(chat.answers)) == ["答：第一句", "答：第三句", "答：第二句"]
    assert await texts(chat.own) == ["第一句", "第二句", "第三句"]
    assert front.rasa.messages == ["第一句", "第二句", "第三句"]


async def test_two_tabs_are_one_conversation(
    chat: Chat, context: BrowserContext, front: Front, page: Page
) -> None:
    await chat.ask("第一句")
    other = Chat(await context.new_page())
    await other.page.goto(front.url)
    await other.open()
    await expect(other.answers).to_have_count(1)
    await other.ask("第二句")
    await expect(chat.answers).to_have_count(2)
    await chat.ask("第三句")
    await expect(other.answers).to_have_count(3)

    assert await texts(chat.own) == await texts(other.own) == ["第一句", "第二句", "第三句"]
    assert await texts(chat.answers) == await texts(other.answers)
    assert len(front.rasa.messages) == 3


async def test_where_sockets_are_blocked_it_polls(context: BrowserContext, front: Front) -> None:
    page = await context.new_page()
    await page.add_init_script("delete window.WebSocket")
    await page.goto(front.url)
    chat = Chat(page)
    await chat.open()
    for text in ("第一句", "第二句"):
        await chat.say(text)
        await expect(chat.answers.last).to_contain_text(f"答：{text}", timeout=30_000)
    assert front.rasa.messages == ["第一句", "第二句"]


async def test_a_person_can_be_asked_for_and_is_named(chat: Chat, front: Front, page: Page) -> None:
    from bot.store import NewReply, Owner

    await chat.page.locator("#to-human").click()
    await expect(chat.answers).to_have_count(1)
    [question, _] = await front.stored(page)
    said = NewReply(
        author="agent:7",
        text="您好，我来帮您。",
        payload={"agent": {"name": "李敏", "number": "07"}},
        outcome="",
    )
    await front.store.answer(question.id, [said], None, timings={})
    await belongs_to(front.store, question.conversation_id, Owner.HUMAN)
    front.widget.hub.notify(question.sender)

    await expect(chat.answers.last).to_contain_text("李敏")
    await expect(chat.answers.last).to_contain_text("07")
    await expect(chat.page.get_by_role("status").filter(has_text="工作人员正在为您服务")).to_be_visible()
    await screenshot(page, "human")


async def test_a_shared_computer_forgets_a_conversation_that_is_ended(
    chat: Chat, front: Front, page: Page
) -> None:
    await chat.ask("我的事")
    second = await page.context.new_page()
    await second.goto(front.url)
    other = Chat(second)
    await other.open()
    await expect(other.answers).to_have_count(1)

    await page.locator("#to-menu").click()
    await page.get_by_role("button", name="结束对话并清除记录").click()
    for tab in (chat, other):
        await expect(tab.own).to_have_count(0)
        await expect(tab.answers).to_have_count(0)
    await chat.ask("下一位")
    await expect(other.answers).to_have_count(1)
    await page.reload()
    await expect(chat.answers).to_have_count(1)
    assert await texts(chat.own) == await texts(other.own) == ["下一位"]


async def test_the_conversation_can_be_rated_and_kept(chat: Chat, front: Front, page: Page) -> None:
    await chat.ask(QUESTION)
    await page.locator("#to-menu").click()
    await page.get_by_role("button", name="评价服务").click()
    await page.get_by_text("非常满意", exact=True).click()
    await page.get_by_label("还想说什么").fill("很清楚")
    await page.get_by_role("button", name="提交评价").click()
    await expect(page.get_by_text("谢谢您的评价").first).to_be_attached()
    [question, _] = await front.stored(page)
    [given] = await front.widget.ratings.given("widget", question.sender)
    assert (given.grade, given.comment) == (5, "很清楚")

    if not await page.get_by_role("button", name="保存对话记录").is_visible():
        await page.locator("#to-menu").click()
    async with page.expect_download() as download:
        await page.get_by_role("button", name="保存对话记录").click()
    kept = (await (await download.value).path()).read_text(encoding="utf-8")
    assert QUESTION in kept and "AI" in kept and "示例市政务服务大厅" in kept
