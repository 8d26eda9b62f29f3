"""One message with telephone, matter and time is enough; what is missing is asked for once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.desk.leaving import (
    Ask,
    Draft,
    GivenUp,
    Left,
    PassOn,
    SealedContact,
    Stage,
    contact_in,
    has_matter,
    hear,
    preferred_time,
    shown_contact,
    without_landlines,
)
from bot.desk.words import load_desk_words
from bot.masking import mask

WORDS = load_desk_words()
NOW = datetime(2026, 11, 29, tzinfo=UTC)
OFFERED = Draft(Stage.OFFERED, NOW, team_id=3)
ASKED = replace(OFFERED, stage=Stage.ASKED)
SEALED = SealedContact("sealed", "138****8000")


def said(draft: Draft, text: str, later_s: float = 1) -> Ask | Left | PassOn | GivenUp:
    contact = contact_in(text)
    sealed = SealedContact("sealed", shown_contact(contact)) if contact else None
    return hear(draft, mask(text).text, sealed, WORDS, NOW + timedelta(seconds=later_s))


@pytest.mark.parametrize(
    ("text", "matter", "when"),
    [
        ("13800138000，社保转移，明天上午", "***，社保转移，明天上午", "明天上午"),
        ("我电话138 0013 8000 想问低保怎么办 周三下午3点以后方便", None, "周三下午3点以后"),
        ("留言：身份证丢了 １３８００１３８０００ 随时", None, "随时"),
    ],
)
def test_one_message_is_enough(text: str, matter: str | None, when: str) -> None:
    heard = said(OFFERED, text)

    assert isinstance(heard, Left)
    assert heard.contact == SEALED
    assert heard.preferred_time == when
    assert heard.team_id == 3
    assert "138" not in heard.text
    assert matter is None or heard.text == matter


def test_what_is_missing_is_asked_for_once_and_can_be_skipped() -> None:
    asked = said(ASKED, "社保转移怎么办，明天上午")
    assert isinstance(asked, Ask) and asked.draft.stage is Stage.CONTACT

    with_phone = said(asked.draft, "13800138000")
    assert isinstance(with_phone, Left)
    assert (with_phone.contact, with_phone.preferred_time) == (SEALED, "明天上午")

    skipped = said(asked.draft, "跳过")
    assert skipped == Left("社保转移怎么办，明天上午", None, "明天上午", 3)
    something_else = said(asked.draft, "没带手机，就在这里回我吧")
    assert isinstance(something_else, Left) and "就在这里回我" in something_else.text


def test_a_number_alone_asks_for_the_matter_unless_it_was_spoken_of_before() -> None:
    asked = said(OFFERED, "我电话13800138000")
    assert isinstance(asked, Ask) and asked.draft.stage is Stage.MATTER
    left = said(asked.draft, "公积金提取")
    assert isinstance(left, Left) and left.contact == SEALED and "公积金提取" in left.text

    known = said(replace(OFFERED, known="居民身份证补领"), "13800138000")
    assert isinstance(known, Left) and known.text == "居民身份证补领\n***"


@pytest.mark.parametrize("text", ["那身份证去哪办", "带什么材料", "转人工", "1"])
def test_after_an_offer_other_questions_are_answered_as_ever(text: str) -> None:
    assert said(OFFERED, text) == PassOn()


def test_the_offer_ends() -> None:
    assert said(OFFERED, "算了！") == GivenUp()
    assert said(ASKED, "不留言了") == GivenUp()
    assert said(OFFERED, "13800138000 社保", later_s=1801) == PassOn()


def test_asked_for_by_its_name_the_next_message_is_the_one() -> None:
    asked = said(OFFERED, "我要留言。")
    assert isinstance(asked, Ask) and asked.draft.stage is Stage.ASKED
    assert isinstance(said(asked.draft, "办准生证 0532-88888888"), Left)


@pytest.mark.parametrize(
    ("text", "contact", "shown"),
    [
        ("打我手机 +86 138-0013-8000", "+86 138-0013-8000", "138****8000"),
        ("座机0532-88888888", "0532-88888888", "053****8888"),
        ("邮箱 zhang@example.com", "zhang@example.com", "z***@example.com"),
        ("身份证号 11010519491231002X", None, None),
        ("拨12345", None, None),
    ],
)
def test_contacts(text: str, contact: str | None, shown: str | None) -> None:
    assert contact_in(text) == contact
    if contact is not None:
        assert shown_contact(contact) == shown


def test_a_landline_that_was_left_is_masked_too() -> None:
    assert without_landlines("座机0532-88888888，办社保") == "座机***，办社保"


def test_times_and_matters() -> None:
    assert preferred_time("打给我") == ""
    assert preferred_time("社保转移前要做什么") == ""
    assert not has_matter("我的电话*** 明天下午方便")
    assert has_matter("社保")


@given(st.sampled_from(Stage), st.text(max_size=60), st.booleans())
def test_whatever_is_said_a_message_is_left_after_at_most_two_more(
    stage: Stage, text: str, known: bool
) -> None:
    """Once the citizen has begun, they are never asked a third time."""
    draft = replace(OFFERED, stage=stage, known="补身份证" if known else "")
    heard = said(draft, text)
    if isinstance(heard, Ask):
        again = said(heard.draft, text)
        if isinstance(again, Ask):
            assert isinstance(said(again.draft, "社保"), Left)


@given(st.sampled_from(Stage), st.datetimes(timezones=st.just(UTC)), st.text(), st.booleans())
def test_a_draft_comes_back_as_it_was_stored(stage: Stage, at: datetime, text: str, has: bool) -> None:
    draft = Draft(stage, at, 4, "x", text, SEALED if has else None)
    assert Draft.read(draft.to_json()) == draft
    assert Draft.read(None) is None
