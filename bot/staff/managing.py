"""What administrators do with accounts, in the console and on the command line."""

from __future__ import annotations

import re

from bot.errors import BadRequest
from bot.staff.passwords import new_password
from bot.staff.service import Staff
from bot.staff.signing_in import login_name
from bot.staff.words import load_staff_words
from bot.store.staff_values import Account, AccountChange, Act, NewAccount, Role

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}", re.ASCII)
FIRST_ADMIN = "admin"


async def add_account(
    staff: Staff, typed: str, display_name: str, role: Role, act: Act
) -> tuple[Account, str]:
    """An account and its first password, which is shown this once and is to be changed."""
    made = await _add(staff, typed, display_name, role, act, only_the_first=False)
    assert made is not None
    return made


async def make_first_admin(staff: Staff, act: Act) -> str | None:
    """An administrator when there never was one; out: the first password, None otherwise."""
    if any(account.role is Role.ADMIN for account in await staff.accounts.accounts()):
        return None
    name = load_staff_words().first_admin
    made = await _add(staff, FIRST_ADMIN, name, Role.ADMIN, act, only_the_first=True)
    return made[1] if made else None


async def reset_password(staff: Staff, account: Account, act: Act) -> str:
    """A first password anew; the person is signed out everywhere and no longer locked out."""
    password = new_password()
    await staff.accounts.set_password(account.id, await staff.passwords.hash(password), act, own=False)
    await staff.attempts.succeeded(staff.keys.name("name", account.name))
    await staff.attempts.succeeded(staff.keys.name("code", str(account.id)))
    return password


async def change_account(staff: Staff, account_id: int, change: AccountChange, act: Act) -> Account:
    """Name, role, on or off."""
    if change.display_name is not None:
        change = AccountChange(_display_name(change.display_name), change.role, change.disabled)
    return await staff.accounts.change(account_id, change, act)


async def _add(
    staff: Staff, typed: str, display_name: str, role: Role, act: Act, *, only_the_first: bool
) -> tuple[Account, str] | None:
    name, password = login_name(typed), new_password()
    if not _NAME.fullmatch(name):
        raise BadRequest(
            "A name to sign in with has 2 to 40 small letters, digits, dots, dashes or underscores.",
            mend="Choose another name.",
        )
    kept = await staff.passwords.hash(password)
    new = NewAccount(name, _display_name(display_name), role, kept)
    account = await staff.accounts.add(new, act, only_the_first=only_the_first)
    return (account, password) if account else None


def _display_name(given: str) -> str:
    plain = " ".join("".join(c for c in given if c.isprintable()).split())
    if not 1 <= len(plain) <= 40:
        raise BadRequest("A name to show has 1 to 40 characters.", mend="Choose another name.")
    return plain
