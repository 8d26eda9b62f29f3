"""Two fronts on one database and one Redis, with people at the desk and citizens on either."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from bot.desk import socket as console_socket
from bot.desk import sweeping
from bot.desk.api_parts import API, DeskApi
from bot.desk.values import Person
from bot.front.main import init_app
from bot.settings import Settings
from bot.staff.door import STAFF
from bot.store.desk_values import Presence
from bot.store.staff_values import Role
from tests.app.desk.conftest import Desk, rasa, settings
from tests.app.desk_api.test_desk_socket import console, places
from tests.app.front.conftest import AsInProduction
from tests.app.staff.conftest import Browser, Clock, Office, clock
from tests.app.widget.conftest import Tab
from tests.support import postgres
from tests.support.fake_rasa import FakeRasa
from tests.support.redis_server import NoRedis, RedisServer, redis_server

__all__ = ["clock", "console", "places", "rasa", "settings"]


class Front(Desk):
    """One of them."""

    @property
    def api(self) -> DeskApi:
        return self.app[API]

    def browser_of(self, browser: Browser) -> Browser:
        """The same browser, sent here by the proxy: sessions are in the store."""
        here = Browser(self.client, browser.address)
        here.token, here.csrf = browser.token, browser.csrf
        return here

    @property
    def hears(self) -> bool:
        """Whether notices of the other front reach this one."""
        hubs = (self.widget.hub, self.desk.hub)
        return all(hub._notices.hears_since is not None for hub in hubs)


class Fronts:
    """`a` and `b`, behind one proxy."""

    def __init__(self, a: Front, b: Front, clock: Clock, redis: RedisServer) -> None:
        self.a = a
        self.b = b
        self.redis = redis
        self.office = Office(a.client, a.app[STAFF], clock)
        self.people: dict[str, Person] = {}

    async def agent(self, name: str, role: Role = Role.AGENT) -> Browser:
        """Somebody who is there, in a browser that is signed in (on `a`; `b.browser_of` on the other)."""
        account = await self.office.account(name, role)
        self.people[name] = person = await self.a.api.person(account)
        await self.a.desk.presence(person, Presence.ONLINE)
        return await self.office.signed_in(account)

    async def hear(self, is_so: bool = True) -> None:
        """Return when both hear each other, or neither does."""
        await until(lambda: self.a.hears is is_so and self.b.hears is is_so)


async def until(holds: Callable[[], Any], seconds: float = 20) -> None:
    """Return as soon as something holds."""
    async with asyncio.timeout(seconds):
        while True:
            held = holds()
            if isinstance(held, Awaitable):
                held = await held
            if held:
                return
            await asyncio.sleep(0.02)


async def heard(tab: Tab, kind: str, seconds: float = 20, **fields: Any) -> dict[str, Any]:
    """As `Tab.next`, for what may take longer than usual."""
    until_s = asyncio.get_running_loop().time() + seconds
    while True:
        try:
            return await tab.next(kind, **fields)
        except TimeoutError:
            if asyncio.get_running_loop().time() > until_s:
                raise


@asynccontextmanager
async def at_desk(front: Front, browser: Browser, watch: Any = None) -> AsyncIterator[Tab]:
    """A console that is open on a front."""
    async with console(front.browser_of(browser), watch) as tab:
        await tab.next("welcome")
        yield tab


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    try:
        with redis_server() as server:
            yield server
    except NoRedis as reason:
        pytest.skip(str(reason))


StartFronts = Callable[..., Awaitable[Fronts]]


@pytest.fixture
async def start_fronts(
    settings: Settings, redis: RedisServer, rasa: FakeRasa, aiohttp_client: Any, clock: Clock
) -> StartFronts:
    async def start(**changed: Any) -> Fronts:
        made = []
        for _ in range(2):
            app = init_app(settings.model_copy(update={"redis_url": redis.url} | changed))
            client = await aiohttp_client(AsInProduction(app), cookie_jar=aiohttp.DummyCookieJar())
            made.append(Front(client, app, rasa))
        fronts = Fronts(*made, clock, redis)
        await fronts.a.opens()
        await fronts.a.assigns(False)
        await fronts.hear()
        return fronts

    return start


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def fronts(request: pytest.FixtureRequest, start_fronts: StartFronts) -> Fronts:
    """On both databases."""
    if request.param == "sqlite":
        return await start_fronts()
    return await start_fronts(database_url=request.getfixturevalue("database_of_one"))


@pytest.fixture
def database_of_one() -> Iterator[str]:
    """A PostgreSQL database of this test alone: accounts and the audit log stay as they are made."""
    try:
        with postgres.database() as url:
            yield url
    except postgres.NoPostgres as reason:
        pytest.skip(str(reason))


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Consoles are heard of, and the clock looks, several times a second."""
    monkeypatch.setattr(console_socket, "_HEARD_S", 0.3)
    monkeypatch.setattr(console_socket, "_LOOKED_S", 0.1)
    monkeypatch.setattr(sweeping, "TICK_S", 0.3)
