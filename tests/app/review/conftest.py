"""The real front with staff, published guides, and parts behind it that answer."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.front.keys import DATABASE
from bot.settings import Settings
from bot.store import Database, KnowledgeStore
from bot.store.staff_values import Role
from knowledge.importers import read_path
from tests.app.staff.conftest import Browser, Office, StartOffice, clock, start_office
from tests.support.fake_rasa import TOKEN, FakeRasa, payload, turn
from tests.support.pages import SAMPLES
from tests.support.ports import free_ports

__all__ = ["clock", "start_office"]

REISSUE, RENEW = "id_card_reissue", "id_card_renew"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    [port] = free_ports(1)
    return Settings(var_dir=tmp_path, rasa_token=TOKEN, mask_salt="s", rasa_port=port, actions_port=port)


@pytest.fixture
async def rasa(settings: Settings) -> AsyncIterator[FakeRasa]:
    fake = FakeRasa()
    async with fake.serve(settings.rasa_port):
        yield fake


@dataclass
class Review:
    """The front, with people who write and people who review."""

    office: Office
    rasa: FakeRasa

    @property
    def database(self) -> Database:
        found: Database = self.office.client.app[DATABASE]
        return found

    async def reviewer(self, name: str, role: Role = Role.REVIEWER) -> Browser:
        return await self.office.signed_in(await self.office.account(name, role))

    async def answer_with(self, **more: Any) -> None:
        """What the next turns are answered with."""

        async def answer(_request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
            return turn(payload(f"答：{asked['message']}", **more))

        self.rasa.answer = answer

    async def say(self, text: str, sender: str = "anna") -> dict[str, Any]:
        """One message of a citizen; out: the custom part of the reply."""
        body = {"sender": sender, "message": text}
        response = await self.office.client.post("/webhooks/rest/webhook", json=body)
        assert response.status == 200
        [reply] = await response.json()
        custom: dict[str, Any] = reply["custom"]
        return custom


def cited(item_id: str, **more: Any) -> dict[str, Any]:
    """What an answer from the national guide of an item comes with."""
    guide = {"id": f"{item_id}@000000", "title": item_id, "item_id": item_id, "version": 1}
    hits = [{"item_id": item_id, "probability": 0.77, "score": 3.1}]
    why = {
        "needle": "身份证",
        "hits": hits,
        "index": "d1",
        "intent": {"name": "ask_where", "confidence": 0.9},
    }
    source = {"name": "居民身份证法", "url": "https://example.gov.cn/law", "published": "2011-10-29"}
    return {"guide": guide, "sources": [source], "provenance": why | more}


@pytest.fixture
async def review(start_office: StartOffice, rasa: FakeRasa) -> Review:
    office = await start_office()
    found = Review(office, rasa)
    pack = read_path(SAMPLES / "national")
    wanted = {REISSUE, RENEW}
    records = [
        *(item for item in pack.items if item.id in wanted),
        *(guide for guide in pack.guides if guide.item_id in wanted),
    ]
    await KnowledgeStore(found.database).publish(records, "test")
    return found
