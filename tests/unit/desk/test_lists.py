"""One reading of the desk for all consoles: after the news, not too often, and each shown their own of it."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.desk import lists
from bot.desk.lists import Desk, Lists
from bot.desk.values import Person
from bot.store.desk_messages import Holding
from bot.store.desk_values import Agent, Presence
from bot.store.staff_values import Role
from bot.store.states import Owner


def agent(account_id: int, *teams: int) -> Agent:
    return Agent(account_id, "li", "李", "1001", 5, ("zh",), Presence.ONLINE, None, teams)


def person(account_id: int, role: Role = Role.AGENT) -> Person:
    return Person(account_id, "li", "李", "1001", role)


def held(owner: Owner, agent_id: int | None = None, team_id: int | None = None) -> Holding:
    return Holding(owner, agent_id, team_id, is_handed_over=True)


def test_everybody_gets_their_own_of_it() -> None:
    chats: Any = (
        (held(Owner.QUEUED, None, 1), "waits for 1"),
        (held(Owner.QUEUED, None, 2), "waits for 2"),
        (held(Owner.HUMAN, 7, 1), "is with 7"),
        (held(Owner.HUMAN, 8, 1), "is with 8"),
    )
    desk = Desk(chats, {7: agent(7, 1), 8: agent(8), 9: agent(9)}, frozenset({2}))
    shown: list[Any] = [list(desk.list_of(one)) for one in (person(7), person(8), person(9, Role.SUPERVISOR))]
    assert shown == [
        ["waits for 1", "is with 7"],
        ["waits for 2", "is with 8"],  # in no team: the default one's
        ["waits for 1", "waits for 2"],
    ]


class Service:
    """Counts how often the desk is read."""

    def __init__(self) -> None:
        self.readings = 0

    async def crew(self) -> Any:
        self.readings += 1
        await asyncio.sleep(0.01)

        class Crew:
            agents = ()
            teams = ()

        return Crew()

    async def chats(self, _scope: str, _person: Person) -> tuple[()]:
        return ()


async def no_lines(_chats: Any) -> tuple[()]:
    return ()


def made(service: Service) -> Lists:
    return Lists(service, no_lines)  # type: ignore[arg-type]


async def test_a_hundred_consoles_that_hear_the_same_news_read_once() -> None:
    service = Service()
    kept = made(service)
    news = kept._clock()
    await asyncio.gather(*(kept.since(news) for _ in range(100)))
    assert service.readings == 1
    await kept.recent(60)
    assert service.readings == 1


async def test_what_was_read_before_the_news_does_not_serve(monkeypatch: Any) -> None:
    monkeypatch.setattr(lists, "READ_S", 0.05)
    service = Service()
    kept = made(service)
    first = await kept.since(kept._clock())
    began = kept._clock()
    second = await kept.since(kept._clock())
    assert service.readings == 2 and first is not second
    assert kept._clock() - began >= 0.03, "and not at once again"


async def test_whoever_is_content_with_what_is_known_does_not_wait_for_a_reading() -> None:
    service = Service()
    kept = made(service)
    first = await kept.since(kept._clock())
    newer = asyncio.create_task(kept.since(kept._clock()))
    await asyncio.sleep(0)
    assert await asyncio.wait_for(kept.recent(60), 0.05) is first
    assert await newer is not first


async def test_a_desk_that_takes_long_to_read_is_read_more_rarely(monkeypatch: Any) -> None:
    monkeypatch.setattr(lists, "READ_S", 0.0)
    kept = made(Service())
    await kept.since(kept._clock())  # takes 10 ms
    began = kept._clock()
    await kept.since(began)
    assert kept._clock() - began >= 0.03
