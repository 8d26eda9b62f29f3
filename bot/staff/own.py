"""What everybody does with their own account: password, second factor, recovery codes."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors import Conflict
from bot.staff.errors import AlreadyThere, CodeWrong, WeakPassword, refusal
from bot.staff.lockout import OF_NAME
from bot.staff.passwords import normal, weakness
from bot.staff.secrecy import new_recovery_codes, recovery_digest
from bot.staff.service import SignedIn, Staff
from bot.staff.totp import address, new_secret, step_of
from bot.staff.words import load_staff_words
from bot.store.staff_values import Action


@dataclass(frozen=True, slots=True)
class Offer:
    """A second factor to put into a telephone."""

    secret: str
    address: str


async def change_password(staff: Staff, who: SignedIn, current: str, new: str) -> SignedIn:
    """Another password; every other session of the person ends and this one gets another token."""
    await staff.check_password(who, current)
    why = (
        "same"
        if normal(new) == normal(current)
        else weakness(new, who.account.name, who.account.display_name)
    )
    if why:
        raise refusal(WeakPassword, why=load_staff_words().weaknesses[why])
    kept = await staff.passwords.hash(new)
    await staff.accounts.set_password(
        who.account.id, kept, staff.act(who), own=True, keep_session=who.session.id
    )
    return await staff.renewed(who)


async def begin_second_factor(staff: Staff, who: SignedIn, password: str) -> Offer:
    """A fresh secret; it counts once a code of it was shown. AlreadyThere when there is one in use."""
    await staff.check_password(who, password)
    if who.account.totp:
        raise refusal(AlreadyThere)
    secret = new_secret()
    await staff.accounts.offer_totp(who.account.id, staff.keys.seal(secret))
    return Offer(secret, address(secret, who.account.name, load_staff_words().issuer))


async def confirm_second_factor(staff: Staff, who: SignedIn, code: str) -> tuple[SignedIn, tuple[str, ...]]:
    """Take the secret into use; out: the renewed session and the recovery codes, shown this once."""
    sealed = who.account.pending_totp
    if sealed is None:
        raise Conflict("No second factor was begun.", mend="Begin it first.")
    key = staff.keys.name("code", str(who.account.id))
    pauses = await staff.attempt({key: OF_NAME})
    step = step_of(staff.keys.unseal(sealed), code.replace(" ", ""), staff.now().timestamp())
    if step is None:
        await staff.failed(staff.act(who), Action.SECOND_FACTOR_FAILED, who.account, pauses)
        raise refusal(CodeWrong)
    await staff.attempts.succeeded(key)
    codes = new_recovery_codes()
    digests = [recovery_digest(one) for one in codes]
    await staff.accounts.confirm_totp(who.account.id, sealed, step, digests, staff.act(who))
    return await staff.renewed(who, second_factor=True), codes


async def remove_second_factor(staff: Staff, who: SignedIn, password: str) -> SignedIn:
    """No second factor any more. (The routes do not let administrators in: they must have one.)"""
    await staff.check_password(who, password)
    await staff.accounts.remove_totp(who.account.id, staff.act(who), keep_session=who.session.id)
    return await staff.renewed(who)


async def renew_recovery_codes(staff: Staff, who: SignedIn, password: str) -> tuple[str, ...]:
    """Fresh recovery codes, shown this once; Conflict without a second factor."""
    await staff.check_password(who, password)
    if who.account.totp is None:
        raise Conflict("There is no second factor.", mend="Begin one first.")
    codes = new_recovery_codes()
    digests = [recovery_digest(one) for one in codes]
    await staff.accounts.replace_recovery_codes(who.account.id, digests, staff.act(who))
    return codes
