"""One cleanup context for each resource: what it acquires before the yield it releases after it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator

import aiohttp
import structlog
from aiohttp import web
from redis.asyncio import Redis

from bot.channels.message import ChannelName
from bot.channels.rest import CONVERSATIONS
from bot.channels.wechat.running import wechat_running
from bot.channels.wechat.web import ACCOUNT
from bot.channels.widget.door import WIDGET
from bot.channels.widget.running import close_sockets, make_widget, running
from bot.content import load_words
from bot.conversation.order import NoSharedLock, RedisLock
from bot.conversation.rasa import RasaClient
from bot.conversation.service import Conversations
from bot.conversation.timing import TurnRules
from bot.desk.api_parts import API
from bot.desk.api_running import make_desk_api
from bot.desk.assist import Assist
from bot.desk.keys import DESK
from bot.desk.outbox import DeliverTo
from bot.desk.running import at_work, make_desk
from bot.desk.running import running as desk_running
from bot.desk.socket import SOCKETS, Sockets, close_consoles
from bot.desk.turns import DeskTurns
from bot.errors import BangbanError
from bot.front.health import Health, Part, check_actions, check_database, check_rasa, check_redis
from bot.front.keys import DATABASE, HEALTH, HTTP, REDIS, SETTINGS
from bot.pages.picture import flow_svg
from bot.pages.views import LIBRARY, PICTURES
from bot.pages.words import load_page_words
from bot.review.parts import API as REVIEW
from bot.review.running import make_review
from bot.review.running import running as review_running
from bot.staff.door import STAFF
from bot.staff.oidc.signing_in import FAR_SIDE
from bot.staff.running import make_far_side, make_staff
from bot.store import ConversationStore, Database

log = structlog.get_logger(__name__)

_SWEEP_S = 30.0


async def database(app: web.Application) -> AsyncIterator[None]:
    """Our store, its tables brought up to date."""
    async with Database.open(app[SETTINGS].database_url) as opened:
        app[DATABASE] = opened
        yield


async def http_client(app: web.Application) -> AsyncIterator[None]:
    """Connections to Rasa and the action server. How many is decided by how many citizens wait."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar()) as session:
        app[HTTP] = session
        yield


async def redis(app: web.Application) -> AsyncIterator[None]:
    """Redis, when several fronts run."""
    url = app[SETTINGS].redis_url
    if not url:
        yield
        return
    client = Redis.from_url(url, socket_timeout=5, socket_connect_timeout=2)
    app[REDIS] = client
    yield
    await client.aclose()


async def health(app: web.Application) -> AsyncIterator[None]:
    """The checks behind /readyz."""
    settings, http = app[SETTINGS], app[HTTP]
    checks = [
        Part(("database",), lambda: check_database(app[DATABASE])),
        Part(("rasa",), lambda: check_rasa(http, settings.rasa_url)),
        Part(("actions", "index"), lambda: check_actions(http, settings.actions_url)),
    ]
    if settings.redis_url:
        checks.append(Part(("redis",), lambda: check_redis(app[REDIS])))
    app[HEALTH] = Health(checks)
    yield


async def conversations(app: web.Application) -> AsyncIterator[None]:
    """The conversation path. What a stopped process left unfinished is marked first, then now and then."""
    settings = app[SETTINGS]
    service = Conversations(
        ConversationStore(app[DATABASE]),
        RasaClient(app[HTTP], settings.rasa_url, settings.rasa_token),
        load_words(),
        TurnRules(settings.turn_deadline_s, settings.max_message_chars, settings.mask_salt),
        RedisLock(app[REDIS]) if settings.redis_url else NoSharedLock(),
        DeskTurns(app[DESK]),
        resuming=(ChannelName.WIDGET, *([ChannelName.WECHAT] if settings.wechat_is_on else [])),
    )
    app[CONVERSATIONS] = service
    await service.mark_unfinished(alone=not settings.redis_url)
    sweeping = asyncio.create_task(_sweep(service))
    yield
    sweeping.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await sweeping


