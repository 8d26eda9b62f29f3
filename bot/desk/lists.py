"""The open chats and everybody at the desk, read once for all consoles of this front.

Every console wants the list anew when something of it changed. Each reading it by itself would read the whole
desk as often as there are consoles; so a reading that began after the news serves all who wait for it.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.desk.seeing import has, holding_of, is_for_team
from bot.desk.service import DeskService
from bot.desk.shapes import ChatSummary
from bot.desk.values import ChatState, Person
from bot.store.desk_messages import Holding
from bot.store.desk_values import Agent
from bot.store.staff_values import Account, Role
from bot.store.states import Owner

READ_S = 0.3
"""Read at most so often …"""
_SHARE = 5
"""… and, where reading takes long, so that it takes no more than a fifth of the time: what is said goes first."""
_NOBODY = Person(0, "", "", "", Role.ADMIN)
"""Sees everything, and has nothing."""

Summaries = Callable[[Sequence[ChatState]], Awaitable[tuple[ChatSummary, ...]]]


@dataclass(frozen=True, slots=True)
class Desk:
    """The desk at an instant."""

    chats: tuple[tuple[Holding, ChatSummary], ...]
    """Those that wait or are with somebody, in the order they are served."""
    agents: Mapping[int, Agent]
    default_teams: frozenset[int]
    senders: frozenset[str] = frozenset()
    """The pseudonyms of those chats."""

    def person(self, account: Account) -> Person | None:
        """Who acts; None for an account that may not have chats."""
        agent = self.agents.get(account.id)
        if agent is None:
            return None
        return Person(account.id, account.name, account.display_name, agent.number, account.role)

    def serves(self, account_id: int) -> frozenset[int]:
        """The teams whose queues somebody serves; whoever is in no team serves the default one's."""
        agent = self.agents.get(account_id)
        return frozenset(agent.teams) if agent and agent.teams else self.default_teams

    def list_of(self, person: Person) -> tuple[ChatSummary, ...]:
        """One's own chats and the queue one serves (a supervisor's: all of it)."""
        teams = self.serves(person.account_id)
        return tuple(line for held, line in self.chats if _is_on_list(person, held, teams))


def _is_on_list(person: Person, held: Holding, teams: frozenset[int]) -> bool:
    waits = held.owner is Owner.QUEUED and (person.may_all or is_for_team(held, teams))
    return waits or (held.owner is Owner.HUMAN and has(person, held))


class Lists:
    """One for each front."""

    def __init__(
        self, service: DeskService, summaries: Summaries, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._service = service
        self._summaries = summaries
        self._clock = clock
        self._reading = asyncio.Lock()
        self._desk: Desk | None = None
        self._begun = float("-inf")
        self._took = 0.0

    async def since(self, news: float) -> Desk:
        """The desk as it was read after an instant of the clock (monotonic seconds)."""
        if self._desk is not None and self._begun >= news:  # nobody waits for what others want newer
            return self._desk
        async with self._reading:
            if self._desk is None or self._begun < news:
                pause = max(READ_S, _SHARE * self._took)
                await asyncio.sleep(max(0.0, self._begun + pause - self._clock()))
                self._begun, self._desk = self._clock(), await self._read()
                self._took = self._clock() - self._begun
            return self._desk

    def shows(self, sender: str) -> bool:
        """Whether the chat of a citizen was in the lists when they were read last."""
        return self._desk is not None and sender in self._desk.senders

    async def recent(self, seconds: float) -> Desk:
        """The desk as it was at most so long ago."""
        return await self.since(self._clock() - seconds)

    async def _read(self) -> Desk:
        crew = await self._service.crew()
        chats = await self._service.chats("all", _NOBODY)
        lines = await self._summaries(chats)
        return Desk(
            tuple((holding_of(chat), line) for chat, line in zip(chats, lines, strict=True)),
            {agent.account_id: agent for agent in crew.agents},
            frozenset(team.id for team in crew.teams if team.is_default),
            frozenset(chat.sender for chat in chats),
        )
