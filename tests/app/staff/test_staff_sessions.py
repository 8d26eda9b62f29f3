"""Sessions end when they should: everywhere, at once, and for good."""

from __future__ import annotations

import asyncio

from bot.store.staff_values import Role
from tests.app.staff.conftest import PASSWORD, Browser, Office, StartOffice

NEW = "更上一层楼 qiong qian li mu"


def stolen(browser: Browser, office: Office) -> Browser:
    """Another browser with the same cookie and the same word."""
    thief = office.browser("10.66.6.6")
    thief.token, thief.csrf = browser.token, browser.csrf
    return thief


async def test_a_stolen_cookie_is_worth_nothing_after_logout(office: Office) -> None:
    browser = await office.signed_in(await office.account("wang"))
    thief = stolen(browser, office)
    assert (await thief.get("/api/staff/me")).status == 200

    await browser.post("/api/staff/logout")

    assert (await thief.get("/api/staff/me")).error == "no_session"
    assert (await thief.post("/api/staff/logout")).error == "no_session"


async def test_a_new_password_ends_every_other_session_and_the_stolen_one(office: Office) -> None:
    account = await office.account("wang")
    browser, elsewhere = await office.signed_in(account), await office.signed_in(account)
    thief = stolen(browser, office)

    answer = await browser.post("/api/staff/password", current=PASSWORD, new=NEW)

    assert answer.status == 200
    assert (await browser.get("/api/staff/me")).status == 200
    for other in (elsewhere, thief):
        assert (await other.get("/api/staff/me")).error == "no_session"
    assert (await office.browser().login("wang")).error == "login_failed"
    assert (await office.browser().login("wang", NEW)).status == 200


async def test_a_password_is_changed_only_with_the_present_one_and_into_a_good_one(office: Office) -> None:
    browser = await office.signed_in(await office.account("wang"))
    change = "/api/staff/password"
    assert (await browser.post(change, current="wrong", new=NEW)).error == "login_failed"
    for weak in (
        "short",
        "qwertyuiop",
        "password2026!",
        "wang-is-my-name-1",
        "职员wang 的密码是这个啊",
        PASSWORD,
    ):
        refused = await browser.post(change, current=PASSWORD, new=weak)
        assert refused.error == "weak_password", weak
        assert weak not in str(refused.json)
    assert (await browser.post(change, current=PASSWORD, new=NEW)).status == 200


async def test_a_stolen_session_cannot_guess_the_password(office: Office) -> None:
    browser = await office.signed_in(await office.account("wang"))
    codes = [
        (await browser.post("/api/staff/password", current=f"guess {n}", new=NEW)).error for n in range(6)
    ]
    assert codes == ["login_failed"] * 5 + ["locked"]
    assert (await browser.post("/api/staff/totp", password=PASSWORD)).error == "locked"


async def test_a_switched_off_account_is_out_at_once_and_stays_out(office: Office) -> None:
    account = await office.account("wang")
    browser = await office.signed_in(account)
    admin = await office.signed_in(await office.account("chief", Role.ADMIN))
    path = f"/api/staff/accounts/{account.id}"

    assert (await admin.ask("PATCH", path, {"disabled": True})).json["disabled"] is True
    assert (await browser.get("/api/staff/me")).error == "no_session"
    assert (await office.browser().login("wang")).error == "login_failed"

    await admin.ask("PATCH", path, {"disabled": False})
    assert (await browser.get("/api/staff/me")).error == "no_session", "the old session does not come back"
    assert (await office.browser().login("wang")).status == 200


async def test_another_role_counts_at_once(office: Office) -> None:
    account = await office.account("wang", Role.SUPERVISOR)
    browser = await office.signed_in(account)
    admin = await office.signed_in(await office.account("chief", Role.ADMIN))
    assert (await browser.get("/api/staff/accounts")).status == 200

    await admin.ask("PATCH", f"/api/staff/accounts/{account.id}", {"role": "agent"})

    assert (await browser.get("/api/staff/accounts")).error == "no_session"
    again = office.browser()
    await again.login("wang")
    assert (await again.get("/api/staff/accounts")).error == "role_refused"


