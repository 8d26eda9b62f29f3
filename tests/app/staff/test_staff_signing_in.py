"""Signing in as people do it, and as those do who should not."""

from __future__ import annotations

import asyncio

import pytest

from bot.settings import Settings
from bot.staff.managing import add_account, make_first_admin
from bot.staff.routing import COOKIE
from bot.staff.signing_in import login_name
from bot.store.staff_values import Role
from tests.app.staff.conftest import PASSWORD, Office, StartOffice


async def test_an_administrator_from_the_first_password_to_the_end(office: Office) -> None:
    first = await make_first_admin(office.staff, office.act())
    assert first is not None
    assert await make_first_admin(office.staff, office.act()) is None, "only once"
    browser = office.browser()

    assert (await browser.login("admin", first)).json["step"] == "change_password"
    assert (await browser.get("/api/staff/accounts")).error == "step_missing"
    changed = await browser.post("/api/staff/password", current=first, new=PASSWORD)
    assert (changed.status, changed.json["step"]) == (200, "enrol")
    offer = (await browser.post("/api/staff/totp", password=PASSWORD)).json
    assert offer["address"].startswith("otpauth://totp/%E5%B8%AE%E5%8A%9E:admin?secret=" + offer["secret"])
    account = await office.staff.accounts.by_name("admin")
    assert account is not None
    office.secrets[account.id] = offer["secret"]
    assert (await browser.post("/api/staff/totp/confirm", code="000000")).error == "code_wrong"
    confirmed = await browser.post("/api/staff/totp/confirm", code=office.code(account))
    assert confirmed.json["me"]["step"] is None
    codes = confirmed.json["recovery_codes"]
    assert len(set(codes)) == 10 and all(len(code) == 19 for code in codes)
    assert (await browser.get("/api/staff/accounts")).status == 200
    assert (await browser.get("/api/staff/me")).json["recovery_codes_left"] == 10

    assert (await browser.post("/api/staff/logout")).status == 204
    assert browser.token is None
    assert (await browser.get("/api/staff/me")).error == "no_session"
    actions = await office.actions()
    assert actions[:4] == ["account_added", "login", "password_changed", "second_factor_failed"]
    assert {"totp_added", "logout"} <= set(actions)
    assert (await office.staff.audit.verify()).broken_at is None


async def test_a_first_password_is_used_within_a_week_or_not_at_all(office: Office) -> None:
    _, first = await add_account(office.staff, "wang", "王", Role.AGENT, office.act())
    office.clock.pass_(days=6)
    assert (await office.browser().login("wang", first)).status == 200
    office.clock.pass_(days=2)
    assert (await office.browser().login("wang", first)).error == "first_password_too_old"
    assert (await office.browser().login("wang", "wrong")).error == "login_failed"


async def test_a_second_factor_is_asked_for_and_each_code_counts_once(office: Office) -> None:
    account = await office.account("chief", Role.ADMIN)
    browser, other = office.browser(), office.browser()
    assert (await browser.login("chief")).json["step"] == "second_factor"
    code = office.code(account)

    passed = await browser.post("/api/staff/second-factor", code=code)
    assert (passed.status, passed.json["step"]) == (200, None)

    await other.login("chief")
    assert (await other.post("/api/staff/second-factor", code=code)).error == "code_wrong", "used before"
    earlier = office.code(account, -1)
    assert (await other.post("/api/staff/second-factor", code=earlier)).error == "code_wrong"
    later = office.code(account, 1)
    assert (await other.post("/api/staff/second-factor", code=later)).status == 200


async def test_two_browsers_with_the_same_code_at_once(office: Office) -> None:
    account = await office.account("chief", Role.ADMIN)
    browsers = [office.browser() for _ in range(4)]
    for browser in browsers:
        await browser.login("chief")
    code = office.code(account)

    answers = await asyncio.gather(*(one.post("/api/staff/second-factor", code=code) for one in browsers))

    assert sorted(answer.status for answer in answers) == [200, 401, 401, 401]


async def test_a_recovery_code_counts_once_however_it_is_typed(office: Office) -> None:
    account = await office.account("chief", Role.ADMIN)
    admin = await office.signed_in(account)
    codes = (await admin.post("/api/staff/recovery-codes", password=PASSWORD)).json["recovery_codes"]
    first, second = office.browser(), office.browser()
    await first.login("chief")
    await second.login("chief")

    typed = codes[3].upper().replace("-", " ")
    assert (await first.post("/api/staff/second-factor", code=typed)).status == 200
    assert (await second.post("/api/staff/second-factor", code=codes[3])).error == "code_wrong"
    assert (await first.get("/api/staff/me")).json["recovery_codes_left"] == 9

    await admin.post("/api/staff/recovery-codes", password=PASSWORD)
    assert (await second.post("/api/staff/second-factor", code=codes[4])).error == "code_wrong"


