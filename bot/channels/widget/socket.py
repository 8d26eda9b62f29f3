"""The widget's WebSocket: one reader and one writer for each browser tab."""

from __future__ import annotations

import asyncio
import contextlib
import json
import time
from collections.abc import Mapping
from typing import Any

import structlog
from aiohttp import WSCloseCode, WSMsgType, web

from bot.channels.sockets import leave, read_frame, send
from bot.channels.widget.door import WIDGET, check_origin, own_cookie
from bot.channels.widget.hub import Listener
from bot.channels.widget.limits import Buckets
from bot.channels.widget.service import Refused, View
from bot.channels.widget.token import Visitor
from bot.errors import BangbanError

log = structlog.get_logger(__name__)

PROTOCOL = "bangban.v1"
LARGEST_FRAME = 64 * 1024
HELLO_S = 10.0
NO_SESSION = 4401
MOST_TABS = 20
"""Sockets of one conversation."""

_HEARTBEAT_S = 25.0
_FRAMES_PER_MINUTE, _FRAMES_AT_ONCE = 600, 60
_MOST_MISTAKES = 5
_STORE_AWAY_S = 3.0
_LEFT_S = 1.5


async def socket(request: web.Request) -> web.StreamResponse:
    """`GET /widget/socket`: serve one tab until it leaves, or until we do."""
    widget = request.app[WIDGET]
    check_origin(request)
    ws = web.WebSocketResponse(
        protocols=(PROTOCOL,), heartbeat=_HEARTBEAT_S, max_msg_size=LARGEST_FRAME, compress=False
    )
    await ws.prepare(request)
    address = widget.trust.address(request)
    with widget.places.hold(address) as free:
        if not free or widget.is_closing.is_set() or not widget.of_address.take(address):
            await leave(ws, "restart" if widget.is_closing.is_set() else "too_many")
            return ws
        hello = await _hello(ws)
        if hello is None:
            return ws
        token = hello.get("token")
        visitor = widget.tokens.read(own_cookie(request) if token is None else token)
        if visitor is None:
            await ws.close(code=NO_SESSION, message=b"no session")
            return ws
        with widget.tabs.hold(widget.key(visitor)) as fits:
            if not fits:
                await leave(ws, "too_many")
                return ws
            await _Tab(request, ws, visitor, _place(hello)).serve()
    return ws


async def _hello(ws: web.WebSocketResponse) -> dict[str, Any] | None:
    """The first frame; None after closing when it does not come or is none."""
    try:
        message = await ws.receive(timeout=HELLO_S)
    except TimeoutError:
        await ws.close(code=WSCloseCode.POLICY_VIOLATION, message=b"no hello")
        return None
    frame = read_frame(message.data) if message.type is WSMsgType.TEXT else None
    if frame is None or frame.get("type") != "hello":
        code = (
            WSCloseCode.UNSUPPORTED_DATA if message.type is WSMsgType.BINARY else WSCloseCode.POLICY_VIOLATION
        )
        await ws.close(code=code, message=b"no hello")
        return None
    return frame


def _place(hello: dict[str, Any]) -> int:
    after = hello.get("after")
    return after if isinstance(after, int) and not isinstance(after, bool) and 0 <= after < 2**31 else 0


