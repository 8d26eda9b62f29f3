"""The API at api.weixin.qq.com: tokens, customer-service messages, media, menu.

Each call is checked in one order: method, token, fault, permission, day's quota, JSON, content. Errors come
with status 200 and `errcode`, as there.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from aiohttp import BodyPartReader, web

from bot.simulator.account import Abilities, Call
from bot.simulator.codes import Refused
from bot.simulator.menu import checked
from bot.simulator.platform import Platform

PLATFORM = web.AppKey("platform", Platform)

_OK: dict[str, Any] = {"errcode": 0, "errmsg": "ok"}
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u(?!00[0-7])[0-9a-fA-F]{4}")
"""A character beyond ASCII written as an escape; control characters cannot be written otherwise in JSON."""

Work = Callable[[Platform, web.Request, dict[str, Any]], Awaitable[dict[str, Any] | web.Response]]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address of the API."""

    path: str
    method: str
    call: Call
    work: Work
    needs: Callable[[Abilities], bool] = lambda _abilities: True
    token: bool = True
    json: bool = True


async def _token(platform: Platform, request: web.Request, _body: dict[str, Any]) -> dict[str, Any]:
    _check_secret(platform, dict(request.query))
    await asyncio.sleep(platform.faults.token_delay_s)
    value, seconds = platform.tokens.plain(platform.clock.now())
    return {"access_token": value, "expires_in": seconds}


