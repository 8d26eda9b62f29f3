"""The staff handbook, walked through as it is written, with everything real; its pictures are taken on the way.

`BANGBAN_HANDBOOK=1 pytest tests/stack/test_staff_handbook.py` writes them into docs/staff/pictures; look at
each before committing. Every citizen, contact and guide in them is made up: they live in 示例市.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect, sync_playwright

from bot.staff.totp import code_at, step_at
from tests.stack.test_widget_journey import PATIENCE_MS
from tests.support import pictures
from tests.support.chromium import arguments, chromium
from tests.support.stack import ROOT, Stack, running

WRITES = os.environ.get("BANGBAN_HANDBOOK") == "1"
FOLDER = ROOT / ("docs/staff/pictures" if WRITES else "var/test/screenshots/handbook")
WINDOW: ViewportSize = {"width": 1280, "height": 720}
PASSWORD = "清晨的窗口 zao-chen 7 dian"
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CONTACT = "13800138000"
LOST = "捡到一把雨伞交到哪"
"""Something that no guide says."""


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """A stack of its own: a first day is like no other, and teams and hours are changed on the way."""
    with running(tmp_path) as stack:
        yield stack


@pytest.fixture
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        path = chromium(playwright.chromium.executable_path)
        browser = playwright.chromium.launch(executable_path=path, args=arguments())
        expect.set_options(timeout=PATIENCE_MS)
        yield browser
        browser.close()


class Desk:
    """A stack, and the people before it."""

    def __init__(self, stack: Stack, browser: Browser) -> None:
        self.stack = stack
        self._browser = browser

    def window(self, path: str) -> Page:
        """A browser of somebody's own, at an address of the front."""
        page = self._browser.new_page(viewport=WINDOW, locale="zh-CN", timezone_id="Asia/Shanghai")
        page.set_default_timeout(PATIENCE_MS)
        page.goto(self.stack.front_url + path)
        return page

    def citizen(self) -> Page:
        """The demonstration site with its widget open."""
        page = self.window("/")
        page.locator("bangban-chat .launcher").click()
        expect(page.locator("#say")).to_be_visible()
        return page

    def staff(self, name: str, first: str, path: str) -> Page:
        """Somebody signs in for the first time, sets a password of their own and goes to a page."""
        page = self.window(f"/console/{path}")
        sign_in(page, name, first)
        new_password(page)
        expect(page.locator("aside nav")).to_be_visible()
        return page


def picture(page: Page, name: str) -> None:
    """Keep what the page looks like when all movement has ended and no message lies over it."""
    expect(page.locator(".el-message")).to_have_count(0)
    page.wait_for_timeout(400)
    pictures.keep(page.screenshot(), FOLDER / f"{name}.png")


def sign_in(page: Page, name: str, password: str) -> None:
    page.get_by_label("用户名").fill(name)
    page.get_by_role("textbox", name="密码").fill(password)
    page.get_by_role("button", name="登录", exact=True).click()


def new_password(page: Page) -> None:
    page.get_by_label("新密码", exact=True).fill(PASSWORD)
    page.get_by_label("再输一遍新密码").fill(PASSWORD)
    page.get_by_role("button", name="继续").click()


def write(page: Page, text: str) -> None:
    """The citizen writes."""
    page.locator("#say").fill(text)
    page.locator("#say").press("Enter")


def told(page: Page) -> Locator:
    """What the citizen was told last."""
    return page.get_by_role("log").locator("article:not(.mine):not(.welcome)").last


def reply(page: Page, text: str) -> None:
    """The agent writes."""
    page.get_by_label("回复市民").fill(text)
    page.get_by_label("回复市民").press("Enter")


def presence(page: Page, state: str) -> None:
    page.locator("button.presence").click()
    page.get_by_role("menuitem", name=state, exact=True).click()
    expect(page.locator("button.presence")).to_contain_text(state)


def menu(page: Page, entry: str) -> None:
    page.locator("aside nav").get_by_role("link", name=re.compile(f"^{entry}")).click()


