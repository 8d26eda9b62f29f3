"""Tickets through the API: whose they are, who may answer, and who saw the telephone number."""

from __future__ import annotations

from tests.app.desk_api.conftest import Floor
from tests.app.desk_api.rows import chat, ticket
from tests.app.staff.conftest import Browser

PHONE = "13800138000"


async def numbers(browser: Browser, query: str = "") -> list[int]:
    return sorted(one["id"] for one in (await browser.get(f"/api/desk/tickets{query}")).json["tickets"])


async def left(floor: Floor, team: str | None = "social", by: str | None = None) -> int:
    conversation_id = await chat(floor.office)
    team_id = floor.teams[team] if team else None
    return await ticket(floor.office, conversation_id, team_id, floor.accounts[by] if by else None, PHONE)


def path(ticket_id: int, *more: str) -> str:
    return "/".join((f"/api/desk/tickets/{ticket_id}", *more))


async def noted(floor: Floor, action: str) -> list[str]:
    entries = await floor.office.staff.audit.entries(limit=1000)
    return [entry.actor for entry in reversed(entries) if entry.action == action]


async def test_who_sees_which_tickets(floor: Floor) -> None:
    ours, theirs, anybodys = await left(floor), await left(floor, "fund"), await left(floor, None)
    lis = await left(floor, "fund", by="li")
    li, zhao, boss = (floor.browsers[name] for name in ("li", "zhao", "boss"))
    assert await numbers(li) == [ours, anybodys, lis]
    assert await numbers(zhao) == [theirs, anybodys, lis]
    assert await numbers(boss) == [ours, theirs, anybodys, lis]
    assert await numbers(li, "?mine=1") == [lis]
    assert await numbers(li, "?state=closed") == []
    counts = (await li.get("/api/desk/tickets")).json
    assert (counts["open"], counts["mine"], counts["overdue"]) == (3, 1, 0)
    assert (await li.get(path(theirs))).status == (await li.post(path(theirs, "take"))).status == 404
    assert (await li.get("/api/desk/tickets?state=none")).error == "body_invalid"


async def test_from_the_queue_to_the_answer(floor: Floor) -> None:
    one = await left(floor)
    li, wang = floor.browsers["li"], floor.browsers["wang"]
    assert (await li.post(path(one, "answer"), text="您好")).status == 404, "take it first"
    taken = await li.post(path(one, "take"))
    assert (taken.json["owner"]["name"], taken.json["state"]) == ("职员li", "in_progress")
    second = await wang.post(path(one, "take"))
    assert second.error == "ticket_taken"
    assert "职员li" in second.json["error"]["message"]
    assert (await wang.post(path(one, "answer"), text="您好")).status == 404
    answered = await li.post(path(one, "answer"), text="请带身份证到窗口补办。")
    assert answered.json["state"] == "answered"
    assert answered.json["reply"]["text"].endswith("请带身份证到窗口补办。")
    assert (await li.post(path(one, "answer"), text="再说一遍")).error == "ticket_closed"
    assert (await li.post(path(one, "close"), result="办结")).json["state"] == "closed"
    assert await noted(floor, "ticket_taken") == ["li"]
    assert await noted(floor, "ticket_answered") == await noted(floor, "ticket_closed") == ["li"]


async def test_a_supervisor_takes_it_from_a_colleague(floor: Floor) -> None:
    one = await left(floor, by="li")
    assert (await floor.browsers["boss"].post(path(one, "take"))).json["owner"]["name"] == "职员boss"
    assert (await floor.browsers["li"].post(path(one, "answer"), text="您好")).status == 404


async def test_the_telephone_number_is_masked_until_who_works_on_it_asks(floor: Floor) -> None:
    one = await left(floor, by="li")
    li, wang, boss = (floor.browsers[name] for name in ("li", "wang", "boss"))
    for browser in (li, wang, boss):
        shown = (await browser.get(path(one))).json
        assert (shown["contact"], shown["has_contact"]) == ("138****8000", True)
        assert PHONE not in str((await browser.get("/api/desk/tickets")).json)
    assert (await wang.post(path(one, "reveal"))).status == 404
    assert await noted(floor, "contact_revealed") == []
    assert (await li.post(path(one, "reveal"))).json == {"contact": PHONE}
    assert (await boss.post(path(one, "reveal"))).json == {"contact": PHONE}
    assert await noted(floor, "contact_revealed") == ["li", "boss"]
    assert await noted(floor, "ticket_read") == ["li", "wang", "boss"]
