"""Signing in by the identity provider, and who there opens which account."""

from __future__ import annotations

from typing import cast

from bot.staff import shapes
from bot.staff.api_accounts import not_on_oneself
from bot.staff.errors import Hurried, OidcOff, refusal
from bot.staff.oidc import signing_in
from bot.staff.oidc.far_side import FarSide
from bot.staff.routing import ADMINS, Call, Reply, Route


async def _ways(call: Call) -> Reply:
    far_side = call.app.get(signing_in.FAR_SIDE)
    if far_side is None:
        return Reply(shapes.SignInWays(oidc=False, oidc_label="", oidc_claim=""))
    client = far_side.client
    return Reply(shapes.SignInWays(oidc=True, oidc_label=client.label, oidc_claim=client.claim))


async def _begin(call: Call) -> Reply:
    body, far_side = cast(shapes.OidcBegin, call.body), _far_side(call)
    _not_too_often(call)
    address, flow = await signing_in.begin(call.staff, far_side, body.then)
    return Reply(shapes.OidcAddress(address=address), flow=flow)


async def _finish(call: Call) -> Reply:
    body, far_side, staff = cast(shapes.OidcFinish, call.body), _far_side(call), call.staff
    _not_too_often(call)
    came = signing_in.CameBack(body.state, body.code, body.error, body.iss)
    who, then = await signing_in.finish(staff, far_side, came, call.flow, call.caller, call.cookie)
    me = shapes.Me.of(who, staff.rules.idle.total_seconds())
    return Reply(shapes.OidcDone(me=me, then=then), token=who.token, flow="")


async def _expect(call: Call) -> Reply:
    body, account_id = cast(shapes.OidcPerson, call.body), call.path["account_id"]
    not_on_oneself(call)
    _far_side(call)
    act = call.staff.act(call.who)
    changed = await signing_in.expect(call.staff, account_id, body.expected, act)
    return Reply(shapes.AccountShown.of(changed))


async def _unlink(call: Call) -> Reply:
    not_on_oneself(call)
    changed = await call.staff.oidc.unlink(call.path["account_id"], call.staff.act(call.who))
    return Reply(shapes.AccountShown.of(changed))


def _far_side(call: Call) -> FarSide:
    far_side = call.app.get(signing_in.FAR_SIDE)
    if far_side is None:
        raise refusal(OidcOff)
    return far_side


def _not_too_often(call: Call) -> None:
    buckets, address = call.staff.logins_of_address, call.caller.address
    if not buckets.take(address):
        raise refusal(Hurried, seconds=round(buckets.wait_s(address)) + 1)


_OF_ACCOUNT = "/api/staff/accounts/{account_id}/oidc"

ROUTES = (
    Route(
        "GET",
        "/api/staff/sign-in",
        "signInWays",
        "What the sign-in page offers",
        _ways,
        public=True,
        answer=shapes.SignInWays,
    ),
    Route(
        "POST",
        "/api/staff/oidc",
        "beginOidc",
        "Go to the identity provider: where, with a cookie that binds the way to this browser",
        _begin,
        public=True,
        body=shapes.OidcBegin,
        answer=shapes.OidcAddress,
    ),
    Route(
        "POST",
        "/api/staff/oidc/finish",
        "finishOidc",
        "Come back from the identity provider; a new session, whatever the browser had",
        _finish,
        public=True,
        body=shapes.OidcFinish,
        answer=shapes.OidcDone,
    ),
    Route(
        "PUT",
        _OF_ACCOUNT,
        "expectOidc",
        "Say who at the identity provider opens an account, in place of whoever did; they have a week for the first time",
        _expect,
        roles=ADMINS,
        body=shapes.OidcPerson,
        answer=shapes.AccountShown,
    ),
    Route(
        "DELETE",
        _OF_ACCOUNT,
        "unlinkOidc",
        "Nobody at the identity provider opens the account any more; sessions opened so end",
        _unlink,
        roles=ADMINS,
        answer=shapes.AccountShown,
    ),
)
