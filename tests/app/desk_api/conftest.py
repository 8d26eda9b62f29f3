"""The real front with staff, and with parts behind it that answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.desk.api_parts import API, DeskApi
from bot.settings import Settings
from bot.store.desk_teams import NewTeam
from bot.store.desk_values import Presence
from bot.store.staff_values import Account, Role
from tests.app.desk_api.rows import chat
from tests.app.staff.conftest import Browser, Office, StartOffice, clock, start_office
from tests.support.fake_rasa import TOKEN, FakeRasa
from tests.support.ports import free_ports

__all__ = ["clock", "start_office"]

SignIn = Callable[[str, Role], Awaitable[Browser]]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    [port] = free_ports(1)
    return Settings(var_dir=tmp_path, rasa_token=TOKEN, mask_salt="s", rasa_port=port, actions_port=port)


@pytest.fixture
async def rasa(settings: Settings) -> AsyncIterator[FakeRasa]:
    fake = FakeRasa()
    async with fake.serve(settings.rasa_port):
        yield fake


@pytest.fixture
async def office(start_office: StartOffice, rasa: FakeRasa) -> Office:
    return await start_office()


@pytest.fixture
def sign_in(office: Office) -> SignIn:
    """A browser in which somebody of a role is signed in."""

    async def signed_in(name: str, role: Role) -> Browser:
        return await office.signed_in(await office.account(name, role))

    return signed_in


class Floor:
    """Two teams, two agents of the first, one of the second, a supervisor and a reviewer."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.teams: dict[str, int] = {}
        self.accounts: dict[str, Account] = {}
        self.browsers: dict[str, Browser] = {}

    async def open(self) -> Floor:
        for team in ("social", "fund"):
            new = NewTeam(team, (), (), (), {}, False, False, "0532-12333")
            self.teams[team] = (await self.api.teams.add_team(new, self.office.act())).id
        staff = {"li": Role.AGENT, "wang": Role.AGENT, "zhao": Role.AGENT, "boss": Role.SUPERVISOR}
        for name, role in (staff | {"rev": Role.REVIEWER}).items():
            self.accounts[name] = await self.office.account(name, role)
            self.browsers[name] = await self.office.signed_in(self.accounts[name])
        for team, names in {"social": ("li", "wang"), "fund": ("zhao",)}.items():
            members = [self.accounts[name].id for name in names]
            await self.api.teams.set_members(self.teams[team], members, self.office.act())
        for name in ("li", "wang", "zhao", "boss"):
            await self.presence(name, Presence.ONLINE)
        return self

    async def presence(self, name: str, presence: Presence) -> None:
        """Whoever is not there loses their chats to the queue."""
        await self.api.service.presence(await self.api.person(self.accounts[name]), presence)

    @property
    def api(self) -> DeskApi:
        api: DeskApi = self.office.client.app[API]
        return api

    async def waiting(self, team: str = "social", *said: str, **more: Any) -> int:
        return await chat(self.office, *said, team_id=self.teams[team], **more)

    async def with_agent(self, name: str, team: str = "social", **more: Any) -> int:
        return await chat(self.office, team_id=self.teams[team], agent=self.accounts[name], **more)

    async def audit_of(self, conversation_id: int) -> list[tuple[str, str]]:
        entries = await self.office.staff.audit.entries(limit=1000)
        of = f"conversation:{conversation_id}"
        return [(entry.actor, entry.action) for entry in reversed(entries) if entry.object == of]


@pytest.fixture
async def floor(office: Office) -> Floor:
    return await Floor(office).open()
