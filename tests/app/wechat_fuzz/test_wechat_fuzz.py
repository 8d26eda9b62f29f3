"""Spoilt requests at the callback: a share of what `benchmarks/wechat/fuzz.py` sends, with fixed seeds."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import text
from yarl import URL

from bot.front.keys import DATABASE
from bot.front.main import init_app
from bot.settings import Settings
from bot.simulator.account import Account, AccountKind, Mode, new_account
from bot.simulator.spoiling import Must, Spoiler, Spoilt
from tests.support.fake_rasa import TOKEN, FakeRasa
from tests.support.ports import free_ports

REQUESTS = 150
AT_ONCE = 8
LARGE = 100_000


class Front:
    """A front with a WeChat account."""

    def __init__(self, app: web.Application, client: TestClient[Any, Any], account: Account) -> None:
        self.app, self.client, self.account = app, client, account

    async def send(self, spoilt: Spoilt) -> tuple[int, bytes]:
        """One request; out: status and body. A body that is far too large may be cut off: 413."""
        url = URL("/wechat").with_query(dict(spoilt.query))
        body = io.BytesIO(spoilt.body) if spoilt.body else None
        try:
            async with self.client.request(
                spoilt.method, url, data=body, headers={**spoilt.headers, "Connection": "close"}
            ) as response:
                return response.status, await response.read()
        except (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError):
            assert len(spoilt.body) > LARGE, spoilt.how
            return 413, b""

    async def messages(self) -> int:
        """How many messages of citizens are in the store."""
        return await self.app[DATABASE].read(
            lambda session: int(
                session.scalar(text("SELECT count(*) FROM messages WHERE direction = 'in'")) or 0
            )
        )


@pytest.fixture(params=[*Mode])
async def front(request: pytest.FixtureRequest, tmp_path: Path, aiohttp_client: Any) -> AsyncIterator[Front]:
    account = new_account(AccountKind.UNVERIFIED_SUBSCRIPTION, request.param)
    [port] = free_ports(1)
    settings = Settings(
        var_dir=tmp_path,
        rasa_token=TOKEN,
        mask_salt="salt of the tests",
        rasa_port=port,
        actions_port=port,
        turn_deadline_s=1,
        wechat_token=account.token,
        wechat_app_id=account.app_id,
        wechat_aes_key=account.aes_key,
        wechat_mode=account.mode.value,
        wechat_customer_service="off",
    )
    async with FakeRasa().serve(port):
        app = init_app(settings)
        yield Front(app, await aiohttp_client(TestServer(app)), account)


async def test_spoilt_requests_are_refused_or_survived(front: Front) -> None:
    spoiler = Spoiler(front.account, seed=2026)
    requests = [spoiler.one() for _ in range(REQUESTS)]
    taken = 0
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(spoilt: Spoilt) -> None:
        nonlocal taken
        async with gate:
            status, body = await front.send(spoilt)
        assert status < 500, f"{spoilt.how}: {status} {body[:200]!r}"
        if spoilt.must is Must.REFUSED:
            assert 400 <= status < 500, f"{spoilt.how}: {status} {body[:200]!r}"
        if status != 200:
            assert b"<xml" not in body, spoilt.how
            assert b"Traceback" not in body, spoilt.how
        taken += status == 200

    async with asyncio.TaskGroup() as group:
        for spoilt in requests:
            group.create_task(one(spoilt))
    assert await front.messages() <= taken
    assert len({spoilt.how for spoilt in requests}) > 15


async def test_a_good_request_is_answered_after_all_that(front: Front) -> None:
    spoiler = Spoiler(front.account, seed=7)
    for _ in range(20):
        await front.send(spoiler.one())
    status, body = await front.send(spoiler.good())
    assert status == 200
    assert b"<xml>" in body or body == b"success"


async def test_the_same_request_again_is_no_second_message(front: Front) -> None:
    good = Spoiler(front.account, seed=11).good()
    answers = [await front.send(good) for _ in range(3)]
    assert {status for status, _ in answers} == {200}
    assert sum(b"<xml>" in body for _, body in answers) <= 1
    assert await front.messages() <= 1
