"""The front as a process of its own: it finishes turns when told to stop, and a crash loses nothing."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

from bot.conversation.identity import pseudonym
from bot.settings import Settings
from bot.store import ConversationStore, Database, MessageState
from tests.support.fake_rasa import FakeRasa, payload, turn
from tests.support.ports import free_ports


@asynccontextmanager
async def running_front(
    settings: Settings, port: int, **more: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    """`python -m bot.front`, once it answers; killed at the end. `more`: variables besides those of the settings."""
    environment = {
        **os.environ,
        "BANGBAN_VAR_DIR": str(settings.var_dir),
        "BANGBAN_FRONT_PORT": str(port),
        "BANGBAN_RASA_PORT": str(settings.rasa_port),
        "BANGBAN_RASA_TOKEN": settings.rasa_token,
        "BANGBAN_MASK_SALT": settings.mask_salt,
        "BANGBAN_ACTIONS_PORT": str(settings.actions_port),
        **more,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.front", env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(20), aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(f"http://127.0.0.1:{port}/healthz"):
                        break
                except aiohttp.ClientConnectionError:
                    await asyncio.sleep(0.05)
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def say(port: int, message_id: str) -> list[Any]:
    body = {"sender": "anna", "message": "身份证丢了", "metadata": {"message_id": message_id}}
    url = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
    async with aiohttp.ClientSession() as session, session.post(url, json=body) as response:
        replies: list[Any] = await response.json()
        return replies


async def test_a_crash_in_a_turn_loses_nothing_and_repeats_nothing(
    settings: Settings, rasa: FakeRasa
) -> None:
    [port] = free_ports(1)
    reached = asyncio.Event()

    async def never(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
        reached.set()
        await asyncio.sleep(30)
        return turn(payload("nie"))

    rasa.answer = never
    async with running_front(settings, port) as front:
        talking = asyncio.create_task(say(port, "m-1"))
        await asyncio.wait_for(reached.wait(), timeout=20)
        front.kill()
        await asyncio.gather(talking, return_exceptions=True)
        assert isinstance(talking.exception(), aiohttp.ClientError)

    rasa.answer = rasa.echo
    async with running_front(settings, port):
        async with Database.open(settings.database_url) as database:
            person = pseudonym(settings.mask_salt, "rest", "anna")
            [left] = await ConversationStore(database).messages("rest", person)
        assert (left.text, left.state, left.reason) == ("身份证丢了", MessageState.FAILED, "restarted")

        [reply] = await say(port, "m-1")
        assert reply["text"] == "答：身份证丢了"
        assert await say(port, "m-1") == [reply]
    assert len(rasa.asked) == 2, "once before the crash, once after it"


async def test_told_to_stop_it_finishes_the_turns_under_way(settings: Settings, rasa: FakeRasa) -> None:
    [port] = free_ports(1)
    reached = asyncio.Event()

    async def soon(_request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        reached.set()
        await asyncio.sleep(0.6)
        return turn(payload("去派出所。"))

    rasa.answer = soon
    async with running_front(settings, port) as front:
        talking = asyncio.create_task(say(port, "m-1"))
        await asyncio.wait_for(reached.wait(), timeout=20)
        front.send_signal(signal.SIGTERM)

        [reply] = await talking
        async with asyncio.timeout(10):
            code = await front.wait()

    assert reply["text"] == "去派出所。"
    assert code == 0
