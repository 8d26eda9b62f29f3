"""Who works at the desk: teams, their members, who is there and how much they have. Read in one transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.desk.hours import OFFICE_HOURS
from bot.desk.values import AgentRef
from bot.store.desk_tables import DeskTeam
from bot.store.desk_teams import read_agents, read_teams
from bot.store.desk_values import LANGUAGE, Agent, Presence, Team


@dataclass(frozen=True, slots=True)
class Crew:
    """Everybody, as they are now."""

    teams: tuple[Team, ...]
    agents: tuple[Agent, ...]

    def team(self, team_id: int | None) -> Team | None:
        """A team by id."""
        return next((team for team in self.teams if team.id == team_id), None)

    def agent(self, account_id: int | None) -> Agent | None:
        """A member of staff by account."""
        return next((agent for agent in self.agents if agent.account_id == account_id), None)

    def named(self, account_id: int | None) -> AgentRef | None:
        """As citizens and colleagues read them."""
        agent = self.agent(account_id)
        return AgentRef(agent.account_id, agent.display_name, agent.number) if agent else None

    def members(self, team: Team) -> tuple[Agent, ...]:
        """Who works in a team. Whoever is in no team works in the default one."""
        return tuple(
            agent for agent in self.agents if team.id in agent.teams or (team.is_default and not agent.teams)
        )


def is_there(agent: Agent, now: datetime, lost_after: timedelta) -> bool:
    """Whether they say they are, and their console was heard of lately."""
    return agent.presence is Presence.ONLINE and not is_lost(agent, now, lost_after)


def is_lost(agent: Agent, now: datetime, lost_after: timedelta) -> bool:
    """Whether nothing was heard of their console for too long, or they went offline."""
    if agent.presence is Presence.OFFLINE or agent.seen_at is None:
        return True
    return now - agent.seen_at > lost_after


def read_crew(session: Session) -> Crew:
    """Everybody who may have chats, and the teams that are not switched off."""
    teams = tuple(team for team in read_teams(session) if team.disabled_at is None)
    return Crew(teams, read_agents(session))


def ensure_team(session: Session, name: str, phone: str) -> None:
    """Make the default team when there is none."""
    is_default = select(DeskTeam.id).where(DeskTeam.is_default, DeskTeam.disabled_at.is_(None)).limit(1)
    if session.execute(is_default).first() is not None:
        return
    named = session.execute(select(DeskTeam).where(DeskTeam.name == name)).scalar_one_or_none()
    if named is not None:
        named.is_default, named.disabled_at = True, None
        return
    session.add(
        DeskTeam(
            name=name,
            regions=[],
            departments=[],
            languages=[LANGUAGE],
            hours=dict(OFFICE_HOURS),
            auto_assign=True,
            is_default=True,
            phone=phone,
            disabled_at=None,
        )
    )
    session.flush()
