"""What goes into the stores of staff and what comes out of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Role(StrEnum):
    """What a member of staff may do. Roles are not ordered; each route names those it lets in."""

    AGENT = "agent"
    """Talks with citizens."""
    REVIEWER = "reviewer"
    """Judges answers."""
    SUPERVISOR = "supervisor"
    """Sees all chats and all figures."""
    ADMIN = "admin"
    """Manages accounts and reads the audit log."""


class Method(StrEnum):
    """How somebody signed in."""

    PASSWORD = "password"
    OIDC = "oidc"
    """By the identity provider of the organisation."""


class Action(StrEnum):
    """What the audit log tells of."""

    LOGIN = "login"
    LOGIN_FAILED = "login_failed"
    LOCKED = "locked"
    """The failure that began a lock."""
    SECOND_FACTOR_FAILED = "second_factor_failed"
    LOGOUT = "logout"
    PASSWORD_CHANGED = "password_changed"
    PASSWORD_RESET = "password_reset"
    TOTP_ADDED = "totp_added"
    TOTP_REMOVED = "totp_removed"
    RECOVERY_CODES_MADE = "recovery_codes_made"
    RECOVERY_CODE_USED = "recovery_code_used"
    SESSIONS_ENDED = "sessions_ended"
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_DISABLED = "account_disabled"
    ACCOUNT_ENABLED = "account_enabled"
    OIDC_EXPECTED = "oidc_expected"
    """An administrator said who at the identity provider may open an account."""
    OIDC_LINKED = "oidc_linked"
    """That person signed in for the first time; from then on it is them alone."""
    OIDC_UNLINKED = "oidc_unlinked"
    AUDIT_READ = "audit_read"
    TEAM_ADDED = "team_added"
    TEAM_CHANGED = "team_changed"
    TEAM_MEMBERS = "team_members"
    AGENT_CHANGED = "agent_changed"
    CANNED_ADDED = "canned_added"
    CANNED_CHANGED = "canned_changed"
    CANNED_REMOVED = "canned_removed"
    CHAT_READ = "chat_read"
    CHAT_CLAIMED = "chat_claimed"
    CHAT_TAKEN = "chat_taken"
    CHAT_RELEASED = "chat_released"
    CHAT_TRANSFERRED = "chat_transferred"
    CHAT_CLOSED = "chat_closed"
    TICKET_READ = "ticket_read"
    TICKET_TAKEN = "ticket_taken"
    TICKET_ANSWERED = "ticket_answered"
    TICKET_CLOSED = "ticket_closed"
    CONTACT_REVEALED = "contact_revealed"

    REVIEW_SEARCHED = "review_searched"
    REVIEW_READ = "review_read"
    """A conversation was opened."""
    REVIEW_REPLAYED = "review_replayed"
    REVIEW_JUDGED = "review_judged"
    REVIEW_LABELLED = "review_labelled"
    REVIEW_ASSIGNED = "review_assigned"
    REVIEW_DONE = "review_done"
    """What was assigned is done, or taken up again."""
    REVIEW_FILTER = "review_filter"
    PROPOSAL_APPROVED = "proposal_approved"
    PROPOSAL_REJECTED = "proposal_rejected"
    REVIEW_EXPORTED = "review_exported"
    RETENTION_CHANGED = "retention_changed"
    RETENTION_APPLIED = "retention_applied"
    PERSON_ERASED = "person_erased"


@dataclass(frozen=True, slots=True)
class Act:
    """Who acts, from where and when: goes into the audit log with what is done."""

    at: datetime
    actor: str
    """Name of the account, `cli:USER`, or `-` for somebody who is not signed in."""
    actor_id: int | None = None
    address: str = ""


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff as in the store."""

    id: int
    name: str
    display_name: str
    role: Role
    password_hash: str = field(repr=False)
    must_change_password: bool
    totp: str | None = field(repr=False)
    """Encrypted; None: no second factor yet."""
    pending_totp: str | None = field(repr=False)
    created_at: datetime
    password_changed_at: datetime
    last_login_at: datetime | None
    disabled_at: datetime | None
    oidc_expected: str | None = None
    """What the identity provider must call the person at the first sign-in by it …"""
    oidc_expected_until: datetime | None = None
    """… and until when."""
    oidc_issuer: str | None = None
    oidc_subject: str | None = None
    """Who the account is at that provider."""


@dataclass(frozen=True, slots=True)
class NewAccount:
    """An account about to be made. Its first password is to be changed."""

    name: str
    display_name: str
    role: Role
    password_hash: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What changes of an account; None stays as it is."""

    display_name: str | None = None
    role: Role | None = None
    disabled: bool | None = None


@dataclass(frozen=True, slots=True)
class StaffSessionState:
    """A session as in the store."""

    id: int
    account_id: int
    second_factor: bool
    address: str
    browser: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    method: Method = Method.PASSWORD


@dataclass(frozen=True, slots=True)
class Attempts:
    """Failures in a row under one key."""

    count: int
    last_at: datetime
    blocked_until: datetime | None


@dataclass(frozen=True, slots=True)
class Taken:
    """Whether an attempt may go on, and how many there have been by key (with this one, if it may)."""

    let_in: bool
    attempts: Mapping[str, Attempts]


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the audit log."""

    seq: int
    at: datetime
    actor_id: int | None
    actor: str
    action: str
    object: str
    detail: Mapping[str, Any]
    address: str
    digest: str


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """Whether the audit log is as it was written."""

    entries: int
    head: str
    """Digest of the newest entry; noted elsewhere, it shows when the end was cut off."""
    broken_at: int | None
    """The first place where it does not hold together; None: whole."""
