"""The action server through its client, with the calls Rasa makes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from actions.server import init_app
from actions.settings import ActionsSettings
from knowledge.base import KnowledgeBase
from knowledge.errors import IndexMissing
from knowledge.importers import read_path
from tests.support.dialogue import FoundSearcher

Client = Callable[..., Awaitable[TestClient[web.Request, web.Application]]]


def live(searcher: FoundSearcher | None) -> Any:
    """The part of a LiveIndex the server uses."""
    error = IndexMissing("There is no search index.", mend="Run `bangban train`.")
    index = SimpleNamespace(ready=searcher is not None, error=error, refresh=lambda: False)
    if searcher is not None:
        index.searcher = searcher
    return index


@pytest.fixture(scope="module")
def searcher() -> FoundSearcher:
    packs = [read_path(Path("knowledge/samples") / name) for name in ("regions", "national")]
    base = KnowledgeBase.from_records(
        [i for p in packs for i in p.items], [g for p in packs for g in p.guides], (), packs[0].regions
    )
    return FoundSearcher(base, {"补身份证": ("id_card_reissue",)}, {"digest": "d", "created": "now"})


def call(text: str, intent: str, action: str = "action_matter", **slots: Any) -> dict[str, Any]:
    return {
        "next_action": action,
        "sender_id": "s",
        "tracker": {
            "sender_id": "s",
            "slots": slots,
            "latest_message": {"text": text, "intent": {"name": intent, "confidence": 0.9}},
            "events": [],
            "paused": False,
            "active_loop": {},
            "latest_action_name": None,
        },
    }


async def test_an_action_answers_once_and_sets_slots(aiohttp_client: Client, searcher: FoundSearcher) -> None:
    client = await aiohttp_client(init_app(ActionsSettings(), live(searcher)))
    response = await client.post("/webhook", json=call("补身份证多少钱", "ask_fee"))
    body = await response.json()
    assert response.status == 200
    (reply,) = body["responses"]
    payload = reply["custom"]
    assert payload["outcome"] == "answered"
    assert "每证40元" in payload["text"]
    assert payload["guide"]["id"] == "id_card_reissue@000000"
    assert payload["provenance"]["fields"]
    assert {event["name"]: event["value"] for event in body["events"]}["item_id"] == "id_card_reissue"


async def test_the_domain_is_not_needed(aiohttp_client: Client, searcher: FoundSearcher) -> None:
    client = await aiohttp_client(init_app(ActionsSettings(), live(searcher)))
    response = await client.post(
        "/webhook", json=call("谢谢", "thanks", "action_smalltalk") | {"domain_digest": "x"}
    )
    assert (await response.json())["responses"][0]["custom"]["outcome"] == "smalltalk"


async def test_an_unknown_action_is_404(aiohttp_client: Client, searcher: FoundSearcher) -> None:
    client = await aiohttp_client(init_app(ActionsSettings(), live(searcher)))
    response = await client.post("/webhook", json=call("x", "greet", "action_none"))
    assert response.status == 404
    assert (await response.json())["action_name"] == "action_none"


@pytest.mark.parametrize(
    ("body", "status"),
    [("", 400), ("{", 400), ("[]", 400), ("null", 400), ('{"next_action": "action_matter"}', 500)],
)
async def test_a_malformed_call_is_an_error_not_a_crash(
    aiohttp_client: Client, searcher: FoundSearcher, body: str, status: int
) -> None:
    client = await aiohttp_client(init_app(ActionsSettings(), live(searcher)))
    response = await client.post("/webhook", data=body, headers={"Content-Type": "application/json"})
    assert response.status == status
    assert "error" in await response.json()
    assert (await client.get("/health")).status == 200


async def test_whatever_a_look_at_the_index_meets_the_next_one_comes(
    aiohttp_client: Client, searcher: FoundSearcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks: list[int] = []
    come = asyncio.Event()
    loop = asyncio.get_running_loop()

    def refresh() -> bool:
        looks.append(1)
        if len(looks) == 1:
            raise OSError("disk full")
        loop.call_soon_threadsafe(come.set)
        return False

    monkeypatch.setattr("actions.server.REFRESH_SECONDS", 0.01)
    index = live(searcher)
    index.refresh = refresh
    await aiohttp_client(init_app(ActionsSettings(), index))
    async with asyncio.timeout(20):
        await come.wait()


async def test_without_an_index_it_runs_and_says_the_mend(aiohttp_client: Client) -> None:
    client = await aiohttp_client(init_app(ActionsSettings(), live(None)))
    response = await client.get("/health")
    assert response.status == 503
    assert "bangban train" in (await response.json())["error"]["mend"]


async def test_health_names_the_index(aiohttp_client: Client, searcher: FoundSearcher) -> None:
    client = await aiohttp_client(init_app(ActionsSettings(), live(searcher)))
    body = await (await client.get("/health")).json()
    assert body["index"]["digest"] == "d"
    assert body["index"]["items"] == len(searcher.base.items)


async def test_traditional_characters_are_read(aiohttp_client: Client, searcher: FoundSearcher) -> None:
    client = await aiohttp_client(init_app(ActionsSettings(), live(searcher)))
    response = await client.post("/webhook", json=call("我在蘇州，補身份證多少錢", "ask_fee"))
    payload = (await response.json())["responses"][0]["custom"]
    assert payload["guide"]["item_id"] == "id_card_reissue"
    assert payload["regions"]["here"]["name"] == "苏州市"