def test_the_handbook(stack: Stack, browser: Browser) -> None:
    desk = Desk(stack, browser)
    admin, passwords = _first_day(desk)
    _message_at_night(desk)
    boss = _set_up(desk, passwords["li.na"])
    agent = _sign_on(desk, passwords["liu.yang"])
    citizen = _queue_and_claim(desk, agent)
    _talk(citizen, agent)
    _whisper(boss, agent)
    _transfer_and_close(citizen, agent)
    _undelivered(desk, agent)
    _ticket(agent)
    _review(desk, passwords["chen.jing"])
    menu(admin, "审计日志")
    expect(admin.get_by_role("row").filter(has_text="liu.yang").first).to_be_visible()
    picture(admin, "audit")


def _first_day(desk: Desk) -> tuple[Page, dict[str, str]]:
    """An administrator signs in for the first time and makes the others' accounts; out: first passwords."""
    added = desk.stack.bangban("staff", "add", "zhou.min", "--role", "admin", "--display", "周敏")
    first = re.search(r"\S{10,}$", added.stdout.strip())
    assert first is not None, added.stdout + added.stderr
    page = desk.window("/console/")
    expect(page.get_by_role("heading", name="登录工作台")).to_be_visible()
    picture(page, "sign-in")
    sign_in(page, "zhou.min", first.group())
    expect(page.get_by_role("heading", name="设置新密码")).to_be_visible()
    picture(page, "new-password")
    new_password(page)
    expect(page.get_by_role("img", name="二维码")).to_be_visible()
    picture(page, "second-factor")
    secret = page.get_by_test_id("secret").inner_text().replace(" ", "")
    page.get_by_label("六位数字").fill(code_at(secret, step_at(time.time())))
    page.get_by_role("button", name="继续").click()
    expect(page.get_by_test_id("recovery-codes").locator("li")).to_have_count(10)
    picture(page, "recovery-codes")
    page.get_by_text("我已保存好恢复码").click()
    page.get_by_role("button", name="完成").click()
    passwords = {
        name: _add(page, name, display, role)
        for name, display, role in (
            ("li.na", "李娜", "主管"),
            ("liu.yang", "刘洋", "坐席"),
            ("wang.fang", "王芳", "坐席"),
            ("chen.jing", "陈静", "审核员"),
        )
    }
    picture(page, "accounts")
    page.get_by_role("button", name="刘洋 的更多操作").click()
    picture(page, "account-menu")
    page.keyboard.press("Escape")
    return page, passwords


def _add(page: Page, name: str, display: str, role: str) -> str:
    page.get_by_role("button", name="新建账号").click()
    form = page.get_by_role("dialog", name="新建账号")
    form.get_by_label("用户名").fill(name)
    form.get_by_label("姓名").fill(display)
    form.get_by_text(role, exact=True).click()
    if name == "liu.yang":
        picture(page, "account-form")
    form.get_by_role("button", name="保存").click()
    shown = page.get_by_role("dialog", name=f"{display} 的初始密码")
    first = shown.get_by_test_id("first-password").inner_text()
    if name == "liu.yang":
        picture(page, "first-password")
    shown.locator("footer").get_by_role("button", name="关闭").click()
    expect(shown).to_be_hidden()
    return first


def _message_at_night(desk: Desk) -> None:
    """Nobody is there: the citizen leaves a message."""
    page = desk.citizen()
    write(page, LOST)
    expect(page.locator("article.mine")).to_contain_text("已送达")
    write(page, "转人工")
    expect(told(page)).to_contain_text("您可以留言")
    write(page, f"{CONTACT}，想问示例市补领身份证要带什么，下午方便")
    expect(told(page)).to_contain_text("留言收到了，编号")
    picture(page, "citizen-message-left")
    page.close()


