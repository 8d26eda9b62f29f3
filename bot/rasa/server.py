"""Rasa's own server with our channel, our repairs and our endpoints."""

from __future__ import annotations

import logging
from functools import partial

import rasa.core.run
import rasa.engine.recipes.default_components
from rasa.core.utils import AvailableEndpoints
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.rasa import logs, no_tensorflow, patches, tracker_store
from bot.rasa.channel import BangbanChannel, error_response
from bot.rasa.environment import ROOT, RasaEnvironment
from bot.rasa.errors import BadRequest

logger = logging.getLogger("bangban.rasa")

_REQUEST_MAX_BYTES = 1024 * 1024
_DEADLINE_MARGIN_S = 0.5
"""So much earlier than the front gives up, a turn is given up here, so that the reason arrives."""
_LAST_S = 1.0
"""So much of a turn is kept for the action itself when it had to wait for the action server."""


def serve(environment: RasaEnvironment) -> None:
    """Serve until a signal; `environment.for_endpoints()` is in `os.environ` by now."""
    no_tensorflow.seal()
    patches.apply(patience_s=max(_deadline_s(environment) - _LAST_S, 0.0))
    tracker_store.prepare(environment.tracker_url)
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    app = build_app(environment, endpoints)
    logs.configure(environment.log_level)
    logger.info("starting on http://%s:%s", environment.host, environment.port)
    app.run(
        host=environment.host,
        port=environment.port,
        workers=environment.workers,
        access_log=False,
        motd=False,
        debug=False,
    )


def build_app(environment: RasaEnvironment, endpoints: AvailableEndpoints) -> Sanic:
    """The application; the model is loaded before it accepts a connection."""
    channel = BangbanChannel(
        environment.token,
        deadline_s=_deadline_s(environment),
        max_message_chars=environment.max_message_chars,
    )
    app = rasa.core.run.configure_app(
        [channel], auth_token=environment.token, enable_api=True, endpoints=endpoints, port=environment.port
    )
    app.config.REQUEST_MAX_SIZE = _REQUEST_MAX_BYTES
    app.register_listener(
        partial(rasa.core.run.load_agent_on_start, str(environment.model), endpoints, None),
        "before_server_start",
    )
    app.register_listener(rasa.core.run.close_resources, "after_server_stop")
    app.exception(SanicException)(_refused)
    return app


def _deadline_s(environment: RasaEnvironment) -> float:
    """How long a turn may take here."""
    return max(environment.turn_deadline_s - _DEADLINE_MARGIN_S, _DEADLINE_MARGIN_S)


async def _refused(request: Request, exception: SanicException) -> HTTPResponse:
    """404, 405, 413 … of the server itself, in the one error shape."""
    error = BadRequest(str(exception), mend="Check the address, the method and the size of the request.")
    return error_response(error, status=exception.status_code)
