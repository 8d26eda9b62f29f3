"""The staff console: one page for all its addresses, and the hashed files it loads.

The page says who one is by the API alone, so it is the same for everybody and needs no login to be loaded.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from aiohttp import web

from bot.errors import NotFound, SetupIncomplete

DIST = Path(__file__).resolve().parents[2] / "web" / "console" / "dist"

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none';"
    " require-trusted-types-for 'script'; trusted-types vue"
)
_KEPT = "public, max-age=31536000, immutable"


def set_up_console(app: web.Application) -> None:
    """Name the addresses."""
    app.router.add_get("/console", to_console)
    app.router.add_get("/console/assets/{name}", asset)
    app.router.add_get("/console/{path:.*}", page)


async def to_console(_request: web.Request) -> web.StreamResponse:
    """The address as people type it."""
    raise web.HTTPPermanentRedirect("/console/")


async def page(_request: web.Request) -> web.StreamResponse:
    """The page, whatever the address: its own router reads it. It is checked for a newer one each time."""
    index = DIST / "index.html"
    if not index.is_file():
        raise SetupIncomplete(
            "The staff console is not built: web/console/dist is not there.",
            mend="Run `make setup`; it builds the console with Node.",
        )
    response = web.FileResponse(index)
    response.headers["Content-Security-Policy"] = _POLICY
    return response


async def asset(request: web.Request) -> web.StreamResponse:
    """A file of the build, only one that is there by name; its name changes with its content."""
    name = request.match_info["name"]
    if name not in _assets(DIST) and name not in _refreshed(DIST):
        raise NotFound("There is no such file.", mend="Reload the page; it may be older than the server.")
    response = web.FileResponse(DIST / "assets" / name)
    response.headers["Cache-Control"] = _KEPT
    return response


@cache
def _assets(dist: Path) -> frozenset[str]:
    folder = dist / "assets"
    return frozenset(path.name for path in folder.iterdir()) if folder.is_dir() else frozenset()


def _refreshed(dist: Path) -> frozenset[str]:
    """After a build under a running front."""
    _assets.cache_clear()
    return _assets(dist)
