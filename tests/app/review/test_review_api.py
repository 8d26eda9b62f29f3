"""The review over HTTP: find, read, judge, learn, export, count, erase."""

from __future__ import annotations

import csv
import io
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook
from sqlalchemy import update
from sqlalchemy.orm import Session

from bot.settings import Settings
from bot.staff.routes import ROUTES
from bot.store import MessageState
from bot.store.review_keeping import take_in
from bot.store.staff_values import Role
from bot.store.tables import Message
from tests.app.review.conftest import REISSUE, RENEW, Review, cited


async def rows(browser: Any, query: str = "") -> list[dict[str, Any]]:
    answer = await browser.get(f"/api/review/messages{query}")
    assert answer.status == 200, answer.json
    found: list[dict[str, Any]] = answer.json["rows"]
    return found


async def test_find_open_judge_approve(review: Review) -> None:
    await review.answer_with(**cited(RENEW))
    await review.say("我的身份证昨天在公交车上丢了怎么办呢")
    one, two = await review.reviewer("wang"), await review.reviewer("li")

    [row] = await rows(one, "?q=公交车上")
    assert row["guide"]["id"] == f"{RENEW}@000000"
    assert row["ai"] and row["confidence"] == 0.77
    assert [row["snippet"][span["start"] : span["end"]] for span in row["highlights"]] == ["公交车上"]

    opened = (await one.get(f"/api/review/conversations/{row['conversation_id']}")).json
    [asked, told] = opened["messages"]
    assert (asked["author"], told["author"], told["state"]) == ("citizen", "bot", "sent")
    assert told["why"]["needle"] == "身份证"
    assert told["why"]["hits"][0]["item_id"] == RENEW
    assert told["why"]["times_ms"].keys() >= {"wait", "answer"}

    path = f"/api/review/messages/{told['message_id']}/judgements"
    body = {"verdict": "wrong_guide", "comment": "丢了是补领", "correct_guide_id": f"{REISSUE}@000000"}
    judged = await one.post(path, **body)
    assert judged.status == 201, judged.json
    assert judged.json["judgement"]["account"] == "职员wang"
    proposal = judged.json["proposal_id"]
    assert (await rows(one, "?flag=corrected"))[0]["verdict"] == "wrong_guide"
    assert (await rows(one, "?q=丢了是补领"))[0]["message_id"] == row["message_id"], "comments are found"

    mine = await one.post(f"/api/review/proposals/{proposal}/approve")
    assert mine.status == 400, "a body is sent, be it empty"
    assert (await one.ask("POST", f"/api/review/proposals/{proposal}/approve", {})).error == "own_proposal"
    assert (await one.get("/api/review/waiting")).json["proposals"] == 0, "it is theirs"
    assert (await two.get("/api/review/waiting")).json["proposals"] == 1
    [shown] = (await two.get("/api/review/proposals?state=proposed")).json["proposals"]
    assert (shown["phrase"], shown["item_id"], shown["may_decide"]) == (asked["text"], REISSUE, True)
    approved = await two.ask("POST", f"/api/review/proposals/{proposal}/approve", {})
    assert approved.json["state"] == "approved" and approved.json["decider"] == "职员li"
    assert (await two.ask("POST", f"/api/review/proposals/{proposal}/reject", {"why": "x"})).error == (
        "decided_before"
    )

    file = await two.get("/api/review/regressions.yml")
    [script] = yaml.safe_load(file.json)
    assert script["turns"] == [{"says": asked["text"], "expects": {"guide": REISSUE}}]
    actions = await review.office.actions()
    assert [action for action in actions if action.startswith(("review_", "proposal_"))] == [
        "review_searched",
        "review_read",
        "review_judged",
        "review_searched",
        "review_searched",
        "review_searched",
        "proposal_approved",
        "review_exported",
    ]


async def test_nobody_overwrites_silently(review: Review) -> None:
    await review.answer_with(**cited(RENEW))
    message = (await review.say("换身份证"))["message_id"]
    one, two = await review.reviewer("wang"), await review.reviewer("li")
    path = f"/api/review/messages/{message}/judgements"

    first = (await one.post(path, verdict="right")).json["judgement"]
    assert (await two.post(path, verdict="incomplete")).error == "judged_meanwhile"
    second = await two.post(path, verdict="incomplete", seen=first["id"])
    assert second.status == 201
    assert (await one.post(path, verdict="right", seen=first["id"])).error == "judged_meanwhile"

    [row] = await rows(one)
    assert row["verdict"] == "incomplete", "the newest counts"
    opened = (await one.get(f"/api/review/conversations/{row['conversation_id']}")).json
    assert [judged["verdict"] for judged in opened["judgements"]] == ["right", "incomplete"]
    batch = await one.ask("POST", "/api/review/batch", {"message_ids": [message], "verdict": "right"})
    assert batch.json == {"done": 0, "left": [row["message_id"]]}


