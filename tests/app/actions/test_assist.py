"""`POST /assist` through the action server's client: the bot's answer and the guides, for staff beside a chat."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from actions.assist import LEAST, MOST_READY, Asked
from actions.server import init_app
from actions.settings import ActionsSettings
from bot.channels.message import Reply
from knowledge.base import KnowledgeBase
from tests.app.actions.test_actions_server import Client, call, live
from tests.support.dialogue import FoundSearcher, base

__all__ = ["base"]

FOUND = {
    "补身份证": ("id_card_reissue",),
    "换身份证": ("id_card_renew", "id_card_reissue"),
}


@pytest.fixture
async def ask(aiohttp_client: Client, base: KnowledgeBase) -> Any:
    searcher = FoundSearcher(base, FOUND, {"digest": "d", "created": "now"})
    client = await aiohttp_client(init_app(ActionsSettings(), live(searcher)))

    async def asked(**body: Any) -> tuple[int, Any]:
        response = await client.post("/assist", json=body)
        return response.status, await response.json()

    asked.client = client  # type: ignore[attr-defined]
    return asked


def nlu(intent: str, confidence: float = 0.9) -> dict[str, Any]:
    return {"intent": {"name": intent, "confidence": confidence}}


async def test_the_reply_is_what_the_bot_answers(ask: Any) -> None:
    status, found = await ask(text="补身份证多少钱", nlu=nlu("ask_fee"))
    turn = await ask.client.post("/webhook", json=call("补身份证多少钱", "ask_fee"))
    assert status == 200
    assert found["reply"] == (await turn.json())["responses"][0]["custom"]
    Reply.read(found["reply"])


async def test_a_hit_is_ready_to_be_sent_and_cited(ask: Any, base: KnowledgeBase) -> None:
    _, found = await ask(text="换身份证要带什么", nlu=nlu("ask_materials"), here="370200")
    assert [hit["guide"]["item_id"] for hit in found["hits"]] == ["id_card_renew", "id_card_reissue"]
    assert found["reply"]["outcome"] == "clarify"
    for hit in found["hits"]:
        guide = base.guide(hit["guide"]["id"])
        assert hit["aspect"] == "materials"
        assert (
            hit["text"].startswith(f"【{guide.task_name}") or guide.task_name in hit["text"].splitlines()[0]
        )
        assert guide.sources[0].name in hit["text"]
        assert len(hit["text"]) <= MOST_READY
        assert hit["page"].startswith("/guides/")
        assert hit["probability"] == 0.9
        assert not hit["text"].rstrip().endswith("？"), "a person asks, not the text"
    assert len((await ask(text="换身份证要带什么", top=1))[1]["hits"]) == 1
    assert (await ask(text="换身份证要带什么", top=0))[1]["hits"] == []


async def test_a_follow_up_is_about_what_the_chat_speaks_of(ask: Any) -> None:
    _, found = await ask(
        text="要带什么",
        nlu=nlu("ask_materials"),
        guide_id="id_card_reissue@000000",
        aspect="fee",
        here="370783",
    )
    assert (found["reply"]["outcome"], found["reply"]["aspect"]) == ("answered", "materials")
    [hit] = found["hits"]
    assert (hit["guide"]["item_id"], hit["aspect"], hit["probability"]) == (
        "id_card_reissue",
        "materials",
        None,
    )
    _, again = await ask(
        text="那多少钱", nlu=nlu("nlu_fallback", 0.0), item_id="id_card_reissue", aspect="fee"
    )
    assert again["reply"]["aspect"] == "fee"


async def test_nothing_is_remembered(ask: Any) -> None:
    await ask(text="补身份证多少钱", nlu=nlu("ask_fee"), here="370200")
    _, found = await ask(text="要带什么", nlu=nlu("ask_materials"))
    assert (found["reply"]["outcome"], found["hits"]) == ("clarify", [])


async def test_without_rasas_reading_the_matter_is_found_all_the_same(ask: Any) -> None:
    _, found = await ask(text="补身份证")
    assert found["hits"][0]["guide"]["item_id"] == "id_card_reissue"
    assert found["hits"][0]["aspect"] == "overview"


async def test_what_is_hardly_likely_is_not_shown(
    aiohttp_client: Client, base: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    searcher = FoundSearcher(base, FOUND, {"digest": "d", "created": "now"})
    found = searcher.search("换身份证")
    rare = replace(found.hits[1], probability=LEAST / 2)
    monkeypatch.setattr(searcher, "search", lambda *_, **__: replace(found, hits=(found.hits[0], rare)))
    client = await aiohttp_client(init_app(ActionsSettings(), live(searcher)))
    shown = await (await client.post("/assist", json={"text": "换身份证"})).json()
    assert [hit["guide"]["item_id"] for hit in shown["hits"]] == ["id_card_renew"]


async def test_names_that_are_none_are_forgotten(ask: Any) -> None:
    status, found = await ask(
        text="要带什么", item_id="no_such", guide_id="no@such", here="999999", owner="x"
    )
    assert (status, found["reply"]["outcome"]) == (200, "clarify")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": ""},
        {"text": "长" * 4001},
        {"text": 5},
        {"text": "x", "top": 6},
        {"text": "x", "top": -1},
        {"text": "x", "aspect": "colour"},
        {"text": "x", "nlu": {"intent": "ask_fee"}},
        {"text": "x", "nlu": {"intent": {"name": 5}}},
        {"text": "x", "geheim": "y"},
        {"text": "x", "here": "3" * 121},
    ],
)
async def test_what_is_not_as_agreed_is_refused_in_the_one_shape(ask: Any, body: dict[str, Any]) -> None:
    status, said = await ask(**body)
    assert (status, said["error"]["code"], set(said["error"])) == (
        400,
        "bad_request",
        {"code", "message", "mend"},
    )


async def test_no_json_and_no_index(ask: Any, aiohttp_client: Client) -> None:
    response = await ask.client.post("/assist", data="{", headers={"Content-Type": "application/json"})
    assert response.status == 400
    assert (await ask.client.post("/assist", json=[1])).status == 400
    without = await aiohttp_client(init_app(ActionsSettings(), live(None)))
    response = await without.post("/assist", json={"text": "补身份证"})
    assert response.status == 503
    assert "bangban train" in (await response.json())["error"]["mend"]


def test_an_error_never_quotes_what_was_said() -> None:
    with pytest.raises(ValueError) as refused:
        Asked.model_validate({"text": "x", "top": "geheim"})
    assert "geheim" not in str(refused.value)
