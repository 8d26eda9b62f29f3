"""Builds the front and runs it."""

from __future__ import annotations

from aiohttp import web

from bot.channels.body import LARGEST_BODY
from bot.front import resources
from bot.front.keys import SETTINGS
from bot.front.logs import set_up_logging
from bot.front.middlewares import MIDDLEWARES, add_headers
from bot.front.routes import set_up_routes
from bot.pages.routes import library
from bot.settings import Settings


def init_app(settings: Settings) -> web.Application:
    """The application, the same for tests and for a city. Resources are acquired when it starts."""
    app = web.Application(middlewares=MIDDLEWARES, client_max_size=LARGEST_BODY)
    app[SETTINGS] = settings
    app.cleanup_ctx.extend(
        [
            resources.database,
            resources.http_client,
            resources.redis,
            resources.health,
            resources.staff,
            resources.review,
            resources.desk,
            resources.conversations,
            resources.widget,
            resources.wechat,
            resources.desk_at_work,
            library,
            resources.desk_api,
        ]
    )
    app.on_shutdown.append(resources.close_desk)
    app.on_shutdown.append(resources.close_widget)
    set_up_routes(app)
    app.on_response_prepare.append(add_headers)
    return app


def run(settings: Settings) -> None:
    """Serve until told to stop; then finish the turns under way."""
    set_up_logging(settings.log_level)
    web.run_app(
        init_app(settings),
        host=settings.front_host,
        port=settings.front_port,
        access_log=None,
        handler_cancellation=False,  # a turn goes on when the client hangs up
        shutdown_timeout=settings.turn_deadline_s + 2,
        print=None,
    )
