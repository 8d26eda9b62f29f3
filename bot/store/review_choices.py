"""What can be chosen where turns are looked for: only what there is, so that nobody types codes or account names."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.database import Database
from bot.store.review_counting import Count
from bot.store.review_index import Wanted, text_index
from bot.store.review_tables import ReviewCount, ReviewEntry, ReviewLabel
from bot.store.review_words import day_of, facet_key
from bot.store.staff_tables import StaffAccount

_MOST_LABELS = 500


@dataclass(frozen=True, slots=True)
class Agent:
    """Somebody of whom messages are in the log, whether they still work here or not."""

    account: str
    name: str


@dataclass(frozen=True, slots=True)
class Choices:
    """Regions by their codes."""

    labels: tuple[str, ...]
    regions: tuple[str, ...]
    agents: tuple[Agent, ...]


class ReviewChoices:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def choices(self) -> Choices:
        """Labels, regions and people that turns have."""
        return await self._database.read(
            lambda session: Choices(_labels(session), _regions(session), _agents(session))
        )


def _labels(session: Session) -> tuple[str, ...]:
    query = select(ReviewLabel.label).distinct().order_by(ReviewLabel.label).limit(_MOST_LABELS)
    return tuple(session.execute(query).scalars())


def _regions(session: Session) -> tuple[str, ...]:
    """Those that were counted on the days that are still kept: a few thousand rows for a million turns."""
    first = session.execute(select(func.min(ReviewEntry.at))).scalar_one_or_none()
    if first is None:
        return ()
    query = (
        select(ReviewCount.region)
        .where(
            ReviewCount.name == Count.TURNS.value,
            ReviewCount.day >= day_of(first),
            ReviewCount.region != "",
        )
        .distinct()
        .order_by(ReviewCount.region)
    )
    return tuple(session.execute(query).scalars())


def _agents(session: Session) -> tuple[Agent, ...]:
    """Of all accounts those the index knows: there are few, and each is one look."""
    connection = session.connection()
    index = text_index(connection)
    accounts = session.execute(
        select(StaffAccount.name, StaffAccount.display_name).order_by(
            StaffAccount.display_name, StaffAccount.name
        )
    ).all()
    return tuple(
        Agent(name, display_name)
        for name, display_name in accounts
        if index.count(connection, Wanted((facet_key(f"s={name}"),)), 1)
    )