def _set_up(desk: Desk, first: str) -> Page:
    """A supervisor sets up team, agents and canned replies."""
    page = desk.staff("li.na", first, "teams")
    row = page.locator("table.list tbody tr").first
    expect(row).to_be_visible()
    picture(page, "teams")
    row.get_by_role("button", name="编辑").click()
    form = page.get_by_role("dialog", name="修改服务组")
    expect(form.locator("input[name=mon]")).to_be_visible()
    picture(page, "team-form")
    for day in DAYS:
        form.locator(f"input[name={day}]").fill("00:00-23:59")
    form.get_by_text("照常上班").click()
    form.get_by_text("自动分配", exact=True).click()
    form.get_by_role("button", name="保存").click()
    expect(row).to_contain_text("上班中")
    menu(page, "坐席")
    page.get_by_role("row", name="刘洋").get_by_role("button", name="编辑").click()
    page.locator("input[name=number]").fill("A1001")
    picture(page, "agent-form")
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    expect(page.get_by_role("row", name="刘洋")).to_contain_text("A1001")
    menu(page, "常用语")
    for shortcut, title, text in (
        ("您好", "问候", "您好，我是{agent}，工号{number}。"),
        ("稍等", "请稍等", "我查一下，请稍等。"),
    ):
        page.get_by_role("button", name="新建常用语").click()
        form = page.get_by_role("dialog", name="新建常用语")
        form.locator("input[name=shortcut]").fill(shortcut)
        form.get_by_label("标题").fill(title)
        form.get_by_label("内容").fill(text)
        if shortcut == "您好":
            picture(page, "canned-form")
        form.get_by_role("button", name="保存").click()
        expect(page.get_by_role("row", name=title)).to_be_visible()
    return page


def _sign_on(desk: Desk, first: str) -> Page:
    page = desk.staff("liu.yang", first, "desk")
    expect(page.get_by_text("没有人在排队")).to_be_visible()
    picture(page, "desk-away")
    page.locator("button.presence").click()
    picture(page, "presence")
    page.keyboard.press("Escape")
    presence(page, "在线")
    return page


def _queue_and_claim(desk: Desk, agent: Page) -> Page:
    citizen = desk.citizen()
    write(citizen, "我在示例县，户口在示例区，身份证丢了去哪补办")
    expect(told(citizen)).to_contain_text("示例")
    write(citizen, "要带什么")
    expect(told(citizen)).to_contain_text("户口簿")
    write(citizen, "转人工")
    expect(citizen.locator(".queue")).to_be_visible()
    picture(citizen, "citizen-queue")
    row = agent.locator(".chat-row").first
    row.click()
    expect(agent.get_by_text("接入后就能回复")).to_be_visible()
    for notice in agent.locator(".notice").all():
        notice.get_by_role("button", name="关闭").click()
    picture(agent, "desk-queue")
    agent.get_by_role("button", name="接入", exact=True).click()
    expect(agent.get_by_label("回复市民")).to_be_visible()
    expect(told(citizen)).to_contain_text("工号 A1001")
    return citizen


def _talk(citizen: Page, agent: Page) -> None:
    agent.get_by_label("回复市民").fill("/您")
    expect(agent.get_by_role("option")).to_have_count(1)
    picture(agent, "desk-canned")
    agent.get_by_label("回复市民").press("Enter")
    agent.get_by_label("回复市民").press("Enter")
    expect(told(citizen)).to_contain_text("您好，我是刘洋，工号A1001。")
    picture(citizen, "citizen-talk")
    write(citizen, "身份证补领要多少钱？")
    agent.get_by_role("tab", name="找指南").click()
    hit = agent.locator("article.hit").first
    expect(hit).to_be_visible()
    picture(agent, "desk-suggestion")
    hit.get_by_role("button", name="插入回复").click()
    expect(agent.get_by_label("回复市民")).not_to_have_value("")
    picture(agent, "desk-cited")
    agent.get_by_label("回复市民").press("Enter")
    expect(told(citizen)).to_contain_text("每证10元")
    expect(agent.locator("article.ours").last).to_contain_text("已送达")
    agent.get_by_role("tab", name="备注").click()
    agent.get_by_label("写一条备注").fill("市民听力不好，请说慢一点。")
    agent.get_by_role("button", name="添加备注").click()
    expect(agent.locator("li.note")).to_have_count(1)
    picture(agent, "desk-notes")


