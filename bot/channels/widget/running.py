"""Builds the widget's service, and runs it from the front's start to its end."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import structlog
from redis.asyncio import Redis

from bot.channels.widget.hub import Hub
from bot.channels.widget.limits import Buckets, Places
from bot.channels.widget.service import Limits, Widget
from bot.channels.widget.settings import listed
from bot.channels.widget.socket import MOST_TABS
from bot.channels.widget.token import Tokens
from bot.channels.widget.trust import Trust
from bot.channels.widget.words import load_widget_words
from bot.conversation.service import Conversations
from bot.errors import BangbanError
from bot.settings import Settings
from bot.stopping import stop
from bot.store import ConversationStore, Database, KnowledgeStore, RatingStore

log = structlog.get_logger(__name__)

_AT_ONCE = 5
_SWEEP_S = 15.0


def make_widget(
    settings: Settings, database: Database, conversations: Conversations, redis: Redis | None
) -> Widget:
    """The service as the settings want it."""
    per_minute, of_address = settings.widget_messages_per_minute, settings.widget_requests_per_minute_per_ip
    return Widget(
        conversations,
        ConversationStore(database),
        RatingStore(database),
        KnowledgeStore(database),
        Hub(redis),
        Tokens(settings.mask_salt),
        Trust(listed(settings.widget_origins), listed(settings.trusted_proxies), settings.public_url),
        load_widget_words(Path(settings.widget_content) if settings.widget_content else None),
        Limits(settings.max_message_chars, settings.widget_idle_s),
        Places(settings.widget_connections, settings.widget_connections_per_ip),
        Places(settings.widget_connections, MOST_TABS),
        Buckets(per_minute, min(_AT_ONCE, per_minute)),
        Buckets(of_address, max(10, of_address / 4)),
        settings.widget_map_url,
    )


@asynccontextmanager
async def running(widget: Widget, *, alone: bool, turn_s: float) -> AsyncIterator[None]:
    """Hear notices, follow the catalogue, and answer what a stopped front left behind.

    `alone`: no other front runs on this store. `turn_s`: how long turns under way may take at the end.
    """
    async with widget.hub.connected(), widget.catalog_kept():
        resuming = asyncio.create_task(_resume(widget, alone=alone))
        try:
            yield
        finally:
            await widget.finish_turns(turn_s)
            await stop(resuming)


async def _resume(widget: Widget, *, alone: bool) -> None:
    """Once for a front that is alone; again and again when there are several, for one of them may end."""
    while True:
        try:
            await widget.resume(alone=alone)
            if alone:
                return
        except BangbanError as error:
            log.error("sweep_failed", code=error.code)
        except Exception:  # the next round must come whatever happened in this one
            log.exception("sweep_failed")
        await asyncio.sleep(_SWEEP_S)


async def close_sockets(widget: Widget, seconds: float = 5.0) -> None:
    """Tell every open tab to come back, and wait until they are closed."""
    widget.is_closing.set()
    widget.hub.wake_all()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(seconds):
            while len(widget.hub):
                await asyncio.sleep(0.05)