async def test_what_teaches_nothing(review: Review) -> None:
    one = await review.reviewer("wang")
    await review.answer_with(**cited(RENEW, needle=""))
    follow_up = (await review.say("要带什么"))["message_id"]
    await review.answer_with(**cited(REISSUE))
    right_item = (await review.say("身份证丢了"))["message_id"]
    body = {"verdict": "wrong_guide", "correct_guide_id": f"{REISSUE}@000000"}

    told = await one.post(f"/api/review/messages/{follow_up}/judgements", **body)
    assert (told.json["proposal_id"], told.json["not_taught"]) == (None, "names_no_matter")
    told = await one.post(f"/api/review/messages/{right_item}/judgements", **body)
    assert told.json["not_taught"] == "same_item"
    told = await one.post(f"/api/review/messages/{follow_up}/judgements", **body, phrase="身份证掉了")
    assert told.json["proposal_id"] is not None, "in words of the reviewer's own"
    unknown = {"verdict": "wrong_guide", "correct_guide_id": "no_such@000000"}
    assert (
        await one.post(f"/api/review/messages/{follow_up}/judgements", **unknown)
    ).error == "guide_unknown"


async def test_what_did_not_arrive_is_said_in_words(review: Review) -> None:
    reply = await review.say("身份证丢了去哪补办")
    lost = {"state": MessageState.FAILED, "reason": "45015"}
    await review.database.write(
        lambda session: session.execute(
            update(Message).where(Message.id == reply["message_id"]).values(**lost)
        )
    )
    one = await review.reviewer("wang")
    [row] = await rows(one)
    said = (await one.get(f"/api/review/conversations/{row['conversation_id']}")).json["messages"]
    assert [message["reason"] for message in said] == ["", "45015"]
    assert [bool(message["reason_text"]) for message in said] == [False, True]
    assert "48 小时" in said[1]["reason_text"]


async def test_inbox_batch_labels_assignments(review: Review) -> None:
    await review.answer_with(outcome="nothing_found", aspect=None)
    for n, text in enumerate(
        ["共享单车押金怎么退", "共享单车的押金退不了", "量子计算机去哪租", "共享单车押金怎么退"]
    ):
        await review.say(text, sender=f"s{n}")
    one, two = await review.reviewer("wang"), await review.reviewer("li")

    groups = (await one.get("/api/review/unanswered")).json["groups"]
    assert [(group["count"], group["example"]) for group in groups] == [
        (3, "共享单车押金怎么退"),
        (1, "量子计算机去哪租"),
    ]
    ids = groups[0]["message_ids"]
    labelled = await one.ask("POST", "/api/review/batch", {"message_ids": ids, "label": "共享 单车"})
    assert labelled.json["done"] == 3
    assert {row["message_id"] for row in await rows(one, "?label=共享 单车")} == set(ids)
    assert (await one.get("/api/review/choices")).json["labels"] == ["共享 单车"]

    colleagues = (await one.get("/api/review/colleagues")).json["colleagues"]
    [li] = [person["account_id"] for person in colleagues if person["name"] == "职员li"]
    await one.ask("POST", "/api/review/batch", {"message_ids": ids[:1], "assign_to": li, "note": "请看"})
    looks = len(await review.office.actions())
    assert (await two.get("/api/review/waiting")).json == {"proposals": 0, "assignments": 1}
    assert (await one.get("/api/review/waiting")).json == {"proposals": 0, "assignments": 0}
    assert len(await review.office.actions()) == looks, "who counts reads nothing of anybody"
    [task] = (await two.get("/api/review/assignments?mine=1&state=open")).json["assignments"]
    assert (task["by"], task["note"], task["question"]) == ("职员wang", "请看", "共享单车押金怎么退")
    assert task["by_id"] == (await one.get("/api/staff/me")).json["account"]["id"], "two may have one name"
    path = f"/api/review/assignments/{task['id']}"
    assert (await one.ask("PATCH", path, {"state": "done"})).error == "not_found", "not asked of them"
    assert (await two.ask("PATCH", path, {"state": "done"})).status == 204
    assert (await two.get("/api/review/assignments?mine=1&state=open")).json["assignments"] == []
    assert (await two.get("/api/review/waiting")).json["assignments"] == 0

    await one.ask("POST", "/api/review/batch", {"message_ids": ids, "verdict": "should_have_handed_off"})
    assert len((await one.get("/api/review/unanswered")).json["groups"]) == 1, "judged is out of the inbox"
    wrong = await one.ask("POST", "/api/review/batch", {"message_ids": ids, "verdict": "right", "label": "x"})
    assert wrong.error == "bad_request"