async def test_guessing_codes_is_paused_and_a_new_login_does_not_help(office: Office) -> None:
    account = await office.account("chief", Role.ADMIN)
    browser = office.browser()
    await browser.login("chief")
    for guess in range(5):
        answer = await browser.post("/api/staff/second-factor", code=f"{guess:06}")
        assert answer.error == "code_wrong"
    again = office.browser("10.9.9.9")
    await again.login("chief")

    assert (await again.post("/api/staff/second-factor", code=office.code(account))).error == "locked"
    office.clock.pass_(seconds=61)
    assert (await again.post("/api/staff/second-factor", code=office.code(account))).status == 200


async def test_a_name_that_is_none_is_told_the_same(office: Office) -> None:
    await office.account("exists")
    gone = await office.account("gone", Role.AGENT)
    admin = await office.signed_in(await office.account("chief", Role.ADMIN))
    await admin.ask("PATCH", f"/api/staff/accounts/{gone.id}", {"disabled": True})
    told: list[list[tuple[int, str]]] = []
    for name, password in (("exists", "wrong"), ("nobody", "wrong"), ("gone", PASSWORD)):
        browser = office.browser(f"10.2.0.{len(told)}")
        tries = [await browser.login(name, password) for _ in range(6)]
        told.append([(one.status, one.json["error"]["code"]) for one in tries])
    assert told[0] == told[1] == told[2] == [(401, "login_failed")] * 5 + [(429, "locked")]


async def test_the_pause_grows_and_the_right_password_does_not_shorten_it(office: Office) -> None:
    await office.account("wang")
    browser = office.browser()
    for _ in range(5):
        await browser.login("wang", "wrong")
    locked = await browser.login("wang")
    assert locked.error == "locked"
    assert "秒后" in locked.json["error"]["mend"]
    office.clock.pass_(seconds=61)
    assert (await browser.login("wang", "wrong")).error == "login_failed"
    office.clock.pass_(seconds=61)
    assert (await browser.login("wang")).error == "locked", "now it is two minutes"
    office.clock.pass_(seconds=61)
    assert (await browser.login("wang")).status == 200
    assert (await browser.login("wang", "wrong")).error == "login_failed"
    assert (await browser.login("wang")).status == 200, "a success starts the count anew"
    assert (await office.actions()).count("locked") == 2


async def test_a_hundred_guesses_at_once_are_a_hundred(office: Office) -> None:
    await office.account("wang")
    guesses = [office.browser(f"10.3.{n}.1").login("wang", f"guess {n}") for n in range(99)]

    answers = await asyncio.gather(office.browser("10.4.0.1").login("wang", "wrong"), *guesses)

    assert sorted(answer.status for answer in answers) == [401] * 5 + [429] * 95


async def test_many_names_from_one_address_are_paused_and_ones_own_login_does_not_reset_it(
    office: Office,
) -> None:
    await office.account("insider")
    for n in range(19):
        await office.browser("10.5.0.1").login(f"name{n}", "wrong")
        if n % 4 == 0:
            assert (await office.browser("10.5.0.1").login("insider")).status == 200
    await office.browser("10.5.0.1").login("another", "wrong")

    assert (await office.browser("10.5.0.1").login("insider")).error == "locked"
    assert (await office.browser("10.5.0.2").login("insider")).status == 200


async def test_a_forged_forwarded_address_of_a_stranger_is_not_believed(start_office: StartOffice) -> None:
    office = await start_office(trusted_proxies="10.250.0.0/16")
    for n in range(20):
        await office.browser(f"10.6.0.{n}").login(f"name{n}", "wrong")
    assert (await office.browser("10.6.0.99").login("anybody", "wrong")).error == "locked"


async def test_a_token_set_before_signing_in_is_not_taken_over(office: Office) -> None:
    account = await office.account("wang")
    victim, thief = office.browser(), office.browser()
    victim.token = thief.token = "chosen-by-the-thief-" + "x" * 23

    await victim.login("wang")

    assert victim.token != thief.token
    assert (await thief.get("/api/staff/me")).error == "no_session"
    assert len(await office.staff.sessions.of_account(account.id)) == 1


async def test_the_token_from_before_the_second_factor_opens_nothing(office: Office) -> None:
    account = await office.account("chief", Role.ADMIN)
    browser, thief = office.browser(), office.browser()
    await browser.login("chief")
    thief.token, thief.csrf = browser.token, browser.csrf

    await browser.post("/api/staff/second-factor", code=office.code(account))

    assert (await thief.get("/api/staff/me")).error == "no_session"


