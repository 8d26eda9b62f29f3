"""What the desk promises, on SQLite and on PostgreSQL alike."""

from __future__ import annotations

import asyncio

import pytest

from bot.desk.errors import AgentAway, AlreadyTaken, NotOpen, NotWaiting, NotYours
from bot.desk.hub import QUEUE, agent_topic, chat_topic
from bot.desk.values import Cited, ToAgent, ToAuthority, ToTeam
from bot.errors import BangbanError
from bot.store import MessageState, Owner
from bot.store.desk_values import Presence, Trigger
from bot.store.staff_values import Role
from tests.unit.desk.conftest import Office


async def test_of_many_who_claim_at_once_one_has_it_and_the_others_are_told_who(office: Office) -> None:
    people = [await office.person(name) for name in ("anna", "bo", "chen", "dora")]
    for round_ in range(5):
        chat = await office.asks(f"citizen{round_}")

        results = await asyncio.gather(
            *(office.desk.claim(chat, person) for person in people), return_exceptions=True
        )

        refusals = [result for result in results if isinstance(result, BaseException)]
        state = await office.desk.chat(chat)
        assert state.owner is Owner.HUMAN and state.agent is not None
        assert len(refusals) == len(people) - 1
        for refusal in refusals:
            assert isinstance(refusal, AlreadyTaken)
            assert refusal.code == "already_taken"
            assert state.agent.name in refusal.message


async def test_a_chat_from_the_queue_to_its_end(office: Office) -> None:
    anna = await office.person("anna")
    chat = await office.asks("citizen", words="身份证丢了")
    [waiting] = await office.desk.chats("queue", anna)
    assert (waiting.conversation_id, waiting.position, waiting.owner) == (chat, 1, Owner.QUEUED)
    assert waiting.unanswered
    assert waiting.handoff is not None and waiting.handoff.matter == "身份证丢了"

    await office.desk.claim(chat, anna)
    said = await office.desk.say(chat, anna, "m1", "您好", None)
    again = await office.desk.say(chat, anna, "m1", "您好", None)
    assert (said.id, said.author, said.state) == (again.id, "anna", MessageState.PENDING)
    assert said.payload["agent"] == {"name": "Anna", "number": anna.number}
    [mine] = await office.desk.chats("mine", anna)
    assert mine.last is not None and (mine.last.author, mine.last.text) == ("agent", "您好")
    assert not mine.unanswered

    closed = await office.desk.close(chat, anna, "办好了")
    assert closed.owner is Owner.CLOSED
    assert await office.desk.chats("all", anna) == ()
    events = [(e.event, e.before, e.after, e.actor) for e in await office.desk.events(chat)]
    assert events == [
        ("queued", "bot", "queued", None),
        ("claimed", "queued", "human", anna.account_id),
        ("closed", "human", "closed", anna.account_id),
    ]
    joined, ended = await office.told("citizen")
    assert "Anna" in joined and anna.number in joined
    assert "评" in ended or "满意" in ended
    with pytest.raises(NotOpen):
        await office.desk.say(chat, anna, "m2", "还在吗", None)


async def test_only_who_has_it_speaks_and_gives_it_on(office: Office) -> None:
    anna, bo = await office.person("anna"), await office.person("bo")
    chat = await office.asks("citizen")
    with pytest.raises(NotYours):
        await office.desk.close(chat, bo, "")
    await office.desk.claim(chat, anna)

    for attempt in (
        office.desk.say(chat, bo, "m1", "我来说", None),
        office.desk.close(chat, bo, ""),
        office.desk.release(chat, bo, ""),
        office.desk.transfer(chat, bo, ToAgent(bo.account_id), ""),
    ):
        with pytest.raises(NotYours):
            await attempt
    with pytest.raises(AlreadyTaken, match="Anna"):
        await office.desk.take_over(chat, bo)
    assert [e.event for e in await office.desk.events(chat)] == ["queued", "claimed"]


async def test_a_supervisor_steps_in_and_the_agent_is_told(office: Office) -> None:
    anna, chief = await office.person("anna"), await office.person("chief", Role.SUPERVISOR)
    chat = await office.asks("citizen")
    await office.desk.claim(chat, anna)
    with office.hub.subscribe(agent_topic(anna.account_id)) as console:
        console.take()
        state = await office.desk.take_over(chat, chief)
        _, frames = console.take()

    assert state.agent is not None and state.agent.account_id == chief.account_id
    assert [frame["kind"] for _, frame in frames] == ["taken_by_other"]


