"""Who sits at another window hears that somebody waits or has written, and reads no word of theirs on the desktop."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Page, expect

from tests.browser.console.conftest import Console
from tests.browser.console.floor import Floor, open_floor
from tests.browser.console.test_console_citizens import citizen
from tests.browser.console.test_console_desk import claim, go_online

# Tones are counted as they are begun; notifications are kept where the system would show them. `away` is somebody
# who has another window before them (the tests' browser has every page in focus).
RECORDER = """
window.tones = []; window.shown = []; window.away = false;
const start = OscillatorNode.prototype.start;
OscillatorNode.prototype.start = function (...at) { window.tones.push(this.frequency.value); return start.apply(this, at); };
window.Notification = class {
  static permission = sessionStorage.getItem("permission") ?? "default";
  static async requestPermission() {
    sessionStorage.setItem("permission", "granted");
    return (window.Notification.permission = "granted");
  }
  constructor(title, options) { Object.assign(this, { title, ...options }); window.shown.push(this); }
  close() { this.closed = true; }
};
document.hasFocus = () => !window.away;
"""


async def at_the_desk(floor: Floor, console: Console) -> Page:
    """Liu Yang online, desktop notifications allowed by a click."""
    page = await console.signed_in(floor.liu, "desk")
    await page.add_init_script(RECORDER)
    await page.reload()
    await go_online(page)
    await page.get_by_role("button", name="提醒").click()
    await page.get_by_role("button", name="开启桌面通知").click()
    await expect(page.get_by_text("已开启")).to_be_visible()
    await page.keyboard.press("Escape")
    return page


async def leave(page: Page, *, hidden: bool = False) -> None:
    """Look at another window, or at another tab."""
    await page.evaluate(
        """hidden => {
          window.away = true;
          Object.defineProperty(document, "hidden", { configurable: true, get: () => hidden });
          const state = hidden ? "hidden" : "visible";
          Object.defineProperty(document, "visibilityState", { configurable: true, get: () => state });
          document.dispatchEvent(new Event("visibilitychange"));
        }""",
        hidden,
    )


async def come_back(page: Page) -> None:
    await page.evaluate(
        """() => {
          window.away = false;
          delete document.hidden; delete document.visibilityState;
          document.dispatchEvent(new Event("visibilitychange")); window.dispatchEvent(new Event("focus"));
        }"""
    )


async def shown(page: Page, count: int) -> list[dict[str, Any]]:
    """The notifications there are, when there are as many."""
    await page.wait_for_function("count => window.shown.length >= count", arg=count)
    notes: list[dict[str, Any]] = await page.evaluate("window.shown.map(one => ({...one, onclick: null}))")
    assert len(notes) == count
    return notes


async def click_on(page: Page, index: int) -> None:
    await page.evaluate("index => window.shown[index].onclick()", index)


async def tones(page: Page) -> list[float]:
    heard: list[float] = await page.evaluate("window.tones.splice(0)")
    return heard


async def test_from_somebody_in_the_queue_to_what_they_write(console: Console) -> None:
    floor = await open_floor(console)
    page = await at_the_desk(floor, console)
    await expect(page).to_have_title("会话 · 帮办")
    await leave(page, hidden=True)
    window, chat = await citizen(console)
    await chat.ask("我叫王小明，电话13812345678，想补办身份证")
    await window.locator("#to-human").click()

    [waiting] = await shown(page, 1)
    assert (waiting["title"], waiting["body"]) == ("帮办 · 工作台", "有人在排队等人工。")
    assert await tones(page) == [660, 880]
    await expect(page).to_have_title("(1) 会话 · 帮办")
    await expect(page.locator(".chat-row")).to_have_count(1)
    await click_on(page, 0)
    conversation = await page.locator(".chat-row").get_attribute("data-conversation")
    await expect(page).to_have_url(console.address(f"desk/{conversation}"))
    await expect(page.get_by_role("log")).to_contain_text("想补办身份证")
    assert (await page.evaluate("window.shown[0].closed")) is True
    await expect(page.locator(".notice")).to_have_count(0)

    await come_back(page)
    await claim(page, int(conversation or 0))
    await expect(page).to_have_title("会话 · 帮办")
    await leave(page)
    await tones(page)
    await chat.say("我住青岛，身份证号370202199001011234")
    written = (await shown(page, 2))[1]
    assert written["title"] == "市民发来新消息"
    assert await tones(page) == [660, 880]
    for note in (waiting, written):
        for word in ("王小明", "138", "青岛", "370202", "补办"):
            assert word not in f"{note['title']}{note['body']}"
    await expect(page).to_have_title("(1) 会话 · 帮办")
    await expect(page.locator(".chat-row .dot")).to_have_count(1)
    await come_back(page)
    await expect(page).to_have_title("会话 · 帮办")
    await expect(page.locator(".chat-row .dot")).to_have_count(0)


async def test_a_click_opens_the_chat_from_any_page(console: Console) -> None:
    floor = await open_floor(console)
    mine, other = await floor.chat("你好", agent=floor.liu), await floor.chat("在吗", agent=floor.liu)
    page = await at_the_desk(floor, console)
    await expect(page.locator(".chat-row")).to_have_count(2)
    await page.get_by_role("link", name="工单").click()
    await expect(page.get_by_role("heading", name="工单", level=1)).to_be_visible()
    await leave(page)
    await floor.says(mine, "还在吗")
    [note] = await shown(page, 1)
    assert note["tag"] == f"chat-{mine}"
    await click_on(page, 0)
    await expect(page).to_have_url(console.address(f"desk/{mine}"))
    assert mine != other


async def test_muted_it_only_shows_and_looked_at_it_only_sounds(console: Console) -> None:
    floor = await open_floor(console)
    page = await at_the_desk(floor, console)
    await tones(page)
    await floor.waits("你好")
    await expect(page.locator(".notice")).to_be_visible()
    assert (await tones(page), await shown(page, 0)) == ([660, 880], [])

    await page.get_by_role("button", name="提醒").click()
    await page.get_by_text("声音提醒").click()
    await page.reload()  # it stays so
    await expect(page.locator(".chat-row")).to_have_count(1)
    await leave(page)
    await floor.waits("有人吗")
    await shown(page, 1)
    assert await tones(page) == []
    await expect(page).to_have_title("(2) 会话 · 帮办")


async def test_who_does_not_serve_a_team_does_not_hear_of_its_queue(console: Console) -> None:
    floor = await open_floor(console)
    page = await at_the_desk(floor, console)
    await leave(page)
    await floor.waits("社保怎么转", team_id=floor.other_team_id)
    await floor.waits("你好")
    [note] = await shown(page, 1)
    assert note["body"] == "有人在排队等人工。"
    await expect(page.locator(".chat-row")).to_have_count(1)
    assert len(await tones(page)) == 2