async def test_nobody_makes_themselves_more_than_they_are(office: Office) -> None:
    supervisor = await office.account("boss", Role.SUPERVISOR)
    browser = await office.signed_in(supervisor)
    mine = f"/api/staff/accounts/{supervisor.id}"
    assert (await browser.ask("PATCH", mine, {"role": "admin"})).error == "role_refused"
    new = {"name": "mate", "display_name": "x", "role": "admin"}
    assert (await browser.ask("POST", "/api/staff/accounts", new)).error == "role_refused"
    assert (await office.staff.accounts.account(supervisor.id)).role is Role.SUPERVISOR


async def test_who_becomes_an_administrator_needs_a_second_factor_first(office: Office) -> None:
    account = await office.account("wang")
    admin = await office.signed_in(await office.account("chief", Role.ADMIN))
    await admin.ask("PATCH", f"/api/staff/accounts/{account.id}", {"role": "admin"})
    browser = office.browser()
    assert (await browser.login("wang")).json["step"] == "enrol"
    assert (await browser.get("/api/staff/audit")).error == "step_missing"


async def test_an_administrator_cannot_lock_the_office_out(office: Office) -> None:
    chief = await office.account("chief", Role.ADMIN)
    admin = await office.signed_in(chief)
    mine = f"/api/staff/accounts/{chief.id}"
    for change in ({"disabled": True}, {"role": "agent"}):
        assert (await admin.ask("PATCH", mine, change)).error == "not_on_oneself"
    assert (await admin.post(f"{mine}/password")).error == "not_on_oneself"
    assert (await admin.ask("DELETE", f"{mine}/totp")).error == "not_on_oneself"
    assert (await admin.ask("PATCH", mine, {"display_name": "老李"})).json["display_name"] == "老李"


async def test_a_reset_password_signs_out_unlocks_and_must_be_changed(office: Office) -> None:
    account = await office.account("wang")
    browser = await office.signed_in(account)
    admin = await office.signed_in(await office.account("chief", Role.ADMIN))
    for _ in range(6):
        await office.browser().login("wang", "wrong")

    reset = await admin.post(f"/api/staff/accounts/{account.id}/password")

    assert (await browser.get("/api/staff/me")).error == "no_session"
    fresh = office.browser("10.8.8.8")
    assert (await fresh.login("wang", reset.json["password"])).json["step"] == "change_password"


async def test_a_lost_telephone(office: Office) -> None:
    lost = await office.account("lost", Role.ADMIN)
    admin = await office.signed_in(await office.account("chief", Role.ADMIN))
    assert (await admin.ask("DELETE", f"/api/staff/accounts/{lost.id}/totp")).status == 204
    assert (await office.browser().login("lost")).json["step"] == "enrol"


async def test_signing_in_again_ends_the_session_the_browser_had(office: Office) -> None:
    wang = await office.account("wang")
    await office.account("li")
    browser = await office.signed_in(wang)
    thief = stolen(browser, office)
    assert (await browser.login("li", "wrong")).error == "login_failed"
    assert (await thief.get("/api/staff/me")).status == 200, "a failure changes nothing"

    assert (await browser.login("li")).status == 200

    assert (await thief.get("/api/staff/me")).error == "no_session"
    assert await office.staff.sessions.of_account(wang.id) == ()


async def test_idle_and_absolute_end(start_office: StartOffice) -> None:
    office = await start_office(staff_idle_s=600, staff_session_s=3600)
    await office.account("wang")
    idle, busy = office.browser(), office.browser()
    await idle.login("wang")
    await busy.login("wang")
    for minute in range(9, 60, 9):
        office.clock.pass_(minutes=9)
        assert (await busy.get("/api/staff/me")).status == 200, minute
    assert (await idle.get("/api/staff/me")).error == "no_session"
    office.clock.pass_(minutes=7)
    assert (await busy.get("/api/staff/me")).error == "no_session", "an hour is over"


