"""A real Chromium before the real front, with a fake Rasa behind it, all in one event loop of the session."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, BrowserContext, Locator, Page, async_playwright, expect

from bot.channels.widget import pages
from bot.channels.widget.door import WIDGET
from bot.channels.widget.service import Widget
from bot.front.keys import DATABASE
from bot.front.main import init_app
from bot.settings import Settings
from bot.store import ConversationStore, StoredMessage
from tests.app.front.conftest import AsInProduction
from tests.browser import answers
from tests.support.chromium import arguments, chromium
from tests.support.fake_rasa import TOKEN, FakeRasa
from tests.support.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "var" / "test" / "screenshots"
AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
SESSION = pytest.mark.asyncio(loop_scope="session")
PATIENCE_MS = 20_000

expect.set_options(timeout=PATIENCE_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test here runs in the loop of the browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(SESSION, append=False)


class Front:
    """The front on a port of its own: it can be stopped and started again."""

    def __init__(self, settings: Settings, rasa: FakeRasa) -> None:
        self.rasa = rasa
        self.settings = settings
        self.port = free_ports(1)[0]
        self._server: TestServer | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self, **changed: Any) -> None:
        app = init_app(self.settings.model_copy(update=changed))
        self._server = AsInProduction(app, host="127.0.0.1", port=self.port)
        await self._server.start_server()

    async def stop(self) -> None:
        if self._server is not None:
            await self._server.close()
            self._server = None

    @property
    def app(self) -> web.Application:
        assert self._server is not None
        return self._server.app

    @property
    def widget(self) -> Widget:
        return self.app[WIDGET]

    @property
    def store(self) -> ConversationStore:
        return ConversationStore(self.app[DATABASE])

    async def stored(self, page: Page) -> tuple[StoredMessage, ...]:
        """What was said in the conversation of a page of ours, as it is in the store."""
        cookies = await page.context.cookies(f"{self.url}/widget/")
        [token] = [cookie["value"] for cookie in cookies if cookie["name"] == "bangban_chat"]
        visitor = self.widget.tokens.read(token)
        assert visitor is not None
        return await self.store.messages("widget", self.widget.key(visitor))


class Chat:
    """The widget on a page, as a person uses it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.element = page.locator("bangban-chat")
        self.log = page.get_by_role("log")
        self.field = page.locator("#say")

    async def open(self) -> None:
        await self.page.locator("bangban-chat .launcher").click()
        await expect(self.field).to_be_visible()

    async def say(self, text: str) -> None:
        await self.field.fill(text)
        await self.field.press("Enter")

    async def ask(self, text: str) -> Locator:
        """Say it and wait for the answer; out: the answer."""
        before = await self.answers.count()
        await self.say(text)
        await expect(self.answers).to_have_count(before + 1)
        return self.answers.last

    @property
    def answers(self) -> Locator:
        """Messages from us, the welcome aside."""
        return self.log.locator("article.theirs:not(.welcome)")

    @property
    def own(self) -> Locator:
        """Messages of the citizen."""
        return self.log.locator("article.mine")

    async def unfold(self, place: Locator, heading: str) -> None:
        """Open a part of a card, unless it is open."""
        details = place.locator("details", has=self.page.locator("summary", has_text=heading)).first
        if await details.get_attribute("open") is None:
            await details.locator("summary").click()


@asynccontextmanager
async def no_trouble(page: Page) -> AsyncIterator[None]:
    """Fails when the page threw, or its policy stopped something. Lost connections are no trouble."""
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(f"thrown: {error}"))
    page.on(
        "console",
        lambda line: (
            trouble.append(line.text) if re.search("Content.Security.Policy|Refused to", line.text) else None
        ),
    )
    yield
    assert trouble == []


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    if not pages.BUNDLE.is_file() or not AXE.is_file():
        pytest.fail("The widget is not built. Run `make setup`, or `npm ci && npm run build` in web/.")
    async with async_playwright() as playwright:
        path = chromium(playwright.chromium.executable_path)
        browser = await playwright.chromium.launch(executable_path=path, args=arguments())
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def front(tmp_path: Path) -> AsyncIterator[Front]:
    [rasa_port] = free_ports(1)
    rasa = FakeRasa()
    rasa.answer = answers.answer
    settings = Settings(
        var_dir=tmp_path,
        rasa_token=TOKEN,
        mask_salt="salt of the tests",
        rasa_port=rasa_port,
        actions_port=rasa_port,
        widget_messages_per_minute=6000,
        widget_requests_per_minute_per_ip=1_000_000,
        widget_map_url="https://map.example/?at={lat},{lon}&name={name}",
    )
    async with rasa.serve(rasa_port):
        front = Front(settings, rasa)
        await front.start()
        yield front
        await front.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    context.set_default_timeout(PATIENCE_MS)
    yield context
    await context.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(context: BrowserContext) -> AsyncIterator[Page]:
    page = await context.new_page()
    async with no_trouble(page):
        yield page


@pytest_asyncio.fixture(loop_scope="session")
async def chat(page: Page, front: Front) -> Chat:
    """The widget, open on the demonstration site."""
    await page.goto(front.url)
    chat = Chat(page)
    await chat.open()
    return chat


async def screenshot(page: Page, name: str) -> None:
    """Keep what the page looks like now."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=SCREENSHOTS / f"{name}.png")


async def violations(page: Page) -> list[str]:
    """What axe-core finds wrong on the page as it is now, with its shadow trees."""
    source = await asyncio.to_thread(AXE.read_text, encoding="utf-8")
    await page.evaluate(source)
    found = await page.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice']})"
    )
    return [
        f"{rule['id']}: {node['target']} {node['failureSummary']}"
        for rule in found["violations"]
        for node in rule["nodes"]
    ]