async def three_alike(review: Review) -> dict[str, Any]:
    """A group of the inbox, with the number its reader has seen judgements up to."""
    await review.answer_with(outcome="nothing_found", aspect=None, provenance={"needle": "身份证"})
    for n, text in enumerate(["身份证掉水里了咋办", "身份证掉水里了，咋办", "我身份证掉水里了咋办呢"]):
        await review.say(text, sender=f"s{n}")
    one = await review.reviewer("zhao")
    found = (await one.get("/api/review/unanswered")).json
    [group] = found["groups"]
    return {**group, "seen": found["newest_judgement"]}


async def test_a_group_is_judged_whole(review: Review) -> None:
    group, one = await three_alike(review), await review.reviewer("wang")
    ids = group["message_ids"]
    body = {
        "message_ids": ids,
        "correct_guide_id": f"{REISSUE}@000000",
        "comment": "掉水里是补领",
        "wordings": ids[1:],
        "seen": group["seen"],
    }
    assert (await one.post("/api/review/groups", **body | {"wordings": [1_000_000]})).error == "bad_request"
    made = await one.post("/api/review/groups", **body)
    assert (made.status, made.json["done"], len(made.json["proposals"])) == (201, 3, 2)

    found = {row["message_id"]: row for row in await rows(one)}
    assert {found[entry]["verdict"] for entry in ids} == {"wrong_guide"}
    assert all(found[entry]["flags"] == ["no_answer", "corrected"] for entry in ids)
    assert {row["message_id"] for row in await rows(one, "?q=掉水里是补领")} == set(ids), "comments are found"
    proposals = (await one.get("/api/review/proposals")).json["proposals"]
    assert {(each["message_id"], each["kind"], each["item_id"]) for each in proposals} == {
        (entry, "pair", REISSUE) for entry in ids[1:]
    }
    assert (await one.get("/api/review/unanswered")).json["groups"] == []
    judged = [
        entry
        for entry in await review.office.staff.audit.entries(limit=20)
        if entry.action == "review_judged"
    ]
    assert [entry.detail["messages"] for entry in judged] == [ids], "one action, one entry"


async def test_a_group_is_not_judged_over_a_colleague_unseen(review: Review) -> None:
    group = await three_alike(review)
    one, two = await review.reviewer("wang"), await review.reviewer("li")
    ids = group["message_ids"]
    hers = (
        await two.post(f"/api/review/messages/{ids[0]}/judgements", verdict="right", comment="没这件事")
    ).json
    body = {"message_ids": ids, "correct_guide_id": f"{REISSUE}@000000", "wordings": ids}

    refused = await one.post("/api/review/groups", **body, seen=group["seen"])
    assert (refused.status, refused.error) == (409, "group_judged_meanwhile")
    assert [row["verdict"] for row in await rows(one)] == [None, None, "right"], "nothing was kept"
    assert (await one.get("/api/review/proposals")).json["proposals"] == []

    since = (await one.get("/api/review/judgements")).json
    [change] = since["judgements"]
    assert since["newest"] == hers["judgement"]["id"]
    newer = await one.get(f"/api/review/judgements?seen={since['newest']}")
    assert newer.json == {"judgements": [], "newest": since["newest"]}
    assert (change["question"], change["judgement"]["account"]) == ("身份证掉水里了咋办", "职员li")
    assert change["judgement"]["comment"] == "没这件事"

    left = await one.post(
        "/api/review/groups", **body | {"message_ids": ids[1:], "wordings": ids[1:]}, seen=group["seen"]
    )
    assert left.json["done"] == 2, "theirs is left as it is"
    over = await one.post("/api/review/groups", **body | {"wordings": []}, seen=since["newest"])
    assert over.json["done"] == 3, "or judged over, having been read"


