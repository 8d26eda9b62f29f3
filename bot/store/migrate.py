"""Migrations: run at every start, under a lock, so that several processes may start at once."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

MIGRATIONS = Path(__file__).parent / "migrations"

_LOCK_KEY = 0x62616E67  # any number of our own


def upgrade(connection: Connection) -> None:
    """Bring the tables up to the newest migration, in the transaction of a connection.

    Other processes that start wait: on SQLite for the immediate transaction, on PostgreSQL for a lock.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
    command.upgrade(config(connection), "head")


def config(connection: Connection) -> Config:
    """Alembic's configuration; there is no ini file, the connection is handed over."""
    made = Config()
    made.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    made.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    made.attributes["connection"] = connection
    return made
