"""Review: turns as they are found and counted, judgements, proposals, and the index of their words.

What was said before is taken in afterwards, newest first and some turns at a time (bot.store.review_backfill), so
that a large installation need not wait for it at this start.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from bot.store import columns

revision = "0007"
down_revision = "0006"

_SQLITE = (
    "CREATE VIRTUAL TABLE review_search USING fts5(keys, content='', columnsize=0, detail=none, tokenize='ascii')",
)
_POSTGRES = (
    "CREATE TABLE review_search (id BIGINT CONSTRAINT pk_review_search PRIMARY KEY, keys INTEGER[] NOT NULL)",
    "CREATE INDEX ix_review_search_keys ON review_search USING gin (keys)",
)


def upgrade() -> None:
    op.create_table(
        "review_counts",
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("region", sa.String(length=40), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("total", columns.BigKey, nullable=False),
        sa.PrimaryKeyConstraint("name", "day", "channel", "region", "key", name=op.f("pk_review_counts")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "review_state",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("value", columns.BigKey, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_review_state")),
    )
    op.create_table(
        "review_filters",
        sa.Column("id", columns.BigKey, nullable=False),
        sa.Column("account_id", columns.BigKey, nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("filter", columns.Json, nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["staff_accounts.id"], name=op.f("fk_review_filters_account_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_filters")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("review_filters", schema=None) as batch_op:
        batch_op.create_index("ix_review_filters_account_id", ["account_id"], unique=False)

    op.create_table(
        "review_entries",
        sa.Column("id", columns.BigKey, autoincrement=False, nullable=False),
        sa.Column("conversation_id", columns.BigKey, nullable=False),
        sa.Column("channel", sa.String(length=16), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("is_turn", sa.Boolean(), nullable=False),
        sa.Column("answer_id", columns.BigKey, nullable=True),
        sa.Column("outcome", sa.String(length=16), nullable=True),
        sa.Column("aspect", sa.String(length=32), nullable=True),
        sa.Column("guide_id", sa.String(length=120), nullable=True),
        sa.Column("region", sa.String(length=40), nullable=True),
        sa.Column("confidence", sa.Double(), nullable=True),
        sa.Column("agent", sa.String(length=64), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("verdict", sa.String(length=24), nullable=True),
        sa.Column("no_answer", sa.Boolean(), nullable=False),
        sa.Column("handed_off", sa.Boolean(), nullable=False),
        sa.Column("corrected", sa.Boolean(), nullable=False),
        sa.Column("opens", sa.Boolean(), nullable=False),
        sa.Column("day_served", sa.Boolean(), nullable=False),
        sa.Column("day_handed", sa.Boolean(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("facets", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_review_entries_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["id"], ["messages.id"], name=op.f("fk_review_entries_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_entries")),
    )
    with op.batch_alter_table("review_entries", schema=None) as batch_op:
        batch_op.create_index("ix_review_entries_at", ["at"], unique=False)
        batch_op.create_index("ix_review_entries_conversation_id", ["conversation_id", "id"], unique=False)
        batch_op.create_index(
            "ix_review_entries_no_answer",
            ["id"],
            unique=False,
            sqlite_where=sa.text("no_answer"),
            postgresql_where=sa.text("no_answer"),
        )

    op.create_table(
        "review_assignments",
        sa.Column("id", columns.BigKey, nullable=False),
        sa.Column("entry_id", columns.BigKey, nullable=False),
        sa.Column("to_id", columns.BigKey, nullable=False),
        sa.Column("by_id", columns.BigKey, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("done_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["staff_accounts.id"], name=op.f("fk_review_assignments_by_id")),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["review_entries.id"],
            name=op.f("fk_review_assignments_entry_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["to_id"], ["staff_accounts.id"], name=op.f("fk_review_assignments_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_assignments")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("review_assignments", schema=None) as batch_op:
        batch_op.create_index("ix_review_assignments_entry_id", ["entry_id"], unique=False)
        batch_op.create_index("ix_review_assignments_to_id", ["to_id", "state"], unique=False)

    op.create_table(
        "review_judgements",
        sa.Column("id", columns.BigKey, nullable=False),
        sa.Column("entry_id", columns.BigKey, nullable=False),
        sa.Column("conversation_id", columns.BigKey, nullable=False),
        sa.Column("account_id", columns.BigKey, nullable=False),
        sa.Column("verdict", sa.String(length=24), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("correct_guide_id", sa.String(length=120), nullable=True),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["staff_accounts.id"], name=op.f("fk_review_judgements_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name=op.f("fk_review_judgements_conversation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["review_entries.id"],
            name=op.f("fk_review_judgements_entry_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_judgements")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("review_judgements", schema=None) as batch_op:
        batch_op.create_index("ix_review_judgements_entry_id", ["entry_id"], unique=False)

    op.create_table(
        "review_labels",
        sa.Column("entry_id", columns.BigKey, nullable=False),
        sa.Column("label", sa.String(length=40), nullable=False),
        sa.Column("account_id", columns.BigKey, nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["account_id"], ["staff_accounts.id"], name=op.f("fk_review_labels_account_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["review_entries.id"], name=op.f("fk_review_labels_entry_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("entry_id", "label", name=op.f("pk_review_labels")),
    )
    with op.batch_alter_table("review_labels", schema=None) as batch_op:
        batch_op.create_index("ix_review_labels_label", ["label"], unique=False)

    op.create_table(
        "review_proposals",
        sa.Column("id", columns.BigKey, nullable=False),
        sa.Column("entry_id", columns.BigKey, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("phrase", sa.Text(), nullable=False),
        sa.Column("item_id", sa.String(length=120), nullable=False),
        sa.Column("guide_id", sa.String(length=120), nullable=False),
        sa.Column("aspect", sa.String(length=32), nullable=True),
        sa.Column("region", sa.String(length=40), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("proposer_id", columns.BigKey, nullable=False),
        sa.Column("decider_id", columns.BigKey, nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", columns.UtcDateTime(), nullable=False),
        sa.Column("decided_at", columns.UtcDateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decider_id"], ["staff_accounts.id"], name=op.f("fk_review_proposals_decider_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"],
            ["review_entries.id"],
            name=op.f("fk_review_proposals_entry_id"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["proposer_id"], ["staff_accounts.id"], name=op.f("fk_review_proposals_proposer_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_proposals")),
        sqlite_autoincrement=True,
    )
    with op.batch_alter_table("review_proposals", schema=None) as batch_op:
        batch_op.create_index("ix_review_proposals_entry_id", ["entry_id"], unique=False)
        batch_op.create_index("ix_review_proposals_state", ["state", "id"], unique=False)

    op.execute(
        "INSERT INTO review_state (name, value)"
        " SELECT 'taken_in_from', COALESCE(MAX(id), 0) + 1 FROM messages"
    )
    for statement in _POSTGRES if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def downgrade() -> None:
    op.drop_table("review_search")
    with op.batch_alter_table("review_proposals", schema=None) as batch_op:
        batch_op.drop_index("ix_review_proposals_state")
        batch_op.drop_index("ix_review_proposals_entry_id")

    op.drop_table("review_proposals")
    with op.batch_alter_table("review_labels", schema=None) as batch_op:
        batch_op.drop_index("ix_review_labels_label")

    op.drop_table("review_labels")
    with op.batch_alter_table("review_judgements", schema=None) as batch_op:
        batch_op.drop_index("ix_review_judgements_entry_id")

    op.drop_table("review_judgements")
    with op.batch_alter_table("review_assignments", schema=None) as batch_op:
        batch_op.drop_index("ix_review_assignments_to_id")
        batch_op.drop_index("ix_review_assignments_entry_id")

    op.drop_table("review_assignments")
    with op.batch_alter_table("review_entries", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_review_entries_no_answer",
            sqlite_where=sa.text("no_answer"),
            postgresql_where=sa.text("no_answer"),
        )
        batch_op.drop_index("ix_review_entries_conversation_id")
        batch_op.drop_index("ix_review_entries_at")

    op.drop_table("review_entries")
    with op.batch_alter_table("review_filters", schema=None) as batch_op:
        batch_op.drop_index("ix_review_filters_account_id")

    op.drop_table("review_filters")
    op.drop_table("review_state")
    op.drop_table("review_counts")
