"""Signing in by an identity provider, as people do it, and as those do who should not."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.settings import Settings
from bot.staff.managing import add_account
from bot.staff.oidc import far_side
from bot.staff.routing import FLOW_COOKIE
from bot.store.staff_values import Account, AccountChange, Role
from tests.app.staff.conftest import PASSWORD, Answered, Browser, Clock, Office, StartOffice
from tests.support import fake_oidc
from tests.support.fake_oidc import TOUCHED, FakeProvider
from tests.support.signing import jwk, rsa_key

BACK = "http://127.0.0.1:8080"
DOCUMENT, KEYS, TOKEN = TOUCHED


@pytest.fixture
async def provider(clock: Clock) -> AsyncIterator[FakeProvider]:
    made = FakeProvider(now=lambda: clock().timestamp())
    async with made.serve():
        yield made


@pytest.fixture
async def office(start_office: StartOffice, provider: FakeProvider) -> Office:
    return await start_office(**provider.settings(BACK))


async def awaited(office: Office, name: str, expected: str, role: Role = Role.AGENT, **more: Any) -> Account:
    """An account that an administrator keeps open for somebody at the provider."""
    account = await office.account(name, role, **more)
    return await office.staff.oidc.expect(
        account.id, expected, office.clock().replace(year=2999), office.act()
    )


async def came_back(browser: Browser, provider: FakeProvider, then: str = "") -> dict[str, str]:
    """There, signed in there, and back: what stands in the address."""
    begun = await browser.post("/api/staff/oidc", then=then)
    assert begun.status == 200, begun.json
    return provider.approve(begun.json["address"])


async def finish(browser: Browser, came: dict[str, str]) -> Answered:
    answered = await browser.post("/api/staff/oidc/finish", **came)
    if answered.status == 200:
        browser.csrf = answered.json["me"]["csrf"]
    return answered


async def signed_in(browser: Browser, provider: FakeProvider, then: str = "") -> Answered:
    return await finish(browser, await came_back(browser, provider, then))


async def whys(office: Office) -> list[str]:
    """Why sign-ins failed, as the audit log has it, oldest first."""
    entries = await office.staff.audit.entries(limit=1000)
    return [one.detail.get("why", "-") for one in reversed(entries) if one.action == "login_failed"]


async def test_there_and_back_to_the_page_that_was_wanted(office: Office, provider: FakeProvider) -> None:
    account = await awaited(office, "wang.wei", "wang")
    browser = office.browser()
    assert (await browser.get("/api/staff/sign-in")).json == {
        "oidc": True,
        "oidc_label": "",
        "oidc_claim": "preferred_username",
    }

    done = await signed_in(browser, provider, "/desk?x=1")

    assert (done.status, done.json["then"], done.json["me"]["step"]) == (200, "/desk?x=1", None)
    me = (await browser.get("/api/staff/me")).json
    assert (me["account"]["name"], me["account"]["oidc_linked"]) == ("wang.wei", True)
    assert me["account"]["oidc_expected"] is None, "nobody else is awaited"
    [session] = (await browser.get("/api/staff/sessions")).json["sessions"]
    assert (session["method"], session["here"]) == ("oidc", True)
    assert browser.flow is None, "the way there is over"
    entries = await office.staff.audit.entries(limit=2)
    assert [(one.action, one.actor, one.object) for one in entries] == [
        ("login", "wang.wei", f"account:{account.id}"),
        ("oidc_linked", "wang.wei", f"account:{account.id}"),
    ]
    assert entries[0].detail == {"method": "oidc"}
    assert entries[1].detail == {"issuer": provider.issuer, "subject": "s-1", "claimed": "wang"}
    assert (await office.staff.audit.verify()).broken_at is None


async def test_a_session_is_under_the_same_rules(office: Office, provider: FakeProvider) -> None:
    account = await awaited(office, "wang.wei", "wang")
    browser = office.browser()
    await signed_in(browser, provider)
    right = browser.csrf
    browser.csrf = "x"
    assert (await browser.post("/api/staff/logout")).error == "csrf_refused"
    browser.csrf = right
    office.clock.pass_(minutes=31)
    assert (await browser.get("/api/staff/me")).error == "no_session"

    await signed_in(browser, provider)
    for _ in range(25):
        office.clock.pass_(minutes=28)
        assert (await browser.get("/api/staff/me")).status == 200
    office.clock.pass_(minutes=28)
    assert (await browser.get("/api/staff/me")).error == "no_session", "twelve hours in all"

    await signed_in(browser, provider)
    await office.staff.accounts.change(account.id, AccountChange(disabled=True), office.act())
    assert (await browser.get("/api/staff/me")).error == "no_session"


async def test_a_session_from_before_is_replaced(office: Office, provider: FakeProvider) -> None:
    account = await awaited(office, "wang.wei", "wang")
    browser, thief = office.browser(), office.browser()
    await browser.login("wang.wei")
    thief.token = browser.token
    await signed_in(browser, provider)
    assert browser.token != thief.token
    assert (await thief.get("/api/staff/me")).error == "no_session"
    assert len(await office.staff.sessions.of_account(account.id)) == 1


async def test_a_person_is_known_by_the_subject_from_then_on(office: Office, provider: FakeProvider) -> None:
    """A name at the provider may go to somebody else: it opens nothing any more."""
    await awaited(office, "wang.wei", "wang")
    await signed_in(office.browser(), provider)
    provider.person = {"sub": "s-1", "preferred_username": "wang.married"}
    assert (await signed_in(office.browser(), provider)).json["me"]["account"]["name"] == "wang.wei"

    provider.person = {"sub": "s-2", "preferred_username": "wang"}
    refused = await signed_in(office.browser(), provider)
    assert refused.error == "oidc_no_account"
    assert "wang" in refused.json["error"]["message"]
    assert (await whys(office))[-1] == "no_account"


async def test_a_name_that_is_the_same_opens_nothing_by_itself(
    office: Office, provider: FakeProvider
) -> None:
    """Nobody is awaited: whoever calls themselves `admin` at the provider is nobody here."""
    await office.account("admin", Role.ADMIN)
    await office.account("wang")
    for name in ("admin", "wang"):
        provider.person = {"sub": "s-9", "preferred_username": name}
        browser = office.browser()
        assert (await signed_in(browser, provider)).error == "oidc_no_account"
        assert browser.token is None
    assert len(await office.staff.accounts.accounts()) == 2, "none is made"


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "s-1"},
        {"sub": "s-1", "preferred_username": "Wang"},
        {"sub": "s-1", "preferred_username": "wang "},
        {"sub": "s-1", "preferred_username": "ｗａｎｇ"},
        {"sub": "s-1", "preferred_username": ["wang"]},
        {"sub": "wang", "preferred_username": "li"},
        {"sub": "s-1", "email": "wang"},
    ],
    ids=str,
)
async def test_who_is_awaited_is_compared_to_the_letter(
    office: Office, provider: FakeProvider, person: dict[str, Any]
) -> None:
    await awaited(office, "wang.wei", "wang")
    provider.person = person
    assert (await signed_in(office.browser(), provider)).error == "oidc_no_account"


async def test_an_account_is_kept_open_for_a_week(office: Office, provider: FakeProvider) -> None:
    admin = await office.signed_in(await office.account("chief", Role.ADMIN))
    account = await office.account("wang.wei")
    path = f"/api/staff/accounts/{account.id}/oidc"
    kept = await admin.ask("PUT", path, {"expected": " wang "})
    assert (kept.json["oidc_expected"], kept.json["oidc_linked"]) == ("wang", False)
    office.clock.pass_(days=7, minutes=1)
    assert (await signed_in(office.browser(), provider)).error == "oidc_no_account"

    admin = await office.signed_in(await office.staff.accounts.by_name("chief"))  # type: ignore[arg-type]
    assert (await admin.ask("PUT", path, {"expected": "wang"})).status == 200
    office.clock.pass_(days=6)
    assert (await signed_in(office.browser(), provider)).status == 200


async def test_unverified_mail_opens_nothing(start_office: StartOffice, provider: FakeProvider) -> None:
    office = await start_office(**provider.settings(BACK), oidc_claim="email")
    await awaited(office, "wang.wei", "wang@city.example")
    for verified in ({}, {"email_verified": False}, {"email_verified": "true"}):
        provider.person = {"sub": "s-1", "email": "wang@city.example", **verified}
        assert (await signed_in(office.browser(), provider)).error == "oidc_no_account"
    provider.person = {"sub": "s-1", "email": "wang@city.example", "email_verified": True}
    assert (await signed_in(office.browser(), provider)).status == 200


async def test_two_first_sign_ins_at_once_of_two_people(office: Office, provider: FakeProvider) -> None:
    await awaited(office, "wang.wei", "wang")
    browsers, ways = [office.browser() for _ in range(4)], []
    for n, browser in enumerate(browsers):
        came = await came_back(browser, provider)
        provider._codes[came["code"]]["n"] = str(n)
        ways.append(came)
    right = provider.claims

    def claims(asked: dict[str, str]) -> dict[str, Any]:
        return right(asked) | {"sub": f"s-{asked['n']}"}

    provider.claims = claims  # type: ignore[method-assign]
    answers = await asyncio.gather(*(finish(*pair) for pair in zip(browsers, ways, strict=True)))
    assert sorted(one.status for one in answers) == [200, 401, 401, 401]


async def test_who_is_linked_is_for_administrators_and_not_for_oneself(
    office: Office, provider: FakeProvider
) -> None:
    chief = await office.account("chief", Role.ADMIN)
    admin = await office.signed_in(chief)
    one, two = await office.account("one"), await office.account("two")

    def path(account: Account) -> str:
        return f"/api/staff/accounts/{account.id}/oidc"

    for method, body in (("PUT", {"expected": "x"}), ("DELETE", None)):
        assert (await admin.ask(method, path(chief), body)).error == "not_on_oneself"
        assert (await admin.ask(method, "/api/staff/accounts/999/oidc", body)).error == "not_found"
    assert (await admin.ask("PUT", path(one), {"expected": "wang"})).status == 200
    assert (await admin.ask("PUT", path(two), {"expected": "wang"})).error == "conflict"
    for wrong in ("", "   ", "a\u202eb", "x" * 256, 7):
        assert (await admin.ask("PUT", path(one), {"expected": wrong})).error in (
            "body_invalid",
            "bad_request",
        )

    browser, beside = office.browser(), office.browser()
    await signed_in(browser, provider)
    await beside.login("one")
    unlinked = await admin.ask("DELETE", path(one))
    assert (unlinked.json["oidc_linked"], unlinked.json["oidc_expected"]) == (False, None)
    assert (await browser.get("/api/staff/me")).error == "no_session"
    assert (await beside.get("/api/staff/me")).status == 200, "signed in with the password"
    assert (await signed_in(office.browser(), provider)).error == "oidc_no_account"

    assert (await admin.ask("DELETE", path(one))).status == 200
    actions = await office.actions()
    assert (actions.count("oidc_expected"), actions.count("oidc_unlinked")) == (1, 1)


async def test_another_person_takes_the_place_of_the_one_before(
    office: Office, provider: FakeProvider
) -> None:
    account = await awaited(office, "wang.wei", "wang")
    browser = office.browser()
    await signed_in(browser, provider)
    await office.staff.oidc.expect(account.id, "li", office.clock().replace(year=2999), office.act())
    assert (await browser.get("/api/staff/me")).error == "no_session"
    assert (await signed_in(office.browser(), provider)).error == "oidc_no_account"
    provider.person = {"sub": "s-2", "preferred_username": "li"}
    assert (await signed_in(office.browser(), provider)).status == 200


async def test_an_account_that_is_off_or_paused_stays_out(office: Office, provider: FakeProvider) -> None:
    account = await awaited(office, "wang.wei", "wang")
    await office.staff.accounts.change(account.id, AccountChange(disabled=True), office.act())
    assert (await signed_in(office.browser(), provider)).error == "oidc_account_off"
    assert (await office.staff.accounts.account(account.id)).oidc_subject is None, "nothing was linked"
    await office.staff.accounts.change(account.id, AccountChange(disabled=False), office.act())
    for _ in range(5):
        await office.browser("10.8.8.8").login("wang.wei", "wrong")
    assert (await signed_in(office.browser(), provider)).error == "locked"
    office.clock.pass_(seconds=61)
    assert (await signed_in(office.browser(), provider)).status == 200
    await office.staff.accounts.change(account.id, AccountChange(disabled=True), office.act())
    assert (await signed_in(office.browser(), provider)).error == "oidc_account_off"
    assert [why for why in await whys(office) if why != "-"] == ["account_off", "locked", "account_off"]


async def test_a_first_password_need_not_be_changed_by_who_does_not_use_it(
    office: Office, provider: FakeProvider
) -> None:
    account, first = await add_account(office.staff, "wang.wei", "王", Role.AGENT, office.act())
    await office.staff.oidc.expect(account.id, "wang", office.clock().replace(year=2999), office.act())
    assert (await signed_in(office.browser(), provider)).json["me"]["step"] is None
    assert (await office.browser().login("wang.wei", first)).json["step"] == "change_password"


async def test_our_second_factor_is_asked_for_unless_the_provider_shows_its_own(
    start_office: StartOffice, provider: FakeProvider
) -> None:
    office = await start_office(**provider.settings(BACK), oidc_second_factor_amr="mfa, otp")
    with_factor = await awaited(office, "chief", "chief", Role.ADMIN)
    await awaited(office, "new.chief", "new.chief", Role.ADMIN, factor=False)
    steps = {}
    for subject, name in (("s-1", "chief"), ("s-2", "new.chief")):
        for amr in (None, ["pwd"], ["pwd", "otp"]):
            provider.person = {"sub": subject, "preferred_username": name} | ({"amr": amr} if amr else {})
            done = await signed_in(office.browser(), provider)
            steps[name, str(amr)] = done.json["me"]["step"]
    assert steps == {
        ("chief", "None"): "second_factor",
        ("chief", "['pwd']"): "second_factor",
        ("chief", "['pwd', 'otp']"): None,
        ("new.chief", "None"): "enrol",
        ("new.chief", "['pwd']"): "enrol",
        ("new.chief", "['pwd', 'otp']"): None,
    }
    provider.person = {"sub": "s-1"}
    browser = office.browser()
    await signed_in(browser, provider)
    assert (await browser.get("/api/staff/accounts")).error == "step_missing"
    assert (await browser.post("/api/staff/second-factor", code="000000")).error == "code_wrong"
    passed = await browser.post("/api/staff/second-factor", code=office.code(with_factor))
    assert passed.json["step"] is None
    assert (await browser.get("/api/staff/accounts")).status == 200


async def test_by_default_nothing_the_provider_says_is_a_second_factor(
    office: Office, provider: FakeProvider
) -> None:
    await awaited(office, "chief", "wang", Role.ADMIN)
    provider.more = {"amr": ["mfa", "otp", "hwk"], "acr": "https://refeds.org/profile/mfa"}
    assert (await signed_in(office.browser(), provider)).json["me"]["step"] == "second_factor"


async def test_an_administrator_without_a_second_factor_adds_one_with_the_password(
    office: Office, provider: FakeProvider
) -> None:
    await awaited(office, "chief", "wang", Role.ADMIN, factor=False)
    browser = office.browser()
    assert (await signed_in(browser, provider)).json["me"]["step"] == "enrol"
    assert (await browser.post("/api/staff/totp", password="wrong")).error == "login_failed"
    assert (await browser.post("/api/staff/totp", password=PASSWORD)).status == 200


async def test_a_way_back_is_taken_once(office: Office, provider: FakeProvider) -> None:
    await awaited(office, "wang.wei", "wang")
    browser, thief = office.browser(), office.browser()
    came = await came_back(browser, provider)
    thief.flow = browser.flow
    assert (await finish(browser, came)).status == 200
    again = provider.approve((await office.browser().post("/api/staff/oidc", then="")).json["address"])
    for replayed in (came, {**came, "code": again["code"]}):
        assert (await finish(thief, replayed)).error == "oidc_stale"
    assert thief.token is None


async def test_there_from_one_front_and_back_to_another(
    start_office: StartOffice, provider: FakeProvider
) -> None:
    one, other = [await start_office(**provider.settings(BACK)) for _ in range(2)]
    await awaited(one, "wang.wei", "wang")
    browser, same_browser = one.browser(), other.browser()
    came = await came_back(browser, provider)
    same_browser.flow = browser.flow
    assert (await finish(same_browser, came)).status == 200
    assert (await finish(browser, came)).error == "oidc_stale"


async def test_many_at_once_with_one_way_back(office: Office, provider: FakeProvider) -> None:
    await awaited(office, "wang.wei", "wang")
    browser = office.browser()
    came = await came_back(browser, provider)
    copies = [office.browser() for _ in range(5)]
    for copy in copies:
        copy.flow = browser.flow
    answers = await asyncio.gather(*(finish(copy, came) for copy in copies))
    assert sorted(one.status for one in answers) == [200, 409, 409, 409, 409]
    assert provider.asked.count(TOKEN) == 1


async def test_the_way_back_of_another_browser_is_none(office: Office, provider: FakeProvider) -> None:
    """A link with the code of an attacker signs nobody in as the attacker."""
    await awaited(office, "wang.wei", "wang")
    attacker, victim, bystander = office.browser(), office.browser(), office.browser()
    came = await came_back(attacker, provider)
    own = await came_back(victim, provider)
    assert (await finish(bystander, came)).error == "oidc_stale", "no cookie"
    assert (await finish(victim, came)).error == "oidc_stale", "a cookie, of another state"
    bystander.flow = "x" * 43
    assert (await finish(bystander, came)).error == "oidc_stale"
    assert provider.asked.count(TOKEN) == 0, "the provider was not even asked"
    assert (await finish(victim, own)).status == 200, "its own way is still open"


async def test_a_stolen_code_is_worth_nothing_in_another_browser(
    office: Office, provider: FakeProvider
) -> None:
    await awaited(office, "wang.wei", "wang")
    victim, thief = office.browser(), office.browser()
    stolen = (await came_back(victim, provider))["code"]
    own = await came_back(thief, provider)
    assert (await finish(thief, {**own, "code": stolen})).error == "oidc_unproven", "PKCE"

    provider.checks_pkce = False
    stolen = (await came_back(victim, provider))["code"]
    own = await came_back(thief, provider)
    assert (await finish(thief, {**own, "code": stolen})).error == "oidc_unproven", "the nonce"
    assert await whys(office) == ["code_refused", "wrong_nonce"]
    assert thief.token is None


async def test_a_way_that_takes_too_long_is_over(office: Office, provider: FakeProvider) -> None:
    await awaited(office, "wang.wei", "wang")
    browser = office.browser()
    came = await came_back(browser, provider)
    office.clock.pass_(minutes=10, seconds=1)
    assert (await finish(browser, came)).error == "oidc_stale"


async def test_an_answer_in_the_name_of_another_provider_is_refused(
    office: Office, provider: FakeProvider
) -> None:
    await awaited(office, "wang.wei", "wang")
    browser = office.browser()
    came = await came_back(browser, provider)
    assert (await finish(browser, {**came, "iss": "https://evil.example"})).error == "oidc_unproven"
    came = await came_back(browser, provider)
    assert (await finish(browser, {**came, "iss": provider.issuer})).status == 200
    assert provider.asked.count(TOKEN) == 1


async def test_a_provider_that_names_itself_must_always_do_so(
    start_office: StartOffice, provider: FakeProvider
) -> None:
    provider.document_more = {"authorization_response_iss_parameter_supported": True}
    office = await start_office(**provider.settings(BACK))
    await awaited(office, "wang.wei", "wang")
    browser = office.browser()
    assert (await signed_in(browser, provider)).error == "oidc_unproven"
    came = await came_back(browser, provider)
    assert (await finish(browser, {**came, "iss": provider.issuer})).status == 200


async def test_no_for_an_answer(office: Office, provider: FakeProvider) -> None:
    browser = office.browser()
    came = await came_back(browser, provider)
    for said in ({"error": "access_denied"}, {}):
        came = await came_back(browser, provider)
        denied = await finish(browser, {"state": came["state"], **said})
        assert denied.error == "oidc_denied"
        assert (await finish(browser, came)).error == "oidc_stale", "that way is over"


@pytest.mark.parametrize(
    "then",
    [
        "//evil.example",
        "https://evil.example/",
        "/\\evil.example",
        "/a\nb",
        "audit",
        "/sign-in",
        "javascript:1",
    ],
)
async def test_nobody_is_led_elsewhere(office: Office, then: str) -> None:
    browser = office.browser()
    assert (await browser.ask("POST", "/api/staff/oidc", {"then": then})).error == "body_invalid"
    assert browser.flow is None


@pytest.mark.parametrize("path", ["/api/staff/oidc", "/api/staff/oidc/finish"])
async def test_a_page_of_another_site_starts_and_ends_nothing(
    office: Office, provider: FakeProvider, path: str
) -> None:
    browser = office.browser()
    came = await came_back(browser, provider)
    body = came if path.endswith("finish") else {}
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert (await browser.ask("POST", path, body, headers)).error == "origin_refused"


@pytest.mark.parametrize(
    ("how", "why"),
    [
        (fake_oidc.broken, "500"),
        (fake_oidc.slow, "too_slow"),
        (fake_oidc.huge, "too_large"),
        (fake_oidc.garbled, "garbled"),
        (fake_oidc.elsewhere, "302"),
    ],
)
@pytest.mark.parametrize("where", [DOCUMENT, TOKEN, KEYS])
async def test_a_provider_that_is_ill_is_told_in_words_and_passwords_still_work(
    office: Office,
    provider: FakeProvider,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    where: str,
    how: Any,
    why: str,
) -> None:
    await awaited(office, "wang.wei", "wang")
    browser = office.browser()
    came = {} if where == DOCUMENT else await came_back(browser, provider)
    provider.misbehave[where] = how
    monkeypatch.setattr(far_side, "PATIENCE_S", 1.0 if how is fake_oidc.slow else 60.0)
    if where == DOCUMENT:
        ill = await browser.post("/api/staff/oidc", then="")
    else:
        ill = await finish(browser, came)
    assert (ill.status, ill.error) == (503, "oidc_away")
    assert "统一身份认证暂时用不了" in ill.json["error"]["message"]
    [told] = [
        line for line in capsys.readouterr().out.splitlines() if "oidc_away" in line and "reason" in line
    ]
    assert re.search(rf"reason=(\w+_)?{why}\b", told), told
    assert (await browser.login("wang.wei")).status == 200
    provider.misbehave.clear()
    monkeypatch.setattr(far_side, "PATIENCE_S", 60.0)
    assert (await signed_in(office.browser(), provider)).status == 200, "well again"


async def test_a_provider_that_is_not_there(start_office: StartOffice, clock: Clock) -> None:
    office = await start_office(**FakeProvider().settings(BACK))
    assert (await office.browser().post("/api/staff/oidc", then="")).error == "oidc_away"


async def test_our_secret_is_wrong(start_office: StartOffice, provider: FakeProvider) -> None:
    office = await start_office(**provider.settings(BACK) | {"oidc_client_secret": "another"})
    assert (await signed_in(office.browser(), provider)).error == "oidc_away"


async def test_a_provider_that_wants_our_secret_in_the_form(
    start_office: StartOffice, provider: FakeProvider
) -> None:
    provider.document_more = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    office = await start_office(**provider.settings(BACK))
    await awaited(office, "wang.wei", "wang")
    assert (await signed_in(office.browser(), provider)).status == 200


async def test_a_new_key_is_looked_for_once(office: Office, provider: FakeProvider) -> None:
    await awaited(office, "wang.wei", "wang")
    for _ in range(3):
        assert (await signed_in(office.browser(), provider)).status == 200
    assert (provider.asked.count(DOCUMENT), provider.asked.count(KEYS)) == (1, 1), "kept"
    provider.key_name = "rotated"
    assert (await signed_in(office.browser(), provider)).status == 200
    assert provider.asked.count(KEYS) == 2

    async def only_the_first(_request: web.Request) -> web.Response:
        return web.json_response({"keys": [jwk(rsa_key("first"), "first")]})

    provider.misbehave[KEYS] = only_the_first
    provider.key_name = "unknown"
    assert (await signed_in(office.browser(), provider)).error == "oidc_unproven"
    assert provider.asked.count(KEYS) == 3, "once, not again and again"


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"iss": "https://evil.example"}, "wrong_iss"),
        ({"aud": "another client"}, "wrong_aud"),
        ({"exp": 1}, "expired"),
        ({"nonce": "another"}, "wrong_nonce"),
        ({"azp": "another client"}, "wrong_azp"),
    ],
)
async def test_a_token_that_proves_nothing(
    office: Office, provider: FakeProvider, more: dict[str, Any], why: str
) -> None:
    account = await awaited(office, "wang.wei", "wang")
    provider.more = more
    browser = office.browser()
    assert (await signed_in(browser, provider)).error == "oidc_unproven"
    assert browser.token is None
    assert (await office.staff.accounts.account(account.id)).oidc_subject is None
    assert await whys(office) == [why]


async def test_who_signed_in_there_long_ago_does_it_again(
    start_office: StartOffice, provider: FakeProvider
) -> None:
    office = await start_office(**provider.settings(BACK), oidc_max_age_s=600)
    await awaited(office, "wang.wei", "wang")
    provider.more = {"auth_time": int(office.clock().timestamp()) - 3600}
    browser = office.browser()
    begun = await browser.post("/api/staff/oidc", then="")
    assert "max_age=600" in begun.json["address"]
    assert (await finish(browser, provider.approve(begun.json["address"]))).error == "oidc_unproven"
    provider.more = {}
    assert (await signed_in(browser, provider)).status == 200


async def test_the_cookie_of_the_way_is_for_this_browser_and_short(
    office: Office, start_office: StartOffice
) -> None:
    begun = await office.browser().post("/api/staff/oidc", then="")
    cookie = begun.cookies[FLOW_COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert (cookie["max-age"], cookie["domain"]) == ("600", "")
    https = {"X-Forwarded-Proto": "https"}
    secure = (await office.browser().ask("POST", "/api/staff/oidc", {}, https)).cookies
    assert secure[f"__Host-{FLOW_COOKIE}"]["secure"] and FLOW_COOKIE not in secure


async def test_what_comes_back_is_bounded(office: Office) -> None:
    browser = office.browser()
    browser.flow = "x"
    for body in (
        {},
        {"code": "x"},
        {"state": ""},
        {"state": 7},
        {"state": "x" * 4097, "code": "x"},
        {"state": "x", "code": "ü"},
        {"state": "x", "code": "a\nb"},
        {"state": "x", "code": "x", "role": "admin"},
    ):
        answer = await browser.ask("POST", "/api/staff/oidc/finish", body)
        assert answer.error in ("body_invalid", "oidc_stale"), body
        assert "x" * 20 not in str(answer.json)


async def test_it_is_not_done_too_often(start_office: StartOffice, provider: FakeProvider) -> None:
    office = await start_office(**provider.settings(BACK), staff_logins_per_minute_per_ip=2)
    browser = office.browser()
    for _ in range(2):
        assert (await browser.post("/api/staff/oidc", then="")).status == 200
    assert (await browser.post("/api/staff/oidc", then="")).error == "too_fast"
    assert (await finish(browser, {"state": "x"})).error == "too_fast"


async def test_without_settings_there_is_none(start_office: StartOffice) -> None:
    office = await start_office()
    browser = office.browser()
    assert (await browser.get("/api/staff/sign-in")).json == {
        "oidc": False,
        "oidc_label": "",
        "oidc_claim": "",
    }
    assert (await browser.post("/api/staff/oidc", then="")).error == "oidc_off"
    assert (await finish(browser, {"state": "x", "code": "y"})).error == "oidc_off"
    admin = await office.signed_in(await office.account("chief", Role.ADMIN))
    path = f"/api/staff/accounts/{(await office.account('wang')).id}/oidc"
    assert (await admin.ask("PUT", path, {"expected": "x"})).error == "oidc_off"
    assert (await admin.ask("DELETE", path)).status == 200, "what was linked can always be taken away"


async def test_nothing_secret_is_in_the_log_or_the_database(
    office: Office, provider: FakeProvider, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    await awaited(office, "wang.wei", "wang")
    browser = office.browser()
    began = await came_back(browser, provider)
    flow, asked = browser.flow, provider._codes[began["code"]]
    kept_early = b"".join(path.read_bytes() for path in settings.var_dir.glob("bangban.db*"))
    await finish(browser, began)
    provider.more = {"aud": "another"}
    await signed_in(office.browser(), provider)
    written = capsys.readouterr()
    out = written.out + written.err
    kept = kept_early + b"".join(path.read_bytes() for path in settings.var_dir.glob("bangban.db*"))
    assert "oidc_unproven" in out and b"wang.wei" in kept, "these are the right places to look"
    for secret in (
        fake_oidc.CLIENT_SECRET,
        began["code"],
        began["state"],
        asked["nonce"],
        flow,
        browser.token,
    ):
        assert secret is not None
        assert secret not in out
        assert secret.encode() not in kept