async def test_given_back_it_keeps_its_place(office: Office) -> None:
    anna, bo = await office.person("anna"), await office.person("bo")
    first = await office.asks("first")
    office.clock.passes(10)
    second = await office.asks("second")
    await office.desk.claim(first, anna)
    assert [c.conversation_id for c in await office.desk.chats("queue", bo)] == [second]

    back = await office.desk.release(first, anna, "不熟悉")

    assert (back.position, back.owner) == (1, Owner.QUEUED)
    assert [c.conversation_id for c in await office.desk.chats("queue", bo)] == [first, second]
    assert "位置还给您留着" in (await office.told("first"))[-1]
    complaint = await office.asks("third", Trigger.COMPLAINT)
    order = [c.conversation_id for c in await office.desk.chats("queue", bo)]
    assert order == [complaint, first, second]


async def test_handed_to_a_colleague_to_a_team_to_another_authority(office: Office) -> None:
    anna, bo = await office.person("anna"), await office.person("bo")
    away = await office.person("away", online=False)
    chat = await office.asks("citizen")
    await office.desk.claim(chat, anna)

    with pytest.raises(AgentAway):
        await office.desk.transfer(chat, anna, ToAgent(away.account_id), "请接着办")
    state = await office.desk.transfer(chat, anna, ToAgent(bo.account_id), "电话 13800138000，请接着办")
    assert state.agent is not None and state.agent.account_id == bo.account_id
    [note] = await office.desk.notes(chat)
    assert (note.kind.value, note.text) == ("transfer", "电话 ***，请接着办")

    team = (await office.desk.crew()).teams[0]
    state = await office.desk.transfer(chat, bo, ToTeam(team.id), "")
    assert (state.owner, state.team and state.team.id) == (Owner.QUEUED, team.id)
    await office.desk.claim(chat, bo)
    state = await office.desk.transfer(chat, bo, ToAuthority("示例市医保局", "0000-12393"), "")
    assert state.owner is Owner.CLOSED
    assert "示例市医保局" in (await office.told("citizen"))[-1]
    assert "0000-12393" in (await office.told("citizen"))[-1]


async def test_a_live_chat_of_the_bot_is_taken_over(office: Office) -> None:
    anna = await office.person("anna")
    arrival = await office.store.receive("widget", "citizen", "m1", "身份证丢了")
    [live] = await office.desk.live()
    assert (live.owner, live.handoff) == (Owner.BOT, None)
    with pytest.raises(NotWaiting):
        await office.desk.claim(arrival.conversation_id, anna)

    state = await office.desk.take_over(arrival.conversation_id, anna)

    assert state.owner is Owner.HUMAN
    assert state.handoff is not None
    assert (state.handoff.trigger, state.handoff.matter) == (Trigger.TAKEN_OVER, "身份证丢了")
    assert "接下来由" in (await office.told("citizen"))[-1]
    back = await office.desk.release(arrival.conversation_id, anna, "")
    assert back.team is not None and back.position == 1


async def test_news_reaches_the_consoles_after_the_transaction(office: Office) -> None:
    anna = await office.person("anna")
    chat = await office.asks("citizen")
    with office.hub.subscribe(QUEUE, chat_topic(chat)) as console:
        console.take()
        await office.desk.claim(chat, anna)
        assert console.take()[0] == {QUEUE, chat_topic(chat)}


async def test_a_cited_guide_is_kept_with_the_message(office: Office) -> None:
    anna = await office.person("anna")
    chat = await office.asks("citizen")
    await office.desk.claim(chat, anna)

    said = await office.desk.say(chat, anna, "m1", "带户口簿。", Cited("g@1", 3, "materials", "补身份证"))

    assert (said.guide_id, said.guide_version, said.aspect) == ("g@1", 3, "materials")
    assert said.payload["guide"]["title"] == "补身份证"


async def test_erasing_a_person_erases_what_the_desk_knows_of_them(office: Office) -> None:
    anna = await office.person("anna")
    chat = await office.asks("citizen")
    await office.desk.claim(chat, anna)
    await office.desk.note(chat, anna, "着急")

    await office.store.erase("widget", "citizen", "widget-citizen")

    assert await office.desk.events(chat) == await office.desk.notes(chat) == ()
    with pytest.raises(BangbanError, match="no such conversation"):
        await office.desk.chat(chat)
    assert (await office.desk.crew()).agent(anna.account_id).load == 0  # type: ignore[union-attr]


async def test_presence_is_kept(office: Office) -> None:
    anna = await office.person("anna", online=False)

    agent = await office.desk.presence(anna, Presence.BREAK)
    await office.desk.heartbeat(anna)

    assert (agent.presence, agent.seen_at) == (Presence.BREAK, office.clock())
