"""Run by Alembic. The connection, already in a transaction, comes from `bot.store.migrate`."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from bot.store.columns import BigKey, Json, UtcDateTime
from bot.store.tables import Base


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """How our own column types are written in a new migration; False leaves it to Alembic."""
    if kind != "type":
        return False
    if item is BigKey or item is Json:
        return "columns.BigKey" if item is BigKey else "columns.Json"
    if isinstance(item, UtcDateTime):
        return "columns.UtcDateTime()"
    if isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=True,
    render_item=render_item,
)
context.run_migrations()