async def test_choices_are_what_there_is(review: Review) -> None:
    one = await review.reviewer("wang")
    nothing: dict[str, list[str]] = {"labels": [], "regions": [], "agents": []}
    assert (await one.get("/api/review/choices")).json == nothing
    places = {"here": {"code": "370283", "name": "平度市"}, "owner": None}
    await review.answer_with(regions=places)
    await review.say("身份证丢了")
    message_id = (await rows(one))[0]["message_id"]
    li = await review.office.account("li", Role.AGENT)
    by_li = {"author": li.name, "payload": {"agent": {"name": li.display_name}}}

    def write(session: Session) -> None:
        session.execute(update(Message).where(Message.reply_to == message_id).values(**by_li))
        take_in(session, [message_id])

    await review.database.write(write)
    found = (await one.get("/api/review/choices")).json
    assert found["agents"] == [{"account": "li", "name": "职员li"}], "who said nothing is not offered"
    assert [region["code"] for region in found["regions"]] == ["370283"]
    [row] = await rows(one, "?agent=li")
    assert row["agent"] == "职员li"


SHOWS_TEXT = {
    "messages": "review_searched",
    "conversations/{conversation}": "review_read",
    "messages/{message}/replay": "review_replayed",
    "unanswered": "review_searched",
    "assignments": "review_searched",
    "judgements": "review_searched",
    "proposals": "review_searched",
    "export.csv": "review_exported",
    "export.xlsx": "review_exported",
    "regressions.yml": "review_exported",
}


@pytest.mark.parametrize("path", SHOWS_TEXT)
async def test_every_look_at_what_was_said_is_in_the_log(review: Review, path: str) -> None:
    await review.answer_with(**cited(RENEW))
    await review.say("换身份证")
    one = await review.reviewer("wang")
    [row] = await rows(one)
    before = len(await review.office.actions())

    address = path.format(conversation=row["conversation_id"], message=row["message_id"])
    assert (await one.get(f"/api/review/{address}")).status == 200

    assert (await review.office.actions())[before:] == [SHOWS_TEXT[path]]
    [newest] = await review.office.staff.audit.entries(limit=1)
    assert newest.actor == "wang"
    assert "身份证" not in str(newest.detail), "the log itself holds nothing that was said"


def test_no_address_that_shows_text_is_missing_here() -> None:
    shown = {route.path.removeprefix("/api/review/") for route in ROUTES if route.method == "GET"}
    shows_none = {"choices", "guides", "colleagues", "filters", "overview", "retention", "waiting"}
    known = {
        re.sub("{conversation}", "{conversation_id}", re.sub("{message}", "{message_id}", p))
        for p in SHOWS_TEXT
    }
    assert {path for path in shown if not path.startswith("/api/")} == known | shows_none


async def test_saved_filters_are_ones_own(review: Review) -> None:
    one, two = await review.reviewer("wang"), await review.reviewer("li")
    saved = await one.ask(
        "POST",
        "/api/review/filters",
        {"name": "社保", "filter": {"q": "社保", "flag": "no_answer", "x": "1"}},
    )
    assert saved.json["filter"] == {"q": "社保", "flag": "no_answer"}
    assert (await two.get("/api/review/filters")).json["filters"] == []
    path = f"/api/review/filters/{saved.json['id']}"
    assert (await two.ask("DELETE", path)).error == "not_found"
    assert (await one.ask("DELETE", path)).status == 204
    assert (await one.get("/api/review/filters")).json["filters"] == []


async def test_export_cell_by_cell(review: Review) -> None:
    await review.answer_with(**cited(REISSUE))
    await review.say('=HYPERLINK("http://evil","点我")')
    await review.say("身份证丢了，电话１３９ ０５３２ １２３４")
    one = await review.reviewer("wang")

    csv_file = await one.get("/api/review/export.csv")
    assert csv_file.headers["Content-Type"] == "text/csv; charset=utf-8"
    table = list(csv.DictReader(io.StringIO(csv_file.json.decode("utf-8-sig"), newline="")))
    [sheet] = load_workbook(io.BytesIO((await one.get("/api/review/export.xlsx")).json)).worksheets
    cells = [[cell.value or "" for cell in row] for row in sheet.iter_rows()]
    assert cells[0] == list(table[0])
    assert cells[1:] == [list(row.values()) for row in table]
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row), "no formula"

    newest, oldest = table
    assert newest["市民提问"] == "身份证丢了，电话***"
    assert oldest["市民提问"].startswith("'=HYPERLINK")
    assert newest["答复来源"] == "AI 生成"
    assert newest["办事指南"].endswith(f"（{REISSUE}@000000）")
    assert newest["依据"] == "居民身份证法 2011-10-29 https://example.gov.cn/law"
    assert (newest["结果"], newest["渠道"], newest["置信度"], newest["问的方面"]) == (
        "已答复",
        "接口",
        "0.77",
        "去哪儿办",
    )
    exported = [
        entry for entry in await review.office.staff.audit.entries() if entry.action == "review_exported"
    ]
    assert [entry.detail["rows"] for entry in exported] == [2, 2]


