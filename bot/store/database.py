"""The database: one writer thread and several readers on SQLite, a pool of connections on PostgreSQL.

Work on it is a function of a session, run in one transaction: `await database.write(work)`. The same
function serves both databases. On SQLite it runs in a thread, whole, which costs one hand-over for a
transaction; all writes of the process queue for the one writer thread, first come first served, each in an
immediate transaction. Readers see a consistent snapshot (WAL) and are never kept waiting. Other processes
(an import) and we wait for each other for up to `BUSY_S` seconds.
"""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from sqlalchemy import Engine, create_engine, event, make_url, text
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlalchemy.orm import Session

from bot.errors import PartUnavailable, SetupIncomplete
from bot.store import review_keeping  # noqa: F401  (turns are taken in by the transaction that stores them)
from bot.store.migrate import upgrade

BUSY_S = 15
_READERS = 4

T = TypeVar("T")
Work = Callable[[Session], T]


class _Backend(Protocol):
    """What differs between the databases."""

    async def migrate(self) -> None:
        """Bring the tables up to date."""

    async def read(self, work: Work[T]) -> T:
        """Run in a transaction that sees one state of the database."""

    async def write(self, work: Work[T]) -> T:
        """Run in a transaction that is committed at the end and rolled back on an error."""

    async def scrub(self) -> None:
        """Leave nothing of what was deleted in files beside the database."""

    async def close(self) -> None:
        """Close every connection."""


class Database:
    """Opened once per process by `async with Database.open(url)`."""

    def __init__(self, backend: _Backend) -> None:
        self._backend = backend

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str) -> AsyncIterator[Database]:
        """Bring the tables up to date and connect. In: `Settings.database_url`."""
        is_sqlite = make_url(url).get_backend_name() == "sqlite"
        backend: _Backend = _Sqlite(url) if is_sqlite else _Postgres(url)
        try:
            async with _mended():
                await backend.migrate()
            yield cls(backend)
        finally:
            await backend.close()

    async def read(self, work: Work[T]) -> T:
        """The result of work that changes nothing."""
        async with _mended():
            return await self._backend.read(work)

    async def write(self, work: Work[T]) -> T:
        """The result of work in one transaction: committed at the end, rolled back on an error."""
        async with _mended():
            return await self._backend.write(work)

    async def scrub(self) -> None:
        """Have what was deleted gone from the write-ahead log of SQLite; PostgreSQL's autovacuum sees to its own."""
        async with _mended():
            await self._backend.scrub()

    async def ping(self) -> None:
        """Return when the database answers; PartUnavailable when it does not."""
        await self.read(lambda session: session.execute(text("SELECT 1")).scalar_one())


@asynccontextmanager
async def _mended() -> AsyncIterator[None]:
    """Say in our own words that the database does not answer. Never with the values of a statement."""
    try:
        yield
    except (DBAPIError, PoolTimeout, OSError) as error:
        if isinstance(error, DBAPIError) and not _is_away(error):
            raise
        raise PartUnavailable(
            f"The database does not answer: {_reason(error)}.",
            mend="See that DATABASE_URL names a running database that lets us in (or a writable file).",
        ) from error


_AWAY = ("08", "28", "3D", "53", "57")
"""Classes of SQLSTATE that speak of the server: connection, password, database, resources, stopped."""


def _is_away(error: DBAPIError) -> bool:
    """Whether the database is not there, rather than refusing this one statement."""
    state = getattr(error.orig, "sqlstate", None) or ""
    is_lost = error.connection_invalidated or isinstance(error, OperationalError | InterfaceError)
    return is_lost or state.startswith(_AWAY)


def _reason(error: BaseException) -> str:
    """One name or sentence of the driver. What PostgreSQL says holds hosts and users, so only its kind."""
    said = getattr(error, "orig", None)
    if isinstance(said, sqlite3.Error):
        return str(said)[:200]
    return type(said.__cause__ or said if said else error).__name__


