"""Signing in by the identity provider: there, and back again. And who at the provider opens which account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import structlog
from aiohttp import web

from bot.errors import BadRequest
from bot.staff.errors import (
    BodyInvalid,
    Locked,
    OidcAccountOff,
    OidcAway,
    OidcDenied,
    OidcNoAccount,
    OidcStale,
    OidcUnproven,
    refusal,
)
from bot.staff.lockout import OF_NAME
from bot.staff.oidc.asking import Flow, authorization_address, is_own_path, new_flow
from bot.staff.oidc.far_side import FarSide
from bot.staff.oidc.problems import OidcProblem, ProviderAway, TokenWrong
from bot.staff.oidc.verifying import LONGEST, Expected, Identity
from bot.staff.routing import FLOW_S
from bot.staff.secrecy import new_token, token_digest
from bot.staff.service import Caller, SignedIn, Staff
from bot.staff.signing_in import FIRST_PASSWORD_FOR, opened
from bot.store.staff_values import Account, Act, Action, Method

FAR_SIDE = web.AppKey("far_side", FarSide)
"""Only there when there is an identity provider."""

log = structlog.get_logger(__name__)

EXPECTED_FOR = FIRST_PASSWORD_FOR
"""So long an account is kept open for somebody at the provider: names there may go to others."""


@dataclass(frozen=True, slots=True)
class CameBack:
    """What the provider put into the address it led back to. Nothing of it is to be believed yet."""

    state: str
    code: str | None
    error: str | None
    issuer: str | None


async def begin(staff: Staff, far_side: FarSide, then: str) -> tuple[str, str]:
    """Where the browser goes, and the token that binds the way to it. OidcAway when the provider is not there."""
    if then and not is_own_path(then):
        raise refusal(BodyInvalid, fields="then")
    try:
        provider = await far_side.provider()
    except ProviderAway as problem:
        raise _away(problem) from None
    flow, token, now = new_flow(then), new_token(), staff.now()
    await staff.oidc.keep_flow(
        token_digest(token),
        token_digest(flow.state),
        staff.keys.seal(flow.to_text()),
        now,
        now + timedelta(seconds=FLOW_S),
    )
    return authorization_address(provider, far_side.client, flow), token


async def finish(
    staff: Staff,
    far_side: FarSide,
    came: CameBack,
    flow_token: str | None,
    caller: Caller,
    before: str | None = None,
) -> tuple[SignedIn, str]:
    """A new session for whom the provider has proven, and where to. A refusal says in words why not."""
    flow = await _flow(staff, came.state, flow_token)
    try:
        identity = await _identity(staff, far_side, came, flow)
    except ProviderAway as problem:
        raise _away(problem) from None
    except TokenWrong as problem:
        log.warning("oidc_unproven", reason=problem.reason)
        act = Act(staff.now(), "-", None, caller.address)
        await _failed(staff, act, problem.reason, None)
        raise refusal(OidcUnproven) from None
    account = await _account(staff, identity, caller)
    signed_in = await opened(
        staff, account, caller, before, Method.OIDC, second_factor=identity.second_factor
    )
    return signed_in, flow.then


async def expect(staff: Staff, account_id: int, expected: str, act: Act) -> Account:
    """Keep an account open, for some days, for whom the provider calls so."""
    plain = expected.strip()
    if not plain or len(plain) > LONGEST or not plain.isprintable():
        raise BadRequest(
            f"What the identity provider calls a person has 1 to {LONGEST} readable characters.",
            mend="Take it over exactly as it is written there.",
        )
    return await staff.oidc.expect(account_id, plain, staff.now() + EXPECTED_FOR, act)


async def _flow(staff: Staff, state: str, token: str | None) -> Flow:
    """The way that began in this browser with this state, once."""
    if not token:
        raise refusal(OidcStale)
    sealed = await staff.oidc.take_flow(token_digest(token), token_digest(state), staff.now())
    if sealed is None:
        raise refusal(OidcStale)
    return Flow.of_text(staff.keys.unseal(sealed))


async def _identity(staff: Staff, far_side: FarSide, came: CameBack, flow: Flow) -> Identity:
    provider, client = await far_side.provider(), far_side.client
    if came.issuer != provider.issuer and (came.issuer is not None or provider.names_itself):
        raise TokenWrong("answer_of_another")
    if came.error is not None or came.code is None:
        log.info("oidc_denied", error=_word(came.error))
        raise refusal(OidcDenied)
    token = await far_side.redeem(came.code, flow)
    expected = Expected(
        issuer=provider.issuer,
        client_id=client.id,
        nonce=flow.nonce,
        now=int(staff.now().timestamp()),
        max_age_s=client.max_age_s,
        claim=client.claim,
        acr=client.acr,
        amr=client.amr,
    )
    return await far_side.identity(token, expected)


async def _account(staff: Staff, identity: Identity, caller: Caller) -> Account:
    """The account of an identity; refused when there is none, when it is off and while it is paused."""
    act = Act(staff.now(), "-", None, caller.address)
    account = await staff.oidc.person(identity.issuer, identity.subject, identity.claimed, act)
    if account is None:
        await _failed(staff, act, "no_account", None)
        raise refusal(OidcNoAccount, who=f"（{identity.claimed[:80]}）" if identity.claimed else "")
    act = Act(act.at, account.name, account.id, caller.address)
    if account.disabled_at is not None:
        await _failed(staff, act, "account_off", account)
        raise refusal(OidcAccountOff)
    of_name = staff.keys.name("name", account.name)
    try:
        await staff.attempt({of_name: OF_NAME})
    except Locked:
        await _failed(staff, act, "locked", account)
        raise
    await staff.attempts.succeeded(of_name)
    return account


async def _failed(staff: Staff, act: Act, why: str, account: Account | None) -> None:
    await staff.failed(act, Action.LOGIN_FAILED, account, pauses=False, method=Method.OIDC.value, why=why)


def _away(problem: OidcProblem) -> OidcAway:
    log.error("oidc_away", reason=problem.reason)
    return refusal(OidcAway)


def _word(error: str | None) -> str:
    """A word of the provider for the log, when it is one."""
    return error[:40] if error and error.replace("_", "").isalnum() else "-"
