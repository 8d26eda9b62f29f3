"""Builds the simulator as one application: the API, the page, the platform behind both."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.errors import BadRequest
from bot.front.middlewares import add_headers, one_error_shape
from bot.simulator import api, page
from bot.simulator.account import Account
from bot.simulator.platform import Platform

_LARGEST_BODY = 12 << 20


def init_app(account: Account, callback: str, own_url: str) -> web.Application:
    """The application. `callback`: where it delivers; `own_url`: where it is reached itself."""
    app = web.Application(middlewares=[one_error_shape, own_page_only], client_max_size=_LARGEST_BODY)

    async def platform(app: web.Application) -> AsyncIterator[None]:
        connector = aiohttp.TCPConnector(limit=0)
        async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
            app[page.SESSION] = session
            app[page.TASKS] = set()
            app[page.STOPPING] = asyncio.Event()
            app[api.PLATFORM] = Platform(account, session, callback, own_url=own_url)
            for name in page.PEOPLE:
                app[api.PLATFORM].people.named(name)
            yield
            for task in [*app[page.TASKS]]:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def stop(app: web.Application) -> None:
        app[page.STOPPING].set()

    app.cleanup_ctx.append(platform)
    app.on_shutdown.append(stop)
    app.on_response_prepare.append(add_headers)
    api.add_routes(app.router)
    page.add_routes(app.router)
    return app


@web.middleware
async def own_page_only(request: web.Request, handler: Handler) -> web.StreamResponse:
    """What changes something under /sim is asked for by our page or by a program, never by another site."""
    origin = request.headers.get("Origin")
    changes = request.path.startswith("/sim/") and request.method != "GET"
    if changes and origin not in (None, f"{request.scheme}://{request.host}"):
        raise BadRequest("Another site asked for this.", mend="Open the simulator's own page.")
    return await handler(request)