def _whisper(boss: Page, agent: Page) -> None:
    menu(boss, "实时监看")
    row = boss.locator("tr[data-conversation]").filter(has_text="刘洋")
    expect(row).to_be_visible()
    picture(boss, "live")
    row.get_by_role("button", name="查看").click()
    boss.get_by_role("tab", name="备注").click()
    boss.get_by_label("写一句悄悄话").fill("问一下户口簿在不在身边。")
    picture(boss, "whisper")
    boss.get_by_role("button", name="悄悄话", exact=True).click()
    expect(agent.locator(".notice").filter(has_text="主管")).to_be_visible()
    picture(agent, "desk-whisper")
    agent.locator(".notice").first.get_by_role("button", name="关闭").click()


def _transfer_and_close(citizen: Page, agent: Page) -> None:
    agent.get_by_role("button", name="转接", exact=True).click()
    dialog = agent.get_by_role("dialog", name="转接会话")
    dialog.get_by_text("服务组", exact=True).click()
    expect(dialog.get_by_role("radio", name=re.compile("服务"))).not_to_have_count(0)
    picture(agent, "desk-transfer")
    dialog.get_by_role("button", name="取消").click()
    agent.get_by_role("button", name="结束", exact=True).click()
    dialog = agent.get_by_role("dialog", name="结束会话")
    dialog.get_by_role("button", name="已解答").click()
    picture(agent, "desk-close")
    dialog.get_by_role("button", name="结束会话").click()
    expect(told(citizen)).to_contain_text("这次人工服务结束了")
    picture(citizen, "citizen-closed")
    citizen.close()


def _undelivered(desk: Desk, agent: Page) -> None:
    citizen = desk.citizen()
    write(citizen, "转人工")
    expect(citizen.locator(".queue")).to_be_visible()
    agent.get_by_role("button", name="接入下一位").click()
    expect(agent.get_by_label("回复市民")).to_be_visible()
    expect(told(citizen)).to_contain_text("工号 A1001")
    citizen.close()
    reply(agent, "您好，请问要办什么事？")
    expect(agent.locator("article.ours .delivery.failed").last).to_contain_text("下次打开时会看到")
    picture(agent, "desk-undelivered")


def _ticket(agent: Page) -> None:
    menu(agent, "工单")
    number = agent.get_by_role("row").filter(has_text="想问示例市").get_by_role("button")
    expect(number).to_be_visible()
    picture(agent, "tickets")
    number.click()
    agent.get_by_role("button", name="我来处理").click()
    agent.get_by_role("button", name="显示号码").click()
    expect(agent.get_by_role("dialog").filter(has_text="审计日志").last).to_be_visible()
    picture(agent, "ticket-reveal")
    agent.get_by_role("button", name="显示号码").last.click()
    expect(agent.get_by_test_id("contact")).to_have_text(CONTACT)
    agent.get_by_label("答复内容").fill("您好，示例市补领身份证请带居民户口簿，到示例市任一户政窗口办理。")
    picture(agent, "ticket")
    agent.get_by_role("button", name="发送答复").click()
    expect(agent.locator("section.reply .failed")).to_contain_text("没有送达")
    picture(agent, "ticket-answered")


def _review(desk: Desk, first: str) -> None:
    """A reviewer looks at what was answered."""
    page = desk.staff("chen.jing", first, "review")
    expect(page.locator("table.found tbody tr").first).to_be_visible()
    picture(page, "review")
    page.get_by_role("link", name="示例县").first.click()
    expect(page.get_by_role("tab", name="为什么这样答")).to_be_visible()
    picture(page, "review-why")
    page.get_by_role("tab", name="评判").click()
    page.get_by_text("指南不对", exact=True).click()
    picture(page, "review-judge")
    menu(page, "没答上的")
    expect(page.get_by_role("heading", name=LOST)).to_be_visible()
    picture(page, "unanswered")
    menu(page, "总览")
    expect(page.locator("canvas").first).to_be_visible()
    page.wait_for_timeout(1000)  # charts grow
    picture(page, "overview")
