"""Teams, people and the search of guides through the API."""

from __future__ import annotations

import pytest

from bot.front.keys import DATABASE
from bot.store import KnowledgeStore
from bot.store.staff_values import Role
from tests.app.desk_api.conftest import SignIn
from tests.app.staff.conftest import Office
from tests.support.fake_rasa import FakeRasa, slow
from tests.unit.knowledge.region_samples import sample_gazetteer

HOURS = {"mon": [["09:00", "12:00"], ["13:30", "17:00"]], "holidays": "closed"}


async def test_a_supervisor_makes_a_team_and_puts_people_into_it(office: Office, sign_in: SignIn) -> None:
    boss = await sign_in("boss", Role.SUPERVISOR)
    li = await office.account("li")
    made = await boss.post(
        "/api/desk/teams", name="社保组", departments=["社会保险"], hours=HOURS, phone="0532-12333"
    )
    assert made.status == 201
    assert made.json["hours"]["mon"] == [["09:00", "12:00"], ["13:30", "17:00"]]
    assert (made.json["members"], made.json["disabled"], made.json["auto_assign"]) == ([], False, True)
    team_id = made.json["id"]

    members = await boss.ask("PUT", f"/api/desk/teams/{team_id}/members", {"account_ids": [li.id]})
    assert members.json["members"] == [{"account_id": li.id, "name": "职员li", "number": str(1000 + li.id)}]
    changed = await boss.ask("PATCH", f"/api/desk/agents/{li.id}", {"number": "A07", "capacity": 3})
    assert (changed.json["number"], changed.json["capacity"]) == ("A07", 3)
    assert changed.json["teams"] == [{"id": team_id, "name": "社保组"}]
    listed = (await boss.get("/api/desk/teams")).json["teams"]
    [team] = [team for team in listed if team["id"] == team_id]
    assert (team["name"], team["members"][0]["number"]) == ("社保组", "A07")
    assert {"team_added", "team_members", "agent_changed"} <= set(await office.actions())


async def test_a_team_has_office_hours_until_it_says_otherwise(sign_in: SignIn) -> None:
    boss = await sign_in("boss", Role.ADMIN)
    made = await boss.post("/api/desk/teams", name="兜底组", is_default=True)
    assert made.json["hours"]["fri"] == [["09:00", "12:00"], ["13:30", "17:00"]]
    assert made.json["hours"]["sat"] == []
    refused = await boss.ask("PATCH", f"/api/desk/teams/{made.json['id']}", {"disabled": True})
    assert (refused.status, refused.error) == (409, "default_team_stays")
    assert "默认服务组" in refused.json["error"]["message"], "in the words staff read"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "长" * 61}, "name"),
        ({"name": "x", "hours": {"mon": [["12:00", "09:00"]]}}, "hours"),
        ({"name": "x", "hours": {"mon": [["09:00", "12:00"], ["11:00", "13:00"]]}}, "hours"),
        ({"name": "x", "hours": {"mon": [["09:00", "24:00"]]}}, "hours"),
        ({"name": "x", "hours": {"xmas": []}}, "hours"),
        ({"name": "x", "regions": ["999999"]}, "regions"),
        ({"name": "x", "languages": ["中文"]}, "languages"),
        ({"name": "x", "phone": "call me"}, "phone"),
        ({"name": "x", "auto_assign": 1}, "auto_assign"),
        ({"name": "x", "geheim": 1}, "…"),
    ],
)
async def test_what_is_no_team_is_refused_by_field(
    sign_in: SignIn, body: dict[str, object], field: str
) -> None:
    boss = await sign_in("boss", Role.SUPERVISOR)
    refused = await boss.ask("POST", "/api/desk/teams", body)
    assert (refused.status, refused.error) == (400, "body_invalid")
    assert f"：{field}。" in refused.json["error"]["message"]


