"""Puts the parts of this package together, and does now and then what the review does by itself."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import aiohttp
import structlog

from bot.errors import BangbanError
from bot.review.parts import ReviewApi
from bot.review.replaying import Replayer
from bot.settings import Settings
from bot.staff.service import Staff
from bot.store import Database
from bot.store.published import PublishedKnowledge
from bot.store.review_choices import ReviewChoices
from bot.store.review_figures import ReviewFigures
from bot.store.review_judging import JudgementStore
from bot.store.review_proposals import ProposalStore
from bot.store.review_reading import ConversationReader
from bot.store.review_search import ReviewSearch
from bot.store.review_unanswered import UnansweredStore
from bot.store.review_upkeep import ReviewUpkeep
from bot.store.staff_values import Act

Work = Callable[[ReviewUpkeep], Awaitable[None]]

log = structlog.get_logger(__name__)

_TAKE_IN_PAUSE_S = 0.2
_RETENTION_S = 3600.0
_RETENTION_PAUSE_S = 0.5


def make_review(
    settings: Settings, database: Database, session: aiohttp.ClientSession, staff: Staff
) -> ReviewApi:
    """Everything the handlers need, over an open database and the front's connections."""
    return ReviewApi(
        search=ReviewSearch(database),
        choices=ReviewChoices(database),
        judging=JudgementStore(database, staff.audit),
        proposals=ProposalStore(database, staff.audit),
        reader=ConversationReader(database, staff.audit),
        unanswered=UnansweredStore(database),
        figures=ReviewFigures(database),
        upkeep=ReviewUpkeep(database, staff.audit),
        replayer=Replayer(PublishedKnowledge(database), session, settings.actions_url),
    )


@contextlib.asynccontextmanager
async def running(review: ReviewApi) -> AsyncIterator[None]:
    """Inside, old messages are taken in until all are, and what is too old is let go of every hour."""
    tasks = [
        asyncio.create_task(_again(take_in_all, review.upkeep, _RETENTION_S)),
        asyncio.create_task(_again(let_go_all, review.upkeep, _RETENTION_S)),
    ]
    yield
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def take_in_all(upkeep: ReviewUpkeep, pause_s: float = _TAKE_IN_PAUSE_S) -> None:
    """Take in what was said before the review was there, some at a time, and tell how far that is."""
    told = 0
    while (left := await upkeep.take_in_older()) is not None:
        told += 1
        if told % 50 == 1:
            log.info("review_taking_in", messages_left=left)
        await asyncio.sleep(pause_s)
    if told:
        log.info("review_taken_in")


async def let_go_all(upkeep: ReviewUpkeep) -> None:
    """Delete what is older than it may be kept."""
    total = 0
    while count := await upkeep.let_go_old(Act(datetime.now(UTC), "retention")):
        total += count
        await asyncio.sleep(_RETENTION_PAUSE_S)
    if total:
        await upkeep.scrub()
        log.info("retention_applied", messages=total)


async def _again(work: Work, upkeep: ReviewUpkeep, every_s: float) -> None:
    while True:
        try:
            await work(upkeep)
        except BangbanError as error:
            log.error("review_upkeep_failed", code=error.code)
        except Exception:  # the next round must come whatever happened in this one
            log.exception("review_upkeep_failed")
        await asyncio.sleep(every_s)
