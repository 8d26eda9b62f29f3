"""Every route × every role × own and somebody else's × not signed in: who is let in, and who is told what."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from secrets import token_hex
from typing import Any

import pytest
from aiohttp import web

from bot.desk.api_parts import API
from bot.front.keys import DATABASE
from bot.front.main import init_app
from bot.review.parts import API as REVIEW_API
from bot.settings import Settings
from bot.staff.routes import ROUTES
from bot.staff.routing import Route
from bot.staff.service import Step
from bot.store import ConversationStore
from bot.store.desk_canned import CannedWords
from bot.store.desk_teams import NewTeam, TeamStore
from bot.store.review_judging import Lesson, NewJudgement
from bot.store.review_values import ProposalKind, Verdict
from bot.store.staff_values import Account, Role
from tests.app.desk_api.rows import chat_and_ticket
from tests.app.staff.conftest import PASSWORD, Browser, Office

AGENT, REVIEWER, SUPERVISOR, ADMIN = Role
ALL = frozenset(Role)
DESK = ALL - {REVIEWER}
BOSSES = frozenset({SUPERVISOR, ADMIN})
REVIEW = ALL - {AGENT}

# Written by hand, so that a slip in the list of routes shows: who may do it to anybody's, who to their own.
MAY: dict[str, tuple[frozenset[Role], frozenset[Role]]] = {
    "login": (ALL, ALL),
    "showSecondFactor": (frozenset(), frozenset()),  # only while signing in
    "logout": (ALL, ALL),
    "me": (ALL, ALL),
    "changePassword": (ALL, ALL),
    "beginSecondFactor": (ALL, ALL),
    "confirmSecondFactor": (ALL, ALL),
    "removeSecondFactor": (ALL - {ADMIN}, ALL - {ADMIN}),
    "renewRecoveryCodes": (ALL, ALL),
    "sessions": (ALL, ALL),
    "endOtherSessions": (ALL, ALL),
    "endSession": (frozenset({ADMIN}), ALL),
    "signInWays": (ALL, ALL),
    "beginOidc": (ALL, ALL),
    "finishOidc": (ALL, ALL),
    "expectOidc": (frozenset({ADMIN}), frozenset({ADMIN})),
    "unlinkOidc": (frozenset({ADMIN}), frozenset({ADMIN})),
    "accounts": (frozenset({ADMIN, SUPERVISOR}), frozenset({ADMIN, SUPERVISOR})),
    "addAccount": (frozenset({ADMIN}), frozenset({ADMIN})),
    "account": (frozenset({ADMIN, SUPERVISOR}), ALL),
    "changeAccount": (frozenset({ADMIN}), frozenset({ADMIN})),
    "resetPassword": (frozenset({ADMIN}), frozenset({ADMIN})),
    "forgetSecondFactor": (frozenset({ADMIN}), frozenset({ADMIN})),
    "sessionsOfAccount": (frozenset({ADMIN}), ALL),
    "endSessionsOfAccount": (frozenset({ADMIN}), ALL),
    "audit": (frozenset({ADMIN}), frozenset({ADMIN})),
    "openapi": (ALL, ALL),
    # The desk: reviewers have no part in it. A chat or a ticket of one's own is one that one has.
    "deskMe": (DESK, DESK),
    "setPresence": (DESK, DESK),
    "chats": (DESK, DESK),
    "liveChats": (BOSSES, BOSSES),
    "chat": (BOSSES, DESK),
    "chatMessages": (BOSSES, DESK),
    "claimChat": (BOSSES, DESK),
    "takeChat": (BOSSES, DESK),
    "releaseChat": (BOSSES, DESK),
    "transferChat": (BOSSES, DESK),
    "closeChat": (BOSSES, DESK),
    "say": (BOSSES, DESK),
    "writeNote": (BOSSES, DESK),
    "suggestReply": (BOSSES, DESK),
    "cannedReplies": (DESK, DESK),
    "addCannedReply": (BOSSES, BOSSES),
    "changeCannedReply": (BOSSES, BOSSES),
    "removeCannedReply": (BOSSES, BOSSES),
    "tickets": (DESK, DESK),
    "ticket": (BOSSES, DESK),
    "takeTicket": (BOSSES, DESK),
    "answerTicket": (BOSSES, DESK),
    "closeTicket": (BOSSES, DESK),
    "revealContact": (BOSSES, DESK),
    "deskSocket": (DESK, DESK),
    "teams": (DESK, DESK),
    "addTeam": (BOSSES, BOSSES),
    "changeTeam": (BOSSES, BOSSES),
    "setTeamMembers": (BOSSES, BOSSES),
    "agents": (DESK, DESK),
    "changeAgent": (BOSSES, BOSSES),
    "searchGuides": (DESK, DESK),
    "searchRegions": (BOSSES, BOSSES),
    # The review: agents have no part in it.
    "reviewMessages": (REVIEW, REVIEW),
    "reviewConversation": (REVIEW, REVIEW),
    "replayMessage": (REVIEW, REVIEW),
    "exportCsv": (REVIEW, REVIEW),
    "exportXlsx": (REVIEW, REVIEW),
    "judge": (REVIEW, REVIEW),
    "reviewBatch": (REVIEW, REVIEW),
    "reviewChoices": (REVIEW, REVIEW),
    "reviewWaiting": (REVIEW, REVIEW),
    "judgeGroup": (REVIEW, REVIEW),
    "judgedSince": (REVIEW, REVIEW),
    "unanswered": (REVIEW, REVIEW),
    "reviewGuides": (REVIEW, REVIEW),
    "assignments": (REVIEW, REVIEW),
    "assign": (REVIEW, REVIEW),
    "changeAssignment": (BOSSES, REVIEW),
    "reviewColleagues": (REVIEW, REVIEW),
    "reviewFilters": (REVIEW, REVIEW),
    "saveReviewFilter": (REVIEW, REVIEW),
    "dropReviewFilter": (frozenset(), REVIEW),
    "proposals": (REVIEW, REVIEW),
    "approveProposal": (REVIEW, REVIEW),
    "rejectProposal": (REVIEW, REVIEW),
    "regressions": (REVIEW, REVIEW),
    "overview": (REVIEW, REVIEW),
    "retention": (BOSSES, BOSSES),
    "setRetention": (frozenset({ADMIN}), frozenset({ADMIN})),
    "erasePerson": (BOSSES, BOSSES),
}
# What may be done before signing in is finished.
WHILE_MISSING: dict[Step, set[str]] = {
    Step.SECOND_FACTOR: {"logout", "me", "showSecondFactor"},
    Step.CHANGE_PASSWORD: {"logout", "me", "changePassword"},
    Step.ENROL: {"logout", "me", "beginSecondFactor", "confirmSecondFactor"},
}
BODIES: dict[str, dict[str, Any]] = {
    "login": {"name": "nobody", "password": "x"},
    "showSecondFactor": {"code": "000000"},
    "changePassword": {"current": PASSWORD, "new": "short"},
    "beginSecondFactor": {"password": PASSWORD},
    "confirmSecondFactor": {"code": "000000"},
    "removeSecondFactor": {"password": PASSWORD},
    "renewRecoveryCodes": {"password": PASSWORD},
    "beginOidc": {"then": "/audit"},
    "finishOidc": {"state": "x", "code": "x"},
    "expectOidc": {"expected": "wang.wei@city"},
    "addAccount": {"name": "made.here", "display_name": "新人", "role": "agent"},
    "changeAccount": {"display_name": "改名"},
    "setPresence": {"presence": "break"},
    "releaseChat": {"why": ""},
    "transferChat": {"team_id": 10**9},
    "closeChat": {"result": ""},
    "say": {"id": "id_of_a_message", "text": "您好"},
    "writeNote": {"text": "记一笔"},
    "addCannedReply": {"shortcut": "hi", "title": "问候", "text": "您好"},
    "changeCannedReply": {"title": "改过"},
    "answerTicket": {"text": "您好"},
    "closeTicket": {"result": ""},
    "addTeam": {"name": "新组"},
    "changeTeam": {"phone": "12345"},
    "setTeamMembers": {"account_ids": []},
    "changeAgent": {"capacity": 3},
    "judge": {"verdict": "right"},
    "reviewBatch": {"message_ids": [1], "label": "看过"},
    "judgeGroup": {"message_ids": [1], "correct_guide_id": "item@000000", "seen": 0},
    "assign": {"message_ids": [1], "to": "{account_id}"},
    "changeAssignment": {"state": "done"},
    "saveReviewFilter": {"name": "我的", "filter": {"q": "社保"}},
    "approveProposal": {},
    "rejectProposal": {"why": "不通顺"},
    "setRetention": {"dialogue_days": 365},
    "erasePerson": {"conversation_id": "{conversation_id}", "why": "本人要求"},
}
QUERIES = {"searchGuides": "?q=x", "searchRegions": "?q=x", "reviewGuides": "?q=x"}
KEPT_OUT = {"no_session", "role_refused", "step_missing", "csrf_refused", "origin_refused", "not_found"} | {
    "bad_request"
}

FOREIGN: tuple[dict[str, str], ...] = (
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1.evil.example", "Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
)


def teams_of(office: Office) -> TeamStore:
    teams: TeamStore = office.client.app[API].teams
    return teams


OF_THE_DESK = {"team_id", "conversation_id", "ticket_id", "canned_id"}
OF_THE_REVIEW = {"message_id", "proposal_id", "assignment_id", "filter_id"}
NAMED = {"session_id", *OF_THE_DESK, *OF_THE_REVIEW}


def named_by(route: Route) -> set[str]:
    """What of a person its path, query and body name."""
    return set(re.findall(r"{(\w+)}", f"{route.path} {QUERIES.get(route.name, '')} {BODIES.get(route.name)}"))


async def target(office: Office, account: Account, named: Collection[str] = NAMED) -> dict[str, int]:
    """What a path may name of this person, as far as it does."""
    of = {"account_id": account.id}
    if "session_id" in named:
        await office.signed_in(account)
        of["session_id"] = (await office.staff.sessions.of_account(account.id))[0].id
    if OF_THE_DESK.intersection(named):
        of |= await at_the_desk(office, account)
    if OF_THE_REVIEW.intersection(named):
        of |= await reviewed(office, account)
    return of


async def at_the_desk(office: Office, account: Account) -> dict[str, int]:
    """A chat and a ticket this person has in a team of their own, and its canned reply."""
    new = NewTeam(token_hex(8), (), (), (), {}, False, False, "")
    team = await teams_of(office).add_team(new, office.act())
    conversation_id, ticket_id = await chat_and_ticket(office, team.id, account)
    words = CannedWords(token_hex(8), "问候", "您好")
    canned = await office.client.app[API].canned.add(team.id, words, office.act())
    return {
        "team_id": team.id,
        "conversation_id": conversation_id,
        "ticket_id": ticket_id,
        "canned_id": canned.id,
    }


async def reviewed(office: Office, account: Account) -> dict[str, int]:
    """A conversation, what this person proposes to learn from it, is asked to look at, and looks for."""
    arrival = await ConversationStore(office.client.app[DATABASE]).receive(
        "rest", token_hex(16), None, "在吗"
    )
    review, act = office.client.app[REVIEW_API], replace(office.act(), actor_id=account.id)
    lesson = Lesson(ProposalKind.PAIR, "在吗", "item", "item@000000")
    new = NewJudgement(Verdict.WRONG_GUIDE, lesson=lesson)
    _, proposal_id = await review.judging.judge(arrival.message_id, new, act)
    [assignment_id] = await review.judging.assign([arrival.message_id], account.id, "", act)
    saved = await review.judging.save_filter(account.id, "我的", {}, act)
    return {
        "message_id": arrival.message_id,
        "proposal_id": proposal_id,
        "assignment_id": assignment_id,
        "filter_id": saved.id,
    }


async def call(browser: Browser, route: Route, of: dict[str, int], **headers: str) -> str:
    """The code of the error, empty when it went well."""
    path = route.path.format(**of) + QUERIES.get(route.name, "")
    ours = {"Origin": str(browser.client.make_url("/")).rstrip("/")} if route.upgrade else {}
    body = BODIES.get(route.name)
    if body is not None:
        body = {
            name: of.get(value[1:-1], value) if isinstance(value, str) else value
            for name, value in body.items()
        }
    answer = await browser.ask(route.method, path, body, headers or ours)
    return answer.error if answer.status >= 400 else ""


def is_let_in(code: str) -> bool:
    return code not in KEPT_OUT


def test_the_table_knows_every_route() -> None:
    assert {route.name for route in ROUTES} == MAY.keys()
    assert {route.name for route in ROUTES if route.body} == BODIES.keys()
    assert len({(route.method, route.path) for route in ROUTES}) == len(ROUTES) == len(MAY)


def test_no_address_under_api_is_missing_from_the_list(settings: Settings) -> None:
    app: web.Application = init_app(settings)
    served = {
        (route.method, route.resource.canonical)
        for route in app.router.routes()
        if route.resource is not None and re.match(r"/+api\b", route.resource.canonical)
    }
    assert served == {(route.method, route.path) for route in ROUTES}


async def test_nobody_gets_in_without_signing_in(office: Office) -> None:
    of = await target(office, await office.account("other"))
    stranger = office.browser()
    for token in (None, "", "x", "a" * 43, "a" * 5000, "../../etc"):
        stranger.token = token
        codes = {route.name: await call(stranger, route, of) for route in ROUTES if not route.public}
        assert set(codes.values()) == {"no_session"}, (token, codes)


@pytest.mark.parametrize("role", Role)
async def test_every_role_own_and_other(office: Office, role: Role) -> None:
    let_in: dict[str, tuple[bool, bool]] = {}
    for n, route in enumerate(ROUTES):
        me = await office.account(f"me{n}", role)
        named = named_by(route)
        of_others = await target(office, await office.account(f"other{n}", Role.ADMIN), named)

        other = await call(await office.signed_in(me), route, of_others)
        own = await call(await office.signed_in(me), route, await target(office, me, named))

        let_in[route.name] = is_let_in(other), is_let_in(own)
        if role not in MAY[route.name][0] and role in MAY[route.name][1]:
            assert other == "not_found", "it must not be told that it exists"
    assert let_in == {name: (role in others, role in own) for name, (others, own) in MAY.items()}


@pytest.mark.parametrize("step", Step)
async def test_who_has_not_finished_signing_in(office: Office, step: Step) -> None:
    of = await target(office, await office.account("other"))
    kept = await office.staff.passwords.hash(PASSWORD)
    let_in = set()
    for n, route in enumerate(ROUTES):
        me = await office.account(f"half{n}", Role.ADMIN, factor=step is Step.SECOND_FACTOR)
        if step is Step.CHANGE_PASSWORD:
            await office.staff.accounts.set_password(me.id, kept, office.act(), own=False)
        browser = office.browser(f"10.2.0.{n + 1}")
        assert (await browser.login(f"half{n}")).json["step"] == step
        code = await call(browser, route, of)
        assert is_let_in(code) or code == "step_missing", (route.name, code)
        if is_let_in(code) and not route.public:
            let_in.add(route.name)
    assert let_in == WHILE_MISSING[step]


async def test_a_change_needs_a_page_of_ours(office: Office) -> None:
    of = await target(office, await office.account("other"))
    accounts = {role: await office.account(f"my-{role}", role) for role in (ADMIN, AGENT)}
    for route in ROUTES:
        me = accounts[ADMIN if ADMIN in route.roles | route.own else AGENT]
        browser = await office.signed_in(me)
        for headers in FOREIGN:
            code = await call(browser, route, of, **headers)
            assert (code == "origin_refused") is route.needs_origin, (route.name, headers, code)
            browser = browser if route.method != "GET" else await office.signed_in(me)
        if route.method == "GET" or route.public:
            continue
        right, of_another = browser.csrf, (await office.signed_in(me)).csrf
        expected = "bad_request" if route.name == "showSecondFactor" else "csrf_refused"
        for wrong in ("", "x", right[:-1], right + "0", right.upper(), of_another):
            browser.csrf = wrong
            assert await call(browser, route, of) == expected, (route.name, wrong)


async def test_the_document_names_every_route_and_what_it_points_to_exists(office: Office) -> None:
    browser = await office.signed_in(await office.account("reads"))
    shown = (await browser.get("/api/openapi.json")).json
    listed = {(method.upper(), path) for path, found in shown["paths"].items() for method in found}
    assert listed == {(route.method, route.path) for route in ROUTES}
    assert shown["openapi"] == "3.1.0"
    references = set(re.findall(r"#/components/(\w+)/(\w+)", str(shown)))
    assert ("schemas", "Login") in references
    for kind, name in references:
        assert name in shown["components"][kind], name
    for path, found in shown["paths"].items():
        for operation in found.values():
            named = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
            assert named == set(re.findall(r"{(\w+)}", path))
    assert shown["paths"]["/api/staff/audit"]["get"]["x-roles"] == ["admin"]
