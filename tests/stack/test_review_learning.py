"""What a reviewer judges changes the next answer: the whole loop, everything real, among five thousand talks."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.store import Database
from tests.support.chromium import arguments, chromium
from tests.support.stack import ROOT, Stack
from tests.support.talks import fill

QUESTION = "把车牌子换个媳妇的名"
RIGHT = "机动车转让登记"
PASSWORD = "白日依山尽 huang-he ru hai"
SCREENSHOTS = ROOT / "var" / "test" / "screenshots"
PATIENCE_MS = 30_000
TRAIN_S = 500


@pytest.fixture(scope="module")
def talked(stack: Stack) -> Stack:
    """The stack with five thousand conversations in its store."""

    async def store() -> None:
        async with Database.open(f"sqlite:///{stack.var_dir}/bangban.db") as database:
            await fill(database, 5000, datetime.now(UTC) - timedelta(hours=2))

    asyncio.run(store())
    return stack


@pytest.fixture
def browser(talked: Stack) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=arguments())
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()


def test_a_judgement_changes_the_next_answer(talked: Stack, browser: Browser, tmp_path: Path) -> None:
    citizen = window(browser, talked)
    before = ask(citizen, 1)
    assert RIGHT not in before, "it must be wrong today, else this shows nothing"

    reviewer = signed_in(talked, browser, "sun.li", "reviewer", "孙丽")
    reviewer.goto(f"{talked.front_url}/console/review")
    reviewer.get_by_label("查找内容").fill("媳妇的名")
    reviewer.get_by_role("button", name="查找", exact=True).click()
    rows = reviewer.locator("table.found tbody tr")
    expect(rows).to_have_count(1)
    expect(reviewer.locator("mark").first).to_have_text("媳妇的名")
    rows.get_by_role("link").click()
    panel = reviewer.get_by_role("tabpanel")
    expect(panel).to_contain_text("查找的话")
    expect(panel).to_contain_text("没有找到")
    replay(reviewer)
    reviewer.get_by_role("tab", name="评判").click()
    reviewer.get_by_text("指南不对", exact=True).click()
    reviewer.get_by_role("textbox", name="按问题或事项名称查找指南").fill("机动车转让登记")
    panel.get_by_role("button", name="查找", exact=True).click()
    reviewer.get_by_role("listitem").filter(has_text=RIGHT).first.get_by_role("button").click()
    reviewer.screenshot(path=SCREENSHOTS / "stack-review-judge.png")
    reviewer.get_by_role("button", name="提交评判").click()
    expect(panel.get_by_role("status")).to_contain_text("等另一位同事复核")

    second = signed_in(talked, browser, "li.na", "supervisor", "李娜")
    second.goto(f"{talked.front_url}/console/proposals")
    second.get_by_role("button", name="复核", exact=True).click()
    expect(second.get_by_role("dialog")).to_contain_text(RIGHT)
    second.screenshot(path=SCREENSHOTS / "stack-review-proposal.png")
    second.get_by_role("dialog").get_by_role("button", name="批准").click()
    expect(second.get_by_text("没有待复核的建议")).to_be_visible()
    with second.expect_download() as download:
        second.get_by_role("button", name="下载回归测试").click()
    regressions = tmp_path / "learnt.yml"
    download.value.save_as(regressions)

    old = index_of(talked)
    trained = bangban(talked, "train", "--only", "index")
    assert trained.returncode == 0, trained.stdout + trained.stderr
    deadline = time.monotonic() + 60
    while index_of(talked) == old:
        assert time.monotonic() < deadline, "the action server did not take the new index over"
        time.sleep(0.5)

    citizen.close()
    citizen = window(browser, talked)
    assert RIGHT in ask(citizen, 1), "the same question, another person"
    citizen.screenshot(path=SCREENSHOTS / "stack-review-learnt.png")

    assert f"says: {QUESTION}" in regressions.read_text(encoding="utf-8")
    played = bangban(talked, "talk", str(regressions))
    assert played.returncode == 0, played.stdout + played.stderr


def window(browser: Browser, stack: Stack) -> Page:
    """The widget of a citizen nobody knows yet."""
    page = browser.new_context(viewport={"width": 480, "height": 800}, locale="zh-CN").new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(stack.front_url)
    page.locator("bangban-chat .launcher").click()
    return page


def ask(page: Page, number: int) -> str:
    answers = page.get_by_role("log").locator("article.theirs:not(.welcome)")
    page.locator("#say").fill(QUESTION)
    page.locator("#say").press("Enter")
    expect(answers).to_have_count(number)
    return answers.last.inner_text()


def replay(page: Page) -> None:
    """The answer is put together once more, to the letter."""
    page.get_by_role("button", name="重放这条答复").click()
    expect(page.get_by_role("tabpanel")).to_contain_text("一字不差")


def signed_in(stack: Stack, browser: Browser, name: str, role: str, display: str) -> Page:
    """A new member of staff on their first day: the first password, then one of their own."""
    added = bangban(stack, "staff", "add", name, "--role", role, "--display", display, "--json")
    assert added.returncode == 0, added.stdout + added.stderr
    first = json.loads(added.stdout)["password"]
    page = browser.new_context(viewport={"width": 1280, "height": 720}, locale="zh-CN").new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{stack.front_url}/console/")
    page.get_by_label("用户名").fill(name)
    page.get_by_role("textbox", name="密码").fill(first)
    page.get_by_role("button", name="登录", exact=True).click()
    page.get_by_label("新密码", exact=True).fill(PASSWORD)
    page.get_by_label("再输一遍新密码").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()
    expect(page.locator("aside nav")).to_be_visible()
    return page


def index_of(stack: Stack) -> str:
    """Digest of the index the action server answers from."""
    url = f"http://127.0.0.1:{stack.env['BANGBAN_ACTIONS_PORT']}/health"
    with urllib.request.urlopen(url, timeout=10) as response:
        return str(json.load(response)["index"]["digest"])


def bangban(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A command against the stack that may take as long as training does."""
    command = [sys.executable, "-c", "from bot.cli import main; main()", *arguments]
    return subprocess.run(
        command, cwd=ROOT, env=dict(stack.env), capture_output=True, text=True, check=False, timeout=TRAIN_S
    )
