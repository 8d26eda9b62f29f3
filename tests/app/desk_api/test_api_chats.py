"""Chats through the API: who sees which, the race for one, talking, handing on, and what the audit log says."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.store.desk_values import Presence
from bot.store.states import Owner
from tests.app.desk_api.conftest import Floor
from tests.app.desk_api.rows import QUESTION, chat
from tests.app.staff.conftest import Browser
from tests.support.fake_rasa import FakeRasa

MESSAGE = {"id": "id_of_a_message", "text": "您好，请带身份证。"}


def path(conversation_id: int, *more: str) -> str:
    return "/".join((f"/api/desk/chats/{conversation_id}", *more))


async def listed(browser: Browser, scope: str) -> list[int]:
    found = (await browser.get(f"/api/desk/chats?scope={scope}")).json["chats"]
    return sorted(one["conversation_id"] for one in found)


async def test_who_sees_which_chats(floor: Floor) -> None:
    waiting, other = await floor.waiting(), await floor.waiting("fund")
    mine, theirs = await floor.with_agent("li"), await floor.with_agent("wang")
    bots = await chat(floor.office)
    li, zhao, boss, rev = (floor.browsers[name] for name in ("li", "zhao", "boss", "rev"))

    assert await listed(li, "mine") == [mine]
    assert await listed(li, "queue") == [waiting]
    assert await listed(li, "all") == sorted([mine, waiting])
    assert await listed(zhao, "all") == [other]
    assert await listed(boss, "all") == sorted([waiting, other, mine, theirs])
    live = (await boss.get("/api/desk/live")).json["chats"]
    assert sorted(one["conversation_id"] for one in live) == sorted([waiting, other, mine, theirs, bots])
    assert (await li.get("/api/desk/live")).error == "role_refused"

    for browser, sees in (
        (li, {waiting, mine}),
        (zhao, {other}),
        (boss, {waiting, other, mine, theirs, bots}),
    ):
        for one in (waiting, other, mine, theirs, bots, 10**9):
            status = (await browser.get(path(one))).status
            assert status == (200 if one in sees else 404), one
            assert (await browser.get(path(one, "messages"))).status == status, one
    for one in (waiting, mine):
        assert (await rev.get(path(one))).error == "role_refused"


async def test_a_chat_shows_what_its_next_person_must_know(floor: Floor) -> None:
    conversation_id = await floor.waiting("social", QUESTION, "转人工")
    shown = (await floor.browsers["li"].get(path(conversation_id))).json
    assert (shown["chat"]["owner"], shown["chat"]["position"], shown["chat"]["online"]) == (
        "queued",
        1,
        False,
    )
    assert shown["chat"]["team"]["name"] == "social"
    assert [one["text"] for one in shown["messages"]] == [QUESTION, "转人工"]
    assert shown["messages"][0]["author"] == "citizen"
    assert shown["packet"]["line"] == "最后说“转人工”"
    assert shown["may"] == {
        "claim": True,
        "take": False,
        "say": False,
        "release": False,
        "transfer": False,
        "close": False,
        "whisper": False,
    }
    boss = (await floor.browsers["boss"].get(path(conversation_id))).json
    assert boss["may"]["take"] and boss["may"]["claim"] and not boss["may"]["say"]


async def test_two_agents_claim_at_once_and_one_is_told_who_was_first(floor: Floor) -> None:
    conversation_id = await floor.waiting()
    both = [floor.browsers[name].post(path(conversation_id, "claim")) for name in ("li", "wang")]
    answers = await asyncio.gather(*both)
    assert sorted(answer.status for answer in answers) == [200, 409]
    [won] = [answer for answer in answers if answer.status == 200]
    [lost] = [answer for answer in answers if answer.status == 409]
    assert lost.error == "already_taken"
    assert won.json["agent"]["name"] in lost.json["error"]["message"]
    assert (await floor.browsers["zhao"].post(path(conversation_id, "claim"))).status == 404, (
        "not their team's"
    )
    assert [action for _, action in await floor.audit_of(conversation_id)] == ["chat_claimed"]


async def test_talking_and_the_same_message_again(floor: Floor) -> None:
    conversation_id = await floor.with_agent("li")
    li = floor.browsers["li"]
    first = await li.ask("POST", path(conversation_id, "messages"), MESSAGE)
    again = await li.ask("POST", path(conversation_id, "messages"), MESSAGE)
    assert first.status == again.status == 200
    assert first.json["message_id"] == again.json["message_id"]
    assert (first.json["author"], first.json["client_id"]) == ("agent", MESSAGE["id"])
    number = str(1000 + floor.accounts["li"].id)
    assert first.json["agent"] == {"name": "职员li", "number": number}
    said = (await li.get(path(conversation_id, f"messages?after={first.json['seq'] - 1}"))).json["messages"]
    assert [one["text"] for one in said] == [MESSAGE["text"]]

    for name, status in (("wang", 404), ("zhao", 404), ("boss", 403), ("rev", 403)):
        refused = await floor.browsers[name].ask(
            "POST", path(conversation_id, "messages"), MESSAGE | {"id": f"another_{name}"}
        )
        assert refused.status == status, name
    for wrong in (
        {"id": "x", "text": "短"},
        {"id": "id_of_a_message", "text": "   "},
        {"id": "id_of_a_message", "text": "长" * 4001},
        {"id": "ticket-T20261129-0001", "text": "冒充"},
        {"id": "id_of_a_message", "text": "x", "author": "bot"},
    ):
        assert (await li.ask("POST", path(conversation_id, "messages"), wrong)).error == "body_invalid"


async def test_a_cited_answer_keeps_its_guide(floor: Floor) -> None:
    conversation_id = await floor.with_agent("li")
    body = MESSAGE | {"cited": {"guide_id": "id_card@370283", "version": 3, "aspect": "fee"}}
    said = (await floor.browsers["li"].ask("POST", path(conversation_id, "messages"), body)).json
    assert (said["guide"]["id"], said["guide"]["version"]) == ("id_card@370283", 3)


async def test_from_hand_to_hand_and_every_step_is_noted(floor: Floor) -> None:
    conversation_id = await floor.waiting()
    li, wang, boss = (floor.browsers[name] for name in ("li", "wang", "boss"))
    assert (await li.get(path(conversation_id))).status == 200
    assert (await li.post(path(conversation_id, "claim"))).json["owner"] == "human"
    to_wang = await li.post(
        path(conversation_id, "transfer"), account_id=floor.accounts["wang"].id, note="请看补办的费用"
    )
    assert to_wang.json["agent"]["name"] == "职员wang"
    assert (await li.get(path(conversation_id))).status == 404, "it is none of theirs any more"
    shown = (await wang.get(path(conversation_id))).json
    assert [(one["kind"], one["text"]) for one in shown["notes"]] == [("transfer", "请看补办的费用")]
    assert [one["event_name"] for one in shown["events"]] == ["接入", "转给同事"]
    assert shown["may"]["say"]

    assert (await boss.post(path(conversation_id, "take"))).json["agent"]["name"] == "职员boss"
    assert (await boss.post(path(conversation_id, "release"), why="先办别的")).json["owner"] == "queued"
    assert (await wang.post(path(conversation_id, "claim"))).status == 200
    to_team = await wang.post(path(conversation_id, "transfer"), team_id=floor.teams["fund"], note="公积金")
    assert to_team.json["team"]["name"] == "fund"
    zhao = floor.browsers["zhao"]
    assert (await zhao.post(path(conversation_id, "claim"))).status == 200
    assert (await zhao.post(path(conversation_id, "close"), result="说清了")).json["owner"] == "closed"
    assert (await zhao.get(path(conversation_id))).status == 200, "who closed it may look at it"

    assert await floor.audit_of(conversation_id) == [
        ("li", "chat_read"),
        ("li", "chat_claimed"),
        ("li", "chat_transferred"),
        ("wang", "chat_read"),
        ("boss", "chat_taken"),
        ("boss", "chat_released"),
        ("wang", "chat_claimed"),
        ("wang", "chat_transferred"),
        ("zhao", "chat_claimed"),
        ("zhao", "chat_closed"),
        ("zhao", "chat_read"),
    ]


async def test_one_look_is_noted_once(floor: Floor) -> None:
    conversation_id = await floor.with_agent("li")
    for _ in range(3):
        await floor.browsers["li"].get(path(conversation_id))
        await floor.browsers["li"].get(path(conversation_id, "messages"))
    await floor.browsers["boss"].get(path(conversation_id, "messages"))
    assert await floor.audit_of(conversation_id) == [("li", "chat_read"), ("boss", "chat_read")]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"account_id": 1, "team_id": 1},
        {"authority": {"name": "", "phone": "12345"}},
        {"authority": {"name": "税务局", "phone": "call"}},
        {"team_id": "1"},
        {"team_id": True},
    ],
)
async def test_a_transfer_is_to_exactly_one(floor: Floor, body: dict[str, Any]) -> None:
    conversation_id = await floor.with_agent("li")
    refused = await floor.browsers["li"].ask("POST", path(conversation_id, "transfer"), body)
    assert refused.error == "body_invalid"


async def test_to_somebody_who_is_away_to_no_team_and_to_another_authority(floor: Floor) -> None:
    conversation_id = await floor.with_agent("li")
    li = floor.browsers["li"]
    await floor.presence("wang", Presence.OFFLINE)
    away = await li.post(path(conversation_id, "transfer"), account_id=floor.accounts["wang"].id)
    assert away.error == "agent_away"
    assert (await li.post(path(conversation_id, "transfer"), team_id=10**9)).error == "no_team"
    authority = {"name": "青岛市税务局", "phone": "0532-12366"}
    sent = await li.ask("POST", path(conversation_id, "transfer"), {"authority": authority})
    assert sent.json["owner"] == "closed"
    said = (await floor.browsers["boss"].get(path(conversation_id))).json["messages"]
    assert "0532-12366" in said[-1]["text"]


async def test_notes_are_for_staff_and_whispers_from_supervisors(floor: Floor) -> None:
    conversation_id = await floor.with_agent("li")
    li, boss = floor.browsers["li"], floor.browsers["boss"]
    noted = await li.post(path(conversation_id, "notes"), text="电话 13800138000 没接")
    assert noted.status == 201
    assert "13800138000" not in noted.json["text"], "a number that is noted is masked, too"
    assert (
        await li.post(path(conversation_id, "notes"), text="悄悄话", kind="whisper")
    ).error == "role_refused"
    assert (await boss.post(path(conversation_id, "notes"), text="慢慢说", kind="whisper")).status == 201
    assert (await floor.browsers["wang"].post(path(conversation_id, "notes"), text="x")).status == 404
    shown = (await li.get(path(conversation_id))).json
    assert [one["kind"] for one in shown["notes"]] == ["note", "whisper"]
    assert all(one["author"] != "agent" for one in shown["messages"]), "no citizen sees them"


async def test_a_suggested_reply_knows_what_the_chat_is_about(floor: Floor, rasa: FakeRasa) -> None:
    conversation_id = await floor.with_agent("li")
    li = floor.browsers["li"]
    found = (await li.get(path(conversation_id, "suggest"))).json
    assert rasa.assisted[-1]["text"] == QUESTION
    assert found["reply"]["text"].endswith("来源：办事指南")
    assert found["hits"][0]["guide_id"] == "id_card@370283"
    other = await floor.with_agent("wang")
    theirs = (await floor.browsers["wang"].get(path(other))).json["messages"][0]["message_id"]
    assert (await li.get(path(conversation_id, f"suggest?message={theirs}"))).status == 404
    assert (await li.get(path(other, "suggest"))).status == 404


async def test_canned_replies_are_filled_for_the_chat(floor: Floor) -> None:
    boss, li, zhao = (floor.browsers[name] for name in ("boss", "li", "zhao"))
    text = "您好，我是{agent}（{number}），{region}的事请拨{hotline}"
    made = await boss.post("/api/desk/canned", shortcut="hi", title="问候", text=text)
    assert (made.status, made.json["filled"]) == (201, text)
    await boss.post(
        "/api/desk/canned", team_id=floor.teams["fund"], shortcut="gjj", title="公积金", text="请拨{hotline}"
    )
    conversation_id = await floor.with_agent("li")
    [filled] = (await li.get(f"/api/desk/canned?conversation={conversation_id}")).json["canned"]
    number = str(1000 + floor.accounts["li"].id)
    assert filled["filled"] == f"您好，我是职员li（{number}），{{region}}的事请拨0532-12333"
    assert filled["unfilled"] == ["region"]
    assert (await zhao.get(f"/api/desk/canned?conversation={conversation_id}")).status == 404
    assert [one["shortcut"] for one in (await zhao.get("/api/desk/canned")).json["canned"]] == ["gjj", "hi"]
    assert (
        await boss.post("/api/desk/canned", shortcut="hi", title="又", text="又")
    ).error == "shortcut_taken"
    wrong = await boss.post("/api/desk/canned", shortcut="bad", title="错", text="您好{citizen}")
    assert wrong.error == "body_invalid", "a gap nothing fills would reach a citizen as it is"


async def test_presence_is_ones_own_to_say(floor: Floor) -> None:
    li = floor.browsers["li"]
    await floor.presence("li", Presence.OFFLINE)
    before = (await li.get("/api/desk/me")).json
    assert (before["agent"]["presence"], before["may_supervise"]) == ("offline", False)
    assert [team["name"] for team in before["agent"]["teams"]] == ["social"]
    after = await li.ask("PUT", "/api/desk/presence", {"presence": "online"})
    assert after.json["agent"]["presence"] == "online"
    assert (await li.ask("PUT", "/api/desk/presence", {"presence": "asleep"})).error == "body_invalid"
    assert (await floor.browsers["boss"].get("/api/desk/me")).json["may_supervise"]


async def test_what_the_bot_has_again_is_not_for_the_agent_who_had_it(floor: Floor) -> None:
    closed = await floor.with_agent("li", owner=Owner.CLOSED)
    assert (await floor.browsers["li"].get(path(closed))).status == 200
    again = await chat(floor.office, owner=Owner.BOT)
    assert (await floor.browsers["li"].get(path(again))).status == 404
