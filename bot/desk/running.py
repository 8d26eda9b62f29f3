"""Builds the desk from the settings, and runs it from the front's start to its end."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from redis.asyncio import Redis

from bot.desk.clock import Patience
from bot.desk.hub import DeskHub
from bot.desk.service import DeskService
from bot.desk.settings import DeskSettings
from bot.desk.words import load_desk_words
from bot.staff.secrecy import Keys
from bot.store.audit import AuditLog
from bot.store.database import Database


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
    """The desk at work until the end of the context."""
    await desk.prepare()
    async with desk.hub.connected():
        yield
