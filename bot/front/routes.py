"""Every address of the front, on one page."""

from __future__ import annotations

from aiohttp import web

from bot.channels import rest
from bot.channels.wechat import web as wechat
from bot.channels.widget.routes import set_up_widget_routes
from bot.console.pages import set_up_console
from bot.front import views
from bot.pages.routes import set_up_pages
from bot.staff.routes import set_up_staff_routes


def set_up_routes(app: web.Application) -> None:
    """Name the addresses."""
    app.router.add_get("/healthz", views.healthz)
    app.router.add_get("/readyz", views.readyz)
    app.router.add_post("/webhooks/rest/webhook", rest.webhook)
    app.router.add_get("/wechat", wechat.verify, allow_head=False)
    app.router.add_post("/wechat", wechat.receive)
    set_up_widget_routes(app)
    set_up_pages(app)
    set_up_staff_routes(app)
    set_up_console(app)
