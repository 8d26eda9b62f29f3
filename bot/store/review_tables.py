"""The tables of the review: what is searched and counted of conversations, and what staff think of answers.

`review_search`, the index of the words, is made by the migration: FTS5 on SQLite, arrays under a GIN index on
PostgreSQL (bot.store.review_index).
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.columns import BigKey, Json, UtcDateTime, word
from bot.store.review_values import AssignmentState, ProposalKind, ProposalState, Verdict
from bot.store.staff_tables import StaffAccount
from bot.store.tables import Base, Conversation, Message

_NO_ANSWER = text("no_answer")
NOT_MAPPED = "review_search"
"""Names of tables that begin so are made by a migration alone."""


class ReviewEntry(Base):
    """One turn as it is found and counted: a citizen's message with its replies, or a message of staff."""

    __tablename__ = "review_entries"
    __table_args__ = (
        Index("ix_review_entries_conversation_id", "conversation_id", "id"),
        Index("ix_review_entries_at", "at"),
        Index(
            "ix_review_entries_no_answer",
            "id",
            sqlite_where=_NO_ANSWER,
            postgresql_where=_NO_ANSWER,
        ),
    )

    id: Mapped[int] = mapped_column(
        BigKey, ForeignKey(Message.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    """The message that begins the turn."""
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id, ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    day: Mapped[date]
    """In China."""
    is_turn: Mapped[bool]
    """A citizen's message; False: what staff or the desk said by themselves."""
    answer_id: Mapped[int | None] = mapped_column(BigKey)
    """The reply that is judged."""
    outcome: Mapped[str | None] = mapped_column(String(16))
    aspect: Mapped[str | None] = mapped_column(String(32))
    guide_id: Mapped[str | None] = mapped_column(String(120))
    region: Mapped[str | None] = mapped_column(String(40))
    """Where the person is, else whose matter it is, else what the channel told."""
    confidence: Mapped[float | None]
    """The probability of the best hit."""
    agent: Mapped[str | None] = mapped_column(String(64))
    rating: Mapped[int | None]
    verdict: Mapped[Verdict | None] = mapped_column(word(Verdict, 24))
    """The newest one; all of them are in `review_judgements`."""
    no_answer: Mapped[bool]
    handed_off: Mapped[bool]
    corrected: Mapped[bool]
    opens: Mapped[bool]
    """The first turn of its conversation on its day, for which the next two speak of that day."""
    day_served: Mapped[bool]
    day_handed: Mapped[bool]
    words: Mapped[str] = mapped_column(Text)
    """All its texts, folded, one a line."""
    facets: Mapped[str] = mapped_column(Text)
    """What it is filtered by, parted by spaces."""


class ReviewJudgement(Base):
    """What somebody thinks of an answer. Only ever added to."""

    __tablename__ = "review_judgements"
    __table_args__ = (Index("ix_review_judgements_entry_id", "entry_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("review_entries.id", ondelete="CASCADE"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id, ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey(StaffAccount.id))
    verdict: Mapped[Verdict] = mapped_column(word(Verdict, 24))
    comment: Mapped[str] = mapped_column(Text)
    """Personal numbers masked."""
    correct_guide_id: Mapped[str | None] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReviewLabel(Base):
    """A word staff put on a turn."""

    __tablename__ = "review_labels"
    __table_args__ = (Index("ix_review_labels_label", "label"),)

    entry_id: Mapped[int] = mapped_column(
        ForeignKey("review_entries.id", ondelete="CASCADE"), primary_key=True
    )
    label: Mapped[str] = mapped_column(String(40), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(StaffAccount.id))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReviewAssignment(Base):
    """A turn somebody is asked to look at."""

    __tablename__ = "review_assignments"
    __table_args__ = (
        Index("ix_review_assignments_to_id", "to_id", "state"),
        Index("ix_review_assignments_entry_id", "entry_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("review_entries.id", ondelete="CASCADE"))
    to_id: Mapped[int] = mapped_column(ForeignKey(StaffAccount.id))
    by_id: Mapped[int] = mapped_column(ForeignKey(StaffAccount.id))
    note: Mapped[str] = mapped_column(Text)
    state: Mapped[AssignmentState] = mapped_column(word(AssignmentState))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReviewFilter(Base):
    """A search somebody keeps under a name."""

    __tablename__ = "review_filters"
    __table_args__ = (Index("ix_review_filters_account_id", "account_id"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(StaffAccount.id))
    name: Mapped[str] = mapped_column(String(60))
    filter: Mapped[dict[str, Any]] = mapped_column(Json)


class ReviewProposal(Base):
    """A wording that shall lead to an item: from a judgement, valid once a second person approves it."""

    __tablename__ = "review_proposals"
    __table_args__ = (
        Index("ix_review_proposals_state", "state", "id"),
        Index("ix_review_proposals_entry_id", "entry_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("review_entries.id", ondelete="SET NULL"))
    """None once the conversation was too old to be kept; whoever is erased takes theirs along."""
    kind: Mapped[ProposalKind] = mapped_column(word(ProposalKind))
    phrase: Mapped[str] = mapped_column(Text)
    """The question, or the name people use; personal numbers masked."""
    item_id: Mapped[str] = mapped_column(String(120))
    guide_id: Mapped[str] = mapped_column(String(120))
    aspect: Mapped[str | None] = mapped_column(String(32))
    region: Mapped[str | None] = mapped_column(String(40))
    """What the channel told of where the person is."""
    state: Mapped[ProposalState] = mapped_column(word(ProposalState))
    proposer_id: Mapped[int] = mapped_column(ForeignKey(StaffAccount.id))
    decider_id: Mapped[int | None] = mapped_column(ForeignKey(StaffAccount.id))
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ReviewCount(Base):
    """How often something happened on a day, on a channel, in a region. It names nobody, and stays when people
    are erased."""

    __tablename__ = "review_counts"
    __table_args__ = ({"sqlite_with_rowid": False},)

    name: Mapped[str] = mapped_column(String(24), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[str] = mapped_column(String(16), primary_key=True)
    region: Mapped[str] = mapped_column(String(40), primary_key=True)
    """Empty: not known."""
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    count: Mapped[int]
    total: Mapped[int] = mapped_column(BigKey)
    """The sum of what is counted, where it has a size: grades, seconds."""


class ReviewState(Base):
    """What the review keeps of itself: how far old messages are taken in, how long texts are kept."""

    __tablename__ = "review_state"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    value: Mapped[int] = mapped_column(BigKey)
