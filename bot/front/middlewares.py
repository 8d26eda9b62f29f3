"""What every request goes through: a request id, the one error shape, security headers."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping

import structlog
from aiohttp import web
from aiohttp.typedefs import Handler

from bot.errors import BadRequest, BangbanError, NotAllowed, NotFound, TooLarge

log = structlog.get_logger(__name__)

_REQUEST_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")
_QUIET = frozenset({"/healthz", "/readyz"})

SECURITY_HEADERS: Mapping[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self';"
        " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


REQUEST_ID = web.RequestKey("request_id", str)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Headers of every response. Files are checked for a newer version each time, the rest is not kept."""
    response.headers["X-Request-ID"] = request.get(REQUEST_ID, "-")
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)
    if "frame-ancestors 'none'" not in response.headers["Content-Security-Policy"]:
        del response.headers["X-Frame-Options"]  # it knows no lists of sites
    keep = "no-cache" if isinstance(response, web.FileResponse) else "no-store"
    response.headers.setdefault("Cache-Control", keep)
    response.headers["Server"] = "bangban"


@web.middleware
async def request_id(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Give the request an id (the proxy's, when it sent one) that is on every log line of it."""
    given = request.headers.get("X-Request-ID", "")
    number = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8)
    started = time.monotonic()
    request[REQUEST_ID] = number
    with structlog.contextvars.bound_contextvars(request=number):
        response = await handler(request)
        if request.path not in _QUIET:
            # The route, never the path or query as sent: they may hold anything.
            resource = request.match_info.route.resource
            route = resource.canonical if resource else "-"
            took = round(1000 * (time.monotonic() - started))
            log.info("request", method=request.method, route=route, status=response.status, ms=took)
    return response


@web.middleware
async def one_error_shape(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Turn whatever a handler raises into {"error": {code, message, mend}}."""
    try:
        return await handler(request)
    except BangbanError as error:
        if error.status >= 500:
            log.error("refused", code=error.code, message=error.message)
        return _shape(error)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        response = _shape(_ours(error))
        if "Allow" in error.headers:
            response.headers["Allow"] = error.headers["Allow"]
        return response
    except Exception:
        log.exception("unexpected")
        return _shape(BangbanError("Something went wrong here.", mend="The log says more; try again."))


MIDDLEWARES = (request_id, one_error_shape)


def _shape(error: BangbanError) -> web.Response:
    return web.json_response(error.to_json(), status=error.status)


def _ours(error: web.HTTPException) -> BangbanError:
    if error.status == 404:
        return NotFound("There is nothing at this address.")
    if error.status == 405:
        return NotAllowed("This address does not take this method.")
    if error.status == 413:
        return TooLarge("The request is too large.")
    return BadRequest(f"The request cannot be served: {error.reason}.")
