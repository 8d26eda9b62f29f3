"""The trained model reads what people ask: the two tables of tests/rasa, asked of the running Rasa."""

from __future__ import annotations

import asyncio
from pathlib import Path

import aiohttp
import pytest

from tests.support.stack import Stack

TABLES = Path(__file__).parents[1] / "rasa"
ENOUGH = 0.92
AT_A_TIME = 4


def rows(name: str) -> list[tuple[str, str]]:
    lines = (TABLES / name).read_text(encoding="utf-8").splitlines()
    return [
        (text, intent) for text, intent in (line.split("\t") for line in lines if not line.startswith("#"))
    ]


async def read(stack: Stack, texts: list[str]) -> list[str]:
    """The intents Rasa reads in these texts, by its own HTTP API."""
    url = f"http://127.0.0.1:{stack.env['BANGBAN_RASA_PORT']}/model/parse"
    token = (stack.var_dir / "rasa-token").read_text(encoding="ascii").strip()
    limit = asyncio.Semaphore(AT_A_TIME)

    async with aiohttp.ClientSession(raise_for_status=True) as http:

        async def one(text: str) -> str:
            async with limit, http.post(url, params={"token": token}, json={"text": text}) as answer:
                return str((await answer.json())["intent"]["name"])

        return list(await asyncio.gather(*map(one, texts)))


async def test_held_out_questions_are_read_well_enough(stack: Stack) -> None:
    asked = rows("heldout.tsv")
    intents = await read(stack, [text for text, _ in asked])
    wrong = [(text, want, got) for (text, want), got in zip(asked, intents, strict=True) if got != want]
    accuracy = 1 - len(wrong) / len(asked)
    assert accuracy >= ENOUGH, f"{accuracy:.3f} of {len(asked)}; wrong: {wrong}"


async def test_every_question_that_must_hold_is_read_right(stack: Stack) -> None:
    asked = rows("must_hold.tsv")
    intents = await read(stack, [text for text, _ in asked])
    assert [(text, got) for (text, want), got in zip(asked, intents, strict=True) if got != want] == []


@pytest.mark.parametrize("query", [{}, {"token": "guess"}])
async def test_rasas_own_api_is_closed_without_the_token(stack: Stack, query: dict[str, str]) -> None:
    url = f"http://127.0.0.1:{stack.env['BANGBAN_RASA_PORT']}/model/parse"
    async with aiohttp.ClientSession() as http, http.post(url, params=query, json={"text": "x"}) as answer:
        assert answer.status == 401
