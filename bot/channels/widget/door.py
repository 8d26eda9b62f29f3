"""Settled before anything else: may this page call, who is it, is it not too much, and may it read the answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.channels.widget.service import Widget
from bot.channels.widget.token import Visitor
from bot.errors import Forbidden, TooFast, Unauthorized

WIDGET = web.AppKey("widget", Widget)

COOKIE = "bangban_chat"
PREFIX = "/widget/"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def check_origin(request: web.Request) -> None:
    """Forbidden for a page of a site that is not listed."""
    if not request.app[WIDGET].trust.allows(request):
        raise Forbidden(
            "This site may not use the chat.",
            mend="The operator can add its origin to BANGBAN_WIDGET_ORIGINS.",
        )


def at_the_door(handler: Handler) -> Handler:
    """A handler that is only reached by listed sites and not too often."""

    async def guarded(request: web.Request) -> web.StreamResponse:
        check_origin(request)
        widget = request.app[WIDGET]
        address = widget.trust.address(request)
        if not widget.of_address.take(address):
            wait = round(widget.of_address.wait_s(address)) + 1
            raise TooFast(f"There are too many requests from this address; the next is free in {wait} s.")
        return await handler(request)

    return guarded


def visitor_of(request: web.Request) -> Visitor:
    """The owner of the token that was shown; Unauthorized without a valid one."""
    visitor = request.app[WIDGET].tokens.read(bearer(request) or own_cookie(request))
    if visitor is None:
        raise Unauthorized("There is no session.", mend="POST /widget/session, then try again.")
    return visitor


def bearer(request: web.Request) -> str | None:
    """The token in the header; None without one."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def own_cookie(request: web.Request) -> str | None:
    """The token in our cookie. Only our own pages may use it: a cookie is sent without being asked."""
    return request.cookies.get(COOKIE) if request.app[WIDGET].trust.is_own(request) else None


async def add_cors(request: web.Request, response: web.StreamResponse) -> None:
    """Let pages of listed sites read the answer, errors included."""
    if not request.path.startswith(PREFIX) or WIDGET not in request.app:
        return
    response.headers.add("Vary", "Origin")
    trust = request.app[WIDGET].trust
    origin = request.headers.get("Origin")
    if origin and trust.allows(request) and not trust.is_own(request):
        response.headers["Access-Control-Allow-Origin"] = origin
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"


async def preflight(request: web.Request) -> web.Response:
    """What a browser asks before it sends a message from another site."""
    check_origin(request)
    return web.Response(
        status=204,
        headers={
            "Access-Control-Allow-Methods": "GET, POST",
            "Access-Control-Allow-Headers": "Authorization, Content-Type",
            "Access-Control-Max-Age": "600",
        },
    )
