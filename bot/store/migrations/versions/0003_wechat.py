"""WeChat: what the platform lets us send to a person; what is to be erased; counts that name nobody."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store import columns

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "daily_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "name", name=op.f("pk_daily_counts")),
    )
    op.create_table(
        "erasures",
        sa.Column("tracker", sa.String(length=120), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tracker", name=op.f("pk_erasures")),
    )
    op.create_table(
        "wechat_windows",
        sa.Column("sender", sa.String(length=64), nullable=False),
        sa.Column("message_left", sa.Integer(), nullable=False),
        sa.Column("message_until", columns.UtcDateTime(), nullable=True),
        sa.Column("event_left", sa.Integer(), nullable=False),
        sa.Column("event_until", columns.UtcDateTime(), nullable=True),
        sa.Column("more_id", columns.BigKey, nullable=True),
        sa.Column("more_at", sa.Integer(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("sender", name=op.f("pk_wechat_windows")),
    )


def downgrade() -> None:
    op.drop_table("wechat_windows")
    op.drop_table("erasures")
    op.drop_table("daily_counts")
