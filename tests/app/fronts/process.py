"""A front as a process of its own, which can be killed, with a console on it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from yarl import URL

from bot.settings import Settings
from tests.app.desk_api.test_desk_socket import console
from tests.app.front.test_front_process import running_front
from tests.app.staff.conftest import Browser
from tests.app.widget.conftest import Tab


class _Client:
    """What a browser of the tests needs of a client, for a front at a port."""

    def __init__(self, session: aiohttp.ClientSession, port: int) -> None:
        self._session = session
        self._base = URL(f"http://127.0.0.1:{port}")

    def make_url(self, path: str) -> URL:
        return self._base.join(URL(path))

    async def request(self, method: str, path: str, **kwargs: Any) -> aiohttp.ClientResponse:
        return await self._session.request(method, self.make_url(path), **kwargs)

    def ws_connect(self, path: str, **kwargs: Any) -> Any:
        return self._session.ws_connect(self.make_url(path), **kwargs)


class FrontProcess:
    """One that runs."""

    def __init__(self, client: _Client, process: Any) -> None:
        self.client = client
        self._process = process

    def kill(self) -> None:
        """At once, as by the kernel."""
        self._process.kill()

    def browser_of(self, browser: Browser) -> Browser:
        """The same browser, sent here by the proxy."""
        here = Browser(self.client, browser.address)
        here.token, here.csrf = browser.token, browser.csrf
        return here

    @asynccontextmanager
    async def console(self, browser: Browser) -> AsyncIterator[Tab]:
        async with console(browser) as tab:
            await tab.next("welcome")
            yield tab


@asynccontextmanager
async def front_process(settings: Settings, port: int, **environment: str) -> AsyncIterator[FrontProcess]:
    """Started, with the settings given; killed at the end at the latest."""
    async with (
        running_front(settings, port, **environment) as process,
        aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session,
    ):
        yield FrontProcess(_Client(session, port), process)
