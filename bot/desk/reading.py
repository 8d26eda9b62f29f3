"""What staff see at the desk: chats, their steps and notes, and who is there."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.channels.message import AgentNote
from bot.channels.widget.floor import Floor
from bot.desk.base import DeskBase
from bot.desk.chats import chat_states, open_handoffs
from bot.desk.crew import Crew, read_crew
from bot.desk.hours import is_open
from bot.desk.hub import chat_topic
from bot.desk.moving import open_record
from bot.desk.queue import position_of
from bot.desk.values import ChatState, Person
from bot.errors import NotFound
from bot.store.desk_tables import DeskAgent, DeskNoteRecord, HandoffEventRecord, HandoffRecord
from bot.store.desk_teams import ensure_agent
from bot.store.desk_values import Agent, DeskNote, HandoffEvent, HandoffState
from bot.store.staff_tables import StaffAccount
from bot.store.states import Owner
from bot.store.tables import Conversation

LIVE = timedelta(minutes=30)
"""A conversation something was said in so lately is live."""
_MOST_LIVE = 500

Scope = Literal["mine", "queue", "all"]


class Reading(DeskBase):
    """Changes nothing but the list of who has been at the desk."""

    async def chats(self, scope: Scope, person: Person) -> tuple[ChatState, ...]:
        """Open chats in the order they are served: one's own, the queue of one's teams (a supervisor's: all of
        it), or both together; `all` of a supervisor holds those of everybody."""

        def work(session: Session) -> tuple[ChatState, ...]:
            crew = read_crew(session)
            teams = teams_of(crew, person)
            ids = []
            for one in open_handoffs(session):
                is_mine = one.agent_id == person.account_id
                is_queued = one.state is HandoffState.QUEUED and (person.may_all or one.team_id in teams)
                in_all = is_mine or is_queued or person.may_all
                if {"mine": is_mine, "queue": is_queued, "all": in_all}[scope]:
                    ids.append(one.conversation_id)
            return chat_states(session, crew, ids)

        return await self.database.read(work)

    async def live(self) -> tuple[ChatState, ...]:
        """Every conversation something was said in lately, and every open one, newest first; the bot's too."""

        def work(session: Session) -> tuple[ChatState, ...]:
            is_live = (Conversation.updated_at > self.now() - LIVE) | Conversation.owner.in_(
                (Owner.QUEUED, Owner.HUMAN)
            )
            query = (
                select(Conversation.id)
                .where(is_live)
                .order_by(Conversation.updated_at.desc())
                .limit(_MOST_LIVE)
            )
            return chat_states(session, read_crew(session), list(session.execute(query).scalars()))

        return await self.database.read(work)

    async def chat(self, conversation_id: int) -> ChatState:
        """One conversation; NotFound without it."""

        def work(session: Session) -> ChatState:
            found = chat_states(session, read_crew(session), [conversation_id])
            if not found:
                raise NotFound("There is no such conversation.", mend="Load the list again.")
            return found[0]

        return await self.database.read(work)

    async def events(self, conversation_id: int) -> tuple[HandoffEvent, ...]:
        """The steps of a conversation from one owner to another, oldest first."""
        query = (
            select(HandoffEventRecord)
            .where(HandoffEventRecord.conversation_id == conversation_id)
            .order_by(HandoffEventRecord.id)
        )
        return await self.database.read(
            lambda session: tuple(event_of_row(row) for row in session.execute(query).scalars())
        )

    async def notes(self, conversation_id: int) -> tuple[DeskNote, ...]:
        """What staff wrote to each other about a conversation, oldest first."""
        query = (
            select(DeskNoteRecord)
            .where(DeskNoteRecord.conversation_id == conversation_id)
            .order_by(DeskNoteRecord.id)
        )
        return await self.database.read(
            lambda session: tuple(note_of_row(row) for row in session.execute(query).scalars())
        )

    async def crew(self) -> Crew:
        """Everybody at the desk."""
        return await self.database.read(read_crew)

    async def agent(self, account_id: int) -> Agent:
        """A member of staff at the desk, who is put on the list when they come first."""

        def work(session: Session) -> Agent:
            ensure_agent(session, account_id)
            found = read_crew(session).agent(account_id)
            if found is None:
                raise NotFound("Nobody at the desk has this account.")
            return found

        return await self.database.write(work)

    async def team_open(self) -> dict[int, bool]:
        """By team: whether it works now."""
        crew, at = await self.crew(), self.now()
        return {team.id: is_open(team.hours, at, self.calendar) for team in crew.teams}

    async def floor(self, conversation_id: int) -> Floor:
        """Who has a conversation, or its place in the queue, as the citizen may know it.

        Asked for every message a citizen is shown while a person has the conversation, so it reads no more than that.
        """
        named = (
            select(StaffAccount.display_name, DeskAgent.number)
            .join(DeskAgent, DeskAgent.account_id == StaffAccount.id)
            .join(HandoffRecord, HandoffRecord.agent_id == StaffAccount.id)
            .where(
                HandoffRecord.conversation_id == conversation_id, HandoffRecord.state == HandoffState.HUMAN
            )
        )

        def work(session: Session) -> Floor:
            person = session.execute(named).one_or_none()
            if person is not None:
                return Floor(agent=AgentNote(name=person.display_name, number=person.number))
            record = open_record(session, conversation_id)
            return Floor(position_of(session, record) if record else None)

        return await self.database.read(work)

    def typing(self, conversation_id: int, *, on: bool) -> None:
        """The citizen has begun to type, or stopped."""
        frame = {"type": "typing", "conversation": conversation_id, "who": "citizen", "on": on}
        self.hub.tell(chat_topic(conversation_id), frame)


def teams_of(crew: Crew, person: Person) -> frozenset[int]:
    """Whose queues somebody serves; whoever is in no team serves the default one's."""
    agent = crew.agent(person.account_id)
    if agent is not None and agent.teams:
        return frozenset(agent.teams)
    return frozenset(team.id for team in crew.teams if team.is_default)


def event_of_row(row: HandoffEventRecord) -> HandoffEvent:
    """A row as a value."""
    return HandoffEvent(
        row.id,
        row.handoff_id,
        row.conversation_id,
        row.event,
        row.before.value,
        row.after.value,
        row.actor,
        row.why,
        row.at,
        row.detail,
    )


def note_of_row(row: DeskNoteRecord) -> DeskNote:
    """A row as a value."""
    return DeskNote(row.id, row.conversation_id, row.handoff_id, row.account_id, row.kind, row.text, row.at)
