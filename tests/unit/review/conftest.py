"""The review over a database with conversations in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.store import ConversationStore, Database, NewReply
from tests.support.tables import emptied


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of a database for one test; a PostgreSQL one may hold what the test before it left."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/store/bangban.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An open database with empty tables."""
    async with Database.open(database_url) as database:
        await database.write(emptied)
        yield database


@dataclass
class Talks:
    """Conversations that are held."""

    database: Database

    @property
    def store(self) -> ConversationStore:
        return ConversationStore(self.database)

    async def turn(
        self,
        asked: str,
        answered: str | None = None,
        *,
        sender: str = "s" * 32,
        channel: str = "rest",
        outcome: str = "answered",
        aspect: str | None = "where",
        guide: str | None = None,
        region: str | None = None,
        confidence: float | None = None,
    ) -> int:
        """One message and its answer; out: the number of the message."""
        arrival = await self.store.receive(channel, sender, None, asked)
        if answered is not None:
            await self.turn_answered(
                arrival.message_id,
                answered,
                outcome=outcome,
                aspect=aspect,
                guide=guide,
                region=region,
                confidence=confidence,
            )
        return arrival.message_id

    async def turn_answered(
        self,
        message_id: int,
        answered: str,
        *,
        outcome: str = "answered",
        aspect: str | None = "where",
        guide: str | None = None,
        region: str | None = None,
        confidence: float | None = None,
    ) -> None:
        """The answer to a message that waits for one."""
        place = {"code": region, "name": ""} if region else None
        payload: dict[str, Any] = {"regions": {"here": place, "owner": None}}
        if guide:
            payload["guide"] = {"id": guide, "title": f"《{guide}》"}
        hits = [] if confidence is None else [{"item_id": "x", "probability": confidence}]
        reply = NewReply("bot", answered, payload, outcome, aspect, guide, 1, {"hits": hits})
        await self.store.answer(message_id, [reply], None, timings={})


@pytest.fixture
def talks(database: Database) -> Talks:
    return Talks(database)
