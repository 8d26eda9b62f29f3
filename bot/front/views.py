"""The chat page and its files, and health."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.errors import NotFound
from bot.front.keys import HEALTH

STATIC = Path(__file__).parent / "static"

_FILES = {path.name: path for path in STATIC.iterdir() if path.is_file()}


async def page(_request: web.Request) -> web.StreamResponse:
    """The chat page."""
    return web.FileResponse(_FILES["index.html"])


async def static_file(request: web.Request) -> web.StreamResponse:
    """A file of the chat page; only those that are known by name."""
    path = _FILES.get(request.match_info["name"])
    if path is None:
        raise NotFound("There is no such file.")
    return web.FileResponse(path)


async def healthz(_request: web.Request) -> web.Response:
    """This process lives."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """200 when every part is there, else 503; either way each part is named."""
    report = await request.app[HEALTH].report()
    status = "ready" if report.ready else "not_ready"
    return web.json_response({"status": status, "parts": report.parts}, status=200 if report.ready else 503)
