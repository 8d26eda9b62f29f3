"""The tables. Every change here comes with a migration; a test holds the two together."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, MetaData, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from bot.store.columns import BigKey, Json, UtcDateTime, word
from bot.store.states import Direction, KnowledgeStatus, MessageState, Owner

_IS_PUBLISHED = text("status = 'published'")
_IS_PENDING = text("state = 'pending'")


class Base(DeclarativeBase):
    """Constraint names follow one pattern, so that migrations can name them on both databases."""

    metadata = MetaData(
        naming_convention={
            "pk": "pk_%(table_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        }
    )


class KnowledgeVersion(Base):
    """One version of an item, guide, hall, region, FAQ or bundle. Its content never changes; its status does."""

    __tablename__ = "knowledge_versions"
    __table_args__ = (
        UniqueConstraint("kind", "key", "version"),
        Index(
            "uq_knowledge_versions_published",
            "kind",
            "key",
            unique=True,
            sqlite_where=_IS_PUBLISHED,
            postgresql_where=_IS_PUBLISHED,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    key: Mapped[str] = mapped_column(String(120))
    version: Mapped[int]
    status: Mapped[KnowledgeStatus] = mapped_column(word(KnowledgeStatus))
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the content (`Record.digest`): equal content makes no new version."""
    author: Mapped[str] = mapped_column(String(120))
    approver: Mapped[str | None] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(Text)
    """The file it was imported from, empty when it was written by hand."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Conversation(Base):
    """All that one person and we say to each other on one channel."""

    __tablename__ = "conversations"
    __table_args__ = (
        UniqueConstraint("channel", "sender"),
        Index("ix_conversations_updated_at", "updated_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    channel: Mapped[str] = mapped_column(String(16))
    sender: Mapped[str] = mapped_column(String(64))
    """A keyed pseudonym of the channel's own id of the person."""
    address: Mapped[str | None] = mapped_column(String(200))
    """Where the channel reaches the person; None for a channel that can only reply."""
    region: Mapped[str | None] = mapped_column(String(12))
    """Region the channel last told of, until the person says another."""
    language: Mapped[str | None] = mapped_column(String(16))
    """In which the channel's own words are shown to the person, as it last told: `zh`, `en`; NULL: it never did."""
    large_print: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the person last wrote from the large print made for the elderly (适老模式)."""
    owner: Mapped[Owner] = mapped_column(word(Owner))
    session: Mapped[int]
    """Number of the Rasa session the next turn belongs to, from 1."""
    turn: Mapped[int]
    """Turns so far in that session."""
    last_seq: Mapped[int]
    handoff_requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a person was last asked for."""
    misses: Mapped[int] = mapped_column(default=0, server_default="0")
    """Answers in a row that found nothing or failed."""
    leaving: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """How far the citizen is with leaving a message (`bot.desk.leaving`); NULL: not at all."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Message(Base):
    """One message of a conversation, personal numbers masked."""

    __tablename__ = "messages"
    __table_args__ = (
        UniqueConstraint("conversation_id", "seq"),
        UniqueConstraint("conversation_id", "direction", "external_id"),
        Index("ix_messages_reply_to", "reply_to"),
        Index(
            "ix_messages_pending",
            "created_at",
            sqlite_where=_IS_PENDING,
            postgresql_where=_IS_PENDING,
        ),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    seq: Mapped[int]
    """Place in the conversation, from 1."""
    direction: Mapped[Direction] = mapped_column(word(Direction))
    author: Mapped[str] = mapped_column(String(64))
    """`citizen`, `bot` (the assistant answered) or `front` (it could not, these are our own words)."""
    external_id: Mapped[str | None] = mapped_column(String(80))
    """The channel's id of the message: the same one is never worked on twice."""
    text: Mapped[str] = mapped_column(Text)
    payload: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Outbound: the reply as sent. Inbound: which kinds of personal number were masked."""
    outcome: Mapped[str | None] = mapped_column(String(16))
    aspect: Mapped[str | None] = mapped_column(String(32))
    guide_id: Mapped[str | None] = mapped_column(String(120))
    guide_version: Mapped[int | None]
    provenance: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Why this was answered: scores, rule, fields, intent, or which part failed."""
    state: Mapped[MessageState] = mapped_column(word(MessageState))
    reason: Mapped[str] = mapped_column(String(200))
    """Why the state is failed, else empty."""
    reply_to: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    session: Mapped[int]
    timings: Mapped[dict[str, Any] | None] = mapped_column(Json)
    """Milliseconds of the turn, by stage."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Rating(Base):
    """What a person thought of a conversation, or of one answer in it (好差评). The last word counts."""

    __tablename__ = "ratings"
    __table_args__ = (
        UniqueConstraint("conversation_id", "message_id"),
        Index("ix_ratings_message_id", "message_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    conversation_id: Mapped[int] = mapped_column(ForeignKey("conversations.id", ondelete="CASCADE"))
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="CASCADE"))
    """The answer that is rated; None rates the conversation."""
    grade: Mapped[int]
    """5 very satisfied … 1 very dissatisfied."""
    comment: Mapped[str] = mapped_column(Text)
    """Personal numbers masked."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Erasure(Base):
    """A conversation that is deleted here and that Rasa is still to forget."""

    __tablename__ = "erasures"

    tracker: Mapped[str] = mapped_column(String(120), primary_key=True)
    """Rasa's name of the conversation: channel and pseudonym."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class WeChatWindow(Base):
    """What WeChat lets us send to a person, and how far a long answer has been shown."""

    __tablename__ = "wechat_windows"

    sender: Mapped[str] = mapped_column(String(64), primary_key=True)
    """The pseudonym."""
    message_left: Mapped[int]
    message_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    event_left: Mapped[int]
    event_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    more_id: Mapped[int | None] = mapped_column(BigKey)
    """The reply that was cut off, if the last one was."""
    more_at: Mapped[int]
    """Characters of it that were shown."""
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class DailyCount(Base):
    """How often something happened on a day. It names nobody, and stays when people are erased."""

    __tablename__ = "daily_counts"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    count: Mapped[int]
