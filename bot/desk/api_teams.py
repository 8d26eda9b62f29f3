"""Teams and the people in them: everybody of the desk reads them, supervisors and administrators change them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from bot.desk import shapes
from bot.desk.api_parts import AT_DESK, SUPERVISORS, parts, region_named, said_in_words
from bot.desk.hours import ChineseCalendar, is_open
from bot.staff.errors import BodyInvalid, refusal
from bot.staff.routing import Call, Reply, Route
from bot.store.desk_teams import AgentChange, NewTeam, TeamChange
from bot.store.desk_values import Agent, Team
from knowledge.regions import Gazetteer

_calendar = ChineseCalendar()


async def _teams(call: Call) -> Reply:
    teams = await parts(call).teams.teams()
    people = await _people(call)
    places = await parts(call).places()
    catalog = await parts(call).library.catalog()
    departments = sorted({item.category for item in catalog.items.values() if item.category})
    shown = tuple(_shown(call, team, people, places) for team in teams)
    return Reply(shapes.Teams(teams=shown, departments=tuple(departments)))


async def _add(call: Call) -> Reply:
    body = cast(shapes.TeamNew, call.body)
    await _known_regions(call, body.regions)
    new = NewTeam(
        body.name,
        body.regions,
        body.departments,
        body.languages,
        body.hours.model_dump(mode="json"),
        body.auto_assign,
        body.is_default,
        body.phone,
    )
    with said_in_words():
        team = await parts(call).teams.add_team(new, call.staff.act(call.who))
    return Reply(_shown(call, team, await _people(call), await parts(call).places()))


async def _change(call: Call) -> Reply:
    body = cast(shapes.TeamChange, call.body)
    await _known_regions(call, body.regions or ())
    change = TeamChange(
        body.name,
        body.regions,
        body.departments,
        body.languages,
        body.hours.model_dump(mode="json") if body.hours else None,
        body.auto_assign,
        body.is_default,
        body.phone,
        body.disabled,
    )
    with said_in_words():
        team = await parts(call).teams.change_team(call.path["team_id"], change, call.staff.act(call.who))
    return Reply(_shown(call, team, await _people(call), await parts(call).places()))


async def _set_members(call: Call) -> Reply:
    body = cast(shapes.Members, call.body)
    act = call.staff.act(call.who)
    team = await parts(call).teams.set_members(call.path["team_id"], body.account_ids, act)
    return Reply(_shown(call, team, await _people(call), await parts(call).places()))


async def _agents(call: Call) -> Reply:
    people = await parts(call).teams.agents()
    teams = {team.id: team for team in await parts(call).teams.teams()}
    return Reply(shapes.Agents(agents=tuple(shown_agent(agent, teams) for agent in people)))


async def _change_agent(call: Call) -> Reply:
    body = cast(shapes.AgentChange, call.body)
    change = AgentChange(body.number, body.capacity, body.languages)
    with said_in_words():
        agent = await parts(call).teams.change_agent(
            call.path["account_id"], change, call.staff.act(call.who)
        )
    teams = {team.id: team for team in await parts(call).teams.teams()}
    return Reply(shown_agent(agent, teams))


def shown_agent(agent: Agent, teams: Mapping[int, Team]) -> shapes.AgentShown:
    """A member of staff at the desk as colleagues see them."""
    return shapes.AgentShown(
        account_id=agent.account_id,
        name=agent.display_name,
        number=agent.number,
        capacity=agent.capacity,
        languages=agent.languages,
        presence=agent.presence.value,
        seen_at=agent.seen_at,
        load=agent.load,
        teams=tuple(shapes.TeamNamed(id=one, name=teams[one].name) for one in agent.teams if one in teams),
    )


async def _people(call: Call) -> dict[int, Agent]:
    return {agent.account_id: agent for agent in await parts(call).teams.agents()}


def _shown(call: Call, team: Team, people: Mapping[int, Agent], places: Gazetteer) -> shapes.TeamShown:
    regions = (region_named(places, code) for code in team.regions)
    members = (people[account_id] for account_id in team.members if account_id in people)
    return shapes.TeamShown(
        id=team.id,
        name=team.name,
        regions=tuple(region for region in regions if region),
        departments=team.departments,
        languages=team.languages,
        hours=shapes.Hours.model_validate(dict(team.hours)),
        auto_assign=team.auto_assign,
        is_default=team.is_default,
        phone=team.phone,
        disabled=team.disabled_at is not None,
        open_now=is_open(team.hours, call.staff.now(), _calendar),
        members=tuple(
            shapes.AgentNamed(account_id=one.account_id, name=one.display_name, number=one.number)
            for one in members
        ),
    )


async def _known_regions(call: Call, codes: tuple[str, ...]) -> None:
    places = await parts(call).places()
    if not all(places.get(code) for code in codes):
        raise refusal(BodyInvalid, fields="regions")


_ONE = "/api/desk/teams/{team_id}"

ROUTES = (
    Route(
        "GET",
        "/api/desk/teams",
        "teams",
        "All teams with their people",
        _teams,
        roles=AT_DESK,
        answer=shapes.Teams,
    ),
    Route(
        "POST",
        "/api/desk/teams",
        "addTeam",
        "Make a team",
        _add,
        roles=SUPERVISORS,
        body=shapes.TeamNew,
        answer=shapes.TeamShown,
        status=201,
    ),
    Route(
        "PATCH",
        _ONE,
        "changeTeam",
        "Change what a team serves and when; switch it off or on",
        _change,
        roles=SUPERVISORS,
        body=shapes.TeamChange,
        answer=shapes.TeamShown,
    ),
    Route(
        "PUT",
        f"{_ONE}/members",
        "setTeamMembers",
        "Say who is in a team",
        _set_members,
        roles=SUPERVISORS,
        body=shapes.Members,
        answer=shapes.TeamShown,
    ),
    Route(
        "GET",
        "/api/desk/agents",
        "agents",
        "Everybody who may have chats, and how many they have",
        _agents,
        roles=AT_DESK,
        answer=shapes.Agents,
    ),
    Route(
        "PATCH",
        "/api/desk/agents/{account_id}",
        "changeAgent",
        "Change somebody's number, languages, or how many chats they can have",
        _change_agent,
        roles=SUPERVISORS,
        body=shapes.AgentChange,
        answer=shapes.AgentShown,
    ),
)
