"""The guide pages in a real browser: axe-core finds nothing, they fit, print, and work without script."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from bot.store import Database, KnowledgeStore
from tests.browser.conftest import Front, screenshot, violations
from tests.support.pages import DEMO

GUIDE = "/guides/company_setup%40990100"
PAGES = {
    "guide": GUIDE,
    "checklist": f"{GUIDE}/checklist?situation=kind%3Dllc",
    "guides": "/guides?q=%E7%A4%BA%E4%BE%8B",
    "bundles": "/bundles",
    "bundle": "/bundles/demo_open_restaurant",
    "missing": "/guides/none",
}
SIZES = {"phone": (360, 740), "narrow": (320, 256), "zoom-200": (640, 400), "desk": (1280, 800)}
STICKS_OUT = """() => [...document.querySelectorAll("body *")]
  .filter((node) => !node.closest(".unseen, .skip"))
  .map((node) => [node, node.getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.right > innerWidth + 1 || box.left < -1))
  .map(([node]) => node.outerHTML.slice(0, 80))"""


@pytest_asyncio.fixture(loop_scope="session")
async def library(front: Front) -> AsyncIterator[Front]:
    """The front with the fictional city published."""
    async with Database.open(front.settings.database_url) as database:
        await KnowledgeStore(database).publish(DEMO, "test")
    yield front


@pytest.mark.parametrize("name", PAGES)
async def test_axe_finds_nothing_on_a_page(page: Page, library: Front, name: str) -> None:
    await page.goto(library.url + PAGES[name])
    await expect(page.get_by_role("heading", level=1)).to_have_count(1)
    await screenshot(page, f"pages-{name}")
    assert await violations(page) == []


async def test_pages_fit_every_width(page: Page, library: Front) -> None:
    for size, (width, height) in SIZES.items():
        await page.set_viewport_size({"width": width, "height": height})
        for name, path in PAGES.items():
            await page.goto(library.url + path)
            assert await page.evaluate(STICKS_OUT) == [], (size, name)


async def test_the_flow_chart_is_shown(page: Page, library: Front) -> None:
    await page.goto(library.url + GUIDE)
    await page.locator("summary").click()
    picture = page.locator("img.flow")
    await expect(picture).to_be_visible()
    await page.wait_for_function("document.querySelector('img.flow').naturalWidth === 360")
    await screenshot(page, "pages-flow")


async def test_the_printed_checklist_is_whole_and_has_no_buttons(page: Page, library: Front) -> None:
    await page.goto(library.url + PAGES["checklist"])
    await expect(page.get_by_role("button", name="打印本页")).to_be_visible()
    await page.emulate_media(media="print")
    for hidden in (".actions", "form.situations", "header.site nav"):
        await expect(page.locator(hidden)).to_be_hidden()
    await expect(page.locator(".materials > li")).to_have_count(5)
    await expect(page.get_by_text("虚构示例，仅供演示，不是真实办事信息")).to_be_visible()
    printed = await page.pdf(format="A4")
    assert printed.startswith(b"%PDF")
    assert 1 <= printed.count(b"/Type /Page\n") <= 2


async def test_a_checklist_works_without_script(browser: Browser, library: Front) -> None:
    context = await browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = await context.new_page()
    await page.goto(library.url + PAGES["checklist"])
    await expect(page.get_by_role("button", name="打印本页")).to_be_hidden()

    await page.get_by_label("公司登记申请书").check()
    await expect(page.get_by_label("公司登记申请书")).to_be_checked()
    await page.get_by_label("住所是哪种").select_option(label="租房")
    await page.get_by_role("button", name="看我要带的").click()

    await expect(page.locator(".materials > li")).to_have_count(3)
    await expect(page.get_by_label("住所是哪种")).to_have_value("premises=rent")
    await context.close()


async def test_the_keyboard_reaches_the_text_first(page: Page, library: Front) -> None:
    await page.goto(library.url + GUIDE)
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.className") == "skip"
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "main"
