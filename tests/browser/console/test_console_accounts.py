"""Accounts, the audit log and one's own account."""

from __future__ import annotations

import time

import pytest
from playwright.async_api import expect

from bot.staff.totp import code_at, step_at
from bot.store.staff_values import Role
from tests.browser.console.conftest import PASSWORD, SIZES, Console, clean, picture


@pytest.mark.parametrize("size", list(SIZES))
async def test_the_pages_are_clean(console: Console, size: str) -> None:
    admin = await console.account("zhou.min", Role.ADMIN, "周敏")
    for number, (name, role) in enumerate(
        [("王芳", Role.SUPERVISOR), ("刘洋", Role.AGENT), ("陈静", Role.AGENT), ("孙丽", Role.REVIEWER)]
    ):
        await console.account(f"staff.{number}", role, name)
    page = await console.signed_in(admin, "accounts", size)
    await expect(page.locator("table.list tbody tr")).to_have_count(5)
    await picture(page, f"accounts-{size}")
    await clean(page)
    await page.get_by_label("按姓名或用户名查找").fill("没有这个人")
    await expect(page.get_by_text("没有符合条件的账号")).to_be_visible()
    await picture(page, f"accounts-none-{size}")
    await clean(page)
    for path, title in (("audit", "审计日志"), ("account", "我的账号"), ("nowhere/at/all", "没有这个页面")):
        await page.goto(console.address(path))
        await expect(page.get_by_role("heading", name=title, level=1)).to_be_visible()
        await page.wait_for_load_state("networkidle")
        await picture(page, f"{path.split('/')[0]}-{size}")
        await clean(page)


async def test_an_administrator_makes_changes_and_disables_accounts(console: Console) -> None:
    admin = await console.account("zhou.min", Role.ADMIN, "周敏")
    page = await console.signed_in(admin, "accounts")
    await page.get_by_role("button", name="新建账号").click()
    form = page.get_by_role("dialog", name="新建账号")
    await form.get_by_label("用户名").fill("Liu Yang")
    await form.get_by_role("button", name="保存").click()
    await expect(form.locator(".el-form-item__error").first).to_contain_text("小写字母")
    await picture(page, "accounts-form")
    await clean(page)
    await form.get_by_label("用户名").fill("liu.yang")
    await form.get_by_label("姓名").fill("刘洋")
    await form.get_by_text("审核员", exact=True).click()
    await form.get_by_role("button", name="保存").click()
    shown = page.get_by_role("dialog", name="刘洋 的初始密码")
    first = await shown.get_by_test_id("first-password").inner_text()
    await picture(page, "accounts-first-password")
    await clean(page)
    await (
        shown.get_by_role("contentinfo")
        .or_(shown.locator("footer"))
        .get_by_role("button", name="关闭")
        .click()
    )
    row = page.get_by_role("row", name="刘洋")
    await expect(row).to_contain_text("待改初始密码")

    other = await console.page()
    await other.goto(console.address())
    await other.get_by_label("用户名").fill("liu.yang")
    await other.get_by_role("textbox", name="密码").fill(first)
    await other.get_by_role("button", name="登录", exact=True).click()
    await expect(other.get_by_role("heading", name="设置新密码")).to_be_visible()

    await row.get_by_role("button", name="刘洋 的更多操作").click()
    await picture(page, "accounts-menu")
    await page.get_by_role("menuitem", name="登录记录").click()
    await expect(page.get_by_role("dialog", name="刘洋 的登录记录").locator("tbody tr")).to_have_count(1)
    await picture(page, "accounts-sessions")
    await clean(page)
    await page.keyboard.press("Escape")
    await row.get_by_role("button", name="刘洋 的更多操作").click()
    await page.get_by_role("menuitem", name="停用").click()
    await picture(page, "accounts-sure")
    await page.get_by_role("button", name="确定").click()
    await expect(row).to_contain_text("已停用")
    await other.get_by_label("新密码", exact=True).fill(PASSWORD)
    await other.get_by_label("再输一遍新密码").fill(PASSWORD)
    await other.get_by_role("button", name="继续").click()
    await expect(other.get_by_role("heading", name="登录工作台")).to_be_visible()

    await page.get_by_role("link", name="审计日志").click()
    await expect(page.get_by_role("row", name="停用账号")).to_contain_text("zhou.min")
    made = page.get_by_role("row", name="新建账号").filter(has_text="liu.yang")
    await expect(made).to_contain_text("账号 刘洋")
    await expect(made).to_contain_text("角色 审核员")
    for cell in (made.locator("td").nth(3), made.locator("td").nth(4)):  # no word is broken in two
        box = await cell.bounding_box()
        assert box is not None and box["height"] < 3 * 24
    await picture(page, "audit-made")
    await clean(page)


