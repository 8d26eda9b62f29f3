"""New SQLite files that begin with the tables of today.

Migrating a new file takes a fifth of a second of computing, and nearly every test of an application begins with one.
So it is done once in a run, and a new file begins as a copy of that. The tests of the migrations do without.
"""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.store import Database, database

Migrate = Callable[[Any], Awaitable[None]]


def make(file: Path) -> None:
    """Migrate a new file, and bring all of it out of the write-ahead log."""

    async def migrated() -> None:
        async with Database.open(f"sqlite:///{file}"):
            pass

    asyncio.run(migrated())
    with sqlite3.connect(file) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def copying(file: Path) -> Migrate:
    """What stands in for the migration of a database on SQLite: a new file is a copy of `file`."""
    migrate: Migrate = database._Sqlite.migrate

    async def copied_or_migrated(backend: Any) -> None:
        new = backend._file
        if new.exists() or not new.parent.is_dir():
            await migrate(backend)
        else:
            shutil.copyfile(file, new)

    return copied_or_migrated
