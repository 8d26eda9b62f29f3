"""Staff: signing in by an identity provider, and how each session was opened."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store import columns

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "staff_oidc_flows",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("state_digest", sa.String(length=64), nullable=False),
        sa.Column("sealed", sa.Text(), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_staff_oidc_flows")),
    )
    with op.batch_alter_table("staff_accounts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("oidc_expected", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("oidc_expected_until", columns.UtcDateTime(), nullable=True))
        batch_op.add_column(sa.Column("oidc_issuer", sa.String(length=255), nullable=True))
        batch_op.add_column(sa.Column("oidc_subject", sa.String(length=255), nullable=True))
        batch_op.create_index("uq_staff_accounts_oidc_expected", ["oidc_expected"], unique=True)
        batch_op.create_index("uq_staff_accounts_oidc_subject", ["oidc_issuer", "oidc_subject"], unique=True)

    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("method", sa.String(length=16), server_default="password", nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.drop_column("method")

    with op.batch_alter_table("staff_accounts", schema=None) as batch_op:
        batch_op.drop_index("uq_staff_accounts_oidc_subject")
        batch_op.drop_index("uq_staff_accounts_oidc_expected")
        batch_op.drop_column("oidc_subject")
        batch_op.drop_column("oidc_issuer")
        batch_op.drop_column("oidc_expected_until")
        batch_op.drop_column("oidc_expected")

    op.drop_table("staff_oidc_flows")
