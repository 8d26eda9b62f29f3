"""Whatever staff, citizens and the clock do at once: nobody shares a chat, none is lost, the record is whole."""

from __future__ import annotations

import asyncio
import itertools
import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.conversation.order import NoSharedLock
from bot.desk.sweeping import Sweeper
from bot.desk.values import Person, ToAgent, ToTeam
from bot.errors import BangbanError, Conflict, Forbidden
from bot.store import Owner
from bot.store.desk_tables import HandoffRecord
from bot.store.desk_values import HandoffState, Presence
from bot.store.staff_values import Role
from bot.store.tables import Conversation
from tests.unit.desk.conftest import Office


class NoOutbox:
    async def find_left(self, _now: datetime) -> int:
        return 0


@pytest.mark.parametrize("seed", range(4))
async def test_many_hands_at_once(office: Office, seed: int) -> None:
    dice = random.Random(seed)
    people = [await office.person(f"p{n}", Role.SUPERVISOR if n == 3 else Role.AGENT) for n in range(4)]
    team = (await office.desk.crew()).teams[0].id
    sweeper = Sweeper(office.desk, NoOutbox(), NoSharedLock())  # type: ignore[arg-type]
    chats: list[int] = []

    async def asks() -> None:
        chats.append(await office.asks(f"citizen{len(chats)}-{dice.random()}"))

    async def comes_or_goes() -> None:
        await office.desk.presence(dice.choice(people), dice.choice(list(Presence)))

    async def hears() -> None:
        await office.desk.heartbeat(dice.choice(people))

    async def time_passes() -> None:
        office.clock.passes(dice.choice([1, 50, 200]))

    def on_a_chat(act: Callable[[int, Person], Awaitable[Any]]) -> Callable[[], Awaitable[Any]]:
        async def work() -> None:
            if chats:
                await act(dice.choice(chats), dice.choice(people))

        return work

    desk = office.desk
    deeds: list[Callable[[], Awaitable[Any]]] = [
        asks,
        comes_or_goes,
        hears,
        time_passes,
        sweeper.sweep,
        on_a_chat(desk.claim),
        on_a_chat(desk.claim),
        on_a_chat(desk.take_over),
        on_a_chat(desk.release),
        on_a_chat(desk.close),
        on_a_chat(lambda chat, person: desk.transfer(chat, person, ToAgent(people[0].account_id))),
        on_a_chat(lambda chat, person: desk.transfer(chat, person, ToTeam(team))),
        on_a_chat(lambda chat, person: desk.say(chat, person, str(dice.random()), "您好")),
    ]
    for _round in range(12):
        results = await asyncio.gather(*(dice.choice(deeds)() for _ in range(5)), return_exceptions=True)
        for result in results:
            if isinstance(result, BaseException):
                assert isinstance(result, Conflict | Forbidden), result
        await office.database.read(whole)
    for chat in chats:
        steps = await desk.events(chat)
        assert steps[0].before == "bot"
        for before, after in itertools.pairwise(steps):
            assert before.after == after.before, [(e.event, e.before, e.after) for e in steps]

    # everybody goes: nobody is left waiting
    for person in people:
        await desk.presence(person, Presence.OFFLINE)
    for _look in range(4):
        await sweeper.sweep()
        office.clock.passes(130)
    owners = [(await desk.chat(chat)).owner for chat in chats]
    assert set(owners) <= {Owner.BOT, Owner.CLOSED}


def whole(session: Session) -> None:
    """The owner of each conversation and its one open episode say the same."""
    open_ones: dict[int, HandoffRecord] = {}
    for row in session.execute(
        select(HandoffRecord).where(HandoffRecord.state != HandoffState.CLOSED)
    ).scalars():
        assert row.conversation_id not in open_ones
        open_ones[row.conversation_id] = row
    for conversation in session.execute(select(Conversation)).scalars():
        record = open_ones.get(conversation.id)
        if conversation.owner.is_with_people:
            assert record is not None and record.state.value == conversation.owner.value
            assert (record.agent_id is not None) == (conversation.owner is Owner.HUMAN)
        else:
            assert record is None


