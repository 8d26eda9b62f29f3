"""The packet of a chat: read from what was said, in tables."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from bot.desk.console_words import load_console_words
from bot.desk.machine import Step
from bot.desk.packet import Packet, Region, last_question, packet_of
from bot.store import Direction, MessageState, StoredMessage
from bot.store.desk_rated import RATED_LOW
from knowledge.aspects import Aspect

WORDS = load_console_words()
BEGUN = datetime(2026, 11, 29, 9, 0, tzinfo=UTC)
CARD: dict[str, Any] = {"id": "id_card_reissue@000000", "title": "居民身份证补领", "version": 3}
FUND: dict[str, Any] = {"id": "fund_loan@370200", "title": "公积金贷款", "version": 1}
PINGDU, CHANGYI = {"code": "370283", "name": "平度市"}, {"code": "370786", "name": "昌邑市"}
NOWHERE: dict[str, Any] = {"here": None, "owner": None}


def chat(*exchanges: tuple[str, Mapping[str, Any] | None]) -> tuple[StoredMessage, ...]:
    """What the citizen said, each with our reply to it (None: there was none)."""
    numbers = count(1)
    messages = []
    for said, reply in exchanges:
        number = next(numbers)
        messages.append(message(number, Direction.IN, "citizen", said))
        if reply is not None:
            values = {"author": "bot"} | dict(reply)
            messages.append(message(next(numbers), Direction.OUT, text="…", reply_to=number, **values))
    return tuple(messages)


def message(
    number: int, direction: Direction, author: str, text: str, reply_to: int | None = None, **reply: Any
) -> StoredMessage:
    payload = {"guide": reply.get("guide"), "regions": reply.get("regions", NOWHERE)}
    return StoredMessage(
        id=number,
        conversation_id=1,
        channel="widget",
        sender="s",
        seq=number,
        direction=direction,
        author=author,
        external_id=None,
        text=text,
        payload=payload | {"options": reply.get("options", []), "desk": {"step": reply.get("desk")}},
        outcome=reply.get("outcome"),
        aspect=reply.get("aspect"),
        guide_id=None,
        guide_version=None,
        provenance=reply.get("provenance", {}),
        state=MessageState.SENT,
        reason="",
        reply_to=reply_to,
        session=1,
        timings={},
        created_at=BEGUN + timedelta(minutes=number),
    )


def answered(guide: Mapping[str, Any], aspect: str, **more: Any) -> dict[str, Any]:
    provenance = {key: more.pop(key) for key in ("silent", "asked") if key in more}
    return {"outcome": "answered", "guide": guide, "aspect": aspect, "provenance": provenance, **more}


def options(*titles: str) -> list[dict[str, str]]:
    return [{"id": str(n), "title": title} for n, title in enumerate(titles, start=1)]


HANDOFF = {"outcome": "handoff"}
NOTHING = {"outcome": "nothing_found"}

QUEUED = {"author": "system", "outcome": "handoff", "desk": "queued"}
STILL = {"author": "system", "outcome": "handoff", "desk": "still_queued"}
BROKEN = QUEUED | {"provenance": {"turn": {"failure": "timeout"}}}

LINES = [
    ((), "还没说要办什么事"),
    ((("  ", None),), "还没说要办什么事"),
    ((("转人工", HANDOFF),), "最后说“转人工”"),
    ((("我要投诉你们", None), ("转人工", HANDOFF)), "最后说“我要投诉你们”"),
    ((("补身份证", NOTHING), ("转人工", QUEUED)), "最后说“补身份证”"),
    ((("转人工", QUEUED), ("我要补户口本", STILL)), "最后说“我要补户口本”"),
    ((("补身份证", NOTHING), ("补户口本", BROKEN)), "最后说“补户口本”"),
    (
        (("补身份证多少钱", answered(CARD, "fee")), ("人工", HANDOFF)),
        "问“居民身份证补领”的收费，最后说“补身份证多少钱”",
    ),
    ((("补身份证", answered(CARD, "overview")),), "问“居民身份证补领”，最后说“补身份证”"),
    (
        (("我在平度", answered(CARD, "where", regions={"here": PINGDU, "owner": CHANGYI})),),
        "问“居民身份证补领”的去哪儿办，人在平度市，事情归昌邑市，最后说“我在平度”",
    ),
    (
        (("我在平度", answered(CARD, "where", regions={"here": PINGDU, "owner": PINGDU})),),
        "问“居民身份证补领”的去哪儿办，人在平度市，最后说“我在平度”",
    ),
    (
        (("补身份证", answered(CARD, "fee")), ("那公积金呢", answered(FUND, "where"))),
        "问“公积金贷款”的去哪儿办，最后说“那公积金呢”",
    ),
    ((("长" * 61, NOTHING),), f"最后说“{'长' * 59}…”"),
    ((("第一行\n第二行", NOTHING),), "最后说“第一行 第二行”"),
]


@pytest.mark.parametrize(("said", "line"), LINES)
def test_the_line(said: tuple[tuple[str, Mapping[str, Any] | None], ...], line: str) -> None:
    assert packet_of(chat(*said), WORDS).line == line


MISSING = [
    (answered(CARD, "fee"), ()),
    (answered(CARD, "fee", silent=True), ("指南里没有写“居民身份证补领”的收费",)),
    (answered(CARD, "where", asked="here"), ("问过人在哪里，没有说",)),
    (answered(CARD, "where", asked="owner"), ("问过事情归哪里管（户籍、参保等所在地），没有说",)),
    (answered(CARD, "materials", asked="situation"), ("问过属于哪种情形，没有说",)),
    (answered(CARD, "materials", asked=None), ()),
    ({"outcome": "clarify", "options": options("补领", "换领")}, ("问过是“补领”“换领”中的哪一个，没有选",)),
    ({"outcome": "clarify"}, ()),
    (NOTHING, ()),
]


@pytest.mark.parametrize(("reply", "missing"), MISSING)
def test_what_is_missing_stays_open_when_a_person_is_asked_for(
    reply: Mapping[str, Any], missing: tuple[str, ...]
) -> None:
    assert packet_of(chat(("问", reply)), WORDS).missing == missing
    assert packet_of(chat(("问", reply), ("转人工", HANDOFF)), WORDS).missing == missing


def test_a_question_that_was_answered_is_not_missing() -> None:
    said = chat(
        ("去哪办", answered(CARD, "where", asked="here")),
        ("平度", answered(CARD, "where", regions={"here": PINGDU, "owner": None})),
    )
    assert packet_of(said, WORDS).missing == ()


def test_everything_of_a_long_chat() -> None:
    said = chat(
        ("补身份证", answered(CARD, "overview")),
        ("多少钱", answered(CARD, "fee", silent=True)),
        ("多少钱啊", answered(CARD, "fee", silent=True, regions={"here": PINGDU, "owner": None})),
        ("遛狗证", NOTHING),
        ("狗证", {"outcome": "failed"}),
        ("遛狗证", NOTHING),
        ("谢谢", {"outcome": "smalltalk"}),
        ("转人工", HANDOFF),
        ("有人吗", None),
    )

    packet = packet_of(said, WORDS, rating=2, earlier=1)

    assert packet == Packet(
        line="问“居民身份证补领”的收费，人在平度市，最后说“有人吗”",
        matter="居民身份证补领",
        guide_id=CARD["id"],
        here=Region("370283", "平度市"),
        owner=None,
        answered=packet.answered,
        missing=("指南里没有写“居民身份证补领”的收费",),
        failed_searches=("遛狗证", "狗证"),
        rating=2,
        earlier=1,
    )
    assert [(one.guide_id, one.aspect) for one in packet.answered] == [
        (CARD["id"], "fee"),
        (CARD["id"], "overview"),
    ]
    assert packet.answered[0].at == BEGUN + timedelta(minutes=6), "the newest of the same"


def test_what_was_said_before_it_was_closed_is_another_matter() -> None:
    said = chat(("补身份证", answered(CARD, "fee")), ("遛狗证", NOTHING))
    packet = packet_of(said, WORDS, since=said[1].created_at)
    assert (packet.matter, packet.failed_searches, packet.answered) == ("", ("遛狗证",), ())


def test_words_of_staff_are_no_answer_of_the_bot() -> None:
    said = (
        message(1, Direction.IN, "citizen", "在吗"),
        message(2, Direction.OUT, "li.na", "在", reply_to=1, **answered(CARD, "fee")),
    )
    packet = packet_of(said, WORDS)
    assert (packet.answered, packet.line) == ((), "最后说“在吗”")


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("45015", "对方超过 48 小时没有来信，微信不让主动发"),
        ("partly_sent 45047", "只送到了前一部分"),
        ("status 502", "通道没有正常回应"),
        ("offline", "对方没有打开对话窗口，下次打开时会看到"),
        ("99999", "没有送到（99999）"),
    ],
)
def test_why_something_did_not_arrive_is_told_in_words(reason: str, words: str) -> None:
    assert WORDS.why_undelivered(reason) == words


def test_every_aspect_has_its_words() -> None:
    assert set(WORDS.aspects) == set(Aspect)
    assert WORDS.aspect(None) == WORDS.aspect("colour") == ""


def test_the_message_to_suggest_a_reply_to() -> None:
    said = chat(("补身份证", NOTHING), ("转人工", QUEUED))
    assert last_question(said) == said[0]
    assert last_question(chat(("转人工", QUEUED))[:1]) is not None
    assert last_question(()) is None
    later = chat(("补身份证", NOTHING), ("转人工", QUEUED), ("有人吗", STILL), ("在吗", None))
    assert (last_question(later) or later[0]).text == "在吗"


def test_every_step_has_its_words() -> None:
    unrecorded = {Step.UNCHANGED, Step.STILL_QUEUED}
    assert WORDS.events.keys() == {step.value for step in set(Step) - unrecorded} | {RATED_LOW}
