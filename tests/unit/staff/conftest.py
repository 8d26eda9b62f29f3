"""Staff on both databases. PostgreSQL has a database of its own here: an audit log cannot be emptied."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.store import AuditLog, Database, StaffStore
from bot.store.staff_values import Account, Act, NewAccount, Role
from tests.support import postgres

KEY = b"key of the tests"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/bangban.db"
        return
    try:
        with postgres.database() as url:
            yield url
    except postgres.NoPostgres as reason:
        pytest.skip(str(reason))


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    async with Database.open(database_url) as database:
        yield database


@pytest.fixture
def audit(database: Database) -> AuditLog:
    return AuditLog(database, KEY)


@pytest.fixture
def accounts(database: Database, audit: AuditLog) -> StaffStore:
    return StaffStore(database, audit)


def act(actor: str = "test") -> Act:
    return Act(datetime.now(UTC), actor, None, "10.0.0.1")


async def add(accounts: StaffStore, name: str, role: Role = Role.AGENT) -> Account:
    made = await accounts.add(NewAccount(name, name.title(), role, "hash"), act())
    assert made is not None
    return made
