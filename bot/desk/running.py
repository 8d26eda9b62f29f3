"""Builds the desk from the settings, and runs it from the front's start to its end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta

from redis.asyncio import Redis

from bot.channels.message import ChannelName
from bot.conversation.order import SharedLock
from bot.desk.clock import Patience
from bot.desk.hub import DeskHub
from bot.desk.outbox import LEFT_BEHIND, DeliverTo, Handing, Outbox
from bot.desk.service import DeskService
from bot.desk.settings import DeskSettings
from bot.desk.sweeping import Sweeper
from bot.desk.words import load_desk_words
from bot.staff.secrecy import Keys
from bot.stopping import stop
from bot.store.audit import AuditLog
from bot.store.database import Database

_FINISH_S = 10.0


def make_desk(
    settings: DeskSettings, database: Database, redis: Redis | None, keys: Keys, audit: AuditLog
) -> DeskService:
    """The desk as the settings want it."""
    return DeskService(database, DeskHub(redis), load_desk_words(), patience_of(settings), keys, audit)


def patience_of(settings: DeskSettings) -> Patience:
    """How long is waited for whom."""
    return Patience(
        lost_after=timedelta(seconds=settings.desk_lost_after_s),
        silent_after=timedelta(seconds=settings.desk_silent_after_s),
        citizen_gone=timedelta(seconds=settings.desk_citizen_gone_s),
        nobody_after=timedelta(seconds=settings.desk_nobody_after_s),
        longest_wait=timedelta(seconds=settings.desk_longest_wait_s),
    )


@asynccontextmanager
async def running(desk: DeskService) -> AsyncIterator[None]:
    """The desk's list of teams made, and its news shared with other fronts, until the end of the context."""
    await desk.prepare()
    async with desk.hub.connected():
        yield


@asynccontextmanager
async def at_work(
    desk: DeskService,
    handing: Handing,
    channels: Mapping[str, DeliverTo],
    lock: SharedLock,
    has_moved: Callable[[str], None],
    *,
    shared: bool,
) -> AsyncIterator[None]:
    """The desk's clock running and its words handed over, until the end of the context.

    In: how each channel reaches a person, and who is told that somebody's place in the queue changed. `shared`: several
    fronts run on this store.
    """
    outbox = Outbox(
        desk.database,
        handing,
        channels,
        in_turn=frozenset({ChannelName.WECHAT.value}),
        shared=shared,
        told=desk.delivered,
    )
    sweeper = Sweeper(desk, outbox, lock, has_moved)
    desk.post, desk.wake = outbox, sweeper.wake
    await outbox.find_left(desk.now() + LEFT_BEHIND)  # what a stopped front left, however new
    looking = asyncio.create_task(sweeper.run())
    sweeper.wake()
    try:
        yield
    finally:
        await stop(looking)
        await outbox.finish(_FINISH_S)
