"""Settled before a handler runs: not too often, from our pages, by whom, may they, and is the body readable."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

from aiohttp import web
from pydantic import ValidationError

from bot.channels.body import read_object
from bot.errors import BadRequest, NotFound
from bot.staff.errors import (
    BodyInvalid,
    CsrfRefused,
    Hurried,
    OriginRefused,
    RoleRefused,
    StepMissing,
    UpgradeRequired,
    refusal,
)
from bot.staff.query import Query, is_number, read_query
from bot.staff.routing import (
    COOKIE,
    CSRF_HEADER,
    FLOW_COOKIE,
    FLOW_S,
    Body,
    Call,
    File,
    Reply,
    Route,
    Upgrade,
)
from bot.staff.secrecy import csrf_of
from bot.staff.service import Caller, SignedIn, Staff
from bot.staff.words import load_staff_words

STAFF = web.AppKey("staff", Staff)


def guarded(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The aiohttp handler of a route."""

    async def handle(request: web.Request) -> web.StreamResponse:
        app, staff = request.app, request.app[STAFF]
        caller = _caller(staff, request)
        _not_too_often(staff, caller)
        if route.needs_origin and not _is_ours(staff, route, request):
            raise refusal(OriginRefused)
        cookie = request.cookies.get(_cookie_name(staff, request, COOKIE))
        flow = request.cookies.get(_cookie_name(staff, request, FLOW_COOKIE))
        signed_in = None if route.public else await staff.signed_in(cookie, caller)
        path = _numbers(request.match_info)
        query = _query(route, request)
        call = Call(app, staff, caller, path, query, None, signed_in, cookie, flow)
        if signed_in is not None:
            _may_at_all(route, signed_in)
            if route.changes:
                _has_csrf(signed_in, request)
            await _is_theirs(route, call)
        if route.upgrade is not None:
            return await _upgraded(route.upgrade, call, request)
        assert route.handler is not None, "only a WebSocket has none"
        body = await _body(route, request)
        reply = await route.handler(replace(call, body=body))
        return _response(staff, request, route, reply)

    return handle


def _is_ours(staff: Staff, route: Route, request: web.Request) -> bool:
    """A browser always says which page opens a WebSocket."""
    is_said = route.upgrade is None or "Origin" in request.headers
    return is_said and staff.trust.is_own(request)


async def _upgraded(upgrade: Upgrade, call: Call, request: web.Request) -> web.StreamResponse:
    if request.headers.get("Upgrade", "").lower() != "websocket":
        raise refusal(UpgradeRequired)
    return await upgrade(call, request)


def _caller(staff: Staff, request: web.Request) -> Caller:
    """From where; what is no text in a header becomes question marks."""
    said = (staff.trust.address(request), request.headers.get("User-Agent", "")[:200])
    return Caller(*(text.encode("utf-8", "replace").decode() for text in said))


def _not_too_often(staff: Staff, caller: Caller) -> None:
    if not staff.of_address.take(caller.address):
        raise refusal(Hurried, seconds=round(staff.of_address.wait_s(caller.address)) + 1)


def _may_at_all(route: Route, who: SignedIn) -> None:
    """The step of signing in and the role."""
    step = who.step
    if step is not None and step not in route.steps:
        raise refusal(StepMissing, step=load_staff_words().steps[step])
    if step is None and not route.when_signed_in:
        raise BadRequest("You are signed in already.", mend="Go on without this.")
    if who.account.role not in route.roles | route.own:
        raise refusal(RoleRefused)


def _has_csrf(who: SignedIn, request: web.Request) -> None:
    shown = request.headers.get(CSRF_HEADER, "")
    if not hmac.compare_digest(shown.encode("utf-8", "replace"), csrf_of(who.token).encode()):
        raise refusal(CsrfRefused)


async def _is_theirs(route: Route, call: Call) -> None:
    """NotFound for a thing of somebody else that the role may not touch: nor may it learn that it exists."""
    if call.who.account.role in route.roles:
        return
    try:
        owner = await route.owner(call) if route.owner else None
    except NotFound:
        owner = None
    if owner != call.who.account.id:
        raise NotFound("There is no such thing, or it is not yours.")


async def _body(route: Route, request: web.Request) -> Body | None:
    if route.body is None:
        return None
    if request.content_type != "application/json":
        raise BadRequest("The request is not JSON.", mend="Send Content-Type: application/json.")
    sent = await read_object(request)
    try:
        return route.body.model_validate(sent)
    except ValidationError as error:
        # Never with the values: one of them may be a password.
        fields = dict.fromkeys(
            str(problem["loc"][0]) if problem["loc"] else "-" for problem in error.errors()
        )
        known = [name if name in route.body.model_fields else "…" for name in fields]
        raise refusal(BodyInvalid, fields="、".join(dict.fromkeys(known))) from None


def _numbers(found: Mapping[str, str]) -> dict[str, int]:
    """The numbers in the path; NotFound for anything else in their place."""
    if not all(map(is_number, found.values())):
        raise NotFound("There is nothing at this address.")
    return {name: int(text) for name, text in found.items()}


def _query(route: Route, request: web.Request) -> Query | None:
    return None if route.query is None else read_query(route.query, request.query.items())


def _response(staff: Staff, request: web.Request, route: Route, reply: Reply) -> web.Response:
    empty = reply.answer is None and reply.file is None
    response = web.Response(status=204 if empty else route.status)
    if reply.answer is not None:
        response.content_type = "application/json"
        response.text = reply.answer.model_dump_json(by_alias=True)
    if reply.file is not None:
        _put_file(response, reply.file, route.file)
    if reply.token is not None:
        _set_cookie(staff, request, response, COOKIE, reply.token)
    if reply.signed_out:
        _take_cookie(staff, request, response, COOKIE)
    if reply.flow:
        _set_cookie(staff, request, response, FLOW_COOKIE, reply.flow, FLOW_S)
    elif reply.flow is not None:
        _take_cookie(staff, request, response, FLOW_COOKIE)
    return response


def _put_file(response: web.Response, file: File, content_type: str | None) -> None:
    """To be saved, never shown: what citizens wrote must not become a page of ours."""
    assert content_type is not None, "a route that hands back a file names its type"
    response.body = file.content
    response.content_type = content_type
    if content_type.startswith("text/"):
        response.charset = "utf-8"
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(file.name, safe='')}"


def _set_cookie(
    staff: Staff,
    request: web.Request,
    response: web.Response,
    name: str,
    token: str,
    max_age: int | None = None,
) -> None:
    """A cookie of this browser session, or a shorter one; the store decides how long it opens anything."""
    response.set_cookie(
        _cookie_name(staff, request, name),
        token,
        max_age=max_age,
        path="/",
        secure=staff.trust.is_https(request),
        httponly=True,
        samesite="Strict",
    )


def _take_cookie(staff: Staff, request: web.Request, response: web.Response, name: str) -> None:
    response.del_cookie(
        _cookie_name(staff, request, name),
        path="/",
        secure=staff.trust.is_https(request),
        httponly=True,
        samesite="Strict",
    )


def _cookie_name(staff: Staff, request: web.Request, name: str) -> str:
    """Over https a name that browsers let no other host or plain page set."""
    return f"__Host-{name}" if staff.trust.is_https(request) else name
