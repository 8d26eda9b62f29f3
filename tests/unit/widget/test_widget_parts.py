"""Tokens, trust, limits, listeners, suggestions and events: each a small thing by itself."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import make_mocked_request

from bot.channels.widget.catalog import MOST_SUGGESTIONS, Catalog
from bot.channels.widget.events import message_event
from bot.channels.widget.hub import Hub
from bot.channels.widget.limits import Buckets, Places
from bot.channels.widget.token import Tokens, region_code
from bot.channels.widget.trust import Trust
from bot.channels.widget.words import load_widget_words
from bot.errors import SetupIncomplete
from bot.store import Direction, MessageState, StoredMessage
from knowledge.model import Faq, Item

# --- tokens ------------------------------------------------------------------------------------------


def test_a_token_is_read_again_and_only_by_its_maker() -> None:
    tokens = Tokens("salt")
    made = tokens.new("370283")

    assert tokens.read(made.token) == made
    assert Tokens("another salt").read(made.token) is None


def test_tokens_are_all_different_and_long() -> None:
    tokens = Tokens("salt")
    made = {tokens.new(None).token.partition(".")[0] for _ in range(1000)}

    assert len(made) == 1000
    assert {len(secret) for secret in made} == {43}  # 256 bits


def test_another_region_is_the_same_person() -> None:
    tokens = Tokens("salt")
    made = tokens.new("370283")
    moved = tokens.read(made.token, "370786")

    assert moved is not None
    assert (moved.sender, moved.public_id, moved.region) == (made.sender, made.public_id, "370786")
    assert tokens.read(moved.token) == moved


def test_what_is_stored_and_shown_does_not_lead_to_the_token() -> None:
    made = Tokens("salt").new(None)
    secret = made.token.partition(".")[0]

    assert secret not in made.sender + made.public_id
    assert made.sender not in made.public_id


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ("370283", "370283"),
        ("370283101000", "370283101000"),
        ("37", None),
        ("37028x", None),
        (370283, None),
        ("３７０２８３", None),
        ("370283\n", None),
        (None, None),
        (["370283"], None),
    ],
)
def test_a_region_is_six_or_twelve_digits(given: object, code: str | None) -> None:
    assert region_code(given) == code


# --- trust -------------------------------------------------------------------------------------------


def asked(remote: str = "203.0.113.9", **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = make_mocked_request("GET", "/", headers={"Host": "chat.example:8080", **named})
    return request.clone(remote=remote)


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("http://chat.example:8080", True),
        ("https://CHAT.example:8080", True),
        ("https://public.example", True),
        ("https://www.example.gov.cn", True),
        ("https://www.example.gov.cn:443", True),
        ("https://www.example.gov.cn:8443", False),
        ("http://www.example.gov.cn", False),
        ("https://chat.example", False),
        ("https://evil.example", False),
        ("https://www.example.gov.cn@evil.example", False),
        ("null", False),
        ("", False),
        ("https://[", False),
    ],
)
def test_our_own_pages_and_listed_sites_may_call(origin: str, allowed: bool) -> None:
    trust = Trust(["https://www.example.gov.cn"], [], "https://public.example/")

    assert trust.allows(asked(Origin=origin)) is allowed


def test_who_names_no_origin_is_no_page_of_another_site() -> None:
    trust = Trust([], [], "")

    assert trust.allows(asked()) and trust.is_own(asked())
    assert not trust.is_own(asked(Sec_Fetch_Site="cross-site"))


@pytest.mark.parametrize(
    ("remote", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.2", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.2", "1.1.1.1, 198.51.100.1, 10.0.0.7", "198.51.100.1"),
        ("10.0.0.2", "nonsense", "10.0.0.2"),
        ("10.0.0.2", "10.0.0.3", "10.0.0.3"),
        ("::1", "2001:db8::1", "2001:db8::1"),
    ],
)
def test_the_address_is_the_last_that_is_no_proxy(remote: str, forwarded: str, address: str) -> None:
    trust = Trust([], ["10.0.0.0/8", "::1"], "")

    assert trust.address(asked(remote, X_Forwarded_For=forwarded)) == address


# --- limits ------------------------------------------------------------------------------------------


def test_a_bucket_gives_at_once_and_then_by_the_minute() -> None:
    now = [0.0]
    bucket = Buckets(per_minute=6, burst=3, clock=lambda: now[0])

    assert [bucket.take("a") for _ in range(5)] == [True, True, True, False, False]
    assert bucket.take("b") is True
    assert bucket.wait_s("a") == pytest.approx(10)
    now[0] = 10.0
    assert [bucket.take("a") for _ in range(2)] == [True, False]


def test_full_buckets_are_forgotten() -> None:
    now = [0.0]
    bucket = Buckets(per_minute=60, burst=2, clock=lambda: now[0])
    for number in range(5000):
        bucket.take(f"a{number}")
        now[0] += 1

    assert len(bucket) < 1100


def test_places_are_given_back() -> None:
    places = Places(together=2, for_one=1)
    with places.hold("a") as first, places.hold("a") as second, places.hold("b") as third:
        assert (first, second, third, places.taken) == (True, False, True, 2)
        with places.hold("c") as fourth:
            assert fourth is False
    assert places.taken == 0


# --- listeners ---------------------------------------------------------------------------------------


async def test_a_listener_begins_with_news_and_hears_of_its_own_conversation_only() -> None:
    hub = Hub()
    with hub.listen("mine") as mine:
        assert mine.take() == ([], True)
        hub.notify("theirs")
        assert mine.take() == ([], False)
        hub.tell("mine", {"type": "typing"})
        hub.notify("mine")
        await mine.wait()
        assert mine.take() == ([{"type": "typing"}], True)
        assert mine.take() == ([], False)
    assert len(hub) == 0


async def test_a_listener_that_takes_nothing_does_not_fill_memory() -> None:
    hub = Hub()
    with hub.listen("mine") as mine:
        for number in range(1000):
            hub.tell("mine", {"n": number})
        assert len(mine.take()[0]) == 20


async def test_one_may_wait_until_something_was_shown() -> None:
    hub = Hub()
    with hub.listen("mine"):
        waiting = asyncio.create_task(hub.is_shown("mine", (3, 4), 60))
        await asyncio.sleep(0)
        awaited = [place for place in range(7) if hub.is_awaited("mine", place)]
        assert awaited == [3, 4], "one shown besides them is for whoever shows it to note"
        hub.shown("mine", 3)
        await asyncio.sleep(0)
        assert not waiting.done()
        hub.shown("mine", 4)
        assert await waiting
        assert await hub.is_shown("mine", (4,), 0)
        assert not hub.is_awaited("mine", 4)
        assert not await hub.is_shown("mine", (5,), 0.01)


# --- suggestions -------------------------------------------------------------------------------------

ITEMS = (
    Item(id="reissue", task_name="居民身份证补领", category="公安户政", aliases=("补身份证", "身份证丢了")),
    Item(id="renew", task_name="居民身份证换领", category="公安户政", aliases=("换身份证",)),
    Item(id="fund", task_name="住房公积金提取", category="住房公积金", aliases=("取公积金",)),
)
FAQ = Faq(id="faq-1", question="大厅几点上班", similar=("上班时间",), answer="见公告")


@pytest.mark.parametrize(
    ("typed", "texts"),
    [
        ("身份证", ["身份证丢了", "居民身份证换领"]),
        ("居民", ["居民身份证换领", "居民身份证补领"]),
        ("补身", ["补身份证"]),
        ("zfgjj", ["住房公积金提取"]),
        ("QGJJ", ["取公积金"]),
        ("上班", ["上班时间"]),
        (" 公积 金", ["住房公积金提取"]),
        ("没有这个", []),
        ("", []),
        ("  ", []),
        ("<script>", []),
    ],
)
def test_suggestions_fit_what_is_typed(typed: str, texts: list[str]) -> None:
    assert [one["text"] for one in Catalog(ITEMS, [FAQ]).suggest(typed)] == texts


def test_suggestions_are_few_and_each_matter_comes_once() -> None:
    many = [
        Item(id=f"i{n}", task_name=f"证件办理{n}", category="其他", aliases=(f"证件甲{n}", f"证件乙{n}"))
        for n in range(50)
    ]
    found = Catalog(many).suggest("证件")

    assert len(found) == MOST_SUGGESTIONS
    assert all(one["text"].startswith("证件办理") for one in found)


def test_what_is_fictional_is_marked_wherever_it_is_offered() -> None:
    invented = Item(id="x", task_name="停车证申领", category="示例", aliases=("停车证",), fictional=True)
    question = Faq(id="y", question="停车证多少钱", answer="见公告", fictional=True)
    catalog = Catalog([*ITEMS, invented], [FAQ, question])

    assert [one["fictional"] for one in catalog.suggest("停车")] == [True, True]
    assert [one["fictional"] for one in catalog.suggest("身份证")] == [False, False]
    marked = [item["title"] for topic in catalog.topics for item in topic["items"] if item["fictional"]]
    assert marked == ["停车证申领"]


def test_topics_hold_every_matter_once() -> None:
    topics = Catalog(ITEMS, [FAQ]).topics

    assert [topic["title"] for topic in topics] == ["公安户政", "住房公积金"]
    assert sum(len(topic["items"]) for topic in topics) == len(ITEMS)


# --- events ------------------------------------------------------------------------------------------

SAID = StoredMessage(
    id=7,
    conversation_id=1,
    channel="widget",
    sender="s",
    seq=3,
    direction=Direction.OUT,
    author="bot",
    external_id=None,
    text="带户口簿。",
    payload={"outcome": "answered", "text": "带户口簿。", "options": [], "provenance": {"a": 1}, "x": 2},
    outcome="answered",
    aspect="materials",
    guide_id=None,
    guide_version=None,
    provenance={"scores": [1]},
    state=MessageState.PENDING,
    reason="",
    reply_to=6,
    session=1,
    timings={"answer": 3},
    created_at=datetime(2026, 11, 20, 4, 5, 6, 789000, tzinfo=UTC),
)


def test_an_event_holds_what_a_citizen_may_see() -> None:
    event = message_event(SAID)

    assert event["at"] == "2026-11-20T04:05:06.789+00:00"
    assert set(event["reply"]) == {
        "outcome",
        "aspect",
        "guide",
        "regions",
        "options",
        "suggestions",
        "sources",
        "card",
    }
    assert "scores" not in str(event) and "provenance" not in str(event)


@pytest.mark.parametrize(
    ("author", "shown", "ai"),
    [
        ("bot", "bot", True),
        ("front", "front", False),
        ("system", "system", False),
        ("staff:3", "agent", False),
    ],
)
def test_who_wrote_it_is_one_of_five(author: str, shown: str, ai: bool) -> None:
    event = message_event(replace(SAID, author=author))

    assert (event["author"], event["ai"]) == (shown, ai)
    assert (event["agent"] is not None) == (shown == "agent")


# --- words -------------------------------------------------------------------------------------------


def test_an_installation_replaces_parts_of_the_words(tmp_path: Path) -> None:
    own = tmp_path / "own.yml"
    own.write_text("config:\n  title: {zh-CN: 示例市政务问答}\n  position: left\n", encoding="utf-8")
    words = load_widget_words(own)
    shown = words.shown("en", map_url="", max_chars=100)

    assert (shown["title"], shown["position"], shown["phone"]) == ("示例市政务问答", "left", "12345")
    assert len(shown["rating"]) == 5


@pytest.mark.parametrize(
    "content",
    [
        "config: {position: middle}",
        "config: {accent: red}",
        "config: {unknown: 1}",
        "other: {a: 1}",
        "[]",
        "a: [",
        "config: {notices: [{text: x, url: 'javascript:alert(1)'}]}",
        "config: 7",
    ],
)
def test_wrong_words_stop_the_start_and_name_the_file(tmp_path: Path, content: str) -> None:
    own = tmp_path / "own.yml"
    own.write_text(content, encoding="utf-8")

    with pytest.raises(SetupIncomplete, match="own.yml"):
        load_widget_words(own)


def test_a_refusal_says_the_numbers() -> None:
    words = load_widget_words()

    assert "7 秒" in words.refusal("too_fast", wait=7)["mend"]
    for code in ("too_fast", "too_long", "bad_request", "part_unavailable"):
        refusal = words.refusal(code, wait=1, max_chars=2)
        assert set(refusal) == {"code", "message", "mend"}
        assert "{" not in refusal["message"] + refusal["mend"]
        assert "12345" in refusal["mend"]
