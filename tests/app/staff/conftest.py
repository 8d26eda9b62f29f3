"""The real front with accounts of staff, a clock that can be moved, and browsers that sign in."""

from __future__ import annotations

import json as json_lib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from argon2 import PasswordHasher

from bot.front.main import init_app
from bot.settings import Settings
from bot.staff.door import STAFF
from bot.staff.passwords import Passwords
from bot.staff.routing import COOKIE, CSRF_HEADER, FLOW_COOKIE
from bot.staff.running import make_staff
from bot.staff.secrecy import csrf_of, new_token, token_digest
from bot.staff.service import Staff
from bot.staff.totp import code_at, new_secret, step_at
from bot.store.staff_values import Account, Act, NewAccount, Role
from tests.app.front.conftest import AsInProduction
from tests.support.ports import free_ports

PASSWORD = "白日依山尽 huang-he ru hai"
ERROR_KEYS = {"code", "message", "mend"}


class Clock:
    """The time of the office; `pass_` moves it on."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.moved

    def pass_(self, **span: float) -> None:
        self.moved += timedelta(**span)


@dataclass
class Answered:
    """What came back."""

    status: int
    json: Any
    headers: Any
    cookies: SimpleCookie

    @property
    def error(self) -> str:
        """The code of the error; every error has the one shape."""
        assert self.status >= 400, (self.status, self.json)
        assert set(self.json) == {"error"} and set(self.json["error"]) == ERROR_KEYS
        code: str = self.json["error"]["code"]
        return code


class Browser:
    """One browser: it keeps the cookie, and the page in it the word every change shows."""

    def __init__(self, client: Any, address: str = "10.1.1.1") -> None:
        self.client = client
        self.address = address
        self.token: str | None = None
        self.flow: str | None = None
        self.csrf = ""

    async def ask(
        self, method: str, path: str, json: Any = None, headers: dict[str, str] | None = None
    ) -> Answered:
        """One request as a page of ours sends it."""
        sent = {"X-Forwarded-For": self.address, "Sec-Fetch-Site": "same-origin", CSRF_HEADER: self.csrf}
        held = {COOKIE: self.token, FLOW_COOKIE: self.flow}
        cookies = [f"{name}={value}" for name, value in held.items() if value]
        if cookies:
            sent["Cookie"] = "; ".join(cookies)
        sent |= headers or {}
        body = {} if json is None else {"json": json}
        response = await self.client.request(method, path, headers=sent, **body)
        content = await response.read()
        is_json = response.content_type == "application/json"
        shown: Any = json_lib.loads(content) if is_json and content else content or None
        answered = Answered(response.status, shown, response.headers, response.cookies)
        if COOKIE in response.cookies:
            self.token = response.cookies[COOKIE].value or None
        if FLOW_COOKIE in response.cookies:
            self.flow = response.cookies[FLOW_COOKIE].value or None
        if isinstance(shown, dict):
            self.csrf = shown.get("csrf", shown.get("me", {}).get("csrf", self.csrf))
        return answered

    async def login(self, name: str, password: str = PASSWORD) -> Answered:
        return await self.ask("POST", "/api/staff/login", {"name": name, "password": password})

    async def get(self, path: str) -> Answered:
        return await self.ask("GET", path)

    async def post(self, path: str, **body: Any) -> Answered:
        return await self.ask("POST", path, body or None)


class Office:
    """The front, its staff and its clock."""

    def __init__(self, client: Any, staff: Staff, clock: Clock) -> None:
        self.client = client
        self.staff = staff
        self.clock = clock
        self.secrets: dict[int, str] = {}

    def browser(self, address: str = "10.1.1.1") -> Browser:
        return Browser(self.client, address)

    def act(self) -> Act:
        return Act(self.clock(), "test")

    async def account(self, name: str, role: Role = Role.AGENT, *, factor: bool | None = None) -> Account:
        """An account that has its own password, and a second factor (administrators unless told otherwise)."""
        kept = await self.staff.passwords.hash(PASSWORD)
        made = await self.staff.accounts.add(NewAccount(name, f"职员{name}", role, kept), self.act())
        assert made is not None
        await self.staff.accounts.set_password(made.id, kept, self.act(), own=True)
        if factor if factor is not None else role is Role.ADMIN:
            secret = self.secrets[made.id] = new_secret()
            sealed = self.staff.keys.seal(secret)
            await self.staff.accounts.offer_totp(made.id, sealed)
            await self.staff.accounts.confirm_totp(made.id, sealed, 0, (), self.act())
        return await self.staff.accounts.account(made.id)

    async def signed_in(self, account: Account, address: str = "10.1.1.1") -> Browser:
        """A browser in which everything about signing in is done."""
        browser, token = self.browser(address), new_token()
        ends = self.clock() + timedelta(hours=12)
        opened = await self.staff.sessions.open(account, token_digest(token), ends, "test", self.act())
        assert opened is not None
        await self.staff.sessions.rotate(opened.id, token_digest(token), second_factor=True)
        browser.token, browser.csrf = token, csrf_of(token)
        return browser

    def code(self, account: Account, steps: int = 0) -> str:
        """What the telephone shows, `steps` later."""
        return code_at(self.secrets[account.id], step_at(self.clock().timestamp()) + steps)

    async def actions(self) -> list[str]:
        """The audit log, oldest first."""
        entries = await self.staff.audit.entries(limit=1000)
        return [entry.action for entry in reversed(entries)]


StartOffice = Callable[..., Awaitable[Office]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    [port] = free_ports(1)
    return Settings(var_dir=tmp_path, rasa_token="t", mask_salt="s", rasa_port=port, actions_port=port)


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock of every office of the test; passwords cost little."""
    clock = Clock()

    def made(*args: Any) -> Staff:
        cheap = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        return replace(make_staff(*args), now=clock, passwords=cheap)

    monkeypatch.setattr("bot.front.resources.make_staff", made)
    return clock


@pytest.fixture
async def start_office(settings: Settings, aiohttp_client: Any, clock: Clock) -> StartOffice:
    async def start(**changed: Any) -> Office:
        app = init_app(settings.model_copy(update=changed))
        client = await aiohttp_client(AsInProduction(app), cookie_jar=aiohttp.DummyCookieJar())
        return Office(client, app[STAFF], clock)

    return start


@pytest.fixture
async def office(start_office: StartOffice) -> Office:
    return await start_office()
