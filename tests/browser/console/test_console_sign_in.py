"""Signing in with all its steps, losing the session, and coming back to where one was."""

from __future__ import annotations

import time

from playwright.async_api import Page, expect

from bot.staff.managing import add_account
from bot.staff.totp import code_at, step_at
from bot.store.staff_values import Role
from tests.browser.console.conftest import PASSWORD, Console, clean, picture


async def type_login(page: Page, name: str, password: str) -> None:
    await page.get_by_label("用户名").fill(name)
    await page.get_by_role("textbox", name="密码").fill(password)
    await page.get_by_role("button", name="登录", exact=True).click()


async def test_the_first_day_of_an_administrator(console: Console) -> None:
    """First password → a new one → QR code → recovery codes → the page that was wanted."""
    _, first = await add_account(console.staff, "zhou.min", "周敏", Role.ADMIN, console.act())
    page = await console.page()
    await page.goto(console.address("audit"))
    await expect(page.get_by_role("heading", name="登录工作台")).to_be_visible()
    await clean(page)
    await picture(page, "sign-in")
    await page.get_by_role("button", name="登录", exact=True).click()
    await expect(page.get_by_text("请填写用户名")).to_be_visible()
    await picture(page, "sign-in-missing")

    await type_login(page, "zhou.min", "wrong password")
    await expect(page.locator(".note")).to_contain_text("用户名或密码不对")
    await picture(page, "sign-in-wrong")
    await clean(page)
    await type_login(page, "zhou.min", first)

    await expect(page.get_by_role("heading", name="设置新密码")).to_be_visible()
    assert await page.get_by_label("现在的密码").count() == 0, "it was just typed"
    await picture(page, "sign-in-new-password")
    await clean(page)
    await page.get_by_label("新密码", exact=True).fill("12345678")
    await page.get_by_label("再输一遍新密码").fill("1234567")
    await page.get_by_role("button", name="继续").click()
    await expect(page.get_by_text("两遍输入的不一样")).to_be_visible()
    await page.get_by_label("再输一遍新密码").fill("12345678")
    await page.get_by_role("button", name="继续").click()
    await expect(page.locator(".note")).to_contain_text("这个密码不能用")
    await picture(page, "sign-in-weak-password")
    await page.get_by_label("新密码", exact=True).fill(PASSWORD)
    await page.get_by_label("再输一遍新密码").fill(PASSWORD)
    await page.get_by_role("button", name="继续").click()

    await expect(page.get_by_role("heading", name="绑定动态验证码")).to_be_visible()
    await expect(page.get_by_role("img", name="二维码")).to_be_visible()
    await picture(page, "sign-in-enrol")
    await clean(page)
    secret = (await page.get_by_test_id("secret").inner_text()).replace(" ", "")
    await page.get_by_label("六位数字").fill("000000")
    await page.get_by_role("button", name="继续").click()
    await expect(page.locator(".note")).to_contain_text("验证码不对")
    await page.get_by_label("六位数字").fill(code_at(secret, step_at(time.time())))
    await page.get_by_role("button", name="继续").click()

    codes = page.get_by_test_id("recovery-codes").locator("li")
    await expect(codes).to_have_count(10)
    await picture(page, "sign-in-recovery-codes")
    await clean(page)
    kept = await codes.all_inner_texts()
    await expect(page.get_by_role("button", name="完成")).to_be_disabled()
    await page.get_by_text("我已保存好恢复码").click()
    await page.get_by_role("button", name="完成").click()
    await expect(page).to_have_url(console.address("audit"))
    await expect(page.get_by_role("heading", name="审计日志")).to_be_visible()

    await page.get_by_role("button", name="周敏").click()
    await page.get_by_role("menuitem", name="退出登录").click()
    await type_login(page, "zhou.min", PASSWORD)
    await expect(page.get_by_role("heading", name="输入动态验证码")).to_be_visible()
    await picture(page, "sign-in-code")
    await clean(page)
    await page.get_by_role("button", name="改用恢复码").click()
    await page.get_by_label("恢复码", exact=True).fill(kept[0])
    await picture(page, "sign-in-recovery")
    await page.get_by_role("button", name="继续").click()
    await expect(page.locator("aside nav")).to_be_visible()


async def test_a_lost_session_leads_to_the_sign_in_page_and_back(console: Console) -> None:
    account = await console.account("li.na", Role.SUPERVISOR, "李娜")
    page = await console.signed_in(account, "accounts?x=1")
    await expect(page.get_by_role("heading", name="账号", exact=True)).to_be_visible()
    await console.staff.sessions.end_all(account.id, console.act())
    await page.reload()
    await expect(page.get_by_role("heading", name="登录工作台")).to_be_visible()
    await type_login(page, "li.na", PASSWORD)
    await expect(page).to_have_url(console.address("accounts?x=1"))


async def test_a_session_that_ends_under_an_open_page_says_so(console: Console) -> None:
    account = await console.account("li.na", Role.AGENT, "李娜")
    page = await console.signed_in(account, "account")
    await expect(page.get_by_text("只有这一个登录").or_(page.locator("table.list tbody tr"))).to_be_visible()
    await console.staff.sessions.end_all(account.id, console.act())
    await page.get_by_label("现在的密码").fill("x")
    await page.get_by_label("新密码", exact=True).fill("y")
    await page.get_by_label("再输一遍新密码").fill("y")
    await page.get_by_role("button", name="修改密码").click()
    await expect(page.get_by_text("登录已经过期")).to_be_visible()
    await picture(page, "sign-in-ended")
    await clean(page)
    await type_login(page, "li.na", PASSWORD)
    await expect(page).to_have_url(console.address("account"))


async def test_a_page_nobody_uses_warns_and_then_signs_out(console: Console) -> None:
    account = await console.account("li.na", Role.AGENT, "李娜")
    page = await console.page()
    await page.clock.install()
    await page.goto(console.address())
    await type_login(page, "li.na", PASSWORD)
    await expect(page.locator("aside nav")).to_be_visible()
    await page.clock.fast_forward(1690 * 1000)
    await expect(page.get_by_role("dialog", name="即将自动退出")).to_be_visible()
    await page.clock.run_for(1000)
    await page.screenshot(path="var/test/screenshots/console-idle.png")
    # a click would wait for an animation to end, whose clock stands still here
    await page.get_by_role("button", name="继续使用").press("Enter")
    await expect(page.get_by_role("dialog", name="即将自动退出")).to_be_hidden()
    await page.clock.fast_forward(1690 * 1000)
    await expect(page.get_by_role("dialog", name="即将自动退出")).to_be_visible()
    await page.clock.run_for(115 * 1000)
    await expect(page.get_by_text("登录已经过期")).to_be_visible()
    assert await console.staff.sessions.of_account(account.id) == ()


async def test_signing_out_in_one_tab_signs_out_in_the_other(console: Console) -> None:
    account = await console.account("li.na", Role.AGENT, "李娜")
    one = await console.signed_in(account, "account")
    other = await one.context.new_page()
    await other.goto(console.address("account"))
    await expect(other.get_by_role("heading", name="我的账号")).to_be_visible()
    await one.get_by_role("button", name="李娜").click()
    await one.get_by_role("menuitem", name="退出登录").click()
    await expect(other.get_by_role("heading", name="登录工作台")).to_be_visible()


async def test_english_is_kept(console: Console) -> None:
    page = await console.page()
    await page.goto(console.address())
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("heading", name="Sign in to the console")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="Sign in to the console")).to_be_visible()
    assert await page.evaluate("document.documentElement.lang") == "en"
    await picture(page, "sign-in-english")
    await clean(page)
