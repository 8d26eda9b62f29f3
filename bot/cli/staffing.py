"""`staff`: accounts of staff, and the audit log, from the machine itself."""

from __future__ import annotations

import asyncio
import getpass
import os
import sys
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from bot.cli.options import AsJson
from bot.cli.output import FAILED, line, many, note, readable, write_json
from bot.errors import NotFound, PartUnavailable
from bot.settings import Settings, load_settings
from bot.store.staff_values import Account, AccountChange, Act, Role

if TYPE_CHECKING:
    from bot.staff.service import Staff
    from bot.store.staff_values import AuditEntry, AuditVerdict

T = TypeVar("T")

app = typer.Typer(help="Accounts of staff, and who did what.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="The name to sign in with.", metavar="NAME")]

FIRST_PASSWORD_FILE = "first-admin-password"
"""In the var folder; only when the first start has no terminal to show the password on."""


@app.command("add")
def add(
    name: Name,
    role: Annotated[Role, typer.Option(help="What the person may do.")] = Role.AGENT,
    display: Annotated[str, typer.Option(help="The name colleagues see; by default NAME.")] = "",
    as_json: AsJson = False,
) -> None:
    """Make an account and print its first password, which must be changed when signing in.

    Example: `bangban staff add zhang.wei --role agent --display 张伟`
    """
    from bot.staff.managing import add_account

    account, password = _with_staff(
        lambda staff: add_account(staff, readable(name), readable(display or name), role, _act())
    )
    _show_password(account, password, as_json)


@app.command("passwd")
def passwd(
    name: Name,
    forget_second_factor: Annotated[
        bool,
        typer.Option("--forget-second-factor", help="Also take the second factor away (a lost telephone)."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Give a first password anew, sign the person out everywhere and end a lock-out."""
    from bot.staff.managing import reset_password

    async def work(staff: Staff) -> tuple[Account, str]:
        account = await _named(staff, name)
        if forget_second_factor:
            await staff.accounts.remove_totp(account.id, _act())
        return account, await reset_password(staff, account, _act())

    _show_password(*_with_staff(work), as_json)


@app.command("list")
def list_command(as_json: AsJson = False) -> None:
    """List the accounts."""
    accounts = _with_staff(lambda staff: staff.accounts.accounts())
    if as_json:
        write_json({"accounts": [_facts(account) for account in accounts]})
        return
    for account in accounts:
        marks = [
            "off" if account.disabled_at else "",
            "must change the password" if account.must_change_password else "",
            "second factor" if account.totp else "",
            "linked" if account.oidc_subject else "",
            f"kept open for {account.oidc_expected}" if account.oidc_expected else "",
        ]
        said = ", ".join(mark for mark in marks if mark)
        seen = f"{account.last_login_at.astimezone():%Y-%m-%d %H:%M}" if account.last_login_at else "never"
        line(
            f"{account.name:<20} {account.role:<10} {account.display_name}  last here: {seen}"
            + (f"  ({said})" if said else ""),
            "dim" if account.disabled_at else "",
        )
    if not accounts:
        note("There are no accounts yet; `bangban serve` makes the first administrator.")


@app.command("disable")
def disable(name: Name) -> None:
    """Switch an account off and sign the person out everywhere, at once."""
    _switch(name, off=True)


@app.command("enable")
def enable(name: Name) -> None:
    """Switch an account on again."""
    _switch(name, off=False)


@app.command("link")
def link(
    name: Name,
    expected: Annotated[
        str,
        typer.Argument(
            help="What the identity provider calls the person in BANGBAN_OIDC_CLAIM, to the letter.",
            metavar="EXPECTED",
        ),
    ],
) -> None:
    """Let somebody at the identity provider open an account, in place of whoever did; the first time within a week.

    Example: `bangban staff link zhang.wei 010234`
    """
    from bot.staff.oidc.signing_in import expect

    async def work(staff: Staff) -> Account:
        return await expect(staff, (await _named(staff, name)).id, readable(expected), _act())

    account = _with_staff(work)
    until = account.oidc_expected_until
    assert until is not None
    line(
        f"{account.name} is kept open for {account.oidc_expected} until {until.astimezone():%Y-%m-%d %H:%M}."
    )
    if not load_settings().oidc_is_on:
        note("There is no identity provider yet: BANGBAN_OIDC_ISSUER is not set here.")


@app.command("unlink")
def unlink(name: Name) -> None:
    """Let nobody at the identity provider open an account any more, and end the sessions opened so."""

    async def work(staff: Staff) -> Account:
        return await staff.oidc.unlink((await _named(staff, name)).id, _act())

    line(f"{_with_staff(work).name} is opened by name and password alone.")


@app.command("audit")
def audit(
    limit: Annotated[int, typer.Option(min=1, max=100_000, help="How many of the newest entries.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Print who did what, and check that nobody has changed it since. Exit status 1 when somebody has."""
    from bot.staff.words import load_staff_words

    async def work(staff: Staff) -> tuple[AuditVerdict, tuple[AuditEntry, ...]]:
        return await staff.audit.verify(), await staff.audit.entries(limit=limit)

    verdict, entries = _with_staff(work)
    if as_json:
        write_json({"verdict": asdict(verdict), "entries": [asdict(entry) for entry in entries]})
    else:
        words = load_staff_words().actions
        for entry in reversed(entries):
            said = " ".join(f"{key}={value}" for key, value in entry.detail.items())
            line(
                f"{entry.seq:>6} {entry.at.astimezone():%Y-%m-%d %H:%M:%S} {entry.actor:<20}"
                f" {words.get(entry.action, entry.action)} {entry.object} {entry.address} {said}".rstrip()
            )
        if verdict.broken_at is None:
            line(
                f"whole: {many(verdict.entries, 'entry', 'entries')}, newest digest {verdict.head[:16]}",
                "green",
            )
        else:
            line(f"CHANGED: it does not hold together from entry {verdict.broken_at} on", "red")
    if verdict.broken_at is not None:
        raise typer.Exit(FAILED)


def announce_first_admin(settings: Settings) -> None:
    """Make the first administrator when there is no account, and show the password this once.

    On a terminal; without one in a file of the var folder that only its owner may read, for what a process
    writes elsewhere ends in a log.
    """
    from bot.staff.managing import FIRST_ADMIN, make_first_admin

    try:
        password = _with_staff(lambda staff: make_first_admin(staff, _act()), settings)
    except PartUnavailable as error:
        note(f"{error.message} The first administrator is made at the next start, if there is none.")
        return
    if password is None:
        return
    terminal = next((stream for stream in (sys.stderr, sys.stdout) if stream.isatty()), None)
    if terminal is not None:
        terminal.write(
            f"\n  The first administrator was made. Sign in as {FIRST_ADMIN} with this password"
            f" and change it; it is not shown again:\n\n      {password}\n\n"
        )
        return
    file = settings.var_dir / FIRST_PASSWORD_FILE
    _write_for_owner(file, password)
    note(
        f"The first administrator {FIRST_ADMIN} was made. The password is in {file}; delete it after signing in."
    )


def _write_for_owner(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
        opened.write(text + "\n")


def _with_staff(work: Callable[[Staff], Awaitable[T]], settings: Settings | None = None) -> T:
    from bot.staff.running import make_staff
    from bot.store import Database

    used = settings or load_settings()

    async def run() -> T:
        async with Database.open(used.database_url) as database:
            return await work(make_staff(used, database))

    return asyncio.run(run())


def _switch(name: str, *, off: bool) -> None:
    async def work(staff: Staff) -> Account:
        account = await _named(staff, name)
        return await staff.accounts.change(account.id, AccountChange(disabled=off), _act())

    account = _with_staff(work)
    line(f"{account.name} is switched {'off; all sessions have ended' if off else 'on'}.")


async def _named(staff: Staff, name: str) -> Account:
    from bot.staff.signing_in import login_name

    account = await staff.accounts.by_name(login_name(readable(name)))
    if account is None:
        raise NotFound(f"There is no account {readable(name)}.", mend="`bangban staff list` shows them.")
    return account


def _act() -> Act:
    """The user of this shell."""
    return Act(datetime.now(UTC), f"cli:{getpass.getuser()}")


def _show_password(account: Account, password: str, as_json: bool) -> None:
    if as_json:
        write_json({"name": account.name, "role": account.role, "password": password})
        return
    line(f"{account.name} ({account.role}): {password}")
    note("It is not shown again, and must be changed when signing in.")


def _facts(account: Account) -> dict[str, object]:
    return {
        "id": account.id,
        "name": account.name,
        "display_name": account.display_name,
        "role": account.role,
        "disabled": account.disabled_at is not None,
        "must_change_password": account.must_change_password,
        "second_factor": account.totp is not None,
        "created_at": account.created_at,
        "last_login_at": account.last_login_at,
        "oidc_linked": account.oidc_subject is not None,
        "oidc_expected": account.oidc_expected,
        "oidc_expected_until": account.oidc_expected_until,
    }
