"""A service desk for the tests: a team that is open, agents with numbers, chats in the store."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any, cast

from bot.desk.api_parts import API, DeskApi
from bot.desk.hub import QUEUE
from bot.store.desk_teams import AgentChange, NewTeam, TeamChange
from bot.store.staff_values import Account, Role
from tests.app.desk_api import rows
from tests.app.staff.conftest import Office
from tests.browser.console.conftest import Console

ALWAYS = {day: [["00:00", "23:59"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
OPEN = {**ALWAYS, "holidays": "open"}
SHUT = {"holidays": "closed"}


@dataclass
class Floor:
    """Made by `open_floor`."""

    console: Console
    team_id: int
    other_team_id: int
    liu: Account
    wang: Account
    boss: Account
    chats: list[int] = field(default_factory=list)

    @property
    def api(self) -> DeskApi:
        return self.console.front.app[API]

    async def chat(self, *said: str, **more: Any) -> int:
        """A chat as it is in the store; it waits for the first team unless told otherwise."""
        app = SimpleNamespace(client=SimpleNamespace(app=self.console.front.app), staff=self.console.staff)
        made = await rows.chat(cast(Office, app), *said, **{"team_id": self.team_id, **more})
        self.chats.append(made)
        return made

    async def waits(self, *said: str, team_id: int | None = None) -> int:
        """Somebody begins to wait, for the first team unless told otherwise, and consoles hear of it."""
        made = await self.chat(*said, team_id=team_id or self.team_id)
        self.api.service.announce(made, team_id or self.team_id)
        self.api.hub.notify(QUEUE)
        return made

    async def says(self, conversation_id: int, text: str) -> None:
        """The citizen of a chat says one thing more, and consoles hear of it."""
        app = SimpleNamespace(client=SimpleNamespace(app=self.console.front.app), staff=self.console.staff)
        await rows.says(cast(Office, app), conversation_id, text)

    async def ticket(self, conversation_id: int, agent: Account | None = None) -> int:
        app = SimpleNamespace(client=SimpleNamespace(app=self.console.front.app), staff=self.console.staff)
        return await rows.ticket(cast(Office, app), conversation_id, self.team_id, agent)


async def open_floor(console: Console, hours: dict[str, Any] = OPEN, *, auto: bool = False) -> Floor:
    """Two agents of a team and a supervisor; a second team without anybody."""
    act = console.act()
    liu = await console.account("liu.yang", Role.AGENT, "刘洋")
    wang = await console.account("wang.fang", Role.AGENT, "王芳")
    boss = await console.account("li.na", Role.SUPERVISOR, "李娜")
    teams = console.front.app[API].teams
    first = next(team for team in await teams.teams() if team.is_default)
    await teams.change_team(first.id, TeamChange(hours=hours, auto_assign=auto), act)
    other = await teams.add_team(NewTeam("社保专席", (), ("社会保险",), (), hours, False, False, ""), act)
    await teams.set_members(first.id, [liu.id, wang.id], act)
    for account, number in ((liu, "A1001"), (wang, "A1002")):
        await teams.change_agent(account.id, AgentChange(number=number), act)
    return Floor(console, first.id, other.id, liu, wang, boss)
