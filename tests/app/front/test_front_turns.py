"""A message through the front: answered once, in order, masked, stored with its reasons, never a hang."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest
from aiohttp import web

from bot.content import load_words
from bot.conversation.identity import pseudonym
from bot.store import (
    ConversationStore,
    Database,
    Direction,
    MessageState,
    NewReply,
    Owner,
    StoredMessage,
)
from tests.app.front.conftest import Front, StartFront
from tests.support.fake_rasa import FakeRasa, break_off, payload, slow, turn
from tests.support.owners import belongs_to
from tests.support.ports import free_ports

WORDS = load_words()
PERSON = pseudonym("salt of the tests", "rest", "anna")


async def test_rasa_reads_simplified_characters_without_tags(front: Front) -> None:
    await front.say("<p>身分證&nbsp;<b>補辦</b></p>")
    assert front.rasa.messages == ["身分证 补办"]


async def test_the_reply_has_the_shape_of_rasas_rest_channel(front: Front) -> None:
    async def with_options(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
        return turn(
            payload(
                "您问的是哪一件？",
                outcome="clarify",
                options=[{"id": "1", "title": "补领"}, {"id": "2", "title": "换领"}],
                sources=[{"name": "通知", "url": "https://example.org/", "published": "2021-11-20"}],
                suggestions=["要带什么", "多少钱"],
                provenance={"scores": [0.9]},
            )
        )

    front.rasa.answer = with_options

    [reply] = await front.say("身份证")

    assert reply["recipient_id"] == "anna"
    assert reply["text"] == "您问的是哪一件？"
    assert reply["buttons"] == [
        {"title": "补领", "payload": "补领"},
        {"title": "换领", "payload": "换领"},
    ]
    custom = reply["custom"]
    assert custom["outcome"] == "clarify"
    assert custom["sources"][0]["published"] == "2021-11-20"
    assert custom["suggestions"] == ["要带什么", "多少钱"]
    assert isinstance(custom["message_id"], int)
    assert "provenance" not in custom, "why it was answered is for staff"


async def test_a_reply_without_options_has_no_buttons(front: Front) -> None:
    [reply] = await front.say("在吗")

    assert "buttons" not in reply


async def test_what_was_asked_and_why_it_was_answered_so_is_stored(front: Front) -> None:
    async def with_guide(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
        guide = {
            "id": "id_card_reissue@000000",
            "title": "居民身份证补领",
            "item_id": "id_card_reissue",
            "version": 3,
            "region": "000000",
            "region_name": "全国",
            "authority": "公安机关",
            "publish_date": None,
        }
        return turn(payload("去派出所。", guide=guide, provenance={"scores": [0.98]}))

    front.rasa.answer = with_guide

    [reply] = await front.say("身份证丢了去哪补办")

    question, [stored] = await front.exchange_of(reply)
    assert (question.text, question.state) == ("身份证丢了去哪补办", MessageState.ANSWERED)
    assert (stored.outcome, stored.aspect) == ("answered", "where")
    assert (stored.guide_id, stored.guide_version) == ("id_card_reissue@000000", 3)
    assert stored.provenance["scores"] == [0.98]
    assert stored.provenance["turn"] == {"rasa": {"intent": "ask_where", "confidence": 0.97, "turn": 1}}
    await front.reaches(reply, MessageState.SENT)
    assert set(stored.timings) == {"wait", "answer"}


async def test_personal_numbers_go_nowhere(front: Front) -> None:
    said = "我叫张三，身份证 11010519491231002X，手机138 1234 5678，鲁B·12345，卡6222021001116245702"

    [reply] = await front.say(said)

    assert front.rasa.messages == ["我叫张三，身份证 ***，手机***，***，卡***"]
    question, _ = await front.exchange_of(reply)
    assert question.text == front.rasa.messages[0]
    assert question.payload == {"masked": ["id_card", "phone", "plate", "bank_card"]}


async def test_the_senders_own_name_leaves_the_front_only_as_a_pseudonym(front: Front) -> None:
    [reply] = await front.say("在吗", sender="13812345678")

    question, _ = await front.exchange_of(reply)
    assert question.sender == pseudonym("salt of the tests", "rest", "13812345678")
    assert front.rasa.asked[0]["sender"] == f"rest-{question.sender}"
    assert reply["recipient_id"] == "13812345678"


async def test_twenty_copies_at_once_are_one_turn_with_one_answer(front: Front) -> None:
    async def after_a_while(_request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        await asyncio.sleep(0.2)
        return turn(payload(f"第{len(front.rasa.asked)}次：{asked['message']}"))

    front.rasa.answer = after_a_while

    answers = await asyncio.gather(*(front.say("身份证", message_id="m-1") for _ in range(20)))
    later = await front.say("身份证", message_id="m-1")

    assert front.rasa.messages == ["身份证"]
    assert all(answer == answers[0] for answer in [*answers, later])
    assert answers[0][0]["text"] == "第1次：身份证"


async def test_the_same_id_of_another_person_is_another_message(front: Front) -> None:
    await front.say("一", sender="anna", message_id="m-1")
    await front.say("二", sender="bert", message_id="m-1")

    assert front.rasa.messages == ["一", "二"]


async def test_messages_of_one_person_are_answered_in_order_and_one_at_a_time(front: Front) -> None:
    async def ever_faster(_request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        await asyncio.sleep(0.05 / len(front.rasa.asked))
        return turn(payload(asked["message"]))

    front.rasa.answer = ever_faster
    said = [f"第{n}句" for n in range(15)]
    talking = []
    for message in said:
        talking.append(asyncio.create_task(front.say(message)))
        await asyncio.sleep(0.005)

    answers = await asyncio.gather(*talking)

    assert front.rasa.messages == said
    assert list(front.rasa.most_at_once.values()) == [1]
    assert [answer[0]["text"] for answer in answers] == said


async def test_a_hundred_people_at_once_each_get_their_own_answers(start_front: StartFront) -> None:
    front = await start_front(turn_deadline_s=60)

    async def after_a_while(_request: web.Request, asked: dict[str, Any]) -> web.StreamResponse:
        await asyncio.sleep(0.3)
        return turn(payload(f"{asked['sender']} {asked['message']}"))

    front.rasa.answer = after_a_while

    async def talk(person: str) -> None:
        for n in range(3):
            [reply] = await front.say(f"{person}的第{n}句", sender=person)
            key = f"rest-{pseudonym('salt of the tests', 'rest', person)}"
            assert reply["text"] == f"{key} {person}的第{n}句"

    started = time.monotonic()
    await asyncio.gather(*(talk(f"p{n}") for n in range(100)))

    assert len(front.rasa.asked) == 300
    assert time.monotonic() - started < 60, "one after the other they would take 90 s"


async def test_a_new_session_begins_every_twenty_turns(front: Front) -> None:
    for n in range(41):
        await front.say(f"第{n}句")

    new = [n for n, asked in enumerate(front.rasa.asked) if asked["new_session"]]
    assert new == [20, 40]


async def test_a_new_session_is_asked_for_again_when_rasa_failed(
    front: Front,
) -> None:
    for n in range(20):
        await front.say(f"第{n}句")
    answer, front.rasa.answer = front.rasa.answer, break_off
    await front.say("断了")
    front.rasa.answer = answer
    await front.say("又好了")
    await front.say("下一句")

    assert [asked["new_session"] for asked in front.rasa.asked[20:]] == [True, True, False]


async def error_status(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
    return web.json_response({"error": "Traceback (most recent call last)"}, status=500)


async def no_json(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
    return web.Response(text="<html>502</html>")


async def nothing(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
    return turn()


async def no_payload(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
    return turn({"text": "没有结果"})


async def wrong_types(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
    return web.json_response({"messages": {"text": 1}, "intent": []})


async def deep(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
    return web.Response(text="[" * 100_000)


async def endless(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
    return web.Response(body=b" " * 3_000_000)


async def refused(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
    return web.Response(status=401)


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (break_off, "broken_off"),
        (error_status, "error_status"),
        (no_json, "garbled"),
        (nothing, "no_reply"),
        (no_payload, "garbled"),
        (wrong_types, "garbled"),
        (deep, "garbled"),
        (endless, "garbled"),
        (refused, "refused"),
    ],
)
async def test_whatever_rasa_does_the_citizen_gets_an_honest_answer(
    front: Front, answer: Any, failure: str
) -> None:
    front.rasa.answer = answer

    [reply] = await front.say("身份证丢了", message_id="m-1")

    assert reply["text"] == WORDS.failed
    assert "12345" in reply["text"]
    assert reply["custom"]["outcome"] == "failed"
    question, [stored] = await front.exchange_of(reply)
    assert (question.text, question.state) == ("身份证丢了", MessageState.ANSWERED)
    assert (stored.author, stored.provenance["turn"]["failure"]) == ("front", failure)
    front.rasa.answer = front.rasa.echo
    assert (await front.say("再问一次"))[0]["text"] == "答：再问一次"


async def test_a_slow_turn_ends_at_its_deadline(start_front: StartFront) -> None:
    front = await start_front(turn_deadline_s=1)
    front.rasa.answer = slow

    started = time.monotonic()
    [reply] = await front.say("身份证丢了")

    assert 0.9 < time.monotonic() - started < 10, "the deadline is 1 s, Rasa would take 30"
    assert reply["text"] == WORDS.slow
    _, [stored] = await front.exchange_of(reply)
    assert stored.provenance["turn"]["failure"] == "timeout"


async def test_a_turn_rasa_itself_gave_up_was_slow_too(front: Front) -> None:
    async def gave_up(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
        return web.json_response({"error": {}}, status=504)

    front.rasa.answer = gave_up

    assert (await front.say("身份证丢了"))[0]["text"] == WORDS.slow


async def test_rasa_that_comes_back_within_the_turn_is_asked_once(start_front: StartFront) -> None:
    [port] = free_ports(1)
    front = await start_front(rasa_port=port)
    rasa = FakeRasa()

    saying = asyncio.create_task(front.say("身份证丢了"))
    await asyncio.sleep(0.5)
    async with rasa.serve(port):
        [reply] = await saying

    assert reply["text"] == "答：身份证丢了"
    assert rasa.messages == ["身份证丢了"]


async def test_rasa_that_breaks_off_is_not_asked_again(start_front: StartFront) -> None:
    front = await start_front()
    front.rasa.answer = break_off

    [reply] = await front.say("身份证丢了")

    assert reply["text"] == WORDS.failed
    assert front.rasa.messages == ["身份证丢了"]


async def test_rasa_that_stays_away_is_answered_for_before_the_deadline(start_front: StartFront) -> None:
    front = await start_front(rasa_port=1, turn_deadline_s=1.0)

    [reply] = await front.say("身份证丢了")

    assert reply["text"] == WORDS.failed
    _, [stored] = await front.exchange_of(reply)
    assert 700 <= stored.timings["answer"] < 1000
    assert stored.provenance["turn"]["failure"] == "unreachable"


async def test_who_waits_too_long_behind_their_own_messages_is_told(start_front: StartFront) -> None:
    front = await start_front(turn_deadline_s=0.4)
    front.rasa.answer = slow
    talking = []
    for n in range(6):
        talking.append(asyncio.create_task(front.say(f"第{n}句")))
        await asyncio.sleep(0.01)

    texts = [answer[0]["text"] for answer in await asyncio.gather(*talking)]

    assert texts[0] == WORDS.slow
    assert set(texts) == {WORDS.slow, WORDS.busy}
    assert "12345" in WORDS.busy


async def test_a_request_for_a_person_is_recorded_and_the_bot_stays(front: Front) -> None:
    async def to_a_person(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
        return turn(payload("请拨 12345。", outcome="handoff"))

    front.rasa.answer = to_a_person
    [reply] = await front.say("转人工")
    question, _ = await front.exchange_of(reply)

    front.rasa.answer = front.rasa.echo
    [following] = await front.say("那身份证呢")

    assert following["text"] == "答：那身份证呢"
    assert (await front.store.state(question.conversation_id)).owner is Owner.BOT


async def test_the_bot_is_silent_while_a_person_has_the_conversation(front: Front) -> None:
    [first] = await front.say("在吗")
    question, _ = await front.exchange_of(first)
    await belongs_to(front.store, question.conversation_id, Owner.HUMAN)

    for _copy in range(2):
        assert await front.say("身份证丢了", message_id="m-2") == []
    assert front.rasa.messages == ["在吗"]


async def test_a_closed_conversation_is_the_bots_again(front: Front) -> None:
    [first] = await front.say("在吗")
    question, _ = await front.exchange_of(first)
    await belongs_to(front.store, question.conversation_id, Owner.CLOSED)

    [reply] = await front.say("身份证丢了")

    assert reply["text"] == "答：身份证丢了"
    assert (await front.store.state(question.conversation_id)).owner is Owner.BOT


async def test_a_message_left_by_a_crash_is_marked_and_answered_when_it_is_repeated(
    database: Database, start_front: StartFront
) -> None:
    store = ConversationStore(database)
    left = await store.receive("rest", PERSON, "m-1", "身份证丢了")

    front = await start_front()
    marked = (await front.store.exchange(left.message_id)).question
    [following] = await front.say("在吗")
    [repeated] = await front.say("身份证丢了", message_id="m-1")
    [again] = await front.say("身份证丢了", message_id="m-1")

    assert (marked.state, marked.reason) == (MessageState.FAILED, "restarted")
    assert following["text"] == "答：在吗"
    assert repeated == again
    assert front.rasa.messages == ["在吗", "身份证丢了"]
    assert (await front.store.exchange(left.message_id)).question.state is MessageState.ANSWERED


async def test_a_reply_that_a_crash_kept_back_is_given_when_the_message_is_repeated(
    start_front: StartFront,
) -> None:
    front = await start_front()
    arrival = await front.store.receive("rest", PERSON, "m-1", "身份证丢了")
    kept_back = NewReply(author="bot", text="去派出所。", payload=payload("去派出所。"), outcome="answered")
    await front.store.answer(arrival.message_id, [kept_back], None, timings={})

    restarted = await start_front()
    [left] = (await front.store.exchange(arrival.message_id)).replies
    [reply] = await restarted.say("身份证丢了", message_id="m-1")

    assert (left.state, left.reason) == (MessageState.FAILED, "restarted")
    assert reply["text"] == "去派出所。"
    assert front.rasa.messages == []
    await restarted.reaches(reply, MessageState.SENT)


async def test_a_client_that_hangs_up_is_recorded_as_undelivered(front: Front) -> None:
    running = asyncio.Event()
    go_on = asyncio.Event()

    async def wait(_request: web.Request, _asked: dict[str, Any]) -> web.StreamResponse:
        running.set()
        await go_on.wait()
        return turn(payload("去派出所。"))

    front.rasa.answer = wait
    url = front.client.make_url("/webhooks/rest/webhook")
    _, writer = await asyncio.open_connection(url.host, url.port)
    body = b'{"sender": "anna", "message": "hello", "metadata": {"message_id": "m-1"}}'
    head = f"POST {url.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write(head.encode() + body)
    await running.wait()
    writer.transport.abort()
    await asyncio.sleep(0.1)
    go_on.set()

    async def replies() -> tuple[StoredMessage, ...]:
        messages = await front.store.messages("rest", PERSON)
        return tuple(m for m in messages if m.direction is Direction.OUT)

    async with asyncio.timeout(20):
        while not (stored := await replies()) or stored[0].state is MessageState.PENDING:
            await asyncio.sleep(0.02)
    assert (stored[0].state, stored[0].reason) == (MessageState.FAILED, "disconnected")

    [reply] = await front.say("hello", message_id="m-1")

    assert reply["text"] == "去派出所。"
    assert len(front.rasa.asked) == 1
    await front.reaches(reply, MessageState.SENT)


async def test_a_copy_of_a_message_that_never_ends_gets_a_conflict(start_front: StartFront) -> None:
    front = await start_front(turn_deadline_s=0.2)
    await front.store.receive("rest", PERSON, "m-1", "另一个前台正在答")

    body = {"sender": "anna", "message": "x", "metadata": {"message_id": "m-1"}}
    response = await front.client.post("/webhooks/rest/webhook", json=body)

    assert response.status == 409
    assert (await response.json())["error"]["code"] == "conflict"
    assert front.rasa.asked == []


async def test_a_database_that_fails_is_said_so(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_args: Any, **_more: Any) -> Any:
        raise OSError("disk full")

    monkeypatch.setattr("bot.store.database._Sqlite.write", broken)

    response = await front.client.post("/webhooks/rest/webhook", json={"sender": "a", "message": "b"})

    assert response.status == 503
    assert (await response.json())["error"]["code"] == "part_unavailable"
    assert front.rasa.asked == []


async def test_a_bug_in_the_turn_is_answered_for(front: Front, monkeypatch: pytest.MonkeyPatch) -> None:
    async def bug(*_args: Any, **_more: Any) -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr("bot.conversation.rasa.RasaClient.turn", bug)

    [reply] = await front.say("身份证丢了")

    assert reply["text"] == WORDS.failed
    _, [stored] = await front.exchange_of(reply)
    assert stored.provenance["turn"] == {"failure": "internal", "detail": "ZeroDivisionError"}


@pytest.mark.postgres
async def test_on_postgresql_the_way_is_the_same(start_front: StartFront, postgres_url: str) -> None:
    front = await start_front(database_url=postgres_url)
    odd = "身份\x00证\ud83d丢了 13812345678 '; DROP TABLE messages; --"

    answers = await asyncio.gather(*(front.say(odd, message_id="m-1") for _ in range(10)))
    others = await asyncio.gather(*(front.say("在吗", sender=f"p{n}") for n in range(30)))

    assert front.rasa.messages.count("身份证丢了 *** '; DROP TABLE messages; --") == 1
    assert all(answer == answers[0] for answer in answers)
    assert {reply["text"] for [reply] in others} == {"答：在吗"}
    await front.reaches(answers[0][0], MessageState.SENT)


async def test_the_fake_rasa_is_asked_as_agreed(front: Front, rasa: FakeRasa) -> None:
    [reply] = await front.say("在吗")

    question, _ = await front.exchange_of(reply)
    assert rasa.asked == [
        {
            "sender": f"rest-{question.sender}",
            "message": "在吗",
            "metadata": {"message_id": question.id, "region": None},
            "new_session": False,
        }
    ]
