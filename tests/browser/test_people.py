"""A person comes, helps and goes: what the citizen sees of it, and what they can do."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from bot.channels.widget.floor import Floor
from bot.store import Owner
from tests.browser.conftest import Chat, Front, screenshot
from tests.browser.people import WANG, Desk


async def test_from_the_queue_to_the_grade(chat: Chat, front: Front, page: Page) -> None:
    await chat.page.locator("#to-human").click()
    await expect(chat.answers).to_have_count(1)
    desk = Desk(front, page)
    await desk.moves(Owner.QUEUED, "正在为您转人工，您排在第 2 位。", Floor(position=2))
    await expect(page.locator(".queue")).to_have_text(
        "您现在排在第 2 位。可以先把情况写下来，工作人员接入后就能看到。"
    )
    await expect(page.locator("#to-human")).to_have_text("不用人工了")
    await desk.moves(Owner.HUMAN, "王芳（工号 017）为您服务。", Floor(agent=WANG))
    await expect(page.locator("#title + p")).to_have_text("工作人员 王芳（工号 017）为您服务")
    await expect(page.locator(".queue")).to_be_hidden()
    await desk.says("您好，请问您现在在哪个市？")
    await expect(chat.log.locator("article.agent").last).to_contain_text("工作人员 王芳（工号 017）")
    await chat.say("在青岛")
    await expect(chat.log.locator("article.mine").last).to_contain_text("已送达")
    await expect(page.locator(".typing")).to_have_count(0)  # nobody looks into the guides now
    await chat.field.press_sequentially("身份")
    await page.wait_for_timeout(600)
    await expect(page.get_by_role("option")).to_have_count(0)
    assert front.widget.desk is not None and getattr(front.widget.desk, "typed", []) != []
    await desk.moves(Owner.CLOSED, "本次人工服务已结束。", Floor())
    await page.locator(".ask-rating").get_by_role("button", name="评价服务").click()
    await page.get_by_role("radio", name="非常满意").check()
    async with page.expect_request("**/widget/rating") as sent:
        await page.get_by_role("button", name="提交评价").click()
    assert (await sent.value).post_data_json == {"message_id": None, "grade": 5}
    await expect(page.locator("#to-human")).to_have_text("转人工")


async def test_who_waits_can_take_the_wish_back(chat: Chat, front: Front, page: Page) -> None:
    await chat.ask("转人工")
    await Desk(front, page).moves(Owner.QUEUED, "正在为您转人工，您排在第 1 位。", Floor(position=1))
    await expect(page.locator(".queue")).to_contain_text("您现在排在最前面。")
    await page.locator("#to-human").focus()
    await expect(page.locator("#to-human")).to_have_text("不用人工了")
    await page.keyboard.press("Enter")
    await expect(chat.own.last).to_contain_text("不用人工了")
    await expect(chat.own.last).to_contain_text("已送达")
    await expect(page.locator("#to-human")).to_be_focused()
    assert "不用人工了" in [message.text for message in await front.stored(page)]


async def test_two_tabs_and_a_reload_see_the_same_person(chat: Chat, front: Front, page: Page) -> None:
    await chat.ask("转人工")
    desk = Desk(front, page)
    await desk.moves(Owner.HUMAN, "王芳（工号 017）为您服务。", Floor(agent=WANG))
    await desk.says("您好")
    other = await page.context.new_page()
    await other.goto(front.url)
    await Chat(other).open()
    await page.reload()
    for one in (page, other):
        await expect(one.locator("#title + p")).to_have_text("工作人员 王芳（工号 017）为您服务")
        await expect(one.locator("article.agent")).to_have_count(1)
    await other.close()


async def test_the_looks(browser: Browser, front: Front) -> None:
    for name, width, height, scheme in (
        ("phone", 360, 640, "light"),
        ("tablet", 820, 1180, "light"),
        ("desk", 1280, 800, "light"),
        ("dark", 360, 640, "dark"),
        ("large", 360, 640, "light"),
        ("zoom", 320, 256, "light"),
    ):
        context = await browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN",
            color_scheme="dark" if scheme == "dark" else "light",
        )
        page = await context.new_page()
        await page.goto(front.url)
        chat = Chat(page)
        await chat.open()
        if name == "large":
            await page.get_by_role("button", name="大字版").click()
        await chat.ask("转人工")
        desk = Desk(front, page)
        await desk.moves(Owner.QUEUED, "正在为您转人工，您排在第 2 位。", Floor(position=2))
        await expect(page.locator(".queue")).to_be_visible()
        await screenshot(page, f"people-{name}-queued")
        await desk.moves(Owner.HUMAN, "王芳（工号 017）为您服务。", Floor(agent=WANG))
        await desk.says("您好，请问您现在在哪个市？可以先看 https://example.org/guide")
        await desk.types()
        await expect(page.locator(".typing")).to_be_visible()
        await screenshot(page, f"people-{name}-human")
        await desk.moves(Owner.CLOSED, "本次人工服务已结束。还有问题可以接着问。", Floor())
        await expect(page.locator(".ask-rating")).to_be_visible()
        await screenshot(page, f"people-{name}-closed")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (
            f"{name}: the page scrolls sideways"
        )
        await context.close()


async def test_on_the_next_page_with_the_panel_closed_one_hears_that_somebody_has_come(
    chat: Chat, front: Front, page: Page
) -> None:
    await chat.ask("转人工")
    desk = Desk(front, page)
    await desk.moves(Owner.QUEUED, "正在为您转人工，您排在最前面。", Floor(position=1))
    await expect(page.locator(".queue")).to_be_visible()
    await page.get_by_role("button", name="收起对话").click()
    await page.goto(f"{front.url}/embed")
    await page.goto(front.url)
    launcher = page.locator("bangban-chat .launcher")
    await expect(launcher).to_be_visible()
    await desk.moves(Owner.HUMAN, "王芳（工号 017）为您服务。", Floor(agent=WANG))
    await desk.says("您好")
    await expect(launcher.locator(".count")).to_have_text("2")
    await expect(page.locator("bangban-chat .unseen[role=status]")).to_contain_text("有 2 条新消息")
    await launcher.click()
    await expect(page.locator("#title + p")).to_contain_text("王芳")
    await page.get_by_role("button", name="收起对话").click()
    await expect(launcher.locator(".count")).to_have_count(0)
