"""The conversation player against a small server that speaks the front's REST wire format."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.errors import PartUnavailable
from bot.talk import Expectation, Reply, Report, differences, play_all, read_conversations
from bot.talk.reading import ConversationFileInvalid

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

PAYLOAD: dict[str, Any] = {
    "outcome": "answered",
    "aspect": "where",
    "guide": {"id": "id_card@000000", "title": "居民身份证补领", "item_id": "id_card", "version": 1},
    "regions": {"here": {"code": "990100", "name": "示例市"}, "owner": None},
    "text": "到户籍地派出所办理",
    "options": [{"id": "1", "title": "居民身份证换领"}],
    "message_id": 7,
}


class FakeFront:
    """Answers by rote and keeps what it was sent."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.busy = 0
        self.busiest = 0

    async def webhook(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.seen.append(body)
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        await asyncio.sleep(0.02)
        self.busy -= 1
        match body["message"]:
            case "慢":
                await asyncio.sleep(5)
            case "坏":
                error = {"code": "bad_request", "message": "No good.", "mend": "Try again."}
                return web.json_response({"error": error}, status=400)
            case "乱":
                return web.Response(text="<html>", content_type="text/html")
            case "无":
                return web.json_response([])
            case "别":
                return web.json_response({"status": "ok"})
        message = {"recipient_id": body["sender"], "text": PAYLOAD["text"], "custom": PAYLOAD}
        return web.json_response([message])


@pytest.fixture
async def front() -> AsyncIterator[tuple[FakeFront, str]]:
    fake = FakeFront()

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    app = web.Application()
    app.router.add_post("/webhooks/rest/webhook", fake.webhook)
    app.router.add_get("/healthz", health)
    server = TestServer(app)
    await server.start_server()
    yield fake, str(server.make_url(""))
    await server.close()


async def played(tmp_path: Path, text: str, url: str, **more: Any) -> Report:
    file = tmp_path / "talk.yml"
    file.write_text(text, encoding="utf-8")
    return await play_all(read_conversations([file]), url, **more)


async def test_a_conversation_that_passes(tmp_path: Path, front: tuple[FakeFront, str]) -> None:
    fake, url = front
    report = await played(
        tmp_path,
        """
- name: 补领
  turns:
    - says: 身份证丢了去哪补办
      expects:
        outcome: [answered, clarify]
        aspect: where
        guide: 居民身份证补领
        contains: [户籍地, 派出所]
        lacks: 换领
        options: 居民身份证换领
        regions: {here: 示例市, owner: "-"}
    - says: 那要带什么
- name: 另一个人
  turns: [{says: 你好, expects: {guide: [x, id_card@000000], regions: {here: "990100"}}}]
""",
        url,
    )
    assert report.explain() == ""
    assert report.passed
    assert (report.turns, report.turns_passed) == (3, 3)
    senders = {body["message"]: body["sender"] for body in fake.seen}
    assert senders["身份证丢了去哪补办"] == senders["那要带什么"] != senders["你好"]
    told = report.to_json()["conversations"][0]["turns"][0]
    assert told["guide"] == {"id": "id_card@000000", "title": "居民身份证补领"}
    assert told["regions"] == {"here": {"code": "990100", "name": "示例市"}, "owner": None}
    assert {"outcome", "aspect", "text", "options", "messages", "passed"} <= set(told)


async def test_every_difference_is_told(tmp_path: Path, front: tuple[FakeFront, str]) -> None:
    _, url = front
    report = await played(
        tmp_path,
        """
- name: 补领
  turns:
    - says: 问
      expects:
        outcome: clarify
        aspect: "-"
        guide: 居民身份证换领
        contains: 护照
        lacks: 户籍地
        options: 护照
        regions: {here: "-", owner: 烟台市}
    - says: 再问
      expects: {outcome: answered}
""",
        url,
    )
    assert not report.passed
    assert (report.turns, report.turns_passed) == (2, 1)
    assert report.explain().splitlines() == [
        f"{tmp_path}/talk.yml line 2, “补领”",
        "  turn 1: “问”",
        "    outcome: expected clarify; received answered",
        "    aspect: expected -; received where",
        "    guide: expected 居民身份证换领; received 居民身份证补领 (id_card@000000)",
        "    contains: expected “护照” in the text; received “到户籍地派出所办理”",
        "    lacks: expected no “户籍地” in the text; received “到户籍地派出所办理”",
        "    options: expected “护照” offered; received 居民身份证换领",
        "    regions.here: expected -; received 示例市 (990100)",
        "    regions.owner: expected 烟台市; received none",
    ]
    assert str(report).startswith("0 of 1 conversations passed, 1 of 2 turns, in ")


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("慢", "No reply came within 0.3 s."),
        ("坏", "No good. Try again."),
        ("乱", "does not speak our wire format"),
        ("别", "replied with status 200."),
    ],
)
async def test_a_turn_without_reply_ends_the_conversation(
    tmp_path: Path, front: tuple[FakeFront, str], says: str, told: str
) -> None:
    _, url = front
    text = f"- name: a\n  turns: [{{says: {says}}}, {{says: 后}}]\n- name: b\n  turns: [{{says: 好}}]\n"
    report = await played(tmp_path, text, url, turn_s=0.3)
    broken, good = report.conversations
    assert told in broken.turns[0].error
    assert (broken.unplayed, broken.passed, good.passed) == (1, False, True)
    assert "1 more turns were not played" in report.explain()


