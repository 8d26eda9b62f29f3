"""The front's client for help beside a chat, against parts that answer, are slow, garbled or away."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.desk import assist
from bot.desk.assist import About, Assist, AssistUnavailable
from tests.support.fake_rasa import TOKEN, FakeRasa, break_off, slow
from tests.support.ports import free_ports


@pytest.fixture
async def rasa() -> AsyncIterator[FakeRasa]:
    yield FakeRasa()


@pytest.fixture
async def helper(rasa: FakeRasa) -> AsyncIterator[Assist]:
    async with rasa.serve() as port, aiohttp.ClientSession() as session:
        url = f"http://127.0.0.1:{port}"
        yield Assist(session, url, url, TOKEN)


async def test_the_text_is_understood_first_and_what_is_known_goes_with_it(
    helper: Assist, rasa: FakeRasa
) -> None:
    found = await helper.ask("補身份證多少錢", About(here="370283", guide_id="id_card@370283"), top=2)
    assert rasa.parsed == ["补身份证多少钱"]
    [asked] = rasa.assisted
    assert asked == {
        "text": "补身份证多少钱",
        "here": "370283",
        "guide_id": "id_card@370283",
        "top": 2,
        "nlu": {
            "intent": {"name": "ask_fee", "confidence": 0.9},
            "intent_ranking": [{"name": "ask_fee", "confidence": 0.9}],
        },
    }
    assert found.reply.text == found.hits[0].text == "答：补身份证多少钱\n来源：办事指南"
    assert found.hits[0].guide.id == "id_card@370283"


async def _garbled(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
    return web.Response(text="<html>")


async def _refused(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
    return web.json_response({"error": {}}, status=503)


async def _not_as_agreed(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
    return web.json_response({"reply": {"outcome": "colour", "text": "geheim"}, "hits": []})


async def _no_hits(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
    return web.json_response({"reply": None})


async def _endless(request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
    return web.Response(text="x" * (3 * 1024 * 1024))


@pytest.mark.parametrize("trouble", [slow, break_off, _garbled, _refused, _not_as_agreed, _no_hits, _endless])
async def test_whatever_the_action_server_does_it_is_said_in_words(
    helper: Assist, rasa: FakeRasa, trouble: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assist, "ASSIST_S", 0.3)
    rasa.assist = trouble
    began = time.monotonic()
    with pytest.raises(AssistUnavailable) as refused:
        await helper.ask("补身份证", About())
    assert time.monotonic() - began < 2
    assert (refused.value.status, refused.value.code) == (503, "assist_unavailable")
    assert refused.value.mend and "geheim" not in str(refused.value)


@pytest.mark.parametrize("trouble", [slow, break_off, _garbled, _refused, _no_hits])
async def test_without_rasa_there_is_help_all_the_same(
    helper: Assist, rasa: FakeRasa, trouble: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assist, "PARSE_S", 0.3)
    rasa.parse = trouble
    assert (await helper.ask("补身份证", About())).hits
    assert "nlu" not in rasa.assisted[0]


async def test_parts_that_are_away() -> None:
    away = f"http://127.0.0.1:{free_ports(1)[0]}"
    async with aiohttp.ClientSession() as session:
        with pytest.raises(AssistUnavailable):
            await Assist(session, away, away, TOKEN).ask("补身份证", About())
