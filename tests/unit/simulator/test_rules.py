"""Windows, tokens, quotas, media, menu: the platform's rules one by one, with a clock of our own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.simulator.account import ABILITIES, AccountKind, Call
from bot.simulator.codes import Refused
from bot.simulator.faults import Faults, changed
from bot.simulator.media import LIFE_S, Media
from bot.simulator.menu import checked
from bot.simulator.reading import sample_photo
from bot.simulator.sending import read_message
from bot.simulator.tokens import Tokens
from bot.simulator.usage import Usage
from bot.simulator.windows import HOURS_48, Grants, Trigger, granted, spent

SERVICE = ABILITIES[AccountKind.VERIFIED_SERVICE]


def code_of(work: Any, *arguments: Any, **named: Any) -> int:
    with pytest.raises(Refused) as refused:
        work(*arguments, **named)
    return refused.value.code


def many(grants: Grants, count: int, now: float) -> Grants:
    for _ in range(count):
        grants = spent(grants, now)
    return grants


@pytest.mark.parametrize(
    ("trigger", "count", "seconds"),
    [
        (Trigger.MESSAGE, 5, HOURS_48),
        (Trigger.MENU, 3, 60),
        (Trigger.FOLLOW, 3, 60),
        (Trigger.SCAN, 3, 60),
    ],
)
def test_so_many_for_so_long(trigger: Trigger, count: int, seconds: float) -> None:
    grants = granted((), trigger, 100.0)
    used = many(grants, count, 100.0)
    assert code_of(spent, used, 100.0 + seconds - 1) == 45047
    assert code_of(spent, used, 100.0 + seconds) == 45015
    assert spent(grants, 100.0 + seconds - 1)
    assert code_of(spent, grants, 100.0 + seconds) == 45015


def test_a_new_message_renews_and_what_runs_out_first_is_spent_first() -> None:
    grants = many(granted((), Trigger.MESSAGE, 0.0), 4, 0.0)
    grants = granted(grants, Trigger.MESSAGE, 1.0)
    assert [grant.left for grant in grants] == [5]
    grants = granted(grants, Trigger.MENU, 2.0)
    after = spent(grants, 3.0)
    assert {grant.trigger: grant.left for grant in after} == {Trigger.MESSAGE: 5, Trigger.MENU: 2}


def test_no_trigger_no_message() -> None:
    assert code_of(spent, (), 0.0) == 45015


def test_a_plain_token_ends_the_one_before_after_five_minutes() -> None:
    tokens = Tokens()
    old, _ = tokens.plain(0.0)
    new, seconds = tokens.plain(10.0)
    assert (old != new, seconds) == (True, 7200)
    tokens.check(old, 309.0)
    tokens.check(new, 309.0)
    assert code_of(tokens.check, old, 311.0) == 42001


def test_a_stable_token_is_the_same_until_it_is_nearly_over() -> None:
    tokens = Tokens()
    first, _ = tokens.stable(0.0, force=False)
    assert tokens.stable(6899.0, force=False) == (first, 301)
    second, seconds = tokens.stable(6901.0, force=False)
    assert (second != first, seconds) == (True, 7200)
    tokens.check(first, 7199.0)
    assert code_of(tokens.check, first, 7201.0) == 42001


def test_the_two_ways_to_a_token_leave_each_other_alone() -> None:
    tokens = Tokens()
    stable, _ = tokens.stable(0.0, force=False)
    plain, _ = tokens.plain(0.0)
    tokens.plain(1.0)
    tokens.check(stable, 400.0)
    assert code_of(tokens.check, plain, 400.0) == 42001


def test_forcing_has_limits() -> None:
    tokens = Tokens()
    first, _ = tokens.stable(0.0, force=True)
    assert code_of(tokens.stable, 29.0, force=True) == 45011
    assert tokens.stable(30.0, force=True)[0] != first
    for n in range(2, 20):
        tokens.stable(30.0 * n, force=True)
    assert code_of(tokens.stable, 30.0 * 21, force=True) == 45009


@pytest.mark.parametrize(("value", "code"), [("", 41001), ("short", 40014), ("x" * 128, 40001)])
def test_tokens_that_are_none(value: str, code: int) -> None:
    assert code_of(Tokens().check, value, 0.0) == code


def test_revoked_tokens_are_unknown() -> None:
    tokens = Tokens()
    value, _ = tokens.stable(0.0, force=False)
    tokens.revoke()
    assert code_of(tokens.check, value, 1.0) == 40001
    assert tokens.stable(2.0, force=False)[0] != value


def test_the_day_has_a_quota_and_it_can_be_cleared_ten_times() -> None:
    few = replace(SERVICE, per_day={**SERVICE.per_day, Call.SEND: 2})
    usage = Usage()
    for _ in range(2):
        usage.count(Call.SEND, few, 0.0)
    assert code_of(usage.count, Call.SEND, few, 1.0) == 45009
    usage.count(Call.SEND, few, 86400.0)
    for _ in range(10):
        usage.clear(86400.0)
    assert code_of(usage.clear, 86400.0) == 48006


def test_media_live_three_days_and_are_what_they_claim() -> None:
    media = Media()
    kept = media.add("image", sample_photo(), 0.0)
    assert media.get(kept.media_id, LIFE_S, kind="image").mime == "image/png"
    assert code_of(media.get, kept.media_id, LIFE_S + 1) == 40007
    assert code_of(media.get, kept.media_id, 0.0, kind="voice") == 40007
    assert code_of(media.get, None, 0.0) == 40007
    assert code_of(media.add, "image", b"<svg/>", 0.0) == 40005
    assert code_of(media.add, "image", b"", 0.0) == 41005
    assert code_of(media.add, "poem", b"x", 0.0) == 40004
    assert code_of(media.add, "thumb", b"\xff\xd8\xff" + bytes(70_000), 0.0) == 40009


BUTTON = {"type": "click", "name": "查一查", "key": "ask"}


@pytest.mark.parametrize(
    ("menu", "code"),
    [
        ({}, 40016),
        ({"button": [BUTTON] * 4}, 40016),
        ({"button": [{**BUTTON, "name": "六个汉字真长"}]}, 40018),
        ({"button": [{**BUTTON, "type": "shout"}]}, 40017),
        ({"button": [{"type": "click", "name": "查"}]}, 40019),
        ({"button": [{"type": "view", "name": "查", "url": "x" * 1025}]}, 40020),
        ({"button": [{"name": "查", "sub_button": [BUTTON] * 6}]}, 40023),
        ({"button": [{"name": "查", "sub_button": [{**BUTTON, "name": "字" * 21}]}]}, 40025),
    ],
)
def test_menus_the_platform_refuses(menu: Any, code: int) -> None:
    assert code_of(checked, menu) == code


def test_a_menu_it_takes() -> None:
    menu = {"button": [BUTTON, {"name": "更多", "sub_button": [{**BUTTON, "name": "字" * 20}]}]}
    assert checked(menu) == menu["button"]


def has_media(media_id: str, kind: str) -> bool:
    return media_id == kind


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 40008),
        ({"msgtype": "poem", "poem": {}}, 40008),
        ({"msgtype": "text"}, 44004),
        ({"msgtype": "text", "text": {"content": " "}}, 44004),
        ({"msgtype": "text", "text": {"content": "字" * 683}}, 45002),
        ({"msgtype": "image", "image": {"media_id": "gone"}}, 40007),
        ({"msgtype": "news", "news": {"articles": []}}, 44003),
        ({"msgtype": "news", "news": {"articles": [{"title": "a"}] * 2}}, 45008),
        ({"msgtype": "msgmenu", "msgmenu": {"list": []}}, 47001),
        ({"msgtype": "msgmenu", "msgmenu": {"list": [{"id": "1", "content": "是"}] * 11}}, 45098),
    ],
)
def test_messages_the_platform_refuses(body: dict[str, Any], code: int) -> None:
    assert code_of(read_message, body, SERVICE, has_media) == code


def test_a_msgmenu_is_not_for_every_account() -> None:
    items = [{"id": "101", "content": "满意"}]
    body = {"msgtype": "msgmenu", "msgmenu": {"head_content": "答得怎样？", "list": items}}
    assert read_message(body, SERVICE, has_media).items[0].content == "满意"
    assert code_of(read_message, body, ABILITIES[AccountKind.TEST], has_media) == 40200


def test_faults_are_switched_one_by_one() -> None:
    assert changed(Faults(), {"busy": 3}) == Faults(busy=3)
    assert changed(Faults(busy=3), {"double": True}) == Faults(busy=3, double=True)
    for wrong in (
        {"busy": True},
        {"busy": -1},
        {"double": 1},
        {"rain": 1},
        {"token_life_s": 0},
        {"busy": "3"},
    ):
        with pytest.raises(ValueError):
            changed(Faults(), wrong)