def _to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class _Postgres:
    def __init__(self, url: str) -> None:
        self._engine = create_async_engine(
            url,
            pool_size=10,
            max_overflow=10,
            pool_timeout=BUSY_S,
            pool_pre_ping=True,
            hide_parameters=True,
            json_serializer=_to_json,
            connect_args={"timeout": 10, "command_timeout": 60},
        )

    async def migrate(self) -> None:
        async with self._engine.begin() as connection:
            await connection.run_sync(upgrade)

    async def read(self, work: Work[T]) -> T:
        async with AsyncSession(self._engine, expire_on_commit=False) as session:
            return await session.run_sync(work)

    async def write(self, work: Work[T]) -> T:
        async with AsyncSession(self._engine, expire_on_commit=False) as session, session.begin():
            return await session.run_sync(work)

    async def scrub(self) -> None:
        return

    async def close(self) -> None:
        await self._engine.dispose()


class _Sqlite:
    def __init__(self, url: str) -> None:
        file = make_url(url).database
        if not file or file == ":memory:":
            raise SetupIncomplete(
                "A database in memory cannot be shared by a writer and readers.",
                mend="Set DATABASE_URL to a file: sqlite:///var/bangban.db.",
            )
        self._file = Path(file)
        self._writer = _sqlite_engine(file, 1, "BEGIN IMMEDIATE")
        self._reader = _sqlite_engine(file, _READERS, "BEGIN", "query_only=ON")
        self._writing = ThreadPoolExecutor(1, thread_name_prefix="sqlite-writer")
        self._reading = ThreadPoolExecutor(_READERS, thread_name_prefix="sqlite-reader")

    async def migrate(self) -> None:
        """Make the file and its tables.

        Alembic changes a column on SQLite by rebuilding its table; with foreign keys on, dropping the old
        table would delete the rows of others that point to it. So this connection has them off.
        """
        try:
            self._file.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SetupIncomplete(
                f"The folder of the database {self._file} cannot be made: {error.strerror}.",
                mend="Let this user write there, or set DATABASE_URL to another file.",
            ) from error
        engine = _sqlite_engine(str(self._file), 1, "BEGIN IMMEDIATE", "journal_mode=WAL", "foreign_keys=OFF")

        def migrate() -> None:
            try:
                with engine.begin() as connection:
                    upgrade(connection)
            finally:
                engine.dispose()

        await asyncio.get_running_loop().run_in_executor(self._writing, migrate)

    async def read(self, work: Work[T]) -> T:
        return await self._run(self._reading, self._reader, work)

    async def write(self, work: Work[T]) -> T:
        return await self._run(self._writing, self._writer, work)

    async def _run(self, threads: ThreadPoolExecutor, engine: Engine, work: Work[T]) -> T:
        def run() -> T:
            with Session(engine, expire_on_commit=False) as session, session.begin():
                return work(session)

        return await asyncio.get_running_loop().run_in_executor(threads, run)

    async def scrub(self) -> None:
        """Readers that look at an older state keep the log from being emptied; it is overwritten later then."""

        def scrub() -> None:
            raw = self._writer.raw_connection()
            try:
                raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").close()  # type: ignore[union-attr]
            finally:
                raw.close()

        await asyncio.get_running_loop().run_in_executor(self._writing, scrub)

    async def close(self) -> None:
        for threads in (self._writing, self._reading):
            await asyncio.to_thread(threads.shutdown)
        self._writer.dispose()
        self._reader.dispose()


def _sqlite_engine(file: str, connections: int, begin: str, *pragmas: str) -> Engine:
    engine = create_engine(
        f"sqlite:///{file}",
        pool_size=connections,
        max_overflow=0,
        hide_parameters=True,
        json_serializer=_to_json,
        connect_args={"timeout": BUSY_S, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we begin transactions ourselves
        for pragma in (
            f"busy_timeout={BUSY_S * 1000}",
            "foreign_keys=ON",
            "synchronous=NORMAL",
            "secure_delete=ON",
            *pragmas,
        ):
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine
