"""A citizen in the widget and two agents in the console, from the wish for a person to the grade; and after hours."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest_asyncio
from aiohttp import web
from playwright.async_api import Page, expect

from bot.store.states import Owner
from tests.browser.conftest import Chat, screenshot
from tests.browser.console.conftest import Console, clean, picture
from tests.browser.console.floor import SHUT, Floor, open_floor
from tests.browser.console.test_console_desk import go_online, say, stored, who_won
from tests.support.fake_rasa import payload, turn

LOST_AFTER_S = 20.0


@pytest_asyncio.fixture(loop_scope="session")
async def quick(console: Console) -> Console:
    """A front that misses an agent soon."""
    await console.front.stop()
    await console.front.start(desk_lost_after_s=LOST_AFTER_S)
    return console


async def understood(_request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
    """What Rasa says when a person is asked for, and otherwise."""
    if asked["message"] == "转人工":
        return turn(payload("好的，您想找人工。", outcome="handoff", aspect=None, handoff="asked"))
    return turn(payload(f"答：{asked['message']}"))


async def citizen(console: Console) -> tuple[Page, Chat]:
    console.front.rasa.answer = understood
    page = await console.page()
    await page.goto(console.front.url)
    chat = Chat(page)
    await chat.open()
    return page, chat


async def the_only_chat(floor: Floor, page: Page) -> int:
    row = page.locator(".chat-row")
    await expect(row).to_have_count(1)
    return int(await row.get_attribute("data-conversation") or 0)


async def test_from_the_wish_for_a_person_to_the_grade(quick: Console) -> None:
    floor = await open_floor(quick)
    liu = await quick.signed_in(floor.liu, "desk")
    wang = await quick.signed_in(floor.wang, "desk")
    await go_online(liu)
    await go_online(wang)
    page, chat = await citizen(quick)
    await chat.say("我想补办身份证")
    await expect(chat.answers).to_have_count(1)
    await page.locator("#to-human").click()
    await expect(chat.log).to_contain_text("为您转人工")

    conversation = await the_only_chat(floor, liu)
    assert await the_only_chat(floor, wang) == conversation
    await expect(liu.locator(".notice").first).to_be_visible()
    pages = (liu, wang)
    for one in pages:
        await one.locator(".chat-row").click()
        await expect(one.get_by_role("button", name="接入", exact=True)).to_be_visible()
    await picture(liu, "journey-queued")
    clicks = [one.get_by_role("button", name="接入", exact=True).click() for one in pages]
    await asyncio.gather(*clicks, return_exceptions=True)
    names = ("刘洋", "王芳")
    won = await who_won(pages)
    first, second = pages[won], pages[1 - won]
    first_name, second_name = names[won], names[1 - won]
    await expect(second.get_by_label("回复市民")).to_have_count(0)
    await expect(chat.log).to_contain_text(f"工作人员{first_name}")

    await chat.field.press_sequentially("我人在")
    await expect(first.get_by_text("对方正在输入")).to_be_visible()
    await chat.say("我人在青岛，户口在菏泽")
    await expect(first.locator("article.theirs").last).to_contain_text("我人在青岛，户口在菏泽")
    await first.get_by_label("回复市民").press_sequentially("您好")
    await expect(page.locator(".typing")).to_be_visible()
    await say(first, "您好，可以就近补领。")
    await expect(chat.log.locator("article.agent").last).to_contain_text("您好，可以就近补领。")
    await expect(first.locator("article.ours .delivery").last).to_have_text("已送达")
    await picture(first, "journey-talk")
    await clean(first)
    await screenshot(page, "console-journey-citizen")

    await first.get_by_role("button", name="转接").click()
    dialog = first.get_by_role("dialog", name="转接会话")
    await dialog.get_by_label(second_name).check()
    await dialog.get_by_label("给接手人的话").fill("问异地补领。")
    await dialog.get_by_role("button", name="转接", exact=True).click()
    await expect(second.get_by_label("回复市民").or_(second.locator(".chat-row"))).not_to_have_count(0)
    await second.locator(".chat-row").click()
    await expect(chat.log).to_contain_text(f"接下来由工作人员{second_name}")
    await say(second, "我接着给您办。")
    await expect(chat.log.locator("article.agent").last).to_contain_text("我接着给您办。")

    await second.context.close()
    await expect(chat.log).to_contain_text("刚才的工作人员离开了", timeout=45_000)
    await expect(first.locator(".chat-row")).to_have_count(1, timeout=10_000)
    await first.get_by_role("button", name="接入下一位").click()
    await say(first, "抱歉久等了，还是我来。")
    await expect(chat.log.locator("article.agent").last).to_contain_text("还是我来")
    await first.get_by_role("tab", name="经过").click()
    await expect(first.get_by_text("坐席掉线，退回排队")).to_be_visible()
    await picture(first, "journey-history")
    await clean(first)

    await first.get_by_role("button", name="结束", exact=True).click()
    await first.get_by_role("button", name="已解答").click()
    await first.get_by_role("button", name="结束会话").click()
    await expect(chat.log).to_contain_text("这次人工服务结束了")
    await page.locator(".ask-rating").get_by_role("button", name="评价服务").click()
    await page.get_by_role("radio", name="非常满意").check()
    async with page.expect_response("**/widget/rating") as answered:
        await page.get_by_role("button", name="提交评价").click()
    assert (await answered.value).status == 204
    news = await floor.api.messages.news(conversation, 0, 500, (), 0)
    assert news is not None and news.holding.owner is Owner.CLOSED
    said = [one.text for one in news.said if one.author in ("liu.yang", "wang.fang")]
    assert said == ["您好，可以就近补领。", "我接着给您办。", "抱歉久等了，还是我来。"]


async def test_given_back_a_chat_keeps_its_place_and_somebody_else_takes_it(console: Console) -> None:
    floor = await open_floor(console)
    liu = await console.signed_in(floor.liu, "desk")
    wang = await console.signed_in(floor.wang, "desk")
    await go_online(liu)
    await go_online(wang)
    page, chat = await citizen(console)
    await page.locator("#to-human").click()
    await expect(chat.log).to_contain_text("您排在最前面")
    conversation = await the_only_chat(floor, liu)
    await liu.get_by_role("button", name="接入下一位").click()
    await expect(chat.log).to_contain_text("工作人员刘洋")
    await say(liu, "您好，请说。")
    await expect(chat.log.locator("article.agent").last).to_contain_text("您好，请说。")
    later = await floor.waits("我也想办")
    await expect(wang.locator(".chat-row")).to_have_count(1)

    await liu.get_by_role("button", name="更多操作").click()
    await liu.get_by_role("menuitem", name="退回排队").click()
    dialog = liu.get_by_role("dialog", name="退回排队")
    await dialog.get_by_placeholder("原因").fill("我不熟悉社保")
    await picture(liu, "release-asked")
    await clean(liu)
    await dialog.get_by_role("button", name="退回排队").click()
    await expect(liu.get_by_text("已退回排队")).to_be_visible()
    await expect(liu.get_by_label("回复市民")).to_have_count(0)
    await expect(chat.log).to_contain_text("刚才的工作人员离开了")
    await expect(chat.log.locator("article").last).to_contain_text("您排在最前面")
    for one in (liu, wang):  # before whoever came while it was with somebody
        await expect(one.locator(".chat-row")).to_have_count(2)
        places = [
            await row.get_attribute("data-conversation") for row in await one.locator(".chat-row").all()
        ]
        assert places == [str(conversation), str(later)]

    await wang.locator(".chat-row").first.click()
    await expect(wang.locator(".pane header")).to_contain_text("第 1 位")
    await picture(wang, "release-waiting")
    await clean(wang)
    await wang.get_by_role("button", name="接入", exact=True).click()
    await expect(chat.log).to_contain_text("接下来由工作人员王芳")
    await say(wang, "您好，我接着给您办。")
    await expect(chat.log.locator("article.agent").last).to_contain_text("我接着给您办。")
    await wang.get_by_role("tab", name="经过").click()
    step = wang.locator("#side-body li").filter(has_text="退回排队")
    await expect(step).to_contain_text("刘洋：我不熟悉社保")
    await chat.say("好的")
    await expect(wang.locator("article.theirs").last).to_contain_text("好的")
    assert ("liu.yang", "您好，请说。") in await stored(floor, conversation)
    assert (await floor.api.messages.holding(conversation)).agent_id == floor.wang.id  # type: ignore[union-attr]


async def test_an_agent_sees_at_once_that_the_citizen_left_and_came_back(console: Console) -> None:
    floor = await open_floor(console)
    liu = await console.signed_in(floor.liu, "desk")
    await go_online(liu)
    page, chat = await citizen(console)
    await page.locator("#to-human").click()
    await the_only_chat(floor, liu)
    await liu.get_by_role("button", name="接入下一位").click()
    await expect(chat.log).to_contain_text("工作人员刘洋")
    header = liu.locator(".pane header")
    await expect(header).to_contain_text("· 在线")
    await page.goto("about:blank")
    await expect(header).to_contain_text("已离开页面")
    await page.goto(console.front.url)
    await expect(header).to_contain_text("· 在线")


async def test_after_hours_a_ticket_is_left_and_its_answer_comes_back(console: Console) -> None:
    floor = await open_floor(console, SHUT)
    page, chat = await citizen(console)
    await page.locator("#to-human").click()
    await expect(chat.log).to_contain_text("可以留言")
    await chat.say("13812345678，想补办身份证，下午方便")
    await expect(chat.log).to_contain_text("留言收到了")
    await expect(chat.log).not_to_contain_text("13812345678，")
    staff = await console.signed_in(floor.liu, "tickets")
    await expect(staff.locator("table.list tbody tr")).to_have_count(1)
    await picture(staff, "tickets")
    await clean(staff)
    await staff.locator("table.list tbody button").first.click()
    drawer = staff.get_by_role("dialog")
    await expect(drawer.get_by_test_id("contact")).to_contain_text("138****5678")
    await drawer.get_by_role("button", name="我来处理").click()
    await expect(drawer.get_by_label("答复内容")).to_be_visible()
    await picture(staff, "tickets-mine")
    await clean(staff)
    await drawer.get_by_role("button", name="显示号码").click()
    await staff.get_by_role("dialog", name="显示号码").get_by_role("button", name="显示号码").click()
    await expect(drawer.get_by_test_id("contact")).to_have_text("13812345678")
    await drawer.get_by_label("答复内容").fill("请带户口簿到就近的户籍窗口补领。")
    await drawer.get_by_role("button", name="发送答复").click()
    await expect(chat.log).to_contain_text("请带户口簿到就近的户籍窗口补领。")
    await expect(drawer).to_contain_text("已答复")
    await picture(staff, "tickets-answered")
    await clean(staff)
    entries = await console.staff.audit.entries(limit=100)
    assert any("contact" in one.action or "reveal" in one.action for one in entries)
