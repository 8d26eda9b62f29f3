"""Every page of the review and what it can look like: clean for axe, nothing wider than the window."""

from __future__ import annotations

import pytest
from playwright.async_api import expect

from bot.store.staff_values import Role
from tests.browser.console.conftest import SIZES, clean, picture
from tests.browser.review.conftest import Log

PAGES = {
    "review": "查记录",
    "unanswered": "没答上的",
    "assignments": "分派",
    "proposals": "待复核",
    "overview": "总览",
    "keeping": "保留与删除",
}


@pytest.mark.parametrize("size", list(SIZES))
async def test_empty_pages_are_clean(log: Log, size: str) -> None:
    page = await log.page("review", who=log.supervisor, size=size)
    for path, title in PAGES.items():
        await page.goto(log.console.address(path))
        await expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        await page.wait_for_load_state("networkidle")
        await picture(page, f"review-empty-{path}-{size}")
        await clean(page)


@pytest.mark.parametrize("size", list(SIZES))
async def test_full_pages_are_clean(log: Log, size: str) -> None:
    await log.filled()
    admin = await log.console.account("zhou.min", Role.ADMIN, "周敏")
    page = await log.page("review", who=admin, size=size)
    await expect(page.locator("table.found tbody tr")).to_have_count(50)
    await picture(page, f"review-list-{size}")
    await clean(page)

    await page.get_by_role("button", name="更多条件").click()
    await page.get_by_label("查找内容").fill("身份证")
    await page.get_by_role("button", name="查找", exact=True).click()
    await expect(page.locator("mark").first).to_be_visible()
    for number in range(3):
        await page.locator("table.found tbody input").nth(number).check()
    await picture(page, f"review-found-{size}")
    await clean(page)
    for act in ("评判", "分派", "加标签"):
        await page.get_by_role("button", name=act, exact=True).click()
        await expect(page.get_by_role("dialog")).to_be_visible()
        await picture(page, f"review-batch-{act}-{size}")
        await clean(page)
        await page.get_by_role("dialog").get_by_role("button", name="取消").click()

    await page.get_by_label("查找内容").fill("没有人说过的话")
    await page.get_by_role("button", name="查找", exact=True).click()
    await expect(page.get_by_text("没有符合条件的记录")).to_be_visible()
    await picture(page, f"review-none-{size}")

    await page.goto(log.console.address("review?flag=handed_off"))
    await page.locator("table.found tbody a").first.click()
    await expect(page.locator("article")).to_have_count(6)
    await page.get_by_role("button", name="为什么这样答").first.click()
    await picture(page, f"review-conversation-{size}")
    await clean(page)
    await page.get_by_role("tab", name="评判").click()
    await page.get_by_text("指南不对", exact=True).click()
    await page.get_by_role("listitem").filter(has_text="居民身份证换领").get_by_role("button").click()
    await picture(page, f"review-judge-{size}")
    await clean(page)

    for path in ("unanswered", "overview", "keeping"):
        await page.goto(log.console.address(path))
        await page.wait_for_load_state("networkidle")
        await picture(page, f"review-{path}-{size}")
        await clean(page)
    await page.goto(log.console.address("unanswered"))
    await page.get_by_role("button", name="选指南").first.click()
    await page.get_by_role("dialog").get_by_role("listitem").first.get_by_role("button").click()
    await picture(page, f"review-group-{size}")
    await clean(page)
    await page.goto(log.console.address("overview"))
    await expect(page.locator("[data-figure=byDay] canvas")).to_be_visible()
    figures = await page.locator("[data-figure]").count()
    for place in range(figures):
        await page.locator("[data-figure]").nth(place).get_by_role("button").click()
    await expect(page.locator("[data-figure] table")).to_have_count(figures)
    await picture(page, f"review-figures-{size}")
    await clean(page)
    await page.screenshot(
        path=f"var/test/screenshots/console-review-figures-whole-{size}.png", full_page=True
    )
