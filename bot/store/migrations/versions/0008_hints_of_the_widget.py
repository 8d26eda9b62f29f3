"""What the widget tells of how a person reads: the language it shows, and whether in large print."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.add_column("conversations", sa.Column("language", sa.String(length=16), nullable=True))
    for table in ("conversations", "handoffs"):
        op.add_column(
            table, sa.Column("large_print", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    op.drop_column("handoffs", "large_print")
    op.drop_column("conversations", "large_print")
    op.drop_column("conversations", "language")
