"""Signing in by an identity provider on another site, with its page between, and who there opens which account."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.store.staff_values import Role
from tests.browser.console.conftest import PASSWORD, Console, clean, picture
from tests.browser.console.test_console_sign_in import type_login
from tests.support import fake_oidc
from tests.support.fake_oidc import TOUCHED, FakeProvider

BUTTON = "用单位统一身份认证登录"


@pytest_asyncio.fixture(loop_scope="session")
async def provider(console: Console) -> AsyncIterator[FakeProvider]:
    """It is on another site, so that the browser keeps cookies as it does in a city."""
    made = FakeProvider(host="localhost", person={"sub": "f3a1", "preferred_username": "010234"})
    async with made.serve():
        await console.front.stop()
        await console.front.start(**made.settings(console.front.url))
        yield made


async def to_provider(page: Page, button: str = BUTTON) -> None:
    await page.get_by_role("button", name=button).click()
    await expect(page.get_by_role("heading", name="统一身份认证")).to_be_visible()


@pytest.mark.parametrize("size", ["desk", "tablet"])
async def test_linked_by_an_administrator_then_in_and_back_to_the_page_that_was_wanted(
    console: Console, provider: FakeProvider, size: str
) -> None:
    chief = await console.account("chief", Role.ADMIN, "周敏")
    await console.account("li.na", Role.SUPERVISOR, "李娜")
    admin = await console.signed_in(chief, "accounts", size)
    row = admin.get_by_role("row", name="li.na")
    await admin.get_by_role("button", name="李娜 的更多操作").click()
    await admin.get_by_role("menuitem", name="统一身份认证").click()
    dialog = admin.get_by_role("dialog", name="李娜 的统一身份认证")
    await expect(dialog.get_by_test_id("link-state")).to_have_text("未绑定")
    await dialog.get_by_role("button", name="保存").click()
    await expect(dialog.locator(".el-form-item__error")).to_be_visible()
    await dialog.get_by_label("preferred_username").fill("010234")
    await picture(admin, f"link-{size}")
    await clean(admin)
    await dialog.get_by_role("button", name="保存").click()
    await expect(dialog).to_be_hidden()

    page = await console.page(size)
    await page.goto(console.address("accounts?x=1"))
    await expect(page.get_by_role("button", name=BUTTON)).to_be_visible()
    await clean(page)
    await picture(page, f"sign-in-provider-{size}")
    await to_provider(page)
    await page.get_by_role("link", name="允许").click()
    await expect(page).to_have_url(console.address("accounts?x=1"))
    await expect(page.locator("aside nav")).to_be_visible()
    await page.go_back()
    assert "code=" not in page.url

    await page.goto(console.address("account"))
    await expect(page.get_by_text("已绑定", exact=True)).to_be_visible()
    await expect(page.locator("table.list").get_by_text("统一身份认证")).to_be_visible()
    await picture(page, f"account-provider-{size}")
    await clean(page)

    await admin.reload()
    await expect(row.get_by_text("统一身份认证")).to_be_visible()
    await picture(admin, f"accounts-linked-{size}")
    await admin.get_by_role("button", name="李娜 的更多操作").click()
    await admin.get_by_role("menuitem", name="统一身份认证").click()
    await admin.get_by_role("button", name="解除绑定").click()
    await picture(admin, f"unlink-{size}")
    await admin.get_by_role("button", name="确定").click()
    await expect(row.get_by_text("统一身份认证")).to_be_hidden()
    await page.reload()
    await expect(page.get_by_role("heading", name="登录工作台")).to_be_visible()


async def test_an_administrator_shows_the_second_factor_as_well(
    console: Console, provider: FakeProvider
) -> None:
    chief = await console.account("chief", Role.ADMIN, "周敏")
    until = console.act().at.replace(year=2999)
    await console.staff.oidc.expect(chief.id, "010234", until, console.act())
    page = await console.page()
    await page.goto(console.address("audit"))
    await to_provider(page)
    await page.get_by_role("link", name="允许").click()
    await expect(page.get_by_role("heading", name="输入动态验证码")).to_be_visible()
    await page.get_by_role("textbox", name="动态验证码").fill(console.code(chief))
    await page.get_by_role("button", name="继续").click()
    await expect(page).to_have_url(console.address("audit"))


async def test_whatever_goes_wrong_ends_on_the_sign_in_page_in_words(
    console: Console, provider: FakeProvider
) -> None:
    await console.account("li.na", Role.SUPERVISOR, "李娜")
    page = await console.page()
    await page.goto(console.address())
    await to_provider(page)
    await page.get_by_role("link", name="允许").click()
    await expect(page.locator(".note")).to_contain_text("已经认出您（010234），但本系统没有与您绑定的账号")
    await expect(page).to_have_url(console.address("sign-in"))
    await clean(page)
    await picture(page, "sign-in-provider-no-account")

    await to_provider(page)
    await page.get_by_role("link", name="取消").click()
    await expect(page.locator(".note")).to_contain_text("统一身份认证没有让您登录")

    await page.goto(console.address("sign-in/oidc?code=stolen&state=of-another-browser"))
    await expect(page.locator(".note")).to_contain_text("不是在这个浏览器里开始的")
    await expect(page).to_have_url(console.address("sign-in"))

    provider.misbehave[TOUCHED[2]] = fake_oidc.broken
    await to_provider(page)
    await page.get_by_role("link", name="允许").click()
    await expect(page.locator(".note")).to_contain_text("统一身份认证暂时用不了")
    await picture(page, "sign-in-provider-away")
    await page.goto(console.address("sign-in/oidc"))
    await expect(page).to_have_url(console.address("sign-in"))
    await expect(page.locator(".note")).to_be_hidden()

    await to_provider(page)
    await page.go_back()
    await page.get_by_role("button", name=BUTTON).click()
    await expect(page.get_by_role("heading", name="统一身份认证")).to_be_visible()

    await page.goto(console.address("sign-in?then=//evil.example"))
    await expect(page.get_by_role("button", name=BUTTON)).to_be_visible()
    await type_login(page, "li.na", PASSWORD)
    await expect(page.locator("aside nav")).to_be_visible()


async def test_the_button_says_what_the_settings_say_and_english_is_there(
    console: Console, provider: FakeProvider
) -> None:
    page = await console.page("tablet")
    await page.goto(console.address())
    await page.get_by_role("button", name="English").click()
    await expect(page.get_by_role("button", name="Sign in with your organisation")).to_be_visible()
    await picture(page, "sign-in-provider-english")
    await console.front.stop()
    label = "用示例市政务人员统一身份认证平台登录"
    await console.front.start(**provider.settings(console.front.url), oidc_label=label)
    await page.reload()
    await expect(page.get_by_role("button", name=label)).to_be_visible()
    await to_provider(page, label)


async def test_without_a_provider_there_is_no_button(console: Console) -> None:
    page = await console.page()
    async with page.expect_response("**/api/staff/sign-in"):
        await page.goto(console.address())
    await expect(page.get_by_role("heading", name="登录工作台")).to_be_visible()
    await expect(page.get_by_role("button", name=BUTTON)).to_have_count(0)
