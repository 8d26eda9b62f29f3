"""Delivering: modes, five seconds, three deliveries, what the citizen sees."""

from __future__ import annotations

import asyncio

import pytest
from aiohttp import web

from bot.simulator import acts
from bot.simulator.account import AccountKind, Mode
from bot.simulator.acts import Act
from bot.simulator.chat import Via
from bot.simulator.delivery import Result
from bot.simulator.faults import Faults
from tests.app.simulator.conftest import Call, Simulator


def seen(simulator: Simulator, name: str = "王女士") -> list[tuple[Via, str]]:
    person = simulator.platform.people.named(name)
    return [(entry.via, entry.bubble.text) for entry in simulator.platform.chats.of(person.openid)]


async def says_hello(call: Call) -> web.Response:
    return call.reply(MsgType="text", Content="您好")


@pytest.mark.parametrize("mode", Mode)
async def test_a_passive_reply_is_shown_in_every_mode(simulator: Simulator, mode: Mode) -> None:
    simulator.become(AccountKind.VERIFIED_SERVICE, mode)
    simulator.callback.answer = says_hello
    person = simulator.platform.people.named("王女士")
    delivered = await simulator.platform.act(person, acts.text("在吗]]>"))
    assert delivered.result is Result.PASSIVE
    assert seen(simulator) == [(Via.CITIZEN, "在吗]]>"), (Via.PASSIVE, "您好")]
    [call] = simulator.callback.calls
    assert call.fields["Content"] == "在吗]]>"
    assert call.fields["FromUserName"] == person.openid == call.query["openid"]


EVERY_ACT = [
    (acts.text("满意", menu_item="101"), {"MsgType": "text", "bizmsgmenuid": "101"}),
    (acts.image("m", "http://x/"), {"MsgType": "image", "PicUrl": "http://x/"}),
    (acts.voice("m", "社保"), {"MsgType": "voice", "Recognition": "社保"}),
    (acts.voice("m"), {"MsgType": "voice", "Recognition": None}),
    (acts.video("m", short=True), {"MsgType": "shortvideo"}),
    (
        acts.location(36.68, 117.02, "示例市"),
        {"MsgType": "location", "Location_X": "36.68", "Label": "示例市"},
    ),
    (acts.link("t", "", "http://x/"), {"MsgType": "link", "Url": "http://x/"}),
    (acts.unknown(), {"MsgType": "file"}),
    (acts.unsupported(), {"Content": "【收到不支持的消息类型，暂无法显示】"}),
    (acts.subscribe("990100"), {"Event": "subscribe", "EventKey": "qrscene_990100", "MsgId": None}),
    (acts.unsubscribe(), {"Event": "unsubscribe", "MsgId": None}),
    (acts.scan("990100"), {"Event": "SCAN", "EventKey": "990100"}),
    (acts.reported_location(36.5, 117.0), {"Event": "LOCATION", "Latitude": "36.5"}),
    (acts.click("ask"), {"Event": "CLICK", "EventKey": "ask"}),
    (acts.view("http://x/"), {"Event": "VIEW", "EventKey": "http://x/"}),
    (acts.menu_input("scancode_waitmsg", "k"), {"Event": "scancode_waitmsg"}),
]


@pytest.mark.parametrize(("act", "expected"), EVERY_ACT)
async def test_every_kind_arrives(simulator: Simulator, act: Act, expected: dict[str, str]) -> None:
    person = simulator.platform.people.named("王女士")
    assert (await simulator.platform.act(person, act)).result is Result.NOTHING
    [call] = simulator.callback.calls
    assert {key: call.fields.get(key) for key in expected} == expected
    assert call.fields["CreateTime"].isdigit()
    assert ("MsgId" in call.fields) == (not act.is_event)


async def test_no_answer_in_time_is_asked_for_three_times(simulator: Simulator) -> None:
    async def never(_call: Call) -> web.Response:
        await asyncio.sleep(0.5)
        return web.Response(text="success")

    simulator.callback.answer = never
    person = simulator.platform.people.named("王女士")
    delivered = await simulator.platform.act(person, acts.text("在吗"))
    assert delivered.result is Result.UNAVAILABLE
    assert [attempt.status for attempt in delivered.attempts] == [None, None, None]
    assert len({call.fields["MsgId"] for call in simulator.callback.calls}) == 1
    assert len({call.query["nonce"] for call in simulator.callback.calls}) == 3
    assert seen(simulator)[-1] == (Via.PLATFORM, "该服务号暂时无法提供服务，请稍后再试")


async def test_the_second_delivery_may_be_answered(simulator: Simulator) -> None:
    async def slow_first(call: Call) -> web.Response:
        if len(simulator.callback.calls) == 1:
            await asyncio.sleep(0.5)
        return call.reply(MsgType="text", Content="来了")

    simulator.callback.answer = slow_first
    simulator.platform.set_faults(Faults(same_nonce=True))
    person = simulator.platform.people.named("王女士")
    delivered = await simulator.platform.act(person, acts.text("在吗"))
    assert (delivered.result, len(delivered.attempts)) == (Result.PASSIVE, 2)
    assert seen(simulator) == [(Via.CITIZEN, "在吗"), (Via.PASSIVE, "来了")]
    first, second = simulator.callback.calls
    assert (first.query, first.body) == (second.query, second.body)


async def test_a_bad_answer_is_not_asked_for_again(simulator: Simulator) -> None:
    async def json_answer(_call: Call) -> web.Response:
        return web.json_response({"error": {}})

    simulator.callback.answer = json_answer
    simulator.become(AccountKind.UNVERIFIED_SUBSCRIPTION, Mode.PLAIN)
    person = simulator.platform.people.named("王女士")
    delivered = await simulator.platform.act(person, acts.text("在吗"))
    assert (delivered.result, len(simulator.callback.calls)) == (Result.UNAVAILABLE, 1)
    assert "no XML" in delivered.why
    assert seen(simulator)[-1] == (Via.PLATFORM, "该公众号暂时无法提供服务，请稍后再试")
    assert simulator.platform.exchanges.last()[-1].good is False


async def test_safe_mode_takes_no_plain_reply(simulator: Simulator) -> None:
    async def plain(call: Call) -> web.Response:
        return web.Response(text=f"<xml><ToUserName>{call.fields['FromUserName']}</ToUserName></xml>")

    simulator.callback.answer = plain
    person = simulator.platform.people.named("王女士")
    assert (await simulator.platform.act(person, acts.text("在吗"))).result is Result.UNAVAILABLE


async def test_a_double_delivery_shows_both_answers(simulator: Simulator) -> None:
    simulator.callback.answer = says_hello
    simulator.platform.set_faults(Faults(double=True))
    await simulator.platform.act(simulator.platform.people.named("王女士"), acts.text("在吗"))
    assert [text for via, text in seen(simulator) if via is Via.PASSIVE] == ["您好", "您好"]
    assert len({call.fields["MsgId"] for call in simulator.callback.calls}) == 1


async def test_nobody_there(simulator: Simulator) -> None:
    simulator.platform.courier.url = "http://127.0.0.1:1/wechat"
    person = simulator.platform.people.named("王女士")
    delivered = await simulator.platform.act(person, acts.unsubscribe())
    assert (delivered.result, len(delivered.attempts)) == (Result.UNAVAILABLE, 3)
    assert seen(simulator) == [(Via.CITIZEN, "您取消了关注")]
    assert await simulator.platform.check_address() is False


async def test_the_address_check(simulator: Simulator) -> None:
    assert await simulator.platform.check_address() is True
