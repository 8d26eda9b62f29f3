"""Oneself at the desk: who one is there, and whether one takes chats."""

from __future__ import annotations

from typing import cast

from bot.desk import shapes
from bot.desk.api_parts import AT_DESK, parts
from bot.desk.api_teams import shown_agent
from bot.staff.routing import Call, Reply, Route
from bot.store.desk_values import Presence


async def _me(call: Call) -> Reply:
    return Reply(await _shown(call))


async def _set_presence(call: Call) -> Reply:
    api, body = parts(call), cast(shapes.PresenceSet, call.body)
    await api.service.presence(await api.person(call.who.account), Presence(body.presence))
    return Reply(await _shown(call))


async def _shown(call: Call) -> shapes.MeAtDesk:
    api, account = parts(call), call.who.account
    teams = {team.id: team for team in await api.teams.teams()}
    return shapes.MeAtDesk(
        agent=shown_agent(await api.teams.agent(account.id), teams),
        may_supervise=(await api.person(account)).may_all,
        open=await api.service.team_open(),
    )


ROUTES = (
    Route("GET", "/api/desk/me", "deskMe", "Oneself at the desk", _me, roles=AT_DESK, answer=shapes.MeAtDesk),
    Route(
        "PUT",
        "/api/desk/presence",
        "setPresence",
        "Say whether one is there; whoever goes offline gives their chats back to the queue",
        _set_presence,
        roles=AT_DESK,
        body=shapes.PresenceSet,
        answer=shapes.MeAtDesk,
    ),
)
