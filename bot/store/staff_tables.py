"""The tables of staff accounts, their sessions and the audit log."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.store.columns import BigKey, Json, UtcDateTime, word
from bot.store.staff_values import Method, Role
from bot.store.tables import Base


class StaffAccount(Base):
    """A member of staff. Accounts are switched off, never deleted: the audit log names them."""

    __tablename__ = "staff_accounts"
    __table_args__ = (
        UniqueConstraint("name"),
        Index("uq_staff_accounts_oidc_expected", "oidc_expected", unique=True),
        Index("uq_staff_accounts_oidc_subject", "oidc_issuer", "oidc_subject", unique=True),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    name: Mapped[str] = mapped_column(String(40))
    """What is typed to sign in, in small letters."""
    display_name: Mapped[str] = mapped_column(String(40))
    role: Mapped[Role] = mapped_column(word(Role))
    password_hash: Mapped[str] = mapped_column(String(200))
    """Argon2id with its parameters and salt."""
    must_change_password: Mapped[bool]
    totp: Mapped[str | None] = mapped_column(Text)
    """The secret of the second factor, encrypted."""
    totp_step: Mapped[int | None] = mapped_column(BigKey)
    """The time step of the last code that was taken: none up to it is taken again."""
    pending_totp: Mapped[str | None] = mapped_column(Text)
    """A secret that was shown and not confirmed yet, encrypted."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    password_changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_login_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disabled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    oidc_expected: Mapped[str | None] = mapped_column(String(255))
    """What the identity provider's claim must say at the first sign-in by it; cleared when it did."""
    oidc_expected_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    oidc_issuer: Mapped[str | None] = mapped_column(String(255))
    oidc_subject: Mapped[str | None] = mapped_column(String(255))
    """With the issuer: who the account is at the identity provider, for good."""


class StaffRecoveryCode(Base):
    """A code that stands in for the second factor once; deleted when it is used."""

    __tablename__ = "staff_recovery_codes"

    account_id: Mapped[int] = mapped_column(
        ForeignKey("staff_accounts.id", ondelete="CASCADE"), primary_key=True
    )
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)


class StaffSession(Base):
    """A browser that has signed in. The token itself is only in the browser."""

    __tablename__ = "staff_sessions"
    __table_args__ = (
        UniqueConstraint("digest"),
        Index("ix_staff_sessions_account_id", "account_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("staff_accounts.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the token."""
    second_factor: Mapped[bool]
    """Whether the second factor was shown in this session."""
    method: Mapped[Method] = mapped_column(word(Method), server_default=Method.PASSWORD.value)
    address: Mapped[str] = mapped_column(String(64))
    browser: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When it was last used, to the minute."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The end that no use puts off."""


class StaffOidcFlow(Base):
    """A browser on its way to the identity provider and back; deleted when it comes back."""

    __tablename__ = "staff_oidc_flows"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the token in the browser."""
    state_digest: Mapped[str] = mapped_column(String(64))
    sealed: Mapped[str] = mapped_column(Text)
    """State, nonce, verifier and where to afterwards, encrypted."""
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)


class StaffAttempts(Base):
    """Failures in a row of one name, one network address or one second factor."""

    __tablename__ = "staff_attempts"

    key: Mapped[str] = mapped_column(String(80), primary_key=True)
    """The kind and a keyed digest: names that were tried cannot be read from it."""
    count: Mapped[int]
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    blocked_until: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AuditRecord(Base):
    """Who did what, when and from where. Triggers refuse every change; the digests form a chain."""

    __tablename__ = "staff_audit"

    seq: Mapped[int] = mapped_column(BigKey, primary_key=True, autoincrement=False)
    """1, 2, 3 … without a gap."""
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[int | None] = mapped_column(BigKey)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(40))
    object: Mapped[str] = mapped_column(String(120))
    """What it was done to: `account:7`."""
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
    address: Mapped[str] = mapped_column(String(64))
    digest: Mapped[str] = mapped_column(String(64))
    """HMAC-SHA256 of the entry and the digest before it."""
