"""Chats and tickets put into the store of a front, as they are after somebody took them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from secrets import token_hex
from typing import Any

from sqlalchemy.orm import Session

from bot.desk.api_parts import API
from bot.desk.hub import QUEUE, chat_topic
from bot.front.keys import DATABASE
from bot.store import Database
from bot.store.desk_tables import HandoffRecord, Ticket
from bot.store.desk_teams import ensure_agent
from bot.store.desk_values import HandoffState, Presence, TicketState, Trigger
from bot.store.staff_values import Account
from bot.store.states import Direction, MessageState, Owner
from bot.store.tables import Conversation, Message
from tests.app.staff.conftest import Office

QUESTION = "身份证 3702**********1239 补办多少钱"


async def chat(
    office: Office,
    *said: str,
    team_id: int | None = None,
    agent: Account | None = None,
    owner: Owner | None = None,
    channel: str = "widget",
    **handoff: Any,
) -> int:
    """A conversation in which the citizen said something; out: its id.

    With an agent, who is there, they have it; with a team alone it waits; with neither it is the bot's.
    """
    now = datetime.now(UTC)
    kept = owner or (Owner.HUMAN if agent else Owner.QUEUED if team_id else Owner.BOT)

    def work(session: Session) -> int:
        conversation = Conversation(
            channel=channel,
            sender=token_hex(16),
            owner=kept,
            session=1,
            turn=1,
            last_seq=0,
            created_at=now,
            updated_at=now,
        )
        session.add(conversation)
        session.flush()
        for text in said or (QUESTION,):
            conversation.last_seq += 1
            session.add(message(conversation, Direction.IN, "citizen", text, MessageState.ANSWERED, now))
        if agent is not None:  # who has a chat is there
            row = ensure_agent(session, agent.id)
            row.presence, row.seen_at = Presence.ONLINE, now
        if agent is not None:
            there = ensure_agent(session, agent.id)
            there.presence, there.seen_at = Presence.ONLINE, now
        if kept is not Owner.BOT:
            session.add(episode(conversation.id, kept, team_id, agent, now, **handoff))
        session.flush()
        return conversation.id

    return await database(office).write(work)


async def says(office: Office, conversation_id: int, text: str) -> int:
    """The citizen says one thing more, and consoles hear that there is news; out: its place."""

    def work(session: Session) -> int:
        conversation = session.get_one(Conversation, conversation_id)
        conversation.last_seq += 1
        state = MessageState.ANSWERED
        session.add(message(conversation, Direction.IN, "citizen", text, state, datetime.now(UTC)))
        return conversation.last_seq

    seq = await database(office).write(work)
    office.client.app[API].hub.notify(chat_topic(conversation_id), QUEUE)
    return seq


def message(
    conversation: Conversation,
    direction: Direction,
    author: str,
    text: str,
    state: MessageState,
    at: datetime,
) -> Message:
    """A message at the end of a conversation."""
    return Message(
        conversation_id=conversation.id,
        seq=conversation.last_seq,
        direction=direction,
        author=author,
        external_id=token_hex(8),
        text=text,
        state=state,
        reason="",
        session=1,
        created_at=at,
        updated_at=at,
    )


def episode(
    conversation_id: int, owner: Owner, team_id: int | None, agent: Account | None, at: datetime, **more: Any
) -> HandoffRecord:
    """The episode of a conversation that waits, is with somebody, or is closed."""
    values: dict[str, Any] = {
        "conversation_id": conversation_id,
        "state": HandoffState(owner.value),
        "trigger": Trigger.ASKED,
        "reason": "",
        "team_id": team_id,
        "agent_id": agent.id if agent else None,
        "left_by": None,
        "priority": 0,
        "region": None,
        "language": "zh",
        "department": "",
        "matter": "居民身份证补领",
        "guide_id": None,
        "packet": {},
        "queued_at": at,
        "claimed_at": at if agent else None,
        "last_citizen_at": at,
        "closed_at": at if owner is Owner.CLOSED else None,
        "result": "",
    }
    return HandoffRecord(**(values | more))


async def chat_and_ticket(office: Office, team_id: int, agent: Account) -> tuple[int, int]:
    """A chat somebody has and a ticket they work on."""
    conversation_id = await chat(office, team_id=team_id, agent=agent)
    return conversation_id, await ticket(office, conversation_id, team_id, agent)


async def ticket(
    office: Office,
    conversation_id: int,
    team_id: int | None,
    agent: Account | None = None,
    contact: str = "13800138000",
) -> int:
    """A message that was left; out: the id of the ticket."""
    now = datetime.now(UTC)

    def work(session: Session) -> int:
        row = Ticket(
            number=f"T20261129-{token_hex(4)}",
            conversation_id=conversation_id,
            handoff_id=None,
            team_id=team_id,
            owner_id=agent.id if agent else None,
            contact_sealed=office.staff.keys.seal(contact),
            contact_masked=f"{contact[:3]}****{contact[-4:]}",
            matter="补身份证",
            region=None,
            preferred_time="下午",
            state=TicketState.IN_PROGRESS if agent else TicketState.OPEN,
            due_at=now + timedelta(days=1),
            result="",
            created_at=now,
            updated_at=now,
        )
        session.add(row)
        session.flush()
        return row.id

    return await database(office).write(work)


def database(office: Office) -> Database:
    """The store of the front."""
    kept: Database = office.client.app[DATABASE]
    return kept
