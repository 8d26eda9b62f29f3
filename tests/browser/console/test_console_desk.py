"""The desk: claiming and its race, talking, handing on, going offline and coming back, keys, help beside the chat."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest
from playwright.async_api import Page, expect

from bot.store.desk_canned import CannedWords
from bot.store.states import Owner
from tests.browser.conftest import PATIENCE_MS
from tests.browser.console.conftest import SIZES, Console, clean, picture
from tests.browser.console.floor import Floor, open_floor


async def claim(page: Page, conversation: int) -> None:
    await page.locator(f"[data-conversation='{conversation}']").click()
    await page.get_by_role("button", name="接入", exact=True).click()
    await expect(page.get_by_label("回复市民")).to_be_visible()


async def who_won(pages: Sequence[Page]) -> int:
    """Which of those who claimed a chat at once has got it, once one has."""
    async with asyncio.timeout(PATIENCE_MS / 1000):
        while True:
            for n, page in enumerate(pages):
                if await page.get_by_label("回复市民").count():
                    return n
            await asyncio.sleep(0.05)


async def say(page: Page, text: str) -> None:
    field = page.get_by_label("回复市民")
    await field.fill(text)
    await field.press("Enter")


async def go_online(page: Page) -> None:
    await page.locator("button.presence").click()
    await page.get_by_role("menuitem", name="在线", exact=True).click()
    await expect(page.locator("button.presence")).to_contain_text("在线")


async def stored(floor: Floor, conversation: int) -> list[tuple[str, str]]:
    """Who said what, as it is in the store; staff by the names of their accounts."""
    news = await floor.api.messages.news(conversation, 0, 500, (), 0)
    assert news is not None
    return [(one.author, one.text) for one in news.said]


@pytest.mark.parametrize("size", list(SIZES))
async def test_every_state_is_clean(console: Console, size: str) -> None:
    floor = await open_floor(console)
    page = await console.signed_in(floor.liu, "desk", size)
    await expect(page.get_by_text("没有人在排队")).to_be_visible()
    await picture(page, f"desk-empty-{size}")
    await clean(page)
    first = await floor.chat(
        "你好，我想补办身份证", "我人在外地，能在这边办吗？", matter="居民身份证补领", priority=1
    )
    await floor.chat("你们办事太慢了，我要投诉！", matter="", priority=2)
    await floor.chat("社保转移怎么办", matter="企业职工基本养老保险关系转移接续")
    floor.api.hub.notify("queue")
    await go_online(page)
    await expect(page.locator(".chat-row")).to_have_count(3)
    await picture(page, f"desk-queue-{size}")
    await clean(page)
    await page.locator(f"[data-conversation='{first}']").click()
    await expect(page.get_by_text("接入后就能回复")).to_be_visible()
    await picture(page, f"desk-waiting-{size}")
    await clean(page)
    await page.get_by_role("button", name="接入", exact=True).click()
    await say(page, "您好，我是综合服务组的刘洋。异地也能补领，请带户口簿到就近的户籍窗口。")
    await expect(page.locator("article.ours")).to_have_count(1)
    await expect(page.locator("article.ours .delivery")).not_to_have_text("正在发送")
    await picture(page, f"desk-chat-{size}")
    await clean(page)
    if size == "tablet":
        await page.get_by_role("button", name="打开参考信息").click()
    for tab in ("找指南", "备注", "经过"):
        await page.get_by_role("tab", name=tab).click()
        if tab == "找指南":
            await expect(page.get_by_role("button", name="插入回复").first).to_be_visible()
        if tab == "备注":
            await page.get_by_label("写一条备注").fill("市民听力不好，说慢一点。")
            await page.get_by_role("button", name="添加备注").click()
            await expect(page.locator("li.note")).to_have_count(1)
        await picture(page, f"desk-side-{tab}-{size}")
        await clean(page)
    if size == "tablet":
        await page.get_by_role("button", name="收起参考信息").last.click()
    await page.get_by_role("button", name="转接").click()
    await expect(page.get_by_role("dialog").get_by_text("同事", exact=True)).to_be_visible()
    await picture(page, f"desk-transfer-{size}")
    await clean(page)
    await page.get_by_role("dialog").get_by_text("其他单位").click()
    await picture(page, f"desk-transfer-away-{size}")
    await clean(page)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="结束", exact=True).click()
    await expect(page.get_by_role("dialog", name="结束会话")).to_be_visible()
    await picture(page, f"desk-close-{size}")
    await clean(page)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="快捷键").click()
    await expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    await picture(page, f"desk-keys-{size}")
    await clean(page)
    await page.keyboard.press("Escape")
    await page.get_by_role("button", name="提醒").click()
    await picture(page, f"desk-alerts-{size}")
    await clean(page)


async def test_of_two_who_claim_at_once_one_wins_and_the_other_is_told(console: Console) -> None:
    floor = await open_floor(console)
    waiting = await floor.chat("你好")
    pages = [await console.signed_in(one, f"desk/{waiting}") for one in (floor.liu, floor.wang)]
    buttons = [page.get_by_role("button", name="接入", exact=True) for page in pages]
    for button in buttons:
        await expect(button).to_be_visible()
    await asyncio.gather(*(button.click() for button in buttons), return_exceptions=True)
    loser = pages[1 - await who_won(pages)]
    await expect(loser.get_by_text("已经").or_(loser.locator(".note")).first).to_be_visible()
    await expect(loser.get_by_label("回复市民")).to_have_count(0)
    await picture(loser, "desk-claimed-by-other")
    await clean(loser)
    assert [author for author, _ in await stored(floor, waiting)].count("system") == 1


async def test_messages_written_offline_are_kept_and_sent_once(console: Console) -> None:
    floor = await open_floor(console)
    chat = await floor.chat("你好", agent=floor.liu)
    page = await console.signed_in(floor.liu, f"desk/{chat}")
    await say(page, "在的")
    await expect(page.locator("article.ours")).to_have_count(1)
    await page.context.set_offline(True)
    await expect(page.get_by_text("连接断了，正在重试")).to_be_visible()
    await say(page, "第一句")
    await say(page, "第二句")
    await expect(page.get_by_text("等待发送")).to_have_count(2)
    await page.get_by_label("回复市民").fill("还没写完的")
    await picture(page, "desk-offline")
    await clean(page)
    await page.context.set_offline(False)
    await expect(page.get_by_text("等待发送")).to_have_count(0)
    await expect(page.locator("article.ours")).to_have_count(3)
    await expect(page.get_by_label("回复市民")).to_have_value("还没写完的")
    said = [text for author, text in await stored(floor, chat) if author == "liu.yang"]
    assert said == ["在的", "第一句", "第二句"]
    await page.reload()
    await expect(page.get_by_label("回复市民")).to_have_value("还没写完的")


async def test_what_is_written_before_a_restart_of_the_front_arrives_once(console: Console) -> None:
    floor = await open_floor(console)
    chat = await floor.chat("你好", agent=floor.liu)
    page = await console.signed_in(floor.liu, f"desk/{chat}")
    await say(page, "第一句")
    await expect(page.locator("article.ours")).to_have_count(1)
    await console.front.stop()
    await say(page, "第二句")
    await console.front.start()
    await expect(page.locator("article.ours")).to_have_count(2, timeout=20_000)
    await expect(page.get_by_text("连接断了")).to_be_hidden(timeout=20_000)
    assert [text for author, text in await stored(floor, chat) if author == "liu.yang"] == [
        "第一句",
        "第二句",
    ]


async def test_an_undelivered_message_says_why(console: Console) -> None:
    floor = await open_floor(console)
    chat = await floor.chat("你好", agent=floor.liu, channel="wechat")
    page = await console.signed_in(floor.liu, f"desk/{chat}")
    await say(page, "请带户口簿。")
    await expect(page.locator("article.ours")).to_have_count(1)
    news = await floor.api.messages.news(chat, 0, 500, (), 0)
    assert news is not None
    ours = next(one for one in news.said if one.author == "liu.yang")
    await console.front.store.undelivered([ours.id], "45015")
    floor.api.hub.notify(f"chat:{chat}")
    await expect(page.locator("article.ours .delivery.failed")).to_contain_text("48 小时")
    await picture(page, "desk-undelivered")
    await clean(page)


async def test_a_colleague_gets_a_chat_with_its_note(console: Console) -> None:
    floor = await open_floor(console)
    chat = await floor.chat("公积金怎么提取", agent=floor.liu)
    liu = await console.signed_in(floor.liu, f"desk/{chat}")
    wang = await console.signed_in(floor.wang, "desk")
    await go_online(wang)
    await liu.get_by_role("button", name="转接").click()
    dialog = liu.get_by_role("dialog", name="转接会话")
    await dialog.get_by_label("王芳").check()
    await dialog.get_by_label("给接手人的话").fill("问提取，人在青岛。")
    await dialog.get_by_role("button", name="转接", exact=True).click()
    await expect(liu.get_by_text("已转接")).to_be_visible()
    await expect(wang.locator(".chat-row")).to_have_count(1)
    await expect(wang.locator(".notice")).to_be_visible()
    await picture(wang, "desk-notice")
    await wang.locator(".chat-row").click()
    await wang.get_by_role("tab", name="备注").click()
    await expect(wang.locator("li.transfer")).to_contain_text("问提取，人在青岛。")
    await say(wang, "我来接着办。")
    await expect(wang.locator("article.ours")).to_have_count(1)
    await expect(liu.get_by_label("回复市民")).to_be_hidden()


async def test_keys_canned_replies_and_cited_answers(console: Console) -> None:
    floor = await open_floor(console)
    act = console.act()
    for shortcut, title, text in (
        ("hi", "问候", "您好，我是{agent}，工号{number}。"),
        ("12345", "热线", "请拨{hotline}。"),
    ):
        await floor.api.canned.add(None, CannedWords(shortcut, title, text), act)
    chats = [await floor.chat("你好", agent=floor.liu), await floor.chat("在吗", agent=floor.liu)]
    waiting = await floor.chat("有人吗")
    page = await console.signed_in(floor.liu, f"desk/{chats[0]}")
    await expect(page.get_by_label("回复市民")).to_be_visible()
    await page.locator("h1").first.focus()
    await page.keyboard.press("?")
    await expect(page.get_by_role("dialog", name="快捷键")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog", name="快捷键")).to_be_hidden()
    await page.keyboard.press("r")
    await expect(page.get_by_label("回复市民")).to_be_focused()
    await page.keyboard.type("/h")
    await expect(page.get_by_role("option")).to_have_count(1)
    await picture(page, "desk-canned")
    await clean(page)
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("回复市民")).to_have_value("您好，我是刘洋，工号A1001。")
    await page.keyboard.press("Enter")
    await expect(page.locator("article.ours")).to_contain_text("您好，我是刘洋，工号A1001。")
    await page.keyboard.press("Escape")
    await page.keyboard.press("f")
    await expect(page.get_by_label("查指南")).to_be_focused()
    await page.keyboard.type("身份证补领")
    await page.get_by_role("button", name="插入回复").last.click()
    await expect(page.get_by_label("回复市民")).to_have_value("答：身份证补领\n来源：办事指南")
    await expect(page.locator(".cited").first).to_contain_text("身份证补领")
    await page.keyboard.press("Enter")
    await expect(page.locator("article.ours").last).to_contain_text("来源：办事指南")
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    await expect(page).not_to_have_url(console.address(f"desk/{chats[0]}"))
    await page.keyboard.press("n")
    await expect(page).to_have_url(console.address(f"desk/{waiting}"))
    await expect(page.get_by_label("回复市民")).to_be_focused()
    await page.keyboard.press("Escape")
    await page.keyboard.press("e")
    await expect(page.get_by_role("dialog", name="结束会话")).to_be_visible()
    await page.get_by_role("button", name="已解答").click()
    await page.get_by_role("button", name="结束会话").click()
    await expect(page.get_by_text("会话已结束")).to_be_visible()
    assert (await floor.api.messages.holding(waiting)).owner is Owner.CLOSED  # type: ignore[union-attr]


async def test_a_supervisor_sees_all_whispers_and_takes_over(console: Console) -> None:
    floor = await open_floor(console)
    chat = await floor.chat("公积金怎么提取", agent=floor.liu)
    await floor.chat("身份证补办要多久", team_id=None)
    liu = await console.signed_in(floor.liu, f"desk/{chat}")
    boss = await console.signed_in(floor.boss, "live")
    await expect(boss.locator("table.list tbody tr")).to_have_count(2)
    await picture(boss, "live")
    await clean(boss)
    await boss.locator(f"tr[data-conversation='{chat}']").get_by_role("button", name="查看").click()
    await boss.get_by_role("tab", name="备注").click()
    await boss.get_by_label("写一句悄悄话").fill("先问清楚是购房还是租房。")
    await boss.get_by_role("button", name="悄悄话", exact=True).click()
    await expect(boss.locator("li.whisper")).to_have_count(1)
    await expect(liu.locator(".notice")).to_be_visible()
    await liu.get_by_role("tab", name="备注").click()
    await expect(liu.locator("li.whisper")).to_contain_text("购房还是租房")
    await picture(boss, "live-chat")
    await clean(boss)
    await boss.get_by_role("button", name="介入接管").click()
    await picture(boss, "live-take")
    await boss.get_by_role("dialog").get_by_role("button", name="介入接管").click()
    await expect(boss.get_by_label("回复市民")).to_be_visible()
    await expect(liu.get_by_label("回复市民")).to_be_hidden()


@pytest.mark.parametrize("size", list(SIZES))
async def test_the_queue_shows_how_somebody_reads(console: Console, size: str) -> None:
    floor = await open_floor(console)
    long = await floor.chat("护照过期了怎么办", priority=1, large_print=True, language="en", region="370283")
    again = await floor.chat("社保卡丢了", priority=1)
    page = await console.signed_in(floor.liu, "desk", size)

    row = page.locator(f"[data-conversation='{long}']")
    await expect(row).to_contain_text("适老大字")
    await expect(row).to_contain_text("英文")
    await expect(page.locator(f"[data-conversation='{again}']")).to_contain_text("优先")
    await picture(page, f"desk-hints-{size}")
    await clean(page)
