"""One journey through everything that is real: Chromium, front, Rasa, actions and index."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect, sync_playwright

from tests.support.chromium import arguments, chromium
from tests.support.stack import Stack

SCREENSHOTS = Path(__file__).resolve().parents[2] / "var" / "test" / "screenshots"
PATIENCE_MS = 20_000


@pytest.fixture
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        path = chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=arguments())
        page = browser.new_page(viewport={"width": 360, "height": 740}, locale="zh-CN")
        page.set_default_timeout(PATIENCE_MS)
        expect.set_options(timeout=PATIENCE_MS)
        yield page
        browser.close()


def test_a_citizen_is_served_on_a_phone(stack: Stack, page: Page) -> None:
    page.goto(stack.front_url)
    page.locator("bangban-chat .launcher").click()
    answers = page.get_by_role("log").locator("article.theirs:not(.welcome)")
    page.locator("#say").fill("我在平度住，社保在昌邑，资格认证去哪办")
    page.locator("#say").press("Enter")
    expect(answers).to_have_count(1)
    expect(answers.first).to_contain_text("平度")
    expect(answers.first).to_contain_text("来源")
    page.screenshot(path=_kept("stack-answer"))

    page.locator("#say").fill("居民身份证补领去哪办")
    page.locator("#say").press("Enter")
    expect(answers).to_have_count(2)
    answers.last.get_by_role("button", name="要带什么").click()
    expect(answers).to_have_count(3)
    card = answers.last.locator("details", has=page.locator("summary", has_text="要带的材料"))
    if card.get_attribute("open") is None:
        card.locator("summary").click()
    expect(card.get_by_role("checkbox").first).to_be_visible()
    page.screenshot(path=_kept("stack-materials"))

    guide = answers.last.get_by_role("link", name=re.compile("查看完整指南")).get_attribute("href")
    assert guide
    shown = page.request.get(guide if guide.startswith("http") else stack.front_url + guide)
    assert shown.status == 200
    assert "身份证" in shown.text()


def _kept(name: str) -> Path:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    return SCREENSHOTS / f"{name}.png"