async def test_overview_stays_right_when_somebody_is_erased(review: Review, settings: Settings) -> None:
    await review.answer_with(**cited(REISSUE))
    await review.say("身份证丢了", sender="anna")
    await review.say("要带什么材料呀", sender="anna")
    await review.answer_with(outcome="nothing_found", aspect=None)
    await review.say("独角兽登记", sender="berta")
    boss = await review.reviewer("chef", Role.SUPERVISOR)

    before = (await boss.get("/api/review/overview")).json
    assert before["totals"] | {"self_service_rate": 0.5, "no_answer_rate": 0.3333} == before["totals"]
    assert (before["totals"]["conversations"], before["totals"]["turns"]) == (2, 3)
    assert [matter["count"] for matter in before["top_matters"]] == [2]

    [row] = [row for row in await rows(boss) if row["question"] == "身份证丢了"]
    body = {"conversation_id": row["conversation_id"], "why": "本人要求"}
    erased = await boss.ask("POST", "/api/review/erase", body)
    assert erased.json == {"messages": 4, "learnt": 0}

    assert (await boss.get("/api/review/overview")).json == before, "counts name nobody and stay"
    assert [row["question"] for row in await rows(boss)] == ["独角兽登记"]
    assert await rows(boss, "?q=身份证") == []
    assert (await boss.get(f"/api/review/conversations/{row['conversation_id']}")).error == "not_found"
    assert review.rasa.forgotten and (await boss.ask("POST", "/api/review/erase", body)).error == "not_found"
    kept = [entry for entry in await review.office.staff.audit.entries() if entry.action == "person_erased"]
    assert [entry.detail["messages"] for entry in kept] == [4]


async def test_nothing_of_the_erased_is_left_in_the_files(review: Review, settings: Settings) -> None:
    """Every table and every byte of the database files."""
    one, two = await review.reviewer("wang"), await review.reviewer("li")
    boss = await review.reviewer("chef", Role.SUPERVISOR)
    await review.answer_with(**cited(RENEW))
    told = await review.say("我家住翡翠胡同七号的猫叫阿斯顿", sender="anna")
    path = f"/api/review/messages/{told['message_id']}/judgements"
    body = {"verdict": "wrong_guide", "comment": "翡翠胡同的人", "correct_guide_id": f"{REISSUE}@000000"}
    proposal = (await one.post(path, **body)).json["proposal_id"]
    await two.ask("POST", f"/api/review/proposals/{proposal}/approve", {})
    [row] = await rows(boss)
    assert "翡翠胡同".encode() in content_of(settings.var_dir), "the test would see it"

    body = {"conversation_id": row["conversation_id"], "why": "本人要求"}
    assert (await boss.ask("POST", "/api/review/erase", body)).json == {"messages": 2, "learnt": 1}

    for word in ("翡翠胡同", "阿斯顿"):
        assert word.encode() not in content_of(settings.var_dir)
    with sqlite3.connect(settings.var_dir / "bangban.db") as database:
        for table in ("messages", "review_entries", "review_judgements", "review_proposals", "conversations"):
            assert database.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


def content_of(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.glob("bangban.db*")))


async def test_retention(review: Review) -> None:
    boss, admin = await review.reviewer("chef", Role.SUPERVISOR), await review.reviewer("root", Role.ADMIN)
    shown = (await boss.get("/api/review/retention")).json
    assert shown == {"dialogue_days": 365, "least_dialogue_days": 7, "log_days": None, "least_log_days": 183}
    assert (await boss.ask("PUT", "/api/review/retention", {"dialogue_days": 30})).error == "role_refused"
    assert (await admin.ask("PUT", "/api/review/retention", {"dialogue_days": 6})).error == "body_invalid"
    assert (await admin.ask("PUT", "/api/review/retention", {"dialogue_days": 90})).json[
        "dialogue_days"
    ] == 90
    assert "retention_changed" in await review.office.actions()


@pytest.mark.parametrize(
    "query", ["?flag=nonsense", "?from=2026-13-01", "?rating=6", "?min_confidence=2", "?limit=500"]
)
async def test_a_misspelt_filter_is_refused(review: Review, query: str) -> None:
    one = await review.reviewer("wang")
    assert (await one.get(f"/api/review/messages{query}")).error == "body_invalid"
