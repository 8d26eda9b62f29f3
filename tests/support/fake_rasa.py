"""A stand-in for the far side of the front: Rasa's channel `bangban`, the action server's health and its help for staff.

It answers as the real ones do on the wire, records what it was asked, and can be told to be slow, to
break off, to answer nonsense, or to be down.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from tests.support.ports import free_ports

TOKEN = "token-of-the-tests"

Answer = Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]


def payload(text: str, **more: Any) -> dict[str, Any]:
    """What our actions send for one turn."""
    return {
        "outcome": "answered",
        "aspect": "where",
        "guide": None,
        "regions": {"here": None, "owner": None},
        "text": text,
        "options": [],
        "sources": [],
        "provenance": {"rule": "exact"},
    } | more


def turn(*payloads: dict[str, Any], intent: str = "ask_where") -> web.Response:
    """Rasa's response to one turn."""
    said = {"messages": list(payloads), "intent": {"name": intent, "confidence": 0.97}}
    return web.json_response(said)


class FakeRasa:
    """`asked` holds the JSON of every turn, in order; `answer` decides what comes back."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.forgotten: list[str] = []
        self.running = 0
        self.most_at_once: dict[str, int] = {}
        self.answer: Answer = self.echo
        self.parsed: list[str] = []
        self.assisted: list[dict[str, Any]] = []
        self.parse: Answer = self.understand
        self.assist: Answer = self.help
        self.index: dict[str, Any] | None = {"digest": "d1", "created": "2021-11-20T00:00:00Z", "items": 120}

    async def echo(self, _request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        """Answer with what was said."""
        return turn(payload(f"答：{asked['message']}"))

    async def understand(self, _request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
        """Every text asks for the fee."""
        intent = {"name": "ask_fee", "confidence": 0.9}
        return web.json_response({"text": "", "intent": intent, "entities": [], "intent_ranking": [intent]})

    async def help(self, _request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        """One guide, and the answer with it."""
        guide = {"id": "id_card@370283", "title": "居民身份证补领", "item_id": "id_card", "version": 3}
        guide |= {"task_name": "补领身份证", "region": "370283", "region_name": "平度市"}
        text = f"答：{asked['text']}\n来源：办事指南"
        hit = {
            "guide": guide,
            "probability": 0.9,
            "aspect": "fee",
            "text": text,
            "page": "/guides/id_card%40370283",
        }
        return web.json_response({"reply": payload(text, guide=guide, aspect="fee"), "hits": [hit]})

    @property
    def messages(self) -> list[str]:
        """The texts Rasa was asked, in order."""
        return [asked["message"] for asked in self.asked]

    async def _webhook(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"error": "unauthorized"}, status=401)
        asked = await request.json()
        self.asked.append(asked)
        sender = asked["sender"]
        now = self._busy.get(sender, 0) + 1
        self._busy[sender] = now
        self.most_at_once[sender] = max(now, self.most_at_once.get(sender, 0))
        try:
            return await self.answer(request, asked)
        finally:
            self._busy[sender] -= 1

    async def _forget(self, request: web.Request) -> web.StreamResponse:
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"error": "unauthorized"}, status=401)
        self.forgotten.append((await request.json())["sender"])
        return web.json_response({"status": "forgotten"})

    async def _parse(self, request: web.Request) -> web.StreamResponse:
        if request.query.get("token") != TOKEN:
            return web.json_response({"status": "failure", "code": 401}, status=401)
        asked = await request.json()
        self.parsed.append(asked["text"])
        return await self.parse(request, asked)

    async def _assist(self, request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        self.assisted.append(asked)
        return await self.assist(request, asked)

    async def _health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _actions_health(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"} | ({"index": self.index} if self.index else {}))

    @asynccontextmanager
    async def serve(self, port: int | None = None) -> AsyncIterator[int]:
        """Listen; out: the port."""
        self._busy: dict[str, int] = {}
        app = web.Application()
        app.router.add_post("/webhooks/bangban/webhook", self._webhook)
        app.router.add_post("/webhooks/bangban/forget", self._forget)
        app.router.add_get("/webhooks/bangban/health", self._health)
        app.router.add_post("/model/parse", self._parse)
        app.router.add_post("/assist", self._assist)
        app.router.add_get("/health", self._actions_health)
        port = port or free_ports(1)[0]
        runner = web.AppRunner(app, shutdown_timeout=0.2)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        try:
            yield port
        finally:
            await runner.cleanup()


async def slow(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
    """Never in time."""
    await asyncio.sleep(30)
    return turn(payload("zu spät"))


async def break_off(request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
    """Die in the middle of the response."""
    response = web.StreamResponse(headers={"Content-Length": "500"})
    await response.prepare(request)
    await response.write(b'{"messages": [')
    assert request.transport is not None
    request.transport.abort()
    return response
