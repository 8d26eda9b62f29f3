"""A desk on both databases, with a clock that is told what time it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from bot.desk.clock import Patience
from bot.desk.facts import facts_of
from bot.desk.hub import DeskHub
from bot.desk.machine import AskedFor
from bot.desk.moving import Moved, locked, make
from bot.desk.service import DeskService
from bot.desk.values import Person
from bot.desk.words import load_desk_words
from bot.staff.secrecy import Keys
from bot.store import AuditLog, ConversationStore, Database, StaffStore
from bot.store.desk_tables import DeskTeam
from bot.store.desk_teams import ensure_agent
from bot.store.desk_values import Presence, Trigger
from bot.store.staff_values import Role
from tests.unit.staff.conftest import accounts, add, audit, database, database_url

__all__ = ["accounts", "audit", "database", "database_url"]

ALWAYS = {day: [["00:00", "23:59"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")} | {
    "holidays": "open"
}
PATIENCE = Patience(*(timedelta(seconds=s) for s in (45, 180, 1800, 120, 3600)))


@dataclass
class Clock:
    """Says what it is told to."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at

    def passes(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Office:
    """A desk with people in it."""

    def __init__(self, database: Database, accounts: StaffStore, audit: AuditLog, clock: Clock) -> None:
        self.database = database
        self.accounts = accounts
        self.clock = clock
        self.store = ConversationStore(database)
        self.hub = DeskHub()
        self.desk = DeskService(
            database, self.hub, load_desk_words(), PATIENCE, Keys("key"), audit, now=clock
        )

    async def open_always(self) -> None:
        def work(session: Session) -> None:
            for team in session.query(DeskTeam):
                team.hours = ALWAYS

        await self.desk.prepare()
        await self.database.write(work)

    async def person(self, name: str, role: Role = Role.AGENT, *, online: bool = True) -> Person:
        account = await add(self.accounts, name, role)
        row = await self.database.write(lambda session: ensure_agent(session, account.id))
        made = Person(account.id, name, account.display_name, row.number, role)
        if online:
            await self.desk.presence(made, Presence.ONLINE)
        return made

    async def asks(self, sender: str, trigger: Trigger = Trigger.ASKED, words: str = "转人工") -> int:
        """A citizen writes, and waits from now on; out: the conversation."""
        arrival = await self.store.receive("widget", sender, f"{sender}-{words}", words)

        def work(session: Session) -> None:
            conversation, record = locked(session, arrival.conversation_id)
            team = session.query(DeskTeam).first()
            assert team is not None
            at = self.clock()
            event = AskedFor(trigger, team.id, at)
            facts = facts_of(session, conversation, trigger, at)
            assert isinstance(make(session, conversation, record, event, at, facts=facts), Moved)

        await self.database.write(work)
        return arrival.conversation_id

    async def told(self, sender: str) -> list[str]:
        """What the desk said to a citizen, oldest first."""
        return [m.text for m in await self.store.messages("widget", sender) if m.author == "system"]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def office(
    database: Database, accounts: StaffStore, audit: AuditLog, clock: Clock
) -> AsyncIterator[Office]:
    office = Office(database, accounts, audit, clock)
    await office.open_always()
    yield office
