"""Migrations lead from nothing to the tables of today, on both databases, however many start at once."""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.errors import PartUnavailable, SetupIncomplete
from bot.store import ConversationStore, Database
from bot.store.review_tables import NOT_MAPPED
from bot.store.tables import Base


async def test_migrations_lead_to_the_tables_of_today(database_url: str) -> None:
    def differences(session: Session) -> list[Any]:
        opts = {
            "compare_type": True,
            "include_name": lambda name, kind, _: kind != "table" or not name.startswith(NOT_MAPPED),
        }
        context = MigrationContext.configure(session.connection(), opts=opts)
        found: list[Any] = compare_metadata(context, Base.metadata)
        return found

    async with Database.open(database_url) as database:
        assert await database.read(differences) == []


async def test_opening_again_keeps_what_is_there(database_url: str) -> None:
    async with Database.open(database_url) as database:
        first = await ConversationStore(database).receive("rest", "migrations", "m1", "在吗")

    async with Database.open(database_url) as database:
        again = await ConversationStore(database).receive("rest", "migrations", "m1", "在吗")

    assert (first.fresh, again.fresh) == (True, False)


async def test_several_processes_may_start_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/new.db"
    program = (
        "import asyncio, sys\n"
        "from bot.store import ConversationStore, Database\n"
        "async def main():\n"
        "    async with Database.open(sys.argv[1]) as database:\n"
        "        for n in range(20):\n"
        "            await ConversationStore(database).receive('rest', sys.argv[2], str(n), 'x')\n"
        "asyncio.run(main())\n"
    )
    started = [
        await asyncio.create_subprocess_exec(
            sys.executable, "-c", program, url, f"p{n}", stderr=asyncio.subprocess.PIPE
        )
        for n in range(4)
    ]

    for process in started:
        _, complaints = await process.communicate()
        assert process.returncode == 0, complaints.decode()

    async with Database.open(url) as database:
        for n in range(4):
            assert len(await ConversationStore(database).messages("rest", f"p{n}")) == 20


async def test_sqlite_runs_as_we_rely_on_it(tmp_path: Path) -> None:
    def pragmas(session: Session) -> dict[str, object]:
        names = ("journal_mode", "query_only", "busy_timeout", "foreign_keys")
        return {name: session.execute(text(f"PRAGMA {name}")).scalar_one() for name in names}

    async with Database.open(f"sqlite:///{tmp_path}/new.db") as database:
        reader, writer = await database.read(pragmas), await database.write(pragmas)

    assert reader == {"journal_mode": "wal", "query_only": 1, "busy_timeout": 15_000, "foreign_keys": 1}
    assert writer == reader | {"query_only": 0}


async def test_a_reader_does_not_wait_for_the_writer(tmp_path: Path) -> None:
    async with Database.open(f"sqlite:///{tmp_path}/new.db") as database:
        hold, held = threading.Event(), threading.Event()

        def keep_writing(session: Session) -> None:
            session.execute(text("SELECT 1"))
            held.set()
            assert hold.wait(5)

        writing = asyncio.create_task(database.write(keep_writing))
        await asyncio.to_thread(held.wait, 5)
        async with asyncio.timeout(2):
            assert await ConversationStore(database).messages("rest", "nobody") == ()
        assert not writing.done()
        hold.set()
        await writing


async def test_a_database_that_is_not_there_is_named_with_the_mend() -> None:
    with pytest.raises(PartUnavailable, match="DATABASE_URL"):
        async with Database.open("postgresql+asyncpg://nobody@127.0.0.1:1/none"):
            pass


async def test_a_database_in_memory_is_refused_with_the_mend() -> None:
    with pytest.raises(SetupIncomplete, match="sqlite:///"):
        async with Database.open("sqlite://"):
            pass
