"""Every address of the front, on one page."""

from __future__ import annotations

from aiohttp import web

from bot.channels import rest
from bot.front import views


def set_up_routes(app: web.Application) -> None:
    """Name the addresses."""
    app.router.add_get("/", views.page)
    app.router.add_get("/static/{name}", views.static_file)
    app.router.add_get("/healthz", views.healthz)
    app.router.add_get("/readyz", views.readyz)
    app.router.add_post("/webhooks/rest/webhook", rest.webhook)
