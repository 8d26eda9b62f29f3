"""Accounts and the audit log, for administrators."""

from __future__ import annotations

from typing import cast

from bot.staff import managing, shapes
from bot.staff.errors import NotOnOneself, refusal
from bot.staff.routing import ADMINS, EVERYBODY, Call, Reply, Route
from bot.store.staff_values import AccountChange, Action, Role

_PAGE = 100
_MAY_LOOK = frozenset({Role.ADMIN, Role.SUPERVISOR})


async def _accounts(call: Call) -> Reply:
    found = await call.staff.accounts.accounts()
    return Reply(shapes.Accounts(accounts=tuple(shapes.AccountShown.of(account) for account in found)))


async def _account(call: Call) -> Reply:
    return Reply(shapes.AccountShown.of(await call.staff.accounts.account(call.path["account_id"])))


async def _add(call: Call) -> Reply:
    body, act = cast(shapes.NewAccountBody, call.body), call.staff.act(call.who)
    account, password = await managing.add_account(call.staff, body.name, body.display_name, body.role, act)
    return Reply(shapes.FirstPassword(account=shapes.AccountShown.of(account), password=password))


async def _change(call: Call) -> Reply:
    body, account_id = cast(shapes.AccountChangeBody, call.body), call.path["account_id"]
    if body.role is not None or body.disabled is not None:
        not_on_oneself(call)
    change = AccountChange(body.display_name, body.role, body.disabled)
    changed = await managing.change_account(call.staff, account_id, change, call.staff.act(call.who))
    return Reply(shapes.AccountShown.of(changed))


async def _reset_password(call: Call) -> Reply:
    not_on_oneself(call)
    account = await call.staff.accounts.account(call.path["account_id"])
    password = await managing.reset_password(call.staff, account, call.staff.act(call.who))
    changed = await call.staff.accounts.account(account.id)
    return Reply(shapes.FirstPassword(account=shapes.AccountShown.of(changed), password=password))


async def _forget_second_factor(call: Call) -> Reply:
    not_on_oneself(call)
    await call.staff.accounts.remove_totp(call.path["account_id"], call.staff.act(call.who))
    return Reply()


async def _sessions(call: Call) -> Reply:
    account = await call.staff.accounts.account(call.path["account_id"])
    found = await call.staff.sessions.of_account(account.id)
    here = call.who.session.id
    return Reply(shapes.Sessions(sessions=tuple(shapes.SessionShown.of(one, here) for one in found)))


async def _end_sessions(call: Call) -> Reply:
    account = await call.staff.accounts.account(call.path["account_id"])
    act, here = call.staff.act(call.who), call.who.session.id
    return Reply(shapes.Ended(ended=await call.staff.sessions.end_all(account.id, act, keep=here)))


async def _audit(call: Call) -> Reply:
    """Reading it is noted once for each look, with the place it began at."""
    before = cast(shapes.AuditQuery, call.query).before
    found = await call.staff.audit.entries(before, _PAGE)
    if before is None:
        await call.staff.audit.record(call.staff.act(call.who), Action.AUDIT_READ.value)
    more = found[-1].seq if found and found[-1].seq > 1 else None
    return Reply(
        shapes.Audit(entries=tuple(shapes.AuditShown.of(entry) for entry in found), next_before=more)
    )


async def _named_account(call: Call) -> int:
    return call.path["account_id"]


def not_on_oneself(call: Call) -> None:
    """NotOnOneself when the account of the path is one's own."""
    if call.path["account_id"] == call.who.account.id:
        raise refusal(NotOnOneself)


_ONE = "/api/staff/accounts/{account_id}"

ROUTES = (
    Route(
        "GET",
        "/api/staff/accounts",
        "accounts",
        "All accounts",
        _accounts,
        roles=_MAY_LOOK,
        answer=shapes.Accounts,
    ),
    Route(
        "POST",
        "/api/staff/accounts",
        "addAccount",
        "Make an account; the answer holds its first password",
        _add,
        roles=ADMINS,
        body=shapes.NewAccountBody,
        answer=shapes.FirstPassword,
        status=201,
    ),
    Route(
        "GET",
        _ONE,
        "account",
        "One account: one's own, or any for those who manage",
        _account,
        roles=_MAY_LOOK,
        own=EVERYBODY,
        owner=_named_account,
        answer=shapes.AccountShown,
    ),
    Route(
        "PATCH",
        _ONE,
        "changeAccount",
        "Change name or role, switch off or on; another role or switching off signs out everywhere",
        _change,
        roles=ADMINS,
        body=shapes.AccountChangeBody,
        answer=shapes.AccountShown,
    ),
    Route(
        "POST",
        f"{_ONE}/password",
        "resetPassword",
        "Give a first password anew; the person is signed out everywhere and no longer locked out",
        _reset_password,
        roles=ADMINS,
        answer=shapes.FirstPassword,
    ),
    Route(
        "DELETE",
        f"{_ONE}/totp",
        "forgetSecondFactor",
        "Take the second factor away (a lost telephone); the person is signed out everywhere",
        _forget_second_factor,
        roles=ADMINS,
    ),
    Route(
        "GET",
        f"{_ONE}/sessions",
        "sessionsOfAccount",
        "The sessions of an account",
        _sessions,
        roles=ADMINS,
        own=EVERYBODY,
        owner=_named_account,
        answer=shapes.Sessions,
    ),
    Route(
        "DELETE",
        f"{_ONE}/sessions",
        "endSessionsOfAccount",
        "Sign somebody out everywhere (of one's own, the session that asks stays)",
        _end_sessions,
        roles=ADMINS,
        own=EVERYBODY,
        owner=_named_account,
        answer=shapes.Ended,
    ),
    Route(
        "GET",
        "/api/staff/audit",
        "audit",
        "The audit log, newest first; reading it is noted in it",
        _audit,
        roles=ADMINS,
        query=shapes.AuditQuery,
        answer=shapes.Audit,
    ),
)
