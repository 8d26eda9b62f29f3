"""Run by Alembic. The connection, already in a transaction, comes from `bot.store.migrate`."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context

from bot.store.columns import BigKey, Json, UtcDateTime
from bot.store.review_tables import NOT_MAPPED
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


def is_mapped(name: str | None, kind: str, _parents: Any) -> bool:
    """The index of the words differs by database, so no class stands for it."""
    return kind != "table" or not (name or "").startswith(NOT_MAPPED)


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    transactional_ddl=True,
    render_as_batch=True,
    render_item=render_item,
    include_name=is_mapped,
)
context.run_migrations()
