"""Health."""

from __future__ import annotations

from aiohttp import web

from bot.front.keys import HEALTH


async def healthz(_request: web.Request) -> web.Response:
    """This process lives."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """200 when every part is there, else 503; either way each part is named."""
    report = await request.app[HEALTH].report()
    status = "ready" if report.ready else "not_ready"
    return web.json_response({"status": status, "parts": report.parts}, status=200 if report.ready else 503)