async def widget(app: web.Application) -> AsyncIterator[None]:
    """The website chat widget; at the end its turns under way are finished."""
    settings, shared = app[SETTINGS], app.get(REDIS)
    made = make_widget(settings, app[DATABASE], app[CONVERSATIONS], shared)
    made.desk = app[DESK]
    app[WIDGET] = made
    async with running(made, alone=shared is None, turn_s=settings.turn_deadline_s):
        yield


async def wechat(app: web.Application) -> AsyncIterator[None]:
    """The WeChat account, when there is one."""
    settings = app[SETTINGS]
    if not settings.wechat_is_on:
        yield
        return

    async def ready() -> bool:
        return (await app[HEALTH].report()).ready

    async def draw(guide_id: str, version: int | None) -> bytes | None:
        edition = await app[LIBRARY].guide(guide_id, version)
        drawing = flow_svg(edition.guide, load_page_words()) if edition else None
        return None if drawing is None else await app[PICTURES].png(drawing)

    async with wechat_running(
        settings, app[HTTP], app[DATABASE], app.get(REDIS), app[CONVERSATIONS], ready, draw
    ) as account:
        app[ACCOUNT] = account
        yield


async def staff(app: web.Application) -> AsyncIterator[None]:
    """Accounts of staff and their sessions."""

    def told(seq: int, action: str, digest: str) -> None:
        log.info("audit", seq=seq, action=action, digest=digest)

    app[STAFF] = make_staff(app[SETTINGS], app[DATABASE], told)
    far_side = make_far_side(app[SETTINGS], app[HTTP])
    if far_side is not None:
        app[FAR_SIDE] = far_side
    yield


async def review(app: web.Application) -> AsyncIterator[None]:
    """What stands behind the review, and what it does by itself."""
    app[REVIEW] = made = make_review(app[SETTINGS], app[DATABASE], app[HTTP], app[STAFF])
    async with review_running(made):
        yield


async def desk(app: web.Application) -> AsyncIterator[None]:
    """Where people take conversations over."""
    people = app[STAFF]
    made = make_desk(app[SETTINGS], app[DATABASE], app.get(REDIS), people.keys, people.audit)
    app[DESK] = made
    async with desk_running(made):
        yield


async def desk_at_work(app: web.Application) -> AsyncIterator[None]:
    """The desk's clock, and the handing over of what it says on every channel."""
    redis = app.get(REDIS)
    channels: dict[str, DeliverTo] = {ChannelName.WIDGET.value: app[WIDGET].deliver_to}
    if ACCOUNT in app:
        channels[ChannelName.WECHAT.value] = app[ACCOUNT].channel.deliver_to
    lock = NoSharedLock() if redis is None else RedisLock(redis)
    moved, shared = app[WIDGET].hub.notify, redis is not None
    async with at_work(app[DESK], app[CONVERSATIONS], channels, lock, moved, shared=shared):
        yield


async def desk_api(app: web.Application) -> AsyncIterator[None]:
    """What stands behind the console's addresses."""
    settings = app[SETTINGS]
    assist = Assist(app[HTTP], settings.actions_url, settings.rasa_url, settings.rasa_token)
    app[API] = make_desk_api(
        app[DESK],
        app[DATABASE],
        app[STAFF],
        assist,
        app[LIBRARY],
        app[WIDGET].hub,
    )
    app[SOCKETS] = Sockets()
    yield


async def close_widget(app: web.Application) -> None:
    """Before connections are closed: every open tab learns that it may come back soon."""
    if WIDGET in app:
        await close_sockets(app[WIDGET])


async def close_desk(app: web.Application) -> None:
    """So does every open console."""
    await close_consoles(app)


async def _sweep(service: Conversations) -> None:
    while True:
        await asyncio.sleep(_SWEEP_S)
        try:
            await service.mark_unfinished(alone=False)
            await service.erase_trackers()
        except BangbanError as error:
            log.error("sweep_failed", code=error.code)
        except Exception:  # the next round must come whatever happened in this one
            log.exception("sweep_failed")
