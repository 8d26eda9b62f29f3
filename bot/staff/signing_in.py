"""Signing in and out: password, then the second factor. Every step of it makes another token."""

from __future__ import annotations

import unicodedata
from datetime import timedelta

from bot.staff.errors import CodeWrong, FirstPasswordTooOld, LoginFailed, OidcStale, refusal
from bot.staff.lockout import OF_ADDRESS, OF_NAME
from bot.staff.secrecy import new_token, recovery_digest, token_digest
from bot.staff.service import UNFINISHED_FOR, Caller, SignedIn, Staff, missing_step
from bot.staff.totp import DIGITS, step_of
from bot.store.staff_values import Account, Act, Action, Method

FIRST_PASSWORD_FOR = timedelta(days=7)
"""So long a first password opens an account: it may lie about on paper."""


def login_name(typed: str) -> str:
    """The name as it is kept."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


async def login(
    staff: Staff, typed: str, password: str, caller: Caller, before: str | None = None
) -> SignedIn:
    """A new session in place of the one the browser had `before`. LoginFailed, or Locked after too many failures:
    the same answer in the same time for a name that does not exist."""
    name = login_name(typed)
    of_name, of_address = staff.keys.name("name", name), staff.keys.name("address", caller.address)
    pauses = await staff.attempt({of_name: OF_NAME, of_address: OF_ADDRESS})
    account = await staff.accounts.by_name(name)
    kept = account.password_hash if account and not account.disabled_at else None
    fits = await staff.passwords.fits(kept, password)
    if account is None or not fits:
        act = Act(staff.now(), account.name if account else "-", None, caller.address)
        await staff.failed(act, Action.LOGIN_FAILED, account, pauses)
        raise refusal(LoginFailed)
    await staff.attempts.succeeded(of_name, refund=of_address)
    if account.must_change_password and staff.now() - account.password_changed_at > FIRST_PASSWORD_FOR:
        raise refusal(FirstPasswordTooOld)
    if staff.passwords.is_outdated(account.password_hash):
        newer = await staff.passwords.hash(password)
        await staff.accounts.rehash(account.id, account.password_hash, newer)
    return await opened(staff, account, caller, before)


async def opened(
    staff: Staff,
    account: Account,
    caller: Caller,
    before: str | None,
    method: Method = Method.PASSWORD,
    *,
    second_factor: bool = False,
) -> SignedIn:
    """A new session of somebody who has shown who they are, in place of the one the browser had `before`."""
    token, now = new_token(), staff.now()
    lasts = UNFINISHED_FOR if missing_step(account, second_factor, method) else staff.rules.whole
    act = Act(now, account.name, account.id, caller.address)
    made = await staff.sessions.open(
        account,
        token_digest(token),
        now + lasts,
        caller.browser,
        act,
        method=method,
        second_factor=second_factor,
    )
    if made is None:
        raise refusal(LoginFailed if method is Method.PASSWORD else OidcStale)
    replaced = await staff.sessions.find(token_digest(before)) if before else None
    if replaced is not None:
        await staff.sessions.end(replaced[0].id, act, Action.LOGOUT)
    return SignedIn(account, made, token, caller)


async def show_second_factor(staff: Staff, who: SignedIn, typed: str) -> SignedIn:
    """The session with the second factor shown. CodeWrong for a wrong or used code, Locked after too many."""
    await check_code(staff, who, typed)
    return await staff.renewed(who, second_factor=True)


async def check_code(staff: Staff, who: SignedIn, typed: str) -> None:
    """A one-time code or a recovery code, used up by this."""
    key = staff.keys.name("code", str(who.account.id))
    pauses = await staff.attempt({key: OF_NAME})
    if not await _is_right(staff, who, typed):
        await staff.failed(staff.act(who), Action.SECOND_FACTOR_FAILED, who.account, pauses)
        raise refusal(CodeWrong)
    await staff.attempts.succeeded(key)


async def _is_right(staff: Staff, who: SignedIn, typed: str) -> bool:
    if who.account.totp is None:
        return False
    code = unicodedata.normalize("NFKC", typed).replace(" ", "")
    if len(code) != DIGITS or not code.isdecimal():
        return await staff.accounts.use_recovery_code(who.account.id, recovery_digest(code), staff.act(who))
    step = step_of(staff.keys.unseal(who.account.totp), code, staff.now().timestamp())
    return step is not None and await staff.accounts.use_step(who.account.id, who.account.totp, step)


async def logout(staff: Staff, who: SignedIn) -> None:
    """End this session."""
    await staff.sessions.end(who.session.id, staff.act(who), Action.LOGOUT)
