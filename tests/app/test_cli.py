"""The command line from end to end, but for the running stack: a store on disk, a small fake front."""

from __future__ import annotations

import asyncio
import json
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.cli import main
from bot.settings import load_settings
from bot.store import ConversationStore, Database, KnowledgeStore, NewReply, Published

COMMANDS = (
    *("serve", "front", "actions", "rasa", "import", "train"),
    *("search", "ask", "evaluate", "talk", "replay"),
)
TABLE = "事项名称,区划代码,是否收费\n甲事,000000,是\n乙事,000000,也许\n"
PAYLOAD = {
    "outcome": "clarify",
    "aspect": None,
    "guide": None,
    "regions": {"here": None, "owner": None},
    "text": "您要办哪一项？",
    "options": [{"id": "1", "title": "居民身份证补领"}],
    "message_id": 7,
}


@dataclass
class Result:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Result]


@pytest.fixture
def run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., Result]:
    """Runs `bangban …` with an empty installation in tmp_path."""
    monkeypatch.setenv("BANGBAN_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "200")

    def command(*words: str) -> Result:
        monkeypatch.setattr(sys, "argv", ["bangban", *words])
        capsys.readouterr()
        try:
            main()
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        return Result(code, told.out, told.err)

    return command


@contextmanager
def fake_front() -> Iterator[str]:
    """A front in a thread of its own that answers everything with PAYLOAD."""
    started = threading.Event()
    place: dict[str, Any] = {}

    async def webhook(request: web.Request) -> web.Response:
        sender = (await request.json())["sender"]
        return web.json_response([{"recipient_id": sender, "text": PAYLOAD["text"], "custom": PAYLOAD}])

    async def health(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def serve() -> None:
        app = web.Application()
        app.router.add_post("/webhooks/rest/webhook", webhook)
        app.router.add_get("/healthz", health)
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        place["url"] = "http://{}:{}".format(*runner.addresses[0][:2])
        place["stop"] = asyncio.Event()
        place["loop"] = asyncio.get_running_loop()
        started.set()
        await place["stop"].wait()
        await runner.cleanup()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    started.wait(10)
    try:
        yield place["url"]
    finally:
        place["loop"].call_soon_threadsafe(place["stop"].set)
        thread.join(10)


def published() -> Published:
    async def load() -> Published:
        async with Database.open(load_settings().database_url) as database:
            return await KnowledgeStore(database).published()

    return asyncio.run(load())


def test_help_lists_every_command(run: Run) -> None:
    result = run("--help")
    assert result.code == 0
    for command in COMMANDS:
        assert re.search(rf"^│ {command} ", result.out, re.M), command


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_itself(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.code == 0
    if command not in ("front", "actions", "rasa"):
        assert "bangban " in result.out.split("Usage:")[1].split("\n", 1)[1]


def test_check_shows_what_each_item_is_taken_for(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "items.yml"
    file.write_text(
        "items:\n"
        "- {id: a-1, task_name: 居民身份证补领, category: 公安}\n"
        "- {id: a-2, task_name: 外星飞船停靠许可, category: 其他}\n",
        encoding="utf-8",
    )
    checked = run("import", str(file), "--check")
    assert "concept: 居民身份证补领 → id_card_reissue (title)" in checked.out
    assert "no concept: 外星飞船停靠许可 (a-2)" in checked.out
    links = json.loads(run("import", str(file), "--check", "--json").out)["links"]
    assert links == [{"item": "a-1", "concept": "id_card_reissue", "reason": "title"}]


def test_import_reports_bad_rows_and_publishes_good_ones(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "清单.csv"
    file.write_text(TABLE, encoding="utf-8")
    checked = run("import", str(file), "--check")
    assert checked.code == 1
    assert "清单.csv row 3, 是否收费: expected 是 or 否; received “也许”" in checked.out
    assert "nothing was stored" in checked.out
    assert published().guides == ()
    first = run("import", str(file), "--author", "li")
    assert first.code == 1
    assert "1 file: 1 item, 1 guide; 1 error; 2 added, 0 changed, 0 unchanged" in first.out
    assert "Run `bangban train`" in first.err
    assert [guide.task_name for guide in published().guides] == ["甲事"]
    file.write_text(TABLE.replace("也许", "否"), encoding="utf-8")
    second = run("import", str(file), "--json")
    assert second.code == 0
    assert second.json["published"] == {"added": 2, "changed": 0, "unchanged": 1}
    assert second.json["counts"]["guides"] == 2


def test_import_keeps_author_and_place(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("事项名称,区划代码\n甲事,000000\n", encoding="utf-8")
    run("import", str(file), "--author", "li")

    async def stored() -> tuple[str, str]:
        async with Database.open(load_settings().database_url) as database:
            store = KnowledgeStore(database)
            (guide,) = (await store.published()).guides
            record = await store.version("guide", guide.id, 1)
            return record.author, record.source

    assert asyncio.run(stored()) == ("li", f"{file} row 2")


def test_import_may_name_what_was_imported_before(run: Run, tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("code,name,level\n990100,示例市,city\n", encoding="utf-8")
    (tmp_path / "g.csv").write_text("事项名称,行政区划\n甲事,示例市\n", encoding="utf-8")
    assert run("import", str(tmp_path / "r.csv")).code == 0
    assert run("import", str(tmp_path / "g.csv")).code == 0
    assert published().guides[0].region == "990100"


def test_import_of_faqs_makes_them_known(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "faq.csv"
    file.write_text("标准问题,相似问法,答案\n几点上班,几点开门,九点\n", encoding="utf-8")
    assert run("import", str(file)).code == 0
    assert published().faqs[0].similar == ("几点开门",)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("import", "/nowhere"), "There is nothing at /nowhere."),
        (("search", "身份证"), "Run `bangban train` first."),
        (("evaluate", "/nowhere.tsv"), "/nowhere.tsv cannot be read"),
        (("train",), "Nothing is published yet."),
        (("ask", "问", "--url", "http://127.0.0.1:9"), "Start everything with `bangban serve`"),
        (("talk", "/nowhere.yml"), "These conversations cannot be played"),
        (("replay", "12"), "There is no message 12."),
        (("serve",), "make setup"),
    ],
)
def test_what_cannot_be_done_is_one_readable_error(
    run: Run, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], told: str
) -> None:
    monkeypatch.setenv("BANGBAN_RASA_PYTHON", "/nowhere/python")
    result = run(*words)
    assert (result.code, result.out) == (2, "")
    assert told in result.err
    assert len(result.err.strip().splitlines()) <= 4


def test_a_wrong_setting_is_told(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BANGBAN_FRONT_PORT", "many")
    result = run("ask", "问")
    assert result.code == 2
    assert "BANGBAN_FRONT_PORT" in result.err


def test_an_error_with_json_is_json(run: Run) -> None:
    result = run("search", "身份证", "--json")
    assert result.code == 2
    assert result.json["error"]["code"] == "index_missing"
    assert set(result.json["error"]) == {"code", "message", "mend"}


def test_an_unexpected_error_is_no_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("something odd")

    monkeypatch.setattr("bot.talk.client.RestClient.say", broken)
    result = run("ask", "问", "--url", "http://127.0.0.1:9")
    assert result.code == 2
    assert "RuntimeError: something odd" in result.err


def test_ask_shows_the_answer_and_the_options(run: Run) -> None:
    with fake_front() as url:
        shown = run("ask", "身份证", "--url", url)
        told = run("ask", "身份证", "--sender", "li", "--url", url, "--json")
    assert shown.out.splitlines() == ["您要办哪一项？", "  1. 居民身份证补领"]
    assert "bangban replay 7" in shown.err
    assert told.json["outcome"] == "clarify"
    assert told.json["sender"] == "li"
    assert told.json["messages"][0]["recipient_id"] == "li"
    assert {"outcome", "aspect", "guide", "regions", "text", "options", "messages"} <= set(told.json)


def test_talk_fails_with_the_difference(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "t.yml"
    file.write_text("- name: 问\n  turns: [{says: 身份证, expects: {outcome: answered}}]\n", encoding="utf-8")
    good = tmp_path / "good.yml"
    good.write_text("- name: 问\n  turns: [{says: 身份证, expects: {outcome: clarify}}]\n", encoding="utf-8")
    with fake_front() as url:
        failed = run("talk", str(file), "--url", url)
        told = run("talk", str(file), str(good), "--url", url, "--json")
        passed = run("talk", str(good), "--url", url)
    assert failed.code == 1
    assert "FAIL  身份证  → clarify" in failed.out
    assert "expected  answered" in failed.out
    assert "0 of 1 conversations passed, 0 of 1 turns" in failed.out
    assert (told.code, told.json["turns_passed"], told.json["turns_total"]) == (1, 1, 2)
    assert passed.code == 0


def test_replay_shows_why(run: Run) -> None:
    async def talked() -> int:
        async with Database.open(load_settings().database_url) as database:
            store = ConversationStore(database)
            arrival = await store.receive("rest", "pseudonym", "m1", "补身份证多少钱")
            reply = NewReply(
                author="bot",
                text="每证40元",
                payload={},
                outcome="answered",
                aspect="fee",
                guide_id="id_card@000000",
                guide_version=3,
                provenance={"fields": ["fee_explain"], "rule": "national"},
            )
            (stored,) = await store.answer(arrival.message_id, [reply], None, timings={"rasa": 12})
            return stored.id

    number = asyncio.run(talked())
    shown = run("replay", str(number))
    assert shown.code == 0
    for words in (
        "补身份证多少钱",
        "每证40元",
        "id_card@000000 version 3",
        'fields: ["fee_explain"]',
        "rule: national",
    ):
        assert words in shown.out
    told = run("replay", str(number), "--json").json
    assert told["question"]["text"] == "补身份证多少钱"
    assert told["replies"][0]["provenance"]["rule"] == "national"
