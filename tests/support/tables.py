"""The tables of a database that several tests share, one after the other."""

from __future__ import annotations

from sqlalchemy import text
from sqlalchemy.orm import Session

from bot.store.tables import Base


def emptied(session: Session) -> None:
    """Delete everything, the index of the words too."""
    is_postgres = session.get_bind().dialect.name == "postgresql"
    if is_postgres:  # another test's entries of the audit log
        session.execute(text("ALTER TABLE staff_audit DISABLE TRIGGER USER"))
    for table in reversed(Base.metadata.sorted_tables):
        session.execute(text(f"DELETE FROM {table.name}"))
    if is_postgres:
        session.execute(text("ALTER TABLE staff_audit ENABLE TRIGGER USER"))
    session.execute(
        text(
            "DELETE FROM review_search"
            if is_postgres
            else "INSERT INTO review_search(review_search) VALUES ('delete-all')"
        )
    )
