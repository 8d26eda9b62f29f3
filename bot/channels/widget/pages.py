"""What other pages load (`/widget.js`), the full-page chat for frames, and the demonstration site."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web

from bot.channels.widget.door import WIDGET
from bot.errors import NotFound, SetupIncomplete

WEB = Path(__file__).resolve().parents[3] / "web"
BUNDLE = WEB / "widget" / "dist" / "widget.js"
DEMO = WEB / "demo"

_KINDS = frozenset({".css", ".js", ".svg", ".png", ".webp", ".woff2"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors "
)


async def widget_js(_request: web.Request) -> web.StreamResponse:
    """The widget, for any site to load; it is checked for a newer one each time."""
    response = _file(BUNDLE)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


async def demo(_request: web.Request) -> web.StreamResponse:
    """A service-hall site with the widget on it."""
    return _page("index.html", "'none'")


async def embed(_request: web.Request) -> web.StreamResponse:
    """How to put the widget on one's own site."""
    return _page("embed.html", "'none'")


async def chat(request: web.Request) -> web.StreamResponse:
    """The chat alone, for a frame of a listed site."""
    ancestors = " ".join(["'self'", *request.app[WIDGET].trust.origins])
    response = _page("chat.html", ancestors)
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


async def demo_file(request: web.Request) -> web.StreamResponse:
    """A file of these pages, only those that are there by name."""
    name = request.match_info["name"]
    if Path(name).suffix not in _KINDS or name not in {path.name for path in DEMO.iterdir()}:
        raise NotFound("There is no such file.")
    return _file(DEMO / name)


def _page(name: str, ancestors: str) -> web.StreamResponse:
    if not BUNDLE.is_file():
        _not_built(BUNDLE)
    response = _file(DEMO / name)
    response.headers["Content-Security-Policy"] = _POLICY + ancestors
    response.headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=(self)"
    return response


def _file(path: Path) -> web.StreamResponse:
    if not path.is_file():
        _not_built(path)
    return web.FileResponse(path)


def _not_built(path: Path) -> None:
    raise SetupIncomplete(
        f"The chat widget is not built: web/{path.relative_to(WEB)} is not there.",
        mend="Run `make setup`; it builds the widget with Node.",
    )
