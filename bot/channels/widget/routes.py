"""Every address of the widget, on one page."""

from __future__ import annotations

from aiohttp import web

from bot.channels.widget import api, pages
from bot.channels.widget.door import PREFIX, add_cors, at_the_door, preflight
from bot.channels.widget.socket import socket


def set_up_widget_routes(app: web.Application) -> None:
    """Name the addresses."""
    router = app.router
    router.add_get("/", pages.demo)
    router.add_get("/embed", pages.embed)
    router.add_get("/chat", pages.chat)
    router.add_get("/widget.js", pages.widget_js)
    router.add_get("/demo/{name}", pages.demo_file)
    router.add_get(f"{PREFIX}socket", socket)
    router.add_get(f"{PREFIX}config", at_the_door(api.config))
    router.add_post(f"{PREFIX}session", at_the_door(api.session))
    router.add_post(f"{PREFIX}messages", at_the_door(api.messages))
    router.add_get(f"{PREFIX}poll", at_the_door(api.poll))
    router.add_get(f"{PREFIX}suggest", at_the_door(api.suggest))
    router.add_get(f"{PREFIX}topics", at_the_door(api.topics))
    router.add_post(f"{PREFIX}rating", at_the_door(api.rating))
    router.add_get(f"{PREFIX}transcript", at_the_door(api.transcript))
    router.add_route("OPTIONS", f"{PREFIX}{{tail:.*}}", preflight)
    app.on_response_prepare.append(add_cors)
