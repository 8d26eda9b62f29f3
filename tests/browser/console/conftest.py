"""The staff console in Chromium before the real front, with accounts made for the test."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
import pytest_asyncio
from argon2 import PasswordHasher
from playwright.async_api import Browser, BrowserContext, Page, expect

from bot.console import pages
from bot.staff.door import STAFF
from bot.staff.passwords import Passwords
from bot.staff.routing import COOKIE
from bot.staff.running import make_staff
from bot.staff.secrecy import new_token, token_digest
from bot.staff.service import Staff
from bot.staff.totp import code_at, new_secret, step_at
from bot.store.staff_values import Account, Act, NewAccount, Role
from tests.browser.conftest import PATIENCE_MS, Front, screenshot, violations

PASSWORD = "白日依山尽 huang-he ru hai"
SIZES = {"desk": (1280, 720), "tablet": (820, 1180)}


@pytest.fixture(autouse=True)
def cheap_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """Signing in is what is tested here, not how dear a digest is."""

    def made(*args: Any) -> Staff:
        return replace(
            make_staff(*args),
            passwords=Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)),
        )

    monkeypatch.setattr("bot.front.resources.make_staff", made)


class Console:
    """The console of one installation: accounts, and browsers signed in as they are."""

    def __init__(self, front: Front, browser: Browser) -> None:
        self.front = front
        self.browser = browser
        self.secrets: dict[int, str] = {}
        self._open: list[BrowserContext] = []
        self._addresses = itertools.count(1)
        self.trouble: list[str] = []

    @property
    def staff(self) -> Staff:
        return self.front.app[STAFF]

    def address(self, path: str = "") -> str:
        return f"{self.front.url}/console/{path}"

    def act(self) -> Act:
        return Act(datetime.now(UTC), "test")

    async def account(
        self, name: str, role: Role = Role.AGENT, display: str = "", *, factor: bool | None = None
    ) -> Account:
        """An account past its first password; administrators have a second factor unless told otherwise."""
        kept = await self.staff.passwords.hash(PASSWORD)
        made = await self.staff.accounts.add(NewAccount(name, display or name, role, kept), self.act())
        assert made is not None
        await self.staff.accounts.set_password(made.id, kept, self.act(), own=True)
        if factor if factor is not None else role is Role.ADMIN:
            secret = self.secrets[made.id] = new_secret()
            sealed = self.staff.keys.seal(secret)
            await self.staff.accounts.offer_totp(made.id, sealed)
            await self.staff.accounts.confirm_totp(made.id, sealed, 0, (), self.act())
        return await self.staff.accounts.account(made.id)

    def code(self, account: Account) -> str:
        """What the person's telephone shows now."""
        return code_at(self.secrets[account.id], step_at(time.time()))

    async def page(self, size: str = "desk", *, bypass_csp: bool = False) -> Page:
        """A fresh browser window. Whatever throws in it, or is stopped by the policy, is trouble."""
        width, height = SIZES[size]
        context = await self.browser.new_context(
            viewport={"width": width, "height": height}, locale="zh-CN", bypass_csp=bypass_csp
        )
        context.set_default_timeout(PATIENCE_MS)
        self._open.append(context)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.trouble.append(f"thrown: {error}"))
        page.on("console", self._note)
        return page

    async def signed_in(self, account: Account, path: str = "", size: str = "desk", **more: Any) -> Page:
        """A window in which everything about signing in is done, at a page of the console."""
        page = await self.page(size, **more)
        token = new_token()
        ends = datetime.now(UTC) + timedelta(hours=12)
        opened = await self.staff.sessions.open(
            account, token_digest(token), ends, "Chrome/140 Windows", self.act()
        )
        assert opened is not None
        await self.staff.sessions.rotate(opened.id, token_digest(token), second_factor=True)
        cookie = {
            "name": COOKIE,
            "value": token,
            "url": self.front.url,
            "httpOnly": True,
            "sameSite": "Strict",
        }
        await page.context.add_cookies([cast(Any, cookie)])
        await page.goto(self.address(path))
        await expect(page.locator("aside nav")).to_be_visible()
        return page

    async def close(self) -> None:
        for context in self._open:
            await context.close()

    def _note(self, line: Any) -> None:
        stopped = re.search("Content Security Policy|Refused to|TrustedHTML|TrustedScript", line.text)
        if stopped or (line.type in ("warning", "error") and "[Vue" in line.text):
            self.trouble.append(line.text)


@pytest_asyncio.fixture(loop_scope="session")
async def console(front: Front, browser: Browser) -> AsyncIterator[Console]:
    if not (pages.DIST / "index.html").is_file():
        pytest.fail("The console is not built. Run `make setup`, or `npm ci && npm run build` in web/.")
    console = Console(front, browser)
    yield console
    await console.close()
    assert console.trouble == []


async def picture(page: Page, name: str) -> None:
    """A screenshot when all movement has ended."""
    await page.wait_for_timeout(350)
    await screenshot(page, f"console-{name}")


async def clean(page: Page) -> None:
    """axe-core finds nothing, and nothing is wider than the window."""
    await page.wait_for_timeout(350)
    assert await violations(page) == []
    wide = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, f"the page scrolls sideways by {wide} px"
