"""What the parts of this package share, and who is signed in."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.channels.widget.limits import Buckets
from bot.channels.widget.trust import Trust
from bot.staff.errors import Locked, LoginFailed, NoSession, refusal
from bot.staff.lockout import FORGET, OF_NAME, Policy, counting
from bot.staff.passwords import Passwords
from bot.staff.secrecy import Keys, new_token, token_digest
from bot.store.audit import AuditLog
from bot.store.staff import StaffStore
from bot.store.staff_oidc import OidcStore
from bot.store.staff_sessions import AttemptStore, SessionStore
from bot.store.staff_values import Account, Act, Action, Method, Role, StaffSessionState

UNFINISHED_FOR = timedelta(minutes=15)
"""So long somebody has to finish signing in."""
_TOUCHED_EVERY = timedelta(minutes=1)


class Step(StrEnum):
    """What is still missing to be signed in, in this order."""

    SECOND_FACTOR = "second_factor"
    CHANGE_PASSWORD = "change_password"
    ENROL = "enrol"


@dataclass(frozen=True, slots=True)
class Rules:
    """How long a session lasts."""

    idle: timedelta
    whole: timedelta


@dataclass(frozen=True, slots=True)
class Caller:
    """From where somebody calls."""

    address: str
    browser: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """An account, its session and the step that is missing."""

    account: Account
    session: StaffSessionState
    token: str
    caller: Caller

    @property
    def step(self) -> Step | None:
        """What is still missing; None: everything is open that the role allows."""
        return missing_step(self.account, self.session.second_factor, self.session.method)


@dataclass(frozen=True)
class Staff:
    """Everything the handlers need, made once by `bot.staff.running`."""

    accounts: StaffStore
    sessions: SessionStore
    attempts: AttemptStore
    audit: AuditLog
    oidc: OidcStore
    passwords: Passwords
    keys: Keys
    rules: Rules
    trust: Trust
    of_address: Buckets
    logins_of_address: Buckets
    now: Callable[[], datetime] = lambda: datetime.now(UTC)

    def act(self, who: SignedIn) -> Act:
        """For the audit log: this person, now."""
        return Act(self.now(), who.account.name, who.account.id, who.caller.address)

    async def signed_in(self, token: str | None, caller: Caller, *, is_use: bool = True) -> SignedIn:
        """Who a token belongs to; NoSession when it opens nothing (any more).

        `is_use`: somebody does something; a mere look leaves the time without use running.
        """
        found = await self.sessions.find(token_digest(token)) if token else None
        if token is None or found is None:
            raise refusal(NoSession)
        session, account = found
        now = self.now()
        if account.disabled_at or now >= session.expires_at or now - session.seen_at >= self.rules.idle:
            raise refusal(NoSession)
        if is_use and now - session.seen_at >= min(_TOUCHED_EVERY, self.rules.idle / 4):
            await self.sessions.touch(session.id, now)
        return SignedIn(account, session, token, caller)

    async def attempt(self, policies: Mapping[str, Policy]) -> bool:
        """Count an attempt under each key before it is judged; Locked when one of them is paused.

        Out: whether a pause begins with this one, should it fail.
        """
        now = self.now()
        counts = {key: counting(policy, now) for key, policy in policies.items()}
        taken = await self.attempts.take(counts, now, FORGET)
        ends = [one.blocked_until for one in taken.attempts.values() if one.blocked_until]
        if not taken.let_in:
            left = max(ends, default=now) - now
            raise refusal(Locked, seconds=max(1, math.ceil(left.total_seconds())))
        return bool(ends)

    async def check_password(self, who: SignedIn, password: str) -> None:
        """It is this person's password, asked again inside a session; else LoginFailed, Locked after too many."""
        key = self.keys.name("name", who.account.name)
        pauses = await self.attempt({key: OF_NAME})
        if not await self.passwords.fits(who.account.password_hash, password):
            await self.failed(self.act(who), Action.LOGIN_FAILED, who.account, pauses)
            raise refusal(LoginFailed)
        await self.attempts.succeeded(key)

    async def failed(
        self, act: Act, action: Action, account: Account | None, pauses: bool, **detail: str
    ) -> None:
        """Note a failed attempt, and that a pause begins. What was typed as a name is not kept: it may be
        a password in the wrong field."""
        of = f"account:{account.id}" if account else ""
        await self.audit.record(act, action.value, of, **detail)
        if pauses:
            await self.audit.record(act, Action.LOCKED.value, of)

    async def renewed(self, who: SignedIn, *, second_factor: bool = False) -> SignedIn:
        """The same session under another token, with the account as it is now."""
        token = new_token()
        account = await self.accounts.account(who.account.id)
        has_factor = who.session.second_factor or second_factor
        is_done = missing_step(account, has_factor, who.session.method) is None
        ends = who.session.created_at + self.rules.whole if is_done else None
        await self.sessions.rotate(
            who.session.id, token_digest(token), second_factor=second_factor, expires_at=ends
        )
        return await self.signed_in(token, who.caller)


def missing_step(account: Account, second_factor: bool, method: Method) -> Step | None:
    """What somebody must still do. In: whether the second factor was shown in this session, and how it was opened.

    Who comes by the identity provider did not use the password, so a first one need not be changed; and an
    administrator needs no second factor of ours when the provider has shown that it checked one.
    """
    by_provider = method is Method.OIDC
    if account.totp and not second_factor:
        return Step.SECOND_FACTOR
    if account.must_change_password and not by_provider:
        return Step.CHANGE_PASSWORD
    if account.role is Role.ADMIN and not account.totp and not (by_provider and second_factor):
        return Step.ENROL
    return None
