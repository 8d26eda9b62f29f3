"""The tables of the desk: teams, who is there, handed-over episodes and what happened in them, tickets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.columns import BigKey, Json, UtcDateTime, word
from bot.store.desk_values import HandoffState, NoteKind, Presence, TicketState, Trigger
from bot.store.staff_tables import StaffAccount
from bot.store.states import Owner
from bot.store.tables import Base, Conversation, Message

_IS_OPEN = text("state != 'closed'")


class DeskTeam(Base):
    """People who serve the same places, matters and languages. Switched off, never deleted."""

    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("name"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    regions: Mapped[list[str]] = mapped_column(Json)
    departments: Mapped[list[str]] = mapped_column(Json)
    languages: Mapped[list[str]] = mapped_column(Json)
    hours: Mapped[dict[str, Any]] = mapped_column(Json)
    auto_assign: Mapped[bool]
    is_default: Mapped[bool]
    phone: Mapped[str] = mapped_column(String(40))
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class DeskAgent(Base):
    """What the desk keeps of a member of staff; made when they first come to the desk."""

    __tablename__ = "agents"
    __table_args__ = (UniqueConstraint("number"),)

    account_id: Mapped[int] = mapped_column(
        ForeignKey(StaffAccount.id, ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[str] = mapped_column(String(20))
    """工号, shown to citizens."""
    capacity: Mapped[int]
    """Chats they can have at once."""
    languages: Mapped[list[str]] = mapped_column(Json)
    presence: Mapped[Presence] = mapped_column(word(Presence))
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """The last heartbeat of their console."""


class DeskTeamMember(Base):
    """Who is in which team."""

    __tablename__ = "team_members"
    __table_args__ = (Index("ix_team_members_account_id", "account_id"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"), primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey(StaffAccount.id, ondelete="CASCADE"), primary_key=True)


class HandoffRecord(Base):
    """One episode in which a conversation waited for a person or was with one."""

    __tablename__ = "handoffs"
    __table_args__ = (
        Index(
            "uq_handoffs_open",
            "conversation_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index("ix_handoffs_waiting", "queued_at", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        Index("ix_handoffs_conversation_id", "conversation_id"),
        Index("ix_handoffs_closed_at", "closed_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id, ondelete="CASCADE"))
    state: Mapped[HandoffState] = mapped_column(word(HandoffState))
    trigger: Mapped[Trigger] = mapped_column(word(Trigger))
    reason: Mapped[str] = mapped_column(Text)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="SET NULL"))
    agent_id: Mapped[int | None] = mapped_column(ForeignKey(StaffAccount.id, ondelete="SET NULL"))
    left_by: Mapped[int | None] = mapped_column(BigKey)
    """Who had it last, when it went back into the queue."""
    priority: Mapped[int]
    region: Mapped[str | None] = mapped_column(String(12))
    language: Mapped[str] = mapped_column(String(16))
    large_print: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the citizen asked from the large print made for the elderly."""
    department: Mapped[str] = mapped_column(String(60))
    matter: Mapped[str] = mapped_column(Text)
    guide_id: Mapped[str | None] = mapped_column(String(120))
    packet: Mapped[dict[str, Any]] = mapped_column(Json)
    queued_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Its place in the queue, kept when it comes back."""
    claimed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the person who has it now got it."""
    last_citizen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_agent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reminded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the citizen was last told their place."""
    closed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    result: Mapped[str] = mapped_column(Text)


class HandoffEventRecord(Base):
    """One change of who speaks. Only ever added to."""

    __tablename__ = "handoff_events"
    __table_args__ = (
        Index("ix_handoff_events_conversation_id", "conversation_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    handoff_id: Mapped[int | None] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"))
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id, ondelete="CASCADE"))
    event: Mapped[str] = mapped_column(String(32))
    before: Mapped[Owner] = mapped_column(word(Owner))
    after: Mapped[Owner] = mapped_column(word(Owner))
    actor: Mapped[int | None] = mapped_column(BigKey)
    """Account; NULL: the citizen or the system."""
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    detail: Mapped[dict[str, Any]] = mapped_column(Json)


class DeskNoteRecord(Base):
    """What staff write that no citizen sees; personal numbers masked."""

    __tablename__ = "desk_notes"
    __table_args__ = (
        Index("ix_desk_notes_conversation_id", "conversation_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id, ondelete="CASCADE"))
    handoff_id: Mapped[int | None] = mapped_column(ForeignKey("handoffs.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(ForeignKey(StaffAccount.id))
    kind: Mapped[NoteKind] = mapped_column(word(NoteKind))
    text: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class CannedReply(Base):
    """A text staff send often; what stands in braces is filled in when it is used."""

    __tablename__ = "canned_replies"
    __table_args__ = (
        Index("ix_canned_replies_team_id", "team_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="CASCADE"))
    """NULL: for everybody."""
    shortcut: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(60))
    text: Mapped[str] = mapped_column(Text)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_by: Mapped[int | None] = mapped_column(BigKey)


class Ticket(Base):
    """A message left while nobody was there, and what became of it."""

    __tablename__ = "tickets"
    __table_args__ = (
        UniqueConstraint("number"),
        Index("ix_tickets_conversation_id", "conversation_id"),
        Index("ix_tickets_state", "state", "due_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    number: Mapped[str] = mapped_column(String(20))
    """Shown to the citizen."""
    conversation_id: Mapped[int] = mapped_column(ForeignKey(Conversation.id, ondelete="CASCADE"))
    handoff_id: Mapped[int | None] = mapped_column(ForeignKey("handoffs.id", ondelete="SET NULL"))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="SET NULL"))
    owner_id: Mapped[int | None] = mapped_column(ForeignKey(StaffAccount.id, ondelete="SET NULL"))
    contact_sealed: Mapped[str | None] = mapped_column(Text)
    """How to reach the person, encrypted; NULL: only through the channel."""
    contact_masked: Mapped[str] = mapped_column(String(60))
    matter: Mapped[str] = mapped_column(Text)
    """What was left, personal numbers masked."""
    region: Mapped[str | None] = mapped_column(String(12))
    preferred_time: Mapped[str] = mapped_column(String(100))
    state: Mapped[TicketState] = mapped_column(word(TicketState))
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reply_message_id: Mapped[int | None] = mapped_column(ForeignKey(Message.id, ondelete="SET NULL"))
    result: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
