"""Staff: accounts, sessions, attempts, and the audit log that only grows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store import columns

revision = "0005"
down_revision = "0004"

_REFUSED = "the audit log is append-only"
_SQLITE = (
    f"CREATE TRIGGER staff_audit_no_update BEFORE UPDATE ON staff_audit BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END",
    f"CREATE TRIGGER staff_audit_no_delete BEFORE DELETE ON staff_audit BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END",
    # INSERT OR REPLACE deletes without asking the trigger above.
    "CREATE TRIGGER staff_audit_no_replace BEFORE INSERT ON staff_audit"
    " WHEN EXISTS (SELECT 1 FROM staff_audit WHERE seq = NEW.seq)"
    f" BEGIN SELECT RAISE(ABORT, '{_REFUSED}'); END",
)
_POSTGRES = (
    "CREATE FUNCTION staff_audit_refuse() RETURNS trigger LANGUAGE plpgsql AS"
    f" $$ BEGIN RAISE EXCEPTION '{_REFUSED}'; END $$",
    "CREATE TRIGGER staff_audit_append_only BEFORE UPDATE OR DELETE ON staff_audit"
    " FOR EACH ROW EXECUTE FUNCTION staff_audit_refuse()",
    "CREATE TRIGGER staff_audit_no_truncate BEFORE TRUNCATE ON staff_audit"
    " FOR EACH STATEMENT EXECUTE FUNCTION staff_audit_refuse()",
)


def upgrade() -> None:
    op.create_table(
        "staff_accounts",
        sa.Column("id", columns.BigKey, nullable=False),
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("display_name", sa.String(length=40), nullable=False),
        sa.Column("role", sa.String(length=16), nullable=False),
        sa.Column("password_hash", sa.String(length=200), nullable=False),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("totp", sa.Text(), nullable=True),
        sa.Column("totp_step", columns.BigKey, nullable=True),
        sa.Column("pending_totp", sa.Text(), nullable=True),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("password_changed_at", columns.UtcDateTime(), nullable=False),
        sa.Column("last_login_at", columns.UtcDateTime(), nullable=True),
        sa.Column("disabled_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_accounts")),
        sa.UniqueConstraint("name", name=op.f("uq_staff_accounts_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "staff_recovery_codes",
        sa.Column("account_id", columns.BigKey, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["staff_accounts.id"],
            name=op.f("fk_staff_recovery_codes_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("account_id", "digest", name=op.f("pk_staff_recovery_codes")),
    )
    op.create_table(
        "staff_sessions",
        sa.Column("id", columns.BigKey, nullable=False),
        sa.Column("account_id", columns.BigKey, nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("second_factor", sa.Boolean(), nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("browser", sa.String(length=200), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=False),
        sa.Column("expires_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"],
            ["staff_accounts.id"],
            name=op.f("fk_staff_sessions_account_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_sessions")),
        sa.UniqueConstraint("digest", name=op.f("uq_staff_sessions_digest")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.create_index("ix_staff_sessions_account_id", ["account_id"], unique=False)
    op.create_table(
        "staff_attempts",
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", columns.UtcDateTime(), nullable=False),
        sa.Column("blocked_until", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_staff_attempts")),
    )
    op.create_table(
        "staff_audit",
        sa.Column("seq", columns.BigKey, autoincrement=False, nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("actor_id", columns.BigKey, nullable=True),
        sa.Column("actor", sa.String(length=80), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("object", sa.String(length=120), nullable=False),
        sa.Column("detail", columns.Json, nullable=False),
        sa.Column("address", sa.String(length=64), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_staff_audit")),
    )
    for statement in _POSTGRES if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("staff_audit")
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION staff_audit_refuse()")
    op.drop_table("staff_attempts")
    with op.batch_alter_table("staff_sessions", schema=None) as batch_op:
        batch_op.drop_index("ix_staff_sessions_account_id")
    op.drop_table("staff_sessions")
    op.drop_table("staff_recovery_codes")
    op.drop_table("staff_accounts")