async def test_sessions_are_listed_and_ended(office: Office) -> None:
    account = await office.account("wang")
    here, there, third = [await office.signed_in(account) for _ in range(3)]
    listed = (await here.get("/api/staff/sessions")).json["sessions"]
    assert [one["here"] for one in listed] == [False, False, True]
    assert all("token" not in one and "digest" not in one for one in listed)

    assert (await here.ask("DELETE", f"/api/staff/sessions/{listed[1]['id']}")).status == 204
    assert (await there.get("/api/staff/me")).error == "no_session"
    assert (await here.ask("DELETE", "/api/staff/sessions")).json == {"ended": 1}
    assert (await third.get("/api/staff/me")).error == "no_session"
    ended = await here.ask("DELETE", f"/api/staff/sessions/{listed[2]['id']}")
    assert ended.status == 204 and here.token is None


async def test_a_session_of_somebody_else_looks_like_none(office: Office) -> None:
    mine, theirs = await office.account("wang"), await office.account("li")
    browser = await office.signed_in(mine)
    await office.signed_in(theirs)
    [session] = await office.staff.sessions.of_account(theirs.id)
    there = await browser.ask("DELETE", f"/api/staff/sessions/{session.id}")
    nowhere = await browser.ask("DELETE", f"/api/staff/sessions/{session.id + 1000}")
    assert (there.status, there.json) == (nowhere.status, nowhere.json)
    assert there.error == "not_found"
    assert len(await office.staff.sessions.of_account(theirs.id)) == 1


async def test_a_browser_that_calls_itself_nonsense_is_written_down_as_text(office: Office) -> None:
    await office.account("wang")
    url = office.client.make_url("/api/staff/login")
    body = f'{{"name": "wang", "password": "{PASSWORD}"}}'.encode()
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = "POST /api/staff/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    writer.write(
        f"{head}Content-Length: {len(body)}\r\nUser-Agent: ".encode() + b"\xff\xfe\xed\xa0\x80\r\n\r\n" + body
    )
    assert b" 200 " in await reader.readline()
    writer.close()
    account = await office.staff.accounts.by_name("wang")
    assert account is not None
    [session] = await office.staff.sessions.of_account(account.id)
    assert session.browser and set(session.browser) <= {"?", "\ufffd"}


async def test_accounts_are_made_with_names_that_can_be_typed(office: Office) -> None:
    admin = await office.signed_in(await office.account("chief", Role.ADMIN))

    async def add(name: str, display: str = "新人") -> tuple[int, str]:
        body = {"name": name, "display_name": display, "role": "agent"}
        answer = await admin.ask("POST", "/api/staff/accounts", body)
        return answer.status, answer.error if answer.status >= 400 else answer.json["account"]["name"]

    assert await add("Li.Na") == (201, "li.na")
    assert await add("li.na") == (409, "conflict")
    for bad in ("l", "李娜", "a b", "a/b", "-ab", "a" * 41, "a\nb", "../admin"):
        assert (await add(bad))[0] == 400, bad
    assert (await add("blank", "\u200b \n"))[0] == 400
    body = {"name": "x1", "display_name": "x", "role": "god"}
    assert (await admin.ask("POST", "/api/staff/accounts", body)).error == "body_invalid"


async def test_the_audit_log_is_read_page_by_page_and_reading_is_noted(office: Office) -> None:
    admin = await office.signed_in(await office.account("chief", Role.ADMIN))
    for n in range(60):
        await office.account(f"a{n}")
    first = (await admin.get("/api/staff/audit")).json
    second = (await admin.get(f"/api/staff/audit?before={first['next_before']}")).json
    seqs = [entry["seq"] for entry in first["entries"] + second["entries"]]
    assert seqs == list(range(len(seqs), 0, -1)) and second["next_before"] is None
    named = {entry["action"]: entry["action_name"] for entry in first["entries"]}
    assert named["account_added"] == "新建账号"
    newest = (await admin.get("/api/staff/audit")).json["entries"][0]
    assert (newest["action"], newest["actor"], newest["address"]) == ("audit_read", "chief", "10.1.1.1")
    for wrong in ("x", "-1", "1;drop", "0"):
        assert (await admin.get(f"/api/staff/audit?before={wrong}")).error == "body_invalid"
