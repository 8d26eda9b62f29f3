"""The store on both databases: every test that takes `database` runs once on each."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.store import ConversationStore, Database, KnowledgeStore
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


@pytest.fixture
def conversations(database: Database) -> ConversationStore:
    return ConversationStore(database)


@pytest.fixture
def knowledge(database: Database) -> KnowledgeStore:
    return KnowledgeStore(database)
