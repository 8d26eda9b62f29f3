"""The pages of the review in Chromium before the real front, with conversations in its store."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest_asyncio
from aiohttp import web
from playwright.async_api import Locator, Page, expect

from bot.front.keys import DATABASE
from bot.store import Database, KnowledgeStore
from bot.store.staff_values import Account, Role
from knowledge.importers import read_path
from tests.browser.console.conftest import Console, cheap_passwords, console
from tests.support.fake_rasa import payload
from tests.support.pages import SAMPLES
from tests.support.talks import fill, handed_over

__all__ = ["cheap_passwords", "console"]

WANTED = {"id_card_reissue": "居民身份证补领", "id_card_renew": "居民身份证换领"}
TALKS = 240


async def guides(_request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
    """Two guides fit everything; that of whose name more is asked stands first."""
    text = asked["text"]
    order = sorted(WANTED, key=lambda item: -len(set(WANTED[item]) & set(text)))
    hits = [
        {
            "guide": {
                "id": f"{item}@000000",
                "title": WANTED[item],
                "item_id": item,
                "version": 1,
                "task_name": WANTED[item],
                "region": "000000",
                "region_name": "全国",
                "authority": "公安机关",
                "publish_date": "2026-05-01",
            },
            "probability": 0.81 if place == 0 else 0.12,
            "aspect": "where",
            "text": f"{WANTED[item]}：到派出所办理。",
            "page": f"/guides/{item}%40000000",
        }
        for place, item in enumerate(order)
    ]
    return web.json_response({"reply": payload("答"), "hits": hits})


@dataclass
class Log:
    """The review of one installation, and who reviews."""

    console: Console
    reviewer: Account
    supervisor: Account

    @property
    def database(self) -> Database:
        found: Database = self.console.front.app[DATABASE]
        return found

    async def filled(self, count: int = TALKS) -> None:
        """Conversations are in the store, the newest a person answered an hour ago."""
        now = datetime.now(UTC)
        agent = await self.console.account("wang.fang", Role.AGENT, "王芳")
        await fill(self.database, count, now - timedelta(hours=2))
        who = (agent.id, agent.name, agent.display_name)
        await self.database.write(
            lambda session: handed_over(session, count, now - timedelta(hours=1), who).id
        )

    async def page(self, path: str, *, who: Account | None = None, size: str = "desk", **more: Any) -> Page:
        return await self.console.signed_in(who or self.reviewer, path, size, **more)


@pytest_asyncio.fixture(loop_scope="session")
async def log(console: Console) -> AsyncIterator[Log]:
    console.front.rasa.assist = guides
    pack = read_path(SAMPLES / "national")
    records: list[Any] = [
        *read_path(SAMPLES / "regions").regions,
        *(item for item in pack.items if item.id in WANTED),
        *(guide for guide in pack.guides if guide.item_id in WANTED),
    ]
    await KnowledgeStore(console.front.app[DATABASE]).publish(records, "test")
    yield Log(
        console,
        await console.account("sun.li", Role.REVIEWER, "孙丽"),
        await console.account("li.na", Role.SUPERVISOR, "李娜"),
    )


async def search(page: Page, text: str) -> Locator:
    """Look for words; out: the rows found, when they are there."""
    await page.get_by_label("查找内容").fill(text)
    await page.get_by_role("button", name="查找", exact=True).click()
    await expect(page).to_have_url(re.compile(r"[?&]q="))
    return page.locator("table.found tbody tr")