async def test_a_half_finished_login_ends_soon(office: Office) -> None:
    await office.account("chief", Role.ADMIN)
    browser = office.browser()
    await browser.login("chief")
    office.clock.pass_(minutes=14)
    assert (await browser.get("/api/staff/me")).status == 200
    office.clock.pass_(minutes=2)
    assert (await browser.get("/api/staff/me")).error == "no_session"


async def test_only_a_finished_login_lasts(office: Office) -> None:
    half, whole = await office.account("half", Role.ADMIN), await office.account("whole", Role.ADMIN)
    kept = await office.staff.passwords.hash(PASSWORD)
    await office.staff.accounts.set_password(half.id, kept, office.act(), own=False)
    browsers = {}
    for account, step in ((half, "change_password"), (whole, None)):
        browser = browsers[account.name] = office.browser()
        await browser.login(account.name)
        passed = await browser.post("/api/staff/second-factor", code=office.code(account))
        assert passed.json["step"] == step
    office.clock.pass_(minutes=16)
    assert (await browsers["half"].get("/api/staff/me")).error == "no_session"
    assert (await browsers["whole"].get("/api/staff/me")).status == 200


async def test_the_cookie_is_for_the_browser_alone(office: Office, start_office: StartOffice) -> None:
    await office.account("wang")
    cookie = (await office.browser().login("wang")).cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert not cookie["secure"] and not cookie["domain"] and not cookie["max-age"]

    behind_tls = await office.browser().ask(
        "POST",
        "/api/staff/login",
        {"name": "wang", "password": PASSWORD},
        {"X-Forwarded-Proto": "https"},
    )
    secure = behind_tls.cookies[f"__Host-{COOKIE}"]
    assert (secure["secure"], secure["httponly"], secure["path"], secure["domain"]) == (True, True, "/", "")


async def test_over_https_a_cookie_without_its_prefix_is_not_read(office: Office) -> None:
    browser = await office.signed_in(await office.account("wang"))
    answer = await browser.ask("GET", "/api/staff/me", headers={"X-Forwarded-Proto": "https"})
    assert answer.error == "no_session"


async def test_names_are_the_same_however_they_are_typed(office: Office) -> None:
    await office.account("wang.wei")
    for typed in ("Wang.Wei", "  WANG.WEI ", "ｗａｎｇ．ｗｅｉ"):
        assert login_name(typed) == "wang.wei"
        assert (await office.browser().login(typed)).status == 200


async def test_what_is_sent_is_bounded_and_never_quoted(office: Office) -> None:
    browser = office.browser()
    for body in (
        {},
        {"name": "wang"},
        {"name": "wang", "password": 5},
        {"name": "wang", "password": "geheim", "role": "admin"},
        {"name": "wang", "password": ""},
        {"name": "wang", "password": "geheim" * 100},
        {"name": ["wang"], "password": "geheim"},
        {"name": "w\x00", "password": "geheim\ud83d"},
    ):
        answer = await browser.ask("POST", "/api/staff/login", body)
        assert answer.status == 400 or answer.error == "login_failed"
        assert "geheim" not in str(answer.json)
    form = await office.client.post("/api/staff/login", data={"name": "wang", "password": "x"})
    assert form.status == 400
    for path in ("/api/staff/accounts/x", "/api/staff/accounts/0", "/api/staff/accounts/" + "9" * 40):
        signed_in = await office.signed_in(await office.account(f"a{abs(hash(path)) % 10**9}", Role.ADMIN))
        assert (await signed_in.get(path)).status == 404


async def test_too_many_requests_are_refused(start_office: StartOffice) -> None:
    office = await start_office(staff_requests_per_minute_per_ip=10, staff_logins_per_minute_per_ip=2)
    browser = office.browser()
    codes = [(await browser.login(f"n{n}", "x")).error for n in range(3)]
    assert codes == ["login_failed", "login_failed", "too_fast"]
    rest = [(await browser.get("/api/staff/me")).error for n in range(8)]
    assert rest == ["no_session"] * 7 + ["too_fast"]
    assert (await office.browser("10.7.7.7").get("/api/staff/me")).error == "no_session"


async def test_nothing_secret_is_in_the_log_or_the_database_as_it_was_typed(
    office: Office, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    account = await office.account("chief", Role.ADMIN)
    browser = office.browser()
    await browser.login("chief", "a wrong password of mine")
    await browser.login("my password in the name field", "x")
    await browser.login("chief")
    await browser.post("/api/staff/second-factor", code=office.code(account))
    written = capsys.readouterr()
    out = written.out + written.err
    kept = b"".join(path.read_bytes() for path in settings.var_dir.glob("bangban.db*"))
    assert "audit" in out and b"chief" in kept, "these are the right places to look"
    secrets = (PASSWORD, "a wrong password of mine", "my password in the name field", browser.token)
    for secret in (*secrets, office.secrets[account.id]):
        assert secret is not None
        assert secret not in out
        assert secret.encode() not in kept
