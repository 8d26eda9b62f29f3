"""Signing in, and one's own account."""

from __future__ import annotations

from typing import cast

from bot.staff import own, shapes, signing_in
from bot.staff.errors import Hurried, refusal
from bot.staff.routing import EVERYBODY, Call, Reply, Route
from bot.staff.service import SignedIn, Step
from bot.store.staff_values import Role

_ALL_STEPS = frozenset(Step)
_OPTIONAL_FACTOR = EVERYBODY - {Role.ADMIN}


async def _login(call: Call) -> Reply:
    body, staff = cast(shapes.Login, call.body), call.staff
    if not staff.logins_of_address.take(call.caller.address):
        wait = round(staff.logins_of_address.wait_s(call.caller.address)) + 1
        raise refusal(Hurried, seconds=wait)
    return _me(call, await signing_in.login(staff, body.name, body.password, call.caller, call.cookie))


async def _second_factor(call: Call) -> Reply:
    body = cast(shapes.SecondFactor, call.body)
    return _me(call, await signing_in.show_second_factor(call.staff, call.who, body.code))


async def _logout(call: Call) -> Reply:
    await signing_in.logout(call.staff, call.who)
    return Reply(signed_out=True)


async def _who(call: Call) -> Reply:
    left = None
    if call.who.step is None and call.who.account.totp:
        left = await call.staff.accounts.recovery_codes_left(call.who.account.id)
    return Reply(shapes.Me.of(call.who, _idle_s(call), left))


async def _change_password(call: Call) -> Reply:
    body = cast(shapes.PasswordChange, call.body)
    return _me(call, await own.change_password(call.staff, call.who, body.current, body.new))


async def _begin_second_factor(call: Call) -> Reply:
    body = cast(shapes.OwnPassword, call.body)
    offer = await own.begin_second_factor(call.staff, call.who, body.password)
    return Reply(shapes.SecondFactorOffer(secret=offer.secret, address=offer.address))


async def _confirm_second_factor(call: Call) -> Reply:
    body = cast(shapes.SecondFactor, call.body)
    renewed, codes = await own.confirm_second_factor(call.staff, call.who, body.code)
    me = shapes.Me.of(renewed, _idle_s(call), len(codes))
    return Reply(shapes.Confirmed(recovery_codes=codes, me=me), token=renewed.token)


async def _remove_second_factor(call: Call) -> Reply:
    body = cast(shapes.OwnPassword, call.body)
    return _me(call, await own.remove_second_factor(call.staff, call.who, body.password))


async def _renew_recovery_codes(call: Call) -> Reply:
    body = cast(shapes.OwnPassword, call.body)
    codes = await own.renew_recovery_codes(call.staff, call.who, body.password)
    return Reply(shapes.RecoveryCodes(recovery_codes=codes))


async def _sessions(call: Call) -> Reply:
    found = await call.staff.sessions.of_account(call.who.account.id)
    return Reply(
        shapes.Sessions(sessions=tuple(shapes.SessionShown.of(s, call.who.session.id) for s in found))
    )


async def _end_others(call: Call) -> Reply:
    who = call.who
    ended = await call.staff.sessions.end_all(who.account.id, call.staff.act(who), keep=who.session.id)
    return Reply(shapes.Ended(ended=ended))


async def _end_session(call: Call) -> Reply:
    session_id = call.path["session_id"]
    await call.staff.sessions.owner(session_id)
    await call.staff.sessions.end(session_id, call.staff.act(call.who))
    return Reply(signed_out=session_id == call.who.session.id)


async def _owner_of_session(call: Call) -> int:
    return await call.staff.sessions.owner(call.path["session_id"])


def _me(call: Call, signed_in: SignedIn) -> Reply:
    return Reply(shapes.Me.of(signed_in, _idle_s(call)), token=signed_in.token)


def _idle_s(call: Call) -> float:
    return call.staff.rules.idle.total_seconds()


ROUTES = (
    Route(
        "POST",
        "/api/staff/login",
        "login",
        "Sign in with name and password; a new session, whatever the browser had",
        _login,
        public=True,
        body=shapes.Login,
        answer=shapes.Me,
    ),
    Route(
        "POST",
        "/api/staff/second-factor",
        "showSecondFactor",
        "Show a one-time code, or a recovery code, to go on signing in",
        _second_factor,
        body=shapes.SecondFactor,
        answer=shapes.Me,
        steps=frozenset({Step.SECOND_FACTOR}),
        when_signed_in=False,
    ),
    Route("POST", "/api/staff/logout", "logout", "Sign out here", _logout, steps=_ALL_STEPS),
    Route("GET", "/api/staff/me", "me", "Who is signed in", _who, answer=shapes.Me, steps=_ALL_STEPS),
    Route(
        "POST",
        "/api/staff/password",
        "changePassword",
        "Change one's own password; all other sessions of the person end",
        _change_password,
        body=shapes.PasswordChange,
        answer=shapes.Me,
        steps=frozenset({Step.CHANGE_PASSWORD}),
    ),
    Route(
        "POST",
        "/api/staff/totp",
        "beginSecondFactor",
        "Get a secret for one-time codes",
        _begin_second_factor,
        body=shapes.OwnPassword,
        answer=shapes.SecondFactorOffer,
        steps=frozenset({Step.ENROL}),
    ),
    Route(
        "POST",
        "/api/staff/totp/confirm",
        "confirmSecondFactor",
        "Show a first one-time code; the answer holds the recovery codes",
        _confirm_second_factor,
        body=shapes.SecondFactor,
        answer=shapes.Confirmed,
        steps=frozenset({Step.ENROL}),
    ),
    Route(
        "POST",
        "/api/staff/totp/remove",
        "removeSecondFactor",
        "Give up the second factor; administrators may not",
        _remove_second_factor,
        roles=_OPTIONAL_FACTOR,
        body=shapes.OwnPassword,
        answer=shapes.Me,
    ),
    Route(
        "POST",
        "/api/staff/recovery-codes",
        "renewRecoveryCodes",
        "Get fresh recovery codes; those before are worth nothing",
        _renew_recovery_codes,
        body=shapes.OwnPassword,
        answer=shapes.RecoveryCodes,
    ),
    Route("GET", "/api/staff/sessions", "sessions", "One's own sessions", _sessions, answer=shapes.Sessions),
    Route(
        "DELETE",
        "/api/staff/sessions",
        "endOtherSessions",
        "Sign out everywhere else",
        _end_others,
        answer=shapes.Ended,
    ),
    Route(
        "DELETE",
        "/api/staff/sessions/{session_id}",
        "endSession",
        "End one session: one's own; administrators anybody's",
        _end_session,
        roles=frozenset({Role.ADMIN}),
        own=EVERYBODY,
        owner=_owner_of_session,
    ),
)