async def test_the_same_words_said_twice_at_once_are_stored_once(office: Office) -> None:
    anna = await office.person("anna")
    chat = await office.asks("citizen")
    await office.desk.claim(chat, anna)

    said = await asyncio.gather(*(office.desk.say(chat, anna, "m1", "您好") for _ in range(8)))

    assert len({message.id for message in said}) == 1
    texts = [m.text for m in await office.store.messages("widget", "citizen")]
    assert texts.count("您好") == 1


async def test_the_clock_gives_takes_back_and_offers(office: Office) -> None:
    sweeper = Sweeper(office.desk, NoOutbox(), NoSharedLock())  # type: ignore[arg-type]
    anna = await office.person("anna")
    chat = await office.asks("citizen")

    await sweeper.sweep()
    assert (await office.desk.chat(chat)).agent is not None
    office.clock.passes(30)
    await office.desk.heartbeat(anna)
    office.clock.passes(30)
    assert await sweeper.sweep() == 0
    office.clock.passes(30)  # a minute without a sign of life
    await sweeper.sweep()
    state = await office.desk.chat(chat)
    assert (state.owner, state.position) == (Owner.QUEUED, 1)
    office.clock.passes(60)
    await office.desk.heartbeat(anna)  # back in time: it is hers again
    await sweeper.sweep()
    assert (await office.desk.chat(chat)).owner is Owner.HUMAN
    office.clock.passes(50)
    await sweeper.sweep()
    office.clock.passes(125)
    await sweeper.sweep()
    assert (await office.desk.chat(chat)).owner is Owner.BOT
    assert "没能接待您" in (await office.told("citizen"))[-1]
    events = [e.event for e in await office.desk.events(chat)]
    assert events == ["queued", "assigned", "lost", "assigned", "lost", "nobody_left"]


async def test_an_agent_who_does_not_answer_loses_the_chat_to_a_colleague(office: Office) -> None:
    sweeper = Sweeper(office.desk, NoOutbox(), NoSharedLock())  # type: ignore[arg-type]
    anna = await office.person("anna")
    chat = await office.asks("citizen")
    await office.desk.claim(chat, anna)
    await office.desk.say(chat, anna, "m1", "您好")
    office.clock.at = datetime.now(office.clock.at.tzinfo)
    await office.store.receive("widget", "citizen", "later", "那要带什么")
    bo = await office.person("bo")

    async def all_there() -> None:
        for person in (anna, bo):
            await office.desk.heartbeat(person)

    office.clock.passes(170)
    await all_there()
    assert await sweeper.sweep() == 0
    office.clock.passes(20)
    await all_there()
    await sweeper.sweep()
    await sweeper.sweep()

    state = await office.desk.chat(chat)
    assert state.agent is not None and state.agent.account_id == bo.account_id
    assert [e.event for e in await office.desk.events(chat)][-2:] == ["silent", "assigned"]
    told = await office.told("citizen")
    assert "让您久等了" in told[-2] and "Bo" in told[-1]


async def test_a_citizen_who_does_not_come_back_ends_the_chat(office: Office) -> None:
    sweeper = Sweeper(office.desk, NoOutbox(), NoSharedLock())  # type: ignore[arg-type]
    anna = await office.person("anna")
    chat = await office.asks("citizen")
    await office.desk.claim(chat, anna)
    await office.desk.say(chat, anna, "m1", "您好")
    for _ in range(61):
        office.clock.passes(30)
        await office.desk.heartbeat(anna)

    await sweeper.sweep()

    assert (await office.desk.chat(chat)).owner is Owner.CLOSED
    assert "先结束" in (await office.told("citizen"))[-1]


async def test_nobody_is_given_more_than_they_can_have(office: Office) -> None:
    sweeper = Sweeper(office.desk, NoOutbox(), NoSharedLock())  # type: ignore[arg-type]
    anna, bo = await office.person("anna"), await office.person("bo")
    for n in range(13):
        await office.asks(f"citizen{n}")

    await sweeper.sweep()

    crew = await office.desk.crew()
    assert [crew.agent(p.account_id).load for p in (anna, bo)] == [5, 5]  # type: ignore[union-attr]
    assert len(await office.desk.chats("queue", anna)) == 3
    with pytest.raises(BangbanError):
        await office.desk.claim(10**9, anna)
