"""The callback address: GET verifies it, POST brings a push. The response is the passive reply."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot.channels.wechat.channel import WeChat
from bot.channels.wechat.codec import Codec, Key
from bot.channels.wechat.door import LARGEST_BODY, Door, Envelope, Refused
from bot.channels.wechat.inbound import Push
from bot.channels.wechat.parse import NotAPush, parse
from bot.channels.wechat.replies import SUCCESS, sealed_reply, text_reply
from bot.channels.wechat.slot import Slot, Written
from bot.errors import BadRequest, Forbidden, NotFound, PartUnavailable, TooLarge

log = structlog.get_logger(__name__)

_BODY_S = 3.0
_LAST_MOMENT_S = 0.3
"""So long after the deadline a response is still in time for the platform."""


@dataclass(frozen=True, slots=True)
class Account:
    """What the callback needs of the account."""

    door: Door
    channel: WeChat
    codec: Codec | None
    token: str = field(repr=False)
    deadline_s: float


ACCOUNT = web.AppKey("wechat", Account)


async def verify(request: web.Request) -> web.Response:
    """The platform checks the address: the answer is its own echostr."""
    account = _account(request)
    try:
        return web.Response(text=await account.door.echo(_once(request), time.time()))
    except Refused as refused:
        raise _forbidden(refused) from None


async def receive(request: web.Request) -> web.StreamResponse:
    """A push. Answered before the platform gives up, with the reply or with the word `success`."""
    arrived = asyncio.get_running_loop().time()
    account = _account(request)
    body = await _body(request)
    try:
        envelope = await account.door.open(_once(request), body, time.time())
        push = parse(envelope.fields)
    except Refused as refused:
        raise _forbidden(refused) from None
    except NotAPush as wrong:
        log.warning("wechat_unreadable", field=str(wrong))
        raise BadRequest(f"The push cannot be read: {wrong}.") from None
    slot = Slot(arrived + account.deadline_s)
    account.channel.begin(push, slot)
    return await _respond(request, account, envelope, push, slot, arrived)


async def _respond(
    request: web.Request, account: Account, envelope: Envelope, push: Push, slot: Slot, arrived: float
) -> web.StreamResponse:
    result = Written.UNSURE
    try:
        text = await slot.content()
        if text is None and slot.failed:
            raise PartUnavailable("The message could not be stored.", mend="WeChat sends it again.")
        loop = asyncio.get_running_loop()
        is_late = loop.time() > arrived + account.deadline_s + _LAST_MOMENT_S
        if text is not None and (is_late or _has_hung_up(request)):
            result, text = Written.NO, account.channel.words_when_late
        elif slot.expired:
            text = account.channel.words_when_late
        response = _response(account, envelope, push, text)
        try:
            await response.prepare(request)
            await response.write_eof()
        except ConnectionError:
            result = Written.NO
        else:
            result = Written.YES if result is Written.UNSURE else result
        return response
    finally:
        slot.written(result)


def _response(account: Account, envelope: Envelope, push: Push, text: str | None) -> web.Response:
    if text is None:
        return web.Response(body=SUCCESS, content_type="text/plain")
    now = int(time.time())
    xml = text_reply(to=push.person, sender=push.account, text=text, now=now)
    if envelope.key is not None and account.codec is not None:
        xml = sealed_reply(xml, account.codec, envelope.key, account.token, envelope.nonce, now)
    return web.Response(body=xml.encode(), content_type="application/xml", charset="utf-8")


def _has_hung_up(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _account(request: web.Request) -> Account:
    account = request.app.get(ACCOUNT)
    if account is None:
        raise NotFound("There is no WeChat account.", mend="Set BANGBAN_WECHAT_TOKEN; see docs/wechat.md.")
    return account


def _once(request: web.Request) -> Mapping[str, str]:
    """The query; a name that is given twice counts for nothing."""
    query = request.query
    return {name: query[name] for name in query if len(query.getall(name)) == 1}


def _forbidden(refused: Refused) -> Forbidden:
    log.warning("wechat_refused", reason=str(refused))
    return Forbidden("This request is not WeChat's.", mend="Only WeChat's servers call this address.")


async def _body(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(_BODY_S):
            body = await request.read()
    except TimeoutError:
        raise BadRequest("The body of the request did not come in time.") from None
    except web.HTTPException:
        raise
    except Exception as error:  # a broken encoding of the transfer; aiohttp has many names for it
        raise BadRequest(f"The body of the request cannot be read: {type(error).__name__}.") from None
    if len(body) > LARGEST_BODY:
        raise TooLarge(f"The request is larger than {LARGEST_BODY} bytes.", mend="WeChat's are smaller.")
    return body


def keys_of(*encoded: str) -> tuple[Key, ...]:
    """The keys that are set, the current one first."""
    return tuple(Key.read(one) for one in encoded if one)
