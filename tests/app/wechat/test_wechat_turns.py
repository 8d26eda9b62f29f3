"""Exactly one answer to each message: in the open request, by customer service, or when the person asks."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from aiohttp import web

from bot.store import MessageState
from tests.app.wechat.conftest import Account, Held, StartAccount
from tests.support.fake_rasa import payload, turn


async def test_an_answer_in_time_is_given_in_the_response(account: Account) -> None:
    shown = await account.say("身份证丢了")

    assert (shown.status, shown.text) == (200, "答：身份证丢了")
    await asyncio.sleep(0.1)
    assert account.api.sent == []
    _, reply = await account.history()
    assert reply.state is MessageState.SENT


async def test_a_late_answer_is_sent_by_customer_service(account: Account) -> None:
    held = Held(account.rasa)

    shown = await account.say("身份证丢了")
    held.let_go()

    assert (shown.status, shown.body) == (200, b"success")
    assert 1.4 < shown.seconds < 3.5
    await account.until(lambda: account.api.texts == ["答：身份证丢了"])
    assert account.api.sent[0]["touser"] == "oAnna"
    assert "身份证".encode() in account.api.raw[0], "characters are not escaped"
    _, reply = await account.history()
    assert reply.state is MessageState.SENT
    assert len(account.api.sent) == 1


async def test_without_permission_the_person_fetches_a_late_answer(start: StartAccount) -> None:
    account = await start(wechat_customer_service="off")
    held = Held(account.rasa, "身份证")

    shown = await account.say("身份证丢了")
    held.let_go()
    assert shown.text is not None and "回复 1" in shown.text
    _, reply = await account.history()
    assert (reply.state, reply.reason) == (MessageState.FAILED, "late")

    fetched = await account.say("1")
    assert fetched.text == "答：身份证丢了"
    assert account.rasa.messages == ["身份证丢了"], "1 is no question"
    assert (await account.history())[1].state is MessageState.SENT
    assert account.api.sent == []
    again = await account.say("1")
    assert again.text == "答：1", "nothing waits any more"


async def test_one_waits_for_an_answer_still_being_made(start: StartAccount) -> None:
    account = await start(wechat_customer_service="off")
    held = Held(account.rasa)

    await account.say("身份证丢了")
    asyncio.get_running_loop().call_later(0.3, held.let_go)
    fetched = await account.say("1")

    assert fetched.text == "答：身份证丢了"
    assert account.rasa.messages == ["身份证丢了"]


async def test_what_waits_comes_with_the_next_message(start: StartAccount) -> None:
    account = await start(wechat_customer_service="off")
    held = Held(account.rasa, "身份证")
    await account.say("身份证丢了")
    held.let_go()
    await account.history()

    shown = await account.say("公积金呢")

    assert shown.text == "（补上您之前没收到的答复）\n答：身份证丢了\n\n答：公积金呢"
    assert {m.state for m in (await account.history()) if m.direction == "out"} == {MessageState.SENT}


async def test_repetitions_are_answered_once(account: Account) -> None:
    held = Held(account.rasa)
    sent = account.xml("text", Content="在吗")

    asyncio.get_running_loop().call_later(0.3, held.let_go)
    shown = await asyncio.gather(*(account.push(sent) for _ in range(4)))
    later = await account.push(sent)

    assert sorted(one.text or "success" for one in shown) == ["success"] * 3 + ["答：在吗"]
    assert later.body == b"success"
    assert account.rasa.messages == ["在吗"]
    assert account.api.sent == []


async def test_messages_of_one_person_are_answered_in_order(account: Account) -> None:
    held = Held(account.rasa, "先")

    first = asyncio.create_task(account.say("先"))
    await account.until(lambda: account.rasa.messages == ["先"])
    second = asyncio.create_task(account.say("后"))
    assert (await first).body == b"success"
    held.let_go()
    shown = await second
    await account.until(lambda: len(account.api.sent) + (shown.text is not None) == 2)

    assert [*account.api.texts, shown.text][:2] == ["答：先", "答：后"]
    assert account.rasa.messages == ["先", "后"]


async def test_a_reply_that_was_refused_waits_for_the_next_message(account: Account) -> None:
    held = Held(account.rasa, "身份证")
    account.api.fail["send"] = [45015]
    await account.say("身份证丢了")
    held.let_go()
    _, reply = await account.history()
    assert (reply.state, reply.reason) == (MessageState.FAILED, "45015")

    shown = await account.say("好")

    assert shown.text == "（补上您之前没收到的答复）\n答：身份证丢了\n\n答：好"
    assert account.api.sent == []


async def test_what_a_busy_platform_refused_is_sent_when_it_is_not_busy(
    start: StartAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.wechat.channel._ROUND_S", 0.5)
    account = await start()
    held = Held(account.rasa)
    account.api.fail["send"] = [-1] * 8
    await account.say("身份证丢了")
    await account.say("护照呢")
    held.let_go()

    await account.until(lambda: len(account.api.texts) == 1, 30)
    await asyncio.sleep(1.2)

    assert account.api.texts == ["答：身份证丢了\n\n答：护照呢"], "in order, once, without being asked"
    assert {message.state for message in (await account.history())} == {
        MessageState.ANSWERED,
        MessageState.SENT,
    }
    assert account.rasa.messages == ["身份证丢了", "护照呢"]


async def test_a_card_lets_the_next_answers_go_first(start: StartAccount) -> None:
    account = await start(public_url="https://example.gov.cn")
    guide = {"id": "a@370283", "title": "居民身份证补领", "version": 2}
    card = {"page": "/guides/a%40370283"}
    held = Held(account.rasa)

    async def overview(request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        await held.answer(request, asked)
        return turn(payload(asked["message"], aspect="overview", guide=guide, card=card))

    account.rasa.answer = overview
    asked = [f"第{n}问" for n in range(4)]
    clicks = [account.event("CLICK", EventKey=f"ask:{text}") for text in asked]
    under_way = [asyncio.create_task(click) for click in clicks]
    await asyncio.gather(*under_way)
    held.let_go()

    await account.until(lambda: len(account.api.sent) == 5)
    kinds = [body["msgtype"] for body in account.api.sent]
    assert kinds == ["text"] * 4 + ["news"], "the card comes when no answer is under way any more"
    assert [text.split("\n")[0] for text in account.api.texts] == asked


async def test_a_busy_platform_is_asked_again(account: Account) -> None:
    held = Held(account.rasa)
    account.api.fail["send"] = [-1, -1]

    await account.say("身份证丢了")
    held.let_go()

    await account.until(lambda: account.api.texts == ["答：身份证丢了"])


async def test_a_refused_token_is_replaced_once(account: Account) -> None:
    held = Held(account.rasa)
    account.api.token = "token-2"

    await account.say("身份证丢了")
    held.let_go()
    await account.until(lambda: account.api.texts == ["答：身份证丢了"])
    assert len(account.api.tokens_asked) == 2

    held = Held(account.rasa)
    account.api.fail["send"] = [42001, 42001, 42001]
    await account.say("还在吗")
    held.let_go()
    reply = (await account.history())[-1]
    assert len(account.api.tokens_asked) <= 4, "no loop"
    assert (reply.state, reply.reason) == (MessageState.FAILED, "42001")


async def test_permission_is_lost_while_running(account: Account) -> None:
    held = Held(account.rasa)
    account.api.may_send = False
    await account.say("身份证丢了")
    held.let_go()
    assert (await account.history())[1].reason == "48001"

    held = Held(account.rasa)
    shown = await account.say("公积金")
    held.let_go()

    assert shown.text is not None and "回复 1" in shown.text


async def test_a_send_that_may_have_arrived_is_not_made_again(account: Account) -> None:
    held = Held(account.rasa, "身份证")
    account.api.slow_s = 10
    await account.say("身份证丢了")
    held.let_go()
    assert (await account.history())[1].reason == "arrival_unknown"

    account.api.slow_s = 0
    shown = await account.say("好")

    assert shown.text == "答：好"


async def test_a_long_answer_is_continued_by_customer_service(account: Account) -> None:
    text = "".join(f"第{n}句话，说明第{n}件事。" for n in range(120))

    async def long(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
        return turn(payload(text))

    account.rasa.answer = long
    shown = await account.say("怎么办")

    await account.until(lambda: len(account.api.sent) == 2)
    assert shown.text is not None
    assert "".join([shown.text, *account.api.texts]) == text
    assert all(len(piece) <= 600 for piece in (shown.text, *account.api.texts))


async def test_the_rest_of_a_long_answer_is_shown_when_asked_for(start: StartAccount) -> None:
    account = await start(wechat_customer_service="off")
    text = "".join(f"第{n}句话，说明第{n}件事。" for n in range(120))

    async def long(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
        return turn(payload(text))

    account.rasa.answer = long
    parts = [(await account.say("怎么办")).text]
    while parts[-1] is not None and "继续" in parts[-1] and len(parts) < 9:
        parts.append((await account.say("继续")).text)

    assert len(parts) == 3
    hint = "\n\n后面还有，回复“继续”接着看。"
    assert "".join((part or "").removesuffix(hint) for part in parts) == text
    assert len(account.rasa.asked) == 1
    assert all(len(part or "") <= 600 for part in parts)


async def test_no_more_is_sent_than_the_window_allows(account: Account) -> None:
    text = "".join(f"第{n}句话，说明第{n}件事。" for n in range(400))

    async def long(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
        return turn(payload(text))

    account.rasa.answer = long
    shown = await account.say("怎么办")
    await account.until(lambda: len(account.api.sent) == 5)
    await asyncio.sleep(0.1)

    assert shown.text is not None
    assert "继续" in account.api.texts[-1]
    assert len(account.api.sent) == 5
    rest = await account.say("继续")
    assert rest.text is not None and rest.text.startswith("第")


async def test_typing_is_shown_while_an_answer_is_made(start: StartAccount) -> None:
    account = await start(wechat_passive_deadline_s=4.0)
    held = Held(account.rasa)

    saying = asyncio.create_task(account.say("身份证丢了"))
    await account.until(lambda: bool(account.api.typing))
    held.let_go()
    shown = await saying

    assert shown.text == "答：身份证丢了"
    assert account.api.typing == ["oAnna"]