async def _stable_token(platform: Platform, _request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
    _check_secret(platform, body)
    await asyncio.sleep(platform.faults.token_delay_s)
    force = body.get("force_refresh") is True
    value, seconds = platform.tokens.stable(platform.clock.now(), force=force)
    return {"access_token": value, "expires_in": seconds}


def _check_secret(platform: Platform, given: dict[str, Any]) -> None:
    if given.get("grant_type") != "client_credential":
        raise Refused(40002)
    if given.get("appid") != platform.account.app_id:
        raise Refused(40013)
    if given.get("secret") != platform.account.secret:
        raise Refused(40125)


async def _send(platform: Platform, _request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
    platform.send(body)
    return _OK


async def _typing(platform: Platform, _request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
    platform.typing(body)
    return _OK


async def _upload(platform: Platform, request: web.Request, _body: dict[str, Any]) -> dict[str, Any]:
    if not request.content_type.startswith("multipart/"):
        raise Refused(41005)
    data = b""
    try:
        async for part in await request.multipart():
            if isinstance(part, BodyPartReader) and part.name == "media":
                data = bytes(await part.read())
    except ValueError:
        raise Refused(41005) from None
    medium = platform.media.add(request.query.get("type", ""), data, platform.clock.now())
    return {"type": medium.kind, "media_id": medium.media_id, "created_at": int(medium.created)}


async def _download(platform: Platform, request: web.Request, _body: dict[str, Any]) -> web.Response:
    medium = platform.media.get(request.query.get("media_id"), platform.clock.now())
    return web.Response(body=medium.data, content_type=medium.mime)


async def _menu_create(platform: Platform, _request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
    platform.menu = checked(body)
    platform.chats.tell({"what": "menu", "menu": platform.menu})
    return _OK


async def _menu_get(platform: Platform, _request: web.Request, _body: dict[str, Any]) -> dict[str, Any]:
    if platform.menu is None:
        raise Refused(46003)
    return {"menu": {"button": platform.menu}}


async def _menu_delete(platform: Platform, _request: web.Request, _body: dict[str, Any]) -> dict[str, Any]:
    platform.menu = None
    platform.chats.tell({"what": "menu", "menu": None})
    return _OK


async def _callback_ips(_platform: Platform, _request: web.Request, _body: dict[str, Any]) -> dict[str, Any]:
    return {"ip_list": ["127.0.0.1"]}


async def _agents(_platform: Platform, _request: web.Request, _body: dict[str, Any]) -> dict[str, Any]:
    return {"kf_list": []}


async def _agents_online(_platform: Platform, _request: web.Request, _body: dict[str, Any]) -> dict[str, Any]:
    return {"kf_online_list": []}


async def _clear_quota(platform: Platform, _request: web.Request, body: dict[str, Any]) -> dict[str, Any]:
    if body.get("appid") != platform.account.app_id:
        raise Refused(40013)
    platform.usage.clear(platform.clock.now())
    return _OK


def _customer_service(abilities: Abilities) -> bool:
    return abilities.customer_service


def _menu(abilities: Abilities) -> bool:
    return abilities.menu


_CUSTOM = "/cgi-bin/message/custom"
ENDPOINTS = (
    Endpoint("/cgi-bin/token", "GET", Call.TOKEN, _token, token=False),
    Endpoint("/cgi-bin/stable_token", "POST", Call.STABLE_TOKEN, _stable_token, token=False),
    Endpoint(f"{_CUSTOM}/send", "POST", Call.SEND, _send, needs=_customer_service),
    Endpoint(f"{_CUSTOM}/typing", "POST", Call.TYPING, _typing, needs=_customer_service),
    Endpoint("/cgi-bin/media/upload", "POST", Call.UPLOAD, _upload, json=False),
    Endpoint("/cgi-bin/media/get", "GET", Call.DOWNLOAD, _download),
    Endpoint("/cgi-bin/menu/create", "POST", Call.MENU_CREATE, _menu_create, needs=_menu),
    Endpoint("/cgi-bin/menu/get", "GET", Call.MENU_GET, _menu_get, needs=_menu),
    Endpoint("/cgi-bin/menu/delete", "GET", Call.MENU_DELETE, _menu_delete, needs=_menu),
    Endpoint("/cgi-bin/getcallbackip", "GET", Call.OTHER, _callback_ips),
    Endpoint("/cgi-bin/customservice/getkflist", "GET", Call.OTHER, _agents, needs=_customer_service),
    Endpoint(
        "/cgi-bin/customservice/getonlinekflist", "GET", Call.OTHER, _agents_online, needs=_customer_service
    ),
    Endpoint("/cgi-bin/clear_quota", "POST", Call.OTHER, _clear_quota),
)


def add_routes(router: web.UrlDispatcher) -> None:
    """Name the addresses."""
    for endpoint in ENDPOINTS:
        router.add_route("*", endpoint.path, _handler(endpoint))


def _handler(endpoint: Endpoint) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    async def handle(request: web.Request) -> web.StreamResponse:
        platform = request.app[PLATFORM]
        started = time.monotonic()
        raw = b"" if not endpoint.json else await request.read()
        answer: dict[str, Any] | web.Response
        try:
            answer = await _answered(platform, endpoint, request, raw)
        except Refused as refused:
            answer = refused.to_json()
        _note(platform, endpoint, request, raw, answer, started)
        if isinstance(answer, web.Response):
            return answer
        return web.json_response(answer, dumps=lambda value: json.dumps(value, ensure_ascii=False))

    return handle


async def _answered(
    platform: Platform, endpoint: Endpoint, request: web.Request, raw: bytes
) -> dict[str, Any] | web.Response:
    if request.method != endpoint.method:
        raise Refused(43001 if endpoint.method == "GET" else 43002)
    if endpoint.token:
        platform.tokens.check(request.query.get("access_token", ""), platform.clock.now())
        await asyncio.sleep(platform.faults.api_delay_s)
    if platform.faults.busy:
        platform.set_faults(replace(platform.faults, busy=platform.faults.busy - 1))
        raise Refused(-1)
    abilities = platform.account.abilities
    if not endpoint.needs(abilities):
        raise Refused(48001)
    platform.usage.count(endpoint.call, abilities, platform.clock.now())
    body = _body(raw) if endpoint.method == "POST" and endpoint.json else {}
    return await endpoint.work(platform, request, body)


def _body(raw: bytes) -> dict[str, Any]:
    if not raw.strip():
        raise Refused(44002)
    if _ESCAPED.search(raw):
        raise Refused(40033)
    try:
        body = json.loads(raw)
    except ValueError:
        raise Refused(47001) from None
    if not isinstance(body, dict):
        raise Refused(47001)
    return body


def _note(
    platform: Platform,
    endpoint: Endpoint,
    request: web.Request,
    raw: bytes,
    answer: dict[str, Any] | web.Response,
    started: float,
) -> None:
    shown = f"({answer.content_type})" if isinstance(answer, web.Response) else _readable(answer)
    code = 0 if isinstance(answer, web.Response) else answer.get("errcode", 0)
    exchange = platform.exchanges.add(
        platform.clock.now(),
        "api",
        endpoint.path,
        f"{request.method} {endpoint.path}\n\n{raw.decode('utf-8', 'replace')}",
        shown,
        round(1000 * (time.monotonic() - started)),
        code == 0,
        "" if code == 0 else f"errcode {code}",
    )
    platform.chats.tell({"what": "exchange", "exchange": exchange.to_json()})


def _readable(answer: dict[str, Any]) -> str:
    return json.dumps(answer, ensure_ascii=False, indent=1)
