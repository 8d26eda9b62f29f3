"""For everybody: axe-core finds nothing in any state, the keyboard does all, and it fits small and enlarged."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from playwright.async_api import Browser, Page, expect

from bot.channels.widget.catalog import Catalog
from bot.channels.widget.floor import Floor
from bot.store import Owner
from knowledge.model import Item
from tests.browser.answers import FOLLOW_UP, QUESTION, UNCLEAR, answer
from tests.browser.conftest import Chat, Front, screenshot, violations
from tests.browser.people import WANG, Desk

Step = Callable[[Chat, Page, Front], Awaitable[None]]


async def welcome(chat: Chat, page: Page, front: Front) -> None:
    pass


async def card(chat: Chat, page: Page, front: Front) -> None:
    shown = await chat.ask(QUESTION)
    for heading in ("在哪办", "要带的材料", "办理流程", "收费"):
        await chat.unfold(shown, heading)


async def options(chat: Chat, page: Page, front: Front) -> None:
    await chat.ask(UNCLEAR)


async def waiting(chat: Chat, page: Page, front: Front) -> None:
    async def slowly(request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        await asyncio.sleep(3)
        return await answer(request, asked)

    front.rasa.answer = slowly
    await chat.say("在吗")
    await expect(page.locator(".typing")).to_be_visible()


async def offline(chat: Chat, page: Page, front: Front) -> None:
    await chat.ask("在吗")
    await page.context.set_offline(True)
    await chat.say("还在吗")
    await expect(page.locator(".connection")).to_be_visible()


async def refused(chat: Chat, page: Page, front: Front) -> None:
    await chat.ask("在吗")
    front.widget.limits = type(front.widget.limits)(3, front.widget.limits.idle_s)
    await chat.say("这一句太长了")
    await expect(page.get_by_role("button", name="重新发送")).to_be_visible()


async def topics(chat: Chat, page: Page, front: Front) -> None:
    front.widget.catalog = Catalog(
        [Item(id=f"i{n}", task_name=f"事项{n}", category=f"主题{n % 3}") for n in range(9)]
    )
    await page.locator("#to-topics").click()
    await expect(page.get_by_role("button", name="事项0")).to_be_visible()


async def suggestions(chat: Chat, page: Page, front: Front) -> None:
    front.widget.catalog = Catalog(
        [Item(id=f"i{n}", task_name=f"身份证{n}", category="户政") for n in range(4)]
    )
    await chat.field.press_sequentially("身份")
    await expect(page.get_by_role("option").first).to_be_visible()
    await page.keyboard.press("ArrowDown")


async def menu(chat: Chat, page: Page, front: Front) -> None:
    await page.locator("#to-menu").click()
    await expect(page.get_by_role("button", name="评价服务")).to_be_visible()


async def rating(chat: Chat, page: Page, front: Front) -> None:
    await menu(chat, page, front)
    await page.get_by_role("button", name="评价服务").click()
    await expect(page.get_by_role("radio")).to_have_count(5)
    await expect(page.get_by_role("button", name="提交评价")).to_be_in_viewport(ratio=1)


async def large_print(chat: Chat, page: Page, front: Front) -> None:
    await page.get_by_role("button", name="大字版").click()
    await card(chat, page, front)


async def english(chat: Chat, page: Page, front: Front) -> None:
    await menu(chat, page, front)
    await page.get_by_role("button", name="English").click()
    await chat.ask(QUESTION)
    await expect(page.locator(".ai-notice")).to_contain_text("AI assistant")


async def queued(chat: Chat, page: Page, front: Front) -> None:
    await chat.ask("转人工")
    await Desk(front, page).moves(Owner.QUEUED, "正在为您转人工，您排在第 2 位。", Floor(position=2))
    await expect(page.locator(".queue")).to_contain_text("第 2 位")


async def with_agent(chat: Chat, page: Page, front: Front) -> None:
    await queued(chat, page, front)
    desk = Desk(front, page)
    await desk.moves(Owner.HUMAN, "王芳（工号 017）为您服务。", Floor(agent=WANG))
    await chat.say("我的身份证丢了，人在外地")
    await desk.says("您好，您现在在哪个市？\n在外地也可以补领：https://example.org/guide")
    await desk.types()
    await expect(page.locator(".typing")).to_contain_text("王芳")


async def person_gone(chat: Chat, page: Page, front: Front) -> None:
    await with_agent(chat, page, front)
    await Desk(front, page).moves(Owner.CLOSED, "工作人员已结束本次服务。还有问题可以接着问。", Floor())
    await expect(page.locator(".ask-rating")).to_be_visible()


async def print_view(chat: Chat, page: Page, front: Front) -> None:
    await card(chat, page, front)
    await page.get_by_role("button", name="打印清单").click()
    await expect(page.locator("bangban-print dialog")).to_be_visible()


STATES: list[Step] = [
    welcome,
    card,
    options,
    waiting,
    offline,
    refused,
    topics,
    suggestions,
    menu,
    rating,
    large_print,
    english,
    print_view,
    queued,
    with_agent,
    person_gone,
]


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
async def test_axe_finds_nothing(chat: Chat, page: Page, front: Front, state: Step) -> None:
    await state(chat, page, front)
    await page.wait_for_timeout(400)  # what fades in has its full contrast then
    await screenshot(page, f"state-{state.__name__}")
    assert await violations(page) == []


@pytest.mark.parametrize("scheme", ["dark", "forced"])
async def test_axe_finds_nothing_in_other_colours(chat: Chat, page: Page, front: Front, scheme: str) -> None:
    if scheme == "dark":
        await page.emulate_media(color_scheme="dark")
    else:
        await page.emulate_media(forced_colors="active")
    await card(chat, page, front)
    await page.wait_for_timeout(400)
    await screenshot(page, f"colours-{scheme}")
    assert await violations(page) == []


@pytest.mark.parametrize("address", ["/", "/embed", "/chat"])
async def test_axe_finds_nothing_on_the_pages(page: Page, front: Front, address: str) -> None:
    await page.goto(front.url + address)
    await expect(page.get_by_role("heading", level=1)).to_have_count(1)
    await page.wait_for_timeout(400)
    await screenshot(page, f"page-{address.strip('/') or 'demo'}")
    assert await violations(page) == []


SIZES = {
    "phone": (360, 740, 1.0),
    "narrow": (320, 640, 1.0),
    "zoom-200": (640, 400, 2.0),
    "zoom-400": (320, 256, 4.0),  # 1280×1024 enlarged four times
    "desk": (1280, 800, 1.0),
}
FITS = """() => {
  const wide = [];
  const walk = (root) => {
    for (const node of root.querySelectorAll("*")) {
      if (node.shadowRoot) walk(node.shadowRoot);
      if (node.classList.contains("unseen")) continue;
      const box = node.getBoundingClientRect();
      if (box.width && box.height && (box.right > innerWidth + 1 || box.left < -1))
        wide.push(`${node.localName}.${node.className} ${Math.round(box.left)}–${Math.round(box.right)}`);
    }
  };
  walk(document.querySelector("bangban-chat").shadowRoot);
  if (document.documentElement.scrollWidth > innerWidth) wide.push("the page scrolls sideways");
  return wide;
}"""


@pytest.mark.parametrize("plain", [False, True], ids=["usual", "large-print"])
@pytest.mark.parametrize("size", list(SIZES))
async def test_it_fits(browser: Browser, front: Front, size: str, plain: bool) -> None:
    width, height, scale = SIZES[size]
    context = await browser.new_context(
        viewport={"width": width, "height": height}, device_scale_factor=scale, locale="zh-CN"
    )
    page = await context.new_page()
    await page.goto(front.url)
    chat = Chat(page)
    await chat.open()
    if plain:
        await page.get_by_role("button", name="大字版").click()
    await card(chat, page, front)
    await screenshot(page, f"fits-{size}{'-large-print' if plain else ''}")
    assert await page.evaluate(FITS) == []
    for part in ("#say", "#to-human", ".send"):
        await page.locator(part).scroll_into_view_if_needed()
        await expect(page.locator(part)).to_be_in_viewport()
    await chat.ask("在吗")
    await context.close()


async def focused(page: Page) -> str:
    """Where the keyboard is, inside the shadow tree."""
    name: str = await page.evaluate(
        """() => {
          let one = document.activeElement;
          while (one?.shadowRoot?.activeElement) one = one.shadowRoot.activeElement;
          return one ? (one.id || one.getAttribute("aria-label") || one.textContent.trim() || one.localName) : "";
        }"""
    )
    return " ".join(name.split())


async def tab_to(page: Page, wanted: str, most: int = 60, key: str = "Tab") -> None:
    """Press Tab until something is reached."""
    seen = []
    for _ in range(most):
        seen.append(await focused(page))
        if wanted in seen[-1]:
            return
        await page.keyboard.press(key)
    raise AssertionError(f"{wanted} is not reached by {key}: {seen}")


async def test_the_keyboard_alone_does_everything(page: Page, front: Front) -> None:
    await page.goto(front.url)
    await expect(page.locator("bangban-chat .launcher")).to_be_visible()
    await tab_to(page, "打开智能问答")
    await page.keyboard.press("Enter")
    chat = Chat(page)
    await expect(chat.field).to_be_focused()
    await page.keyboard.type(QUESTION)
    await page.keyboard.press("Enter")
    await expect(chat.answers).to_have_count(1)
    await expect(chat.field).to_be_focused()
    await tab_to(page, FOLLOW_UP, key="Shift+Tab")
    await page.keyboard.press("Enter")
    await expect(chat.answers).to_have_count(2)
    await expect(chat.field).to_be_focused()
    await tab_to(page, "要带的材料", key="Shift+Tab")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Space")
    await expect(chat.log).to_contain_text("已备 1/3")
    await tab_to(page, "打印清单")
    await page.keyboard.press("Enter")
    await expect(page.locator("bangban-print dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.locator("bangban-print dialog")).to_have_count(0)
    assert await focused(page) != "body", "the keyboard is still somewhere"
    await tab_to(page, "to-menu", key="Shift+Tab", most=120)
    await page.keyboard.press("Enter")
    await tab_to(page, "评价服务")
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("button", name="评价服务")).to_have_count(0)
    await page.keyboard.press("Escape")
    await expect(page.locator("bangban-chat .launcher")).to_be_focused()


async def test_the_keyboard_is_never_trapped(chat: Chat, page: Page) -> None:
    await chat.ask(QUESTION)
    seen = []
    for _ in range(80):
        await page.keyboard.press("Tab")
        seen.append(await focused(page))
    assert {"say", "to-human", "to-menu"} <= set(seen)
    assert any("12345" in one or "首页" in one or "跳到正文" in one for one in seen), (
        "the page is reached again"
    )


async def test_by_touch_nothing_opens_the_keyboard_of_the_phone(browser: Browser, front: Front) -> None:
    context = await browser.new_context(
        viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, locale="zh-CN"
    )
    page = await context.new_page()
    await page.goto(front.url)
    chat = Chat(page)
    await page.locator("bangban-chat .launcher").tap()
    await expect(chat.log).to_be_focused()
    await page.locator(".chips button").first.tap()
    await expect(chat.answers).to_have_count(1)
    await expect(chat.log).to_be_focused()
    await options(chat, page, front)
    await page.locator(".options button").first.tap()
    await expect(chat.answers).to_have_count(3)
    await expect(chat.log).to_be_focused()
    await context.close()


SMALL = """() => [...document.querySelector("bangban-chat").shadowRoot
    .querySelectorAll("button, summary, .card a, .checklist label, .menu a, [role=option]")]
  .map((one) => [one.textContent.trim(), one.getBoundingClientRect()])
  .filter(([, box]) => box.width && box.height && (box.width < 43.5 || box.height < 43.5))
  .map(([words, box]) => `${words} ${box.width}×${box.height}`)"""


@pytest.mark.parametrize("state", [card, options, topics, suggestions, menu, rating, large_print, queued])
async def test_what_is_touched_is_large_enough(browser: Browser, front: Front, state: Step) -> None:
    context = await browser.new_context(viewport={"width": 320, "height": 740}, locale="zh-CN")
    page = await context.new_page()
    await page.goto(front.url)
    chat = Chat(page)
    await chat.open()
    await state(chat, page, front)
    assert await page.evaluate(SMALL) == []
    await context.close()


async def test_what_is_fictional_says_so(chat: Chat, page: Page, front: Front) -> None:
    await expect(page.locator("#to-topics")).to_be_visible()
    front.widget.catalog = Catalog(
        [
            Item(id="real", task_name="停车证换领", category="交管"),
            Item(id="invented", task_name="停车证申领", category="交管", fictional=True),
        ]
    )
    await chat.field.press_sequentially("停车证")
    await expect(page.get_by_role("option", name="停车证申领 虚构示例")).to_be_visible()
    await expect(page.get_by_role("option", name="停车证换领", exact=True)).to_be_visible()
    await page.keyboard.press("Escape")
    await page.locator("#to-topics").click()
    await expect(page.get_by_role("button", name="停车证申领 虚构示例")).to_be_visible()
    await expect(page.get_by_role("button", name="停车证换领", exact=True)).to_be_visible()


async def test_what_is_new_is_announced(chat: Chat, page: Page) -> None:
    await expect(chat.log).to_have_attribute("aria-label", "对话记录")
    await chat.ask(QUESTION)
    live = await chat.log.get_attribute("aria-live")
    assert live in (None, "polite"), "role=log is polite by itself"
    await expect(chat.log).not_to_have_attribute("aria-busy", "true")


async def test_nothing_moves_for_who_wants_it_still(browser: Browser, front: Front) -> None:
    context = await browser.new_context(reduced_motion="reduce", locale="zh-CN")
    page = await context.new_page()
    await page.goto(front.url)
    chat = Chat(page)
    await chat.open()
    await waiting(chat, page, front)
    moving = await page.evaluate(
        """document.querySelector("bangban-chat").shadowRoot.getAnimations()
             .filter((one) => one.playState === "running" && one.effect.getTiming().duration > 100).length"""
    )
    assert moving == 0
    await context.close()
