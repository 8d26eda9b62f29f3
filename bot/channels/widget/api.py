"""The widget's addresses over HTTP: sessions, messages by long polling, and what stands around the chat."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from bot.channels.body import read_object
from bot.channels.cleaning import clean_text
from bot.channels.message import ChannelName
from bot.channels.widget.door import COOKIE, PREFIX, WIDGET, bearer, own_cookie, visitor_of
from bot.channels.widget.service import Refused
from bot.channels.widget.token import Visitor, region_code
from bot.channels.widget.words import Language
from bot.errors import BadRequest, TooFast
from bot.masking import mask
from bot.store import Grade

LONGEST_WAIT_S = 25.0
_COOKIE_DAYS = 30
_LONGEST_COMMENT = 500
_REFUSED_STATUS = {"too_fast": 429, "too_long": 413, "bad_request": 400, "part_unavailable": 503}


async def config(request: web.Request) -> web.Response:
    """How the widget looks and what it says first."""
    widget = request.app[WIDGET]
    language: Language = "en" if request.query.get("lang", "").lower().startswith("en") else "zh-CN"
    shown = widget.words.shown(language, map_url=widget.map_url, max_chars=widget.limits.max_chars)
    return _json(shown)


async def session(request: web.Request) -> web.Response:
    """The conversation of this browser: the one of its token, or a new one (also when it asks for one)."""
    widget = request.app[WIDGET]
    asked = await read_object(request)
    region = region_code(asked.get("region"))
    is_own = widget.trust.is_own(request)
    given = bearer(request) or asked.get("token") or own_cookie(request)
    known = None if asked.get("new") is True else widget.tokens.read(given, region)
    visitor = known or widget.tokens.new(region)
    standing = await widget.standing(visitor) if known else None
    by_cookie = is_own and asked.get("cookie") is True
    response = _json(
        {
            "token": None if by_cookie else visitor.token,
            "conversation": visitor.public_id,
            "last_seq": standing.last_seq if standing else 0,
            "resumed": known is not None,
        }
    )
    if by_cookie:
        response.set_cookie(
            COOKIE,
            visitor.token,
            path=PREFIX,
            max_age=_COOKIE_DAYS * 86_400,
            httponly=True,
            samesite="Lax",
            secure=widget.trust.is_https(request),
        )
    return response


async def messages(request: web.Request) -> web.Response:
    """Take a message in; the answer comes by polling."""
    widget = request.app[WIDGET]
    visitor = visitor_of(request)
    asked = await read_object(request)
    try:
        seq = await widget.accept(visitor, asked)
    except Refused as refused:
        return _json({"error": refused.error}, status=_REFUSED_STATUS[refused.error["code"]])
    return _json({"accepted": True, "id": asked["id"], "seq": seq}, status=202)


async def poll(request: web.Request) -> web.Response:
    """What was said after a place, at once or as soon as there is something."""
    widget = request.app[WIDGET]
    visitor = visitor_of(request)
    after, wait = _number(request, "after", 0, 2**31), _number(request, "wait", 0, LONGEST_WAIT_S)
    key = widget.key(visitor)
    with (
        widget.places.hold(widget.trust.address(request)) as free,
        widget.tabs.hold(key) as fits,
        widget.hub.listen(key) as listener,
    ):
        if not (free and fits):
            raise TooFast("Too many connections are open.", mend="Try again in ten seconds.")
        end = asyncio.get_running_loop().time() + wait
        first = None
        while True:
            frames, _ = listener.take()
            view = await widget.look(visitor, int(after))
            first = first or view.floor
            left = end - asyncio.get_running_loop().time()
            has_news = view.events or frames or view.floor != first
            if has_news or left <= 0 or widget.is_closing.is_set():
                break
            try:
                async with asyncio.timeout(left):
                    await listener.wait()
            except TimeoutError:
                continue
        response = _json({"events": [*view.events, *frames, {"type": "owner", **view.floor}]})
        try:
            await response.prepare(request)
            await response.write_eof()
        except ConnectionError:
            return response  # they left while they waited: nothing was handed over
        if view.events:
            widget.handed_over(key, view)
        return response


async def suggest(request: web.Request) -> web.Response:
    """What one may be about to type."""
    return _json({"suggestions": request.app[WIDGET].catalog.suggest(request.query.get("q", "")[:100])})


async def topics(request: web.Request) -> web.Response:
    """All matters, by topic."""
    return _json({"topics": request.app[WIDGET].catalog.topics})


async def rating(request: web.Request) -> web.Response:
    """Keep one of the five grades for an answer, or for the conversation."""
    widget = request.app[WIDGET]
    visitor = visitor_of(request)
    asked = await read_object(request)
    message_id, grade, comment = asked.get("message_id"), asked.get("grade"), asked.get("comment") or ""
    if isinstance(grade, bool) or not isinstance(grade, int) or not 1 <= grade <= 5:
        raise BadRequest("The field “grade” must be 1, 2, 3, 4 or 5.", mend="Send 5 for very satisfied.")
    if message_id is not None and (isinstance(message_id, bool) or not isinstance(message_id, int)):
        raise BadRequest("The field “message_id” must be a whole number or null.")
    if not isinstance(comment, str) or len(comment) > _LONGEST_COMMENT:
        raise BadRequest(f"The field “comment” must be a string of at most {_LONGEST_COMMENT} characters.")
    if message_id is not None and not 0 < message_id < 2**63:
        message_id = 0
    await widget.ratings.rate(
        ChannelName.WIDGET,
        widget.key(visitor),
        Grade(grade),
        message_id=message_id,
        comment=mask(clean_text(comment)).text,
    )
    return web.Response(status=204)


async def transcript(request: web.Request) -> web.Response:
    """Everything that was said, for the person to keep."""
    widget = request.app[WIDGET]
    visitor: Visitor = visitor_of(request)
    return _json(
        {
            "generated_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "ai_notice": widget.words.config.ai_notice.in_("zh-CN"),
            "messages": await widget.transcript(visitor),
        }
    )


def _number(request: web.Request, name: str, least: float, most: float) -> float:
    """A number of the query, brought into bounds; the least when it is none."""
    try:
        number = float(request.query.get(name, ""))
    except ValueError:
        return least
    return min(max(number, least), most) if number == number else least


def _json(value: Any, *, status: int = 200) -> web.Response:
    return web.json_response(value, status=status, dumps=lambda it: json.dumps(it, ensure_ascii=False))