class _Tab:
    """One open socket of a known visitor."""

    def __init__(self, request: web.Request, ws: web.WebSocketResponse, visitor: Visitor, after: int) -> None:
        self._ws = ws
        self._widget = request.app[WIDGET]
        self._transport = request.transport
        self._visitor = visitor
        self._address = self._widget.trust.address(request)
        self._after = after
        self._frames = Buckets(_FRAMES_PER_MINUTE, _FRAMES_AT_ONCE)
        self._mistakes = 0
        self._active = time.monotonic()
        self._is_with_people = False

    async def serve(self) -> None:
        """Until either side closes."""
        key = self._widget.key(self._visitor)
        with self._widget.hub.listen(key) as listener:
            writing = asyncio.create_task(self._write(key, listener))
            try:
                await self._read()
            finally:
                writing.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await writing
        if self._is_with_people:  # a page that is only loaded anew is there again before anybody looks
            asyncio.get_running_loop().call_later(_LEFT_S, self._widget.came_or_went)

    async def _write(self, key: str, listener: Listener) -> None:
        """Show what is new, as often as there is news."""
        try:
            floor = None
            while not self._widget.is_closing.is_set():
                frames, has_news = listener.take()
                if has_news:
                    floor = await self._show(key, floor)
                for frame in frames:
                    await self._send(frame)
                if not await self._news_before_idle(listener):
                    await leave(self._ws, "idle")
                    return
            await leave(self._ws, "restart")
        except (ConnectionError, TimeoutError):
            self._abort()
        except Exception:  # one tab's trouble is its own; it comes back and resumes
            log.exception("widget_socket_failed")
            await self._ws.close(code=WSCloseCode.INTERNAL_ERROR)

    async def _show(self, key: str, told: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
        """Send what was said since; out: who speaks, as told last. `told` None: nothing was yet."""
        try:
            view = await self._widget.look(self._visitor, self._after)
        except BangbanError as error:
            log.warning("widget_news_not_read", code=error.code)
            asyncio.get_running_loop().call_later(_STORE_AWAY_S, self._widget.hub.wake, key)
            return told
        if told is None:
            await self._send(
                {
                    "type": "welcome",
                    "conversation": self._visitor.public_id,
                    "last_seq": view.last_seq,
                    "resumed": view.last_seq > 0,
                    **view.floor,
                }
            )
        await self._show_all(key, view)
        if told not in (None, view.floor):
            await self._send({"type": "owner", **view.floor})
        self._is_with_people = view.is_with_people
        if told is None and view.is_with_people:
            self._widget.came_or_went()
        return view.floor

    async def _show_all(self, key: str, view: View) -> None:
        """Send the events. Of a browser that leaves on the way is noted what it was sent."""
        reached = self._after
        try:
            for event in view.events:
                await self._send(event)
                self._active = time.monotonic()
                reached = event["seq"]
            reached = max(reached, view.last_seq)
        finally:
            self._after = reached
            self._widget.handed_over(key, view.until(reached))

    async def _news_before_idle(self, listener: Listener) -> bool:
        """True when there is news; False when nothing was said for too long."""
        while True:
            if self._is_with_people:  # who waits for a person, or for their answer, is not sent away
                self._active = time.monotonic()
            left = self._active + self._widget.limits.idle_s - time.monotonic()
            if left <= 0:
                return False
            try:
                async with asyncio.timeout(left):
                    await listener.wait()
            except TimeoutError:
                continue
            return True

    async def _read(self) -> None:
        async for message in self._ws:
            if message.type is not WSMsgType.TEXT:
                await self._ws.close(code=WSCloseCode.UNSUPPORTED_DATA, message=b"text frames only")
                return
            if not self._frames.take(""):
                await leave(self._ws, "too_many")
                return
            frame = read_frame(message.data)
            try:
                known = frame is not None and await self._handle(frame)
            except ConnectionError:
                return
            if not known:
                await self._complain()

    async def _handle(self, frame: dict[str, Any]) -> bool:
        """Do what a frame asks; False when it is none that we know."""
        match frame.get("type"):
            case "message":
                await self._message(frame)
            case "ping":
                stamp = frame.get("t")
                await self._send({"type": "pong", "t": stamp if isinstance(stamp, int | float) else None})
            case "typing":
                with contextlib.suppress(BangbanError):  # nothing is lost with it
                    await self._widget.types(self._visitor, on=frame.get("on") is True)
            case "seen":
                pass
            case _:
                return False
        return True

    async def _message(self, frame: dict[str, Any]) -> None:
        self._active = time.monotonic()
        given = frame.get("id")
        shown_id = given if isinstance(given, str) and len(given) <= 64 else None
        try:
            if not self._widget.of_address.take(self._address):
                wait = round(self._widget.of_address.wait_s(self._address)) + 1
                raise Refused(self._widget.words.refusal("too_fast", wait=wait))
            seq = await self._widget.accept(self._visitor, frame)
        except Refused as refused:
            await self._send({"type": "failed", "id": shown_id, "error": refused.error})
        else:
            await self._send({"type": "accepted", "id": given, "seq": seq})

    async def _complain(self) -> None:
        self._mistakes += 1
        if self._mistakes > _MOST_MISTAKES:
            await self._ws.close(code=WSCloseCode.POLICY_VIOLATION, message=b"too many broken frames")
            return
        error = self._widget.words.refusal("bad_request")
        await self._send({"type": "failed", "id": None, "error": error})

    async def _send(self, frame: Any) -> None:
        """Hand a frame to the browser; ConnectionError or TimeoutError when it does not take it."""
        await send(self._ws, json.dumps(frame, ensure_ascii=False, separators=(",", ":")))

    def _abort(self) -> None:
        """A browser that takes nothing any more is let go at once."""
        if self._transport is not None:
            self._transport.abort()
