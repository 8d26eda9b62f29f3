"""Whatever citizens and colleagues write stays text in the console, also on a page without its policy."""

from __future__ import annotations

import json
from pathlib import Path

from playwright.async_api import Page, expect

from bot.store.desk_canned import CannedWords
from bot.store.desk_teams import NewTeam
from tests.browser.console.conftest import Console
from tests.browser.console.floor import open_floor
from tests.browser.test_xss import WATCH

PAYLOADS: list[str] = json.loads(
    (Path(__file__).resolve().parents[1] / "xss.json").read_text(encoding="utf-8")
)
STRANGE = """() => [...document.querySelectorAll("#app *, .el-overlay *")].flatMap((node) => {
  const found = [];
  if (["script", "iframe", "object", "embed", "base", "math"].includes(node.localName)) found.push(node.localName);
  for (const { name, value } of node.attributes) {
    if (name.startsWith("on") || name === "srcdoc") found.push(`${node.localName} ${name}`);
    if (["href", "src", "action", "formaction"].includes(name)) {
      const url = new URL(value, location.href);
      if (!["http:", "https:"].includes(url.protocol)) found.push(`${node.localName} ${name}=${value}`);
    }
  }
  return found;
})"""


async def nothing_ran(page: Page) -> None:
    await page.wait_for_timeout(300)
    assert await page.evaluate("window.executed") == []
    assert await page.evaluate(STRANGE) == []


async def test_nothing_that_is_written_becomes_markup(console: Console) -> None:
    floor = await open_floor(console)
    act = console.act()
    evil = [text.strip() for text in PAYLOADS if 0 < len(text.strip()) <= 60]
    await floor.api.teams.add_team(NewTeam(evil[0], (), (), (), {}, False, False, ""), act)
    await floor.api.canned.add(None, CannedWords("x", evil[1], evil[2]), act)
    chat = await floor.chat(*PAYLOADS, agent=floor.liu, matter=evil[3], reason=evil[4])
    await floor.chat(evil[5], matter=evil[6])
    for account, path in ((floor.liu, f"desk/{chat}"), (floor.boss, f"desk/{chat}")):
        page = await console.signed_in(account, path, bypass_csp=True)
        page.set_default_timeout(30_000)
        await page.add_init_script(WATCH)
        await page.reload()
        await page.get_by_role("button", name="更早的消息").click()
        await expect(page.locator("article.theirs")).to_have_count(len(PAYLOADS), timeout=20_000)
        shown = await page.locator("article.theirs .text").first.inner_text()
        assert shown.split() == PAYLOADS[0].split()
        await page.get_by_role("tab", name="备注").click()
        for text in evil[:2]:
            await page.get_by_label("写一条备注").or_(page.get_by_label("写一句悄悄话")).fill(text)
            await page.locator("#side-body form button").last.click()
            await expect(page.locator("#side-body li").filter(has_text=text)).not_to_have_count(0)
        for tab in ("概况", "找指南", "经过"):
            await page.get_by_role("tab", name=tab).click()
        await nothing_ran(page)
    for path in ("live", "teams", "canned", "agents", "tickets"):
        await page.goto(console.address(path))
        await expect(page.locator("table.list, .state").first).to_be_visible()
        await nothing_ran(page)