async def test_no_message_at_all_has_no_outcome(tmp_path: Path, front: tuple[FakeFront, str]) -> None:
    _, url = front
    report = await played(tmp_path, "- name: a\n  turns: [{says: 无, expects: {outcome: answered}}]\n", url)
    assert "outcome: expected answered; received none" in report.explain()


async def test_conversations_run_side_by_side_but_keep_their_order(
    tmp_path: Path, front: tuple[FakeFront, str]
) -> None:
    fake, url = front
    text = "".join(f"- name: n{n}\n  turns: [{{says: x}}, {{says: y}}]\n" for n in range(9))
    done: list[str] = []
    report = await played(tmp_path, text, url, jobs=3, on_done=lambda result: done.append(result.name))
    assert fake.busiest == 3
    assert [conversation.name for conversation in report.conversations] == [f"n{n}" for n in range(9)]
    assert sorted(done) == [f"n{n}" for n in range(9)]


async def test_nothing_running_is_told_with_the_mend(tmp_path: Path, unused_tcp_port: int) -> None:
    with pytest.raises(PartUnavailable, match="bangban serve"):
        await played(tmp_path, "- {name: a, turns: [{says: x}]}", f"http://127.0.0.1:{unused_tcp_port}")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "expected a list of conversations"),
        ("name: a", "expected a list of conversations"),
        ("- name: a\n\tturns: []", "line 2: expected readable YAML"),
        ("- name: a\n  turns: []", "line 1, “a”, turns: expected at least one entry"),
        ("- name: a\n  turns: [{sais: x}]", "turn 1: expected a known field; received the field “sais”"),
        ("- name: a\n  turns: [{says: x}, {says: x, expects: {outcome: won}}]", "turn 2.expects.outcome[1]"),
        ("- name: a\n  turns: [{says: x, expects: {aspect: wher}}]", "“wher” is no aspect; it is one of"),
        ("- x", "conversation 1: expected name and turns"),
        ("- name: a\n  turns: [{says: x}]\n- name: a\n  turns: [{says: x}]", "line 3: the name “a” is taken"),
    ],
)
def test_a_file_that_cannot_be_played(tmp_path: Path, text: str, told: str) -> None:
    file = tmp_path / "bad.yml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConversationFileInvalid) as caught:
        read_conversations([file])
    assert told in str(caught.value)
    assert str(file) in str(caught.value)


def test_folders_and_missing_files(tmp_path: Path) -> None:
    with pytest.raises(ConversationFileInvalid, match=r"no .yml file below"):
        read_conversations([tmp_path])
    with pytest.raises(ConversationFileInvalid, match="cannot be read"):
        read_conversations([tmp_path / "none.yml"])
    (tmp_path / "a.yml").write_text("- {name: a, turns: [{says: x}]}", encoding="utf-8")
    assert [conversation.name for conversation in read_conversations([tmp_path])] == ["a"]


def test_nothing_expected_is_always_met() -> None:
    assert differences(Expectation(), Reply()) == ()