async def test_members_that_are_none_and_a_number_that_is_taken(office: Office, sign_in: SignIn) -> None:
    boss = await sign_in("boss", Role.SUPERVISOR)
    li, wang = await office.account("li"), await office.account("wang")
    reviewer = await office.account("rev", Role.REVIEWER)
    team_id = (await boss.post("/api/desk/teams", name="组")).json["id"]
    for wrong in (reviewer.id, 10**9):
        refused = await boss.ask("PUT", f"/api/desk/teams/{team_id}/members", {"account_ids": [li.id, wrong]})
        assert refused.status == 404
    listed = (await boss.get("/api/desk/teams")).json["teams"]
    assert [team["members"] for team in listed if team["id"] == team_id] == [[]]
    assert (await boss.ask("PATCH", f"/api/desk/agents/{li.id}", {"number": "7"})).status == 200
    assert (await boss.ask("PATCH", f"/api/desk/agents/{wang.id}", {"number": "7"})).error == "number_taken"
    assert (await boss.ask("PATCH", f"/api/desk/agents/{reviewer.id}", {"number": "8"})).status == 404


async def test_the_search_gives_answers_ready_to_be_sent(sign_in: SignIn, rasa: FakeRasa) -> None:
    agent = await sign_in("li", Role.AGENT)
    found = await agent.get("/api/desk/search?q=补身份证多少钱&here=370283")
    [hit] = found.json["hits"]
    assert (hit["guide_id"], hit["version"], hit["region_name"]) == ("id_card@370283", 3, "平度市")
    assert hit["text"].endswith("来源：办事指南")
    assert rasa.assisted[0]["here"] == "370283"


async def test_a_number_that_is_searched_for_does_not_leave_the_front(
    sign_in: SignIn, rasa: FakeRasa
) -> None:
    agent = await sign_in("li", Role.AGENT)
    await agent.get("/api/desk/search?q=身份证号370283199001011239补办")
    assert "370283199001011239" not in str(rasa.assisted) + str(rasa.parsed)
    assert rasa.assisted


async def test_two_regions_of_one_name_are_told_apart_and_a_team_serves_one(
    office: Office, sign_in: SignIn
) -> None:
    await KnowledgeStore(office.client.app[DATABASE]).publish(sample_gazetteer().regions.values(), "test")
    boss = await sign_in("boss", Role.SUPERVISOR)
    found = (await boss.get("/api/desk/regions?q=市中区")).json["regions"]
    assert found[:2] == [
        {"code": "370103", "name": "市中区（济南）", "level": "district", "under": ["山东省", "济南市"]},
        {"code": "370402", "name": "市中区（枣庄）", "level": "district", "under": ["山东省", "枣庄市"]},
    ]
    assert (await boss.get("/api/desk/regions?q=3704")).json["regions"][0]["level"] == "city"
    assert (await boss.get("/api/desk/regions?q=火星")).json["regions"] == []
    assert len((await boss.get("/api/desk/regions?q=区")).json["regions"]) == 20
    team = await boss.post("/api/desk/teams", name="枣庄组", regions=[found[1]["code"]])
    assert team.json["regions"] == [{"code": "370402", "name": "市中区（枣庄）"}]
    for wrong in ("", "?q=", "?q=x&page=2"):
        assert (await boss.get(f"/api/desk/regions{wrong}")).error == "body_invalid"


async def test_when_the_action_server_is_away_it_is_said(
    sign_in: SignIn, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.desk.assist.ASSIST_S", 0.2)
    rasa.assist = slow
    agent = await sign_in("li", Role.AGENT)
    refused = await agent.get("/api/desk/search?q=补身份证")
    assert (refused.status, refused.error) == (503, "assist_unavailable")
    assert "对话不受影响" in refused.json["error"]["mend"]
    for wrong in ("", "?q=", "?q=x&page=2", "?q=x&q=y"):
        assert (await agent.get(f"/api/desk/search{wrong}")).error == "body_invalid"