async def test_a_supervisor_only_looks_and_an_agent_does_not_even_that(console: Console) -> None:
    supervisor = await console.account("li.na", Role.SUPERVISOR, "李娜")
    page = await console.signed_in(supervisor, "accounts")
    await expect(page.locator("table.list tbody tr")).to_have_count(1)
    assert await page.get_by_role("button", name="新建账号").count() == 0
    await page.goto(console.address("audit"))
    await expect(page.get_by_role("heading", name="没有这个页面")).to_be_visible()
    agent = await console.account("liu.yang", Role.AGENT, "刘洋")
    other = await console.signed_in(agent, "accounts")
    await expect(other.get_by_role("heading", name="没有这个页面")).to_be_visible()
    assert await other.get_by_role("link", name="账号", exact=True).count() == 0


async def test_one_adds_and_removes_the_second_factor_and_ends_other_sessions(console: Console) -> None:
    account = await console.account("li.na", Role.AGENT, "李娜")
    page = await console.signed_in(account, "account")
    other = await console.signed_in(account, "account")
    await expect(other.locator("table.list tbody tr")).to_have_count(2)
    await other.get_by_role("button", name="结束其他全部登录").click()
    await expect(other.locator("table.list tbody tr")).to_have_count(1)
    await page.reload()
    await expect(page.get_by_role("heading", name="登录工作台")).to_be_visible()

    await other.get_by_role("button", name="绑定", exact=True).click()
    dialog = other.get_by_role("dialog")
    await dialog.get_by_label("再输一遍密码").fill(PASSWORD)
    await dialog.get_by_role("button", name="继续").click()
    secret = (await dialog.get_by_test_id("secret").inner_text()).replace(" ", "")
    await picture(other, "account-enrol")
    await clean(other)
    await dialog.get_by_label("六位数字").fill(code_at(secret, step_at(time.time())))
    await dialog.get_by_role("button", name="继续").click()
    await dialog.get_by_text("我已保存好恢复码").click()
    await dialog.get_by_role("button", name="完成").click()
    await expect(other.get_by_text("还剩 10 个恢复码")).to_be_visible()
    await other.get_by_role("button", name="解除绑定").click()
    await other.get_by_role("dialog").get_by_role("textbox", name="密码").fill(PASSWORD)
    await other.get_by_role("dialog").get_by_role("button", name="确定").click()
    await expect(other.get_by_role("button", name="绑定", exact=True)).to_be_visible()


async def test_a_page_says_when_the_server_is_away(console: Console) -> None:
    admin = await console.account("zhou.min", Role.ADMIN, "周敏")
    page = await console.signed_in(admin, "audit")
    await expect(page.locator("table.list tbody tr").first).to_be_visible()
    await page.context.set_offline(True)
    await page.get_by_role("button", name="刷新").click()
    await expect(page.get_by_role("alert")).to_contain_text("连不上服务器")
    await picture(page, "audit-offline")
    await clean(page)
    await page.context.set_offline(False)
    await page.get_by_role("button", name="重试").click()
    await expect(page.locator("table.list tbody tr").first).to_be_visible()
