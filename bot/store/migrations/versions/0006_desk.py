"""The desk: teams, agents, handed-over episodes and their events, notes, canned replies, tickets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store import columns

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "teams",
        sa.Column("id", columns.BigKey, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("regions", columns.Json, nullable=False),
        sa.Column("departments", columns.Json, nullable=False),
        sa.Column("languages", columns.Json, nullable=False),
        sa.Column("hours", columns.Json, nullable=False),
        sa.Column("auto_assign", sa.Boolean(), nullable=False),
        sa.Column("is_default", sa.Boolean(), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("disabled_at", columns.UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_teams")),
        sa.UniqueConstraint("name", name=op.f("uq_teams_name")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "agents",
        sa.Column("account_id", columns.BigKey, autoincrement=False, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("languages", columns.Json, nullable=False),
        sa.Column("presence", sa.String(length=16), nullable=False),
        sa.Column("seen_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["account_id"], ["staff_accounts.id"], name=op.f("fk_agents_account_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_agents")),
        sa.UniqueConstraint("number", name=op.f("uq_agents_number")),
    )
    op.create_table(
        "canned_replies",
        sa.Column("id", columns.BigKey, nullable=False),
        sa.Column("team_id", columns.BigKey, nullable=True),
        sa.Column("shortcut", sa.String(length=20), nullable=False),
        sa.Column("title", sa.String(length=60), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_by", columns.BigKey, nullable=True),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_canned_replies_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_replies")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("canned_replies", schema=None) as batch_op:
        batch_op.create_index("ix_canned_replies_team_id", ["team_id"], unique=False)

    op.create_table(
        "handoffs",
        sa.Column("id", columns.BigKey, nullable=False),
        sa.Column("conversation_id", columns.BigKey, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("trigger", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("team_id", columns.BigKey, nullable=True),
        sa.Column("agent_id", columns.BigKey, nullable=True),
        sa.Column("left_by", columns.BigKey, nullable=True),
        sa.Column("priority", sa.Integer(), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=True),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("department", sa.String(length=60), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("guide_id", sa.String(length=120), nullable=True),
        sa.Column("packet", columns.Json, nullable=False),
        sa.Column("queued_at", columns.UtcDateTime(), nullable=False),
        sa.Column("claimed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("last_citizen_at", columns.UtcDateTime(), nullable=True),
        sa.Column("last_agent_at", columns.UtcDateTime(), nullable=True),
        sa.Column("reminded_at", columns.UtcDateTime(), nullable=True),
        sa.Column("closed_at", columns.UtcDateTime(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["agent_id"], ["staff_accounts.id"], name=op.f("fk_handoffs_agent_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_handoffs_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_handoffs_team_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoffs")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("handoffs", schema=None) as batch_op:
        batch_op.create_index("ix_handoffs_closed_at", ["closed_at"], unique=False)
        batch_op.create_index("ix_handoffs_conversation_id", ["conversation_id"], unique=False)
        batch_op.create_index(
            "ix_handoffs_waiting",
            ["queued_at"],
            unique=False,
            sqlite_where=sa.text("state != 'closed'"),
            postgresql_where=sa.text("state != 'closed'"),
        )
        batch_op.create_index(
            "uq_handoffs_open",
            ["conversation_id"],
            unique=True,
            sqlite_where=sa.text("state != 'closed'"),
            postgresql_where=sa.text("state != 'closed'"),
        )

    op.create_table(
        "team_members",
        sa.Column("team_id", columns.BigKey, nullable=False),
        sa.Column("account_id", columns.BigKey, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["staff_accounts.id"], name=op.f("fk_team_members_account_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_team_members_team_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("team_id", "account_id", name=op.f("pk_team_members")),
    )
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.create_index("ix_team_members_account_id", ["account_id"], unique=False)

    op.create_table(
        "desk_notes",
        sa.Column("id", columns.BigKey, nullable=False),
        sa.Column("conversation_id", columns.BigKey, nullable=False),
        sa.Column("handoff_id", columns.BigKey, nullable=True),
        sa.Column("account_id", columns.BigKey, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["staff_accounts.id"], name=op.f("fk_desk_notes_account_id")),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_desk_notes_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_desk_notes_handoff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_desk_notes")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("desk_notes", schema=None) as batch_op:
        batch_op.create_index("ix_desk_notes_conversation_id", ["conversation_id"], unique=False)

    op.create_table(
        "handoff_events",
        sa.Column("id", columns.BigKey, nullable=False),
        sa.Column("handoff_id", columns.BigKey, nullable=True),
        sa.Column("conversation_id", columns.BigKey, nullable=False),
        sa.Column("event", sa.String(length=32), nullable=False),
        sa.Column("before", sa.String(length=16), nullable=False),
        sa.Column("after", sa.String(length=16), nullable=False),
        sa.Column("actor", columns.BigKey, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("detail", columns.Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_handoff_events_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_handoff_events_handoff_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handoff_events")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("handoff_events", schema=None) as batch_op:
        batch_op.create_index("ix_handoff_events_conversation_id", ["conversation_id"], unique=False)

    op.create_table(
        "tickets",
        sa.Column("id", columns.BigKey, nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("conversation_id", columns.BigKey, nullable=False),
        sa.Column("handoff_id", columns.BigKey, nullable=True),
        sa.Column("team_id", columns.BigKey, nullable=True),
        sa.Column("owner_id", columns.BigKey, nullable=True),
        sa.Column("contact_sealed", sa.Text(), nullable=True),
        sa.Column("contact_masked", sa.String(length=60), nullable=False),
        sa.Column("matter", sa.Text(), nullable=False),
        sa.Column("region", sa.String(length=12), nullable=True),
        sa.Column("preferred_time", sa.String(length=100), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("due_at", columns.UtcDateTime(), nullable=False),
        sa.Column("reply_message_id", columns.BigKey, nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("created_at", columns.UtcDateTime(), nullable=False),
        sa.Column("updated_at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_tickets_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["handoff_id"], ["handoffs.id"], name=op.f("fk_tickets_handoff_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["staff_accounts.id"], name=op.f("fk_tickets_owner_id"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["reply_message_id"],
            ["messages.id"],
            name=op.f("fk_tickets_reply_message_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["team_id"], ["teams.id"], name=op.f("fk_tickets_team_id"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tickets")),
        sa.UniqueConstraint("number", name=op.f("uq_tickets_number")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.create_index("ix_tickets_conversation_id", ["conversation_id"], unique=False)
        batch_op.create_index("ix_tickets_state", ["state", "due_at"], unique=False)

    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.add_column(sa.Column("misses", sa.Integer(), server_default="0", nullable=False))
        batch_op.add_column(sa.Column("leaving", columns.Json, nullable=True))
        batch_op.create_index("ix_conversations_updated_at", ["updated_at"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("conversations", schema=None) as batch_op:
        batch_op.drop_index("ix_conversations_updated_at")
        batch_op.drop_column("leaving")
        batch_op.drop_column("misses")

    with op.batch_alter_table("tickets", schema=None) as batch_op:
        batch_op.drop_index("ix_tickets_state")
        batch_op.drop_index("ix_tickets_conversation_id")

    op.drop_table("tickets")
    with op.batch_alter_table("handoff_events", schema=None) as batch_op:
        batch_op.drop_index("ix_handoff_events_conversation_id")

    op.drop_table("handoff_events")
    with op.batch_alter_table("desk_notes", schema=None) as batch_op:
        batch_op.drop_index("ix_desk_notes_conversation_id")

    op.drop_table("desk_notes")
    with op.batch_alter_table("team_members", schema=None) as batch_op:
        batch_op.drop_index("ix_team_members_account_id")

    op.drop_table("team_members")
    with op.batch_alter_table("handoffs", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_handoffs_open",
            sqlite_where=sa.text("state != 'closed'"),
            postgresql_where=sa.text("state != 'closed'"),
        )
        batch_op.drop_index(
            "ix_handoffs_waiting",
            sqlite_where=sa.text("state != 'closed'"),
            postgresql_where=sa.text("state != 'closed'"),
        )
        batch_op.drop_index("ix_handoffs_conversation_id")
        batch_op.drop_index("ix_handoffs_closed_at")

    op.drop_table("handoffs")
    with op.batch_alter_table("canned_replies", schema=None) as batch_op:
        batch_op.drop_index("ix_canned_replies_team_id")

    op.drop_table("canned_replies")
    op.drop_table("agents")
    op.drop_table("teams")
