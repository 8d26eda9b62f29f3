"""The two sides of a handed-over chat, as their pages behave: they reconnect, resume, and send again what was
not confirmed, each message under an id of its own."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp

_RETRY_S = 0.5
_CONFIRMED_S = 6.0
"""After so long without a word about it a message is sent again."""


@dataclass
class Record:
    """Who sent and saw what, and when (seconds of one clock)."""

    sent: dict[str, float] = field(default_factory=dict)
    repeated: set[str] = field(default_factory=set)
    seen: dict[str, float] = field(default_factory=dict)
    order: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """By reader and chat: the texts in the order they came."""
    doubled: list[str] = field(default_factory=list)
    outages: list[tuple[float, float]] = field(default_factory=list)

    def sends(self, text: str) -> None:
        self.sent[text] = time.perf_counter()

    def sees(self, reader: str, text: str) -> None:
        """A reader is shown a message."""
        if text in self.order[reader]:
            self.doubled.append(f"{reader}: {text}")
        self.order[reader].append(text)
        self.seen.setdefault(text, time.perf_counter())

    def is_clean(self, text: str) -> bool:
        """Sent once, and no process was down between sending and seeing."""
        begin, end = self.sent[text], self.seen[text]
        return text not in self.repeated and not any(a < end and begin < b for a, b in self.outages)


class Citizen:
    """One chat in the widget."""

    def __init__(self, number: int, url: str, http: aiohttp.ClientSession, record: Record) -> None:
        self.name = f"c{number:03d}"
        self.conversation = 0
        self.owner = "bot"
        self._url, self._http, self._record = url, http, record
        self._token = ""
        self._after = 0
        self._ws: aiohttp.ClientWebSocketResponse | None = None
        self._waiting: dict[str, asyncio.Future[None]] = {}

    async def begin(self) -> None:
        async with self._http.post(f"{self._url}/widget/session", json={}) as made:
            self._token = (await made.json())["token"]

    async def live(self) -> None:
        """Stay connected."""
        while True:
            with contextlib.suppress(aiohttp.ClientError, ConnectionError, TimeoutError):
                protocols = ("bangban.v1",)
                async with self._http.ws_connect(f"{self._url}/widget/socket", protocols=protocols) as ws:
                    hello = {"type": "hello", "token": self._token, "after": self._after, "lang": "zh-CN"}
                    await ws.send_str(json.dumps(hello))
                    self._ws = ws
                    async for message in ws:
                        self._read(json.loads(message.data))
            self._ws = None
            await asyncio.sleep(_RETRY_S)

    def _read(self, frame: dict[str, Any]) -> None:
        match frame["type"]:
            case "accepted":
                if (waiting := self._waiting.get(frame["id"])) and not waiting.done():
                    waiting.set_result(None)
            case "owner" | "welcome":
                self.owner = frame["owner"]
            case "message":
                self._after = max(self._after, frame["seq"])
                if frame["author"] == "agent":
                    self._record.sees(self.name, frame["text"])

    async def say(self, text: str) -> None:
        """Until the server says that it is stored."""
        message_id = f"{self.name}-{len(self._waiting)}"
        self._waiting[message_id] = asyncio.get_running_loop().create_future()
        self._record.sends(text)
        while True:
            if self._ws is not None:
                with contextlib.suppress(ConnectionError, aiohttp.ClientError, RuntimeError):
                    frame = {"type": "message", "id": message_id, "text": text}
                    await self._ws.send_str(json.dumps(frame))
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(_CONFIRMED_S if self._ws is not None else _RETRY_S):
                    await asyncio.shield(self._waiting[message_id])
                return
            self._record.repeated.add(text)


class Agent:
    """One console: its session, its socket, and the chats it has."""

    def __init__(self, name: str, url: str, record: Record, heard: Callable[[int, str], None]) -> None:
        self.name = name
        self.account_id = 0
        self._url, self._record, self._heard = url, record, heard
        self._http: aiohttp.ClientSession
        self._csrf = ""
        self._places: dict[int, int] = {}
        self._ws: aiohttp.ClientWebSocketResponse | None = None

    async def sign_in(self, password: str) -> None:
        """A browser of its own, for the cookie."""
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        me = await self.ask("POST", "/api/staff/login", {"name": self.name, "password": password})
        self._csrf, self.account_id = me["csrf"], me["account"]["id"]

    async def leave(self) -> None:
        await self._http.close()

    async def ask(self, method: str, path: str, body: object = None) -> Any:
        """One request as the console makes it; RuntimeError for a refusal."""
        headers = {"X-CSRF-Token": self._csrf, "Origin": self._url}
        sent = {} if body is None else {"json": body}
        async with self._http.request(method, self._url + path, headers=headers, **sent) as response:
            answer = await response.json() if response.status != 204 else None
            if response.status >= 400:
                raise RuntimeError(f"{method} {path}: {response.status} {answer}")
            return answer

    async def live(self) -> None:
        """Stay connected, and resume every chat where it stood."""
        while True:
            with contextlib.suppress(aiohttp.ClientError, ConnectionError, TimeoutError):
                async with self._http.ws_connect(
                    f"{self._url}/api/desk/socket",
                    protocols=("bangban.desk.v1",),
                    headers={"Origin": self._url},
                ) as ws:
                    watch = {str(chat): place for chat, place in self._places.items()}
                    await ws.send_str(json.dumps({"type": "hello", "watch": watch}))
                    self._ws = ws
                    async for message in ws:
                        if message.type is aiohttp.WSMsgType.TEXT:
                            self._read(json.loads(message.data))
            self._ws = None
            await asyncio.sleep(_RETRY_S)

    def _read(self, frame: dict[str, Any]) -> None:
        if frame["type"] != "message":
            return
        chat, message = frame["conversation"], frame["message"]
        self._places[chat] = max(self._places.get(chat, 0), message["seq"])
        if message["author"] == "citizen" and message["text"].startswith("c"):
            self._record.sees(f"{self.name}/{chat}", message["text"])
            self._heard(chat, message["text"])

    @property
    def chats(self) -> list[int]:
        """The chats this agent has."""
        return list(self._places)

    async def take(self, chat: int) -> None:
        """Claim a chat that waits and follow it."""
        await self.ask("POST", f"/api/desk/chats/{chat}/claim", {})
        self._places[chat] = 0
        if self._ws is not None:
            await self._ws.send_str(json.dumps({"type": "watch", "conversation": chat, "after": 0}))

    async def say(self, chat: int, text: str) -> None:
        """Until the server has taken it; the same id each time."""
        self._record.sends(text)
        body = {"id": f"{self.name}.{text}".replace("-", "."), "text": text}
        while True:
            try:
                async with asyncio.timeout(_CONFIRMED_S):
                    await self.ask("POST", f"/api/desk/chats/{chat}/messages", body)
                return
            except (aiohttp.ClientError, ConnectionError, TimeoutError):
                self._record.repeated.add(text)
                await asyncio.sleep(_RETRY_S)
