"""What every part of the desk shares: the store, who hears of news, and what the citizen is told of a move."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol

from sqlalchemy.orm import Session

from bot.desk.clock import Patience
from bot.desk.crew import Crew, ensure_team
from bot.desk.hours import Calendar, ChineseCalendar
from bot.desk.hub import QUEUE, DeskHub, agent_topic, chat_topic
from bot.desk.moving import Moved, tell
from bot.desk.queue import expected_minutes, position_of
from bot.desk.telling import Waiting, step_text
from bot.desk.values import Target, ToAuthority
from bot.desk.words import DeskWords
from bot.staff.secrecy import Keys
from bot.store.audit import AuditLog
from bot.store.database import Database
from bot.store.desk_tables import HandoffRecord
from bot.store.states import Owner


class Post(Protocol):
    """Hands over what is stored for citizens."""

    def kick(self, conversation_id: int) -> None:
        """There is something to hand over in a conversation."""


class _NoPost:
    def kick(self, conversation_id: int) -> None:
        """Nobody hands over yet; the clock finds it."""


@dataclass(frozen=True, slots=True)
class Told:
    """What changed, for those who must hear of it once it is committed."""

    conversation_id: int
    notices: tuple[tuple[int, str], ...] = ()
    """(account, kind of notice)."""
    queue: bool = True
    """Whether lists of chats show something else."""
    wakes: bool = True
    """Whether the clock may have something to do."""


class DeskBase:
    """In: the clock may be another one in tests."""

    def __init__(
        self,
        database: Database,
        hub: DeskHub,
        words: DeskWords,
        patience: Patience,
        keys: Keys,
        audit: AuditLog,
        *,
        calendar: Calendar | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.database = database
        self.hub = hub
        self.words = words
        self.patience = patience
        self.keys = keys
        self.audit = audit
        self.calendar = calendar or ChineseCalendar()
        self.now = now
        self.post: Post = _NoPost()
        self.wake: Callable[[], None] = lambda: None
        """Have the clock look at once."""

    async def prepare(self) -> None:
        """Make the default team when there is none."""
        await self.database.write(lambda session: ensure_team(session, self.words.team, self.words.hotline))

    def waiting_of(self, session: Session, record: HandoffRecord, at: datetime) -> Waiting:
        """How an episode waits."""
        session.flush()
        return Waiting(position_of(session, record) or 1, expected_minutes(session, record.team_id, at))

    def tell_of(
        self, session: Session, moved: Moved, crew: Crew, at: datetime, to: Target | None = None
    ) -> None:
        """Store what the citizen is told of a move that staff or the clock made."""
        record, after = moved.record, moved.move.after
        is_waiting = record is not None and after.owner is Owner.QUEUED
        waiting = self.waiting_of(session, record, at) if record is not None and is_waiting else None
        team = crew.team(after.team_id)
        text = step_text(
            self.words.to(moved.conversation.language),
            moved.move,
            agent=crew.named(after.agent_id),
            waiting=waiting,
            team=team.name if team else "",
            authority=to.name if isinstance(to, ToAuthority) else "",
            phone=to.phone if isinstance(to, ToAuthority) else "",
        )
        if text:
            tell(session, moved.conversation, text, moved.move.step, record.id if record else None, at)

    def told(self, told: Told) -> None:
        """Have everybody hear of what was committed, and what is stored for the citizen handed over."""
        self.post.kick(told.conversation_id)
        topics = (QUEUE,) if told.queue else ()
        self.hub.notify(chat_topic(told.conversation_id), *topics)
        for account_id, kind in told.notices:
            frame = {
                "type": "notice",
                "kind": kind,
                "conversation": told.conversation_id,
                "text": self.words.notices[kind],
            }
            self.hub.notify(agent_topic(account_id))
            self.hub.tell(agent_topic(account_id), frame)
        if told.queue and told.wakes:
            self.wake()

    def delivered(self, conversation_id: int) -> None:
        """Messages of a conversation arrived, or did not; the lists say of which chats some did not."""
        self.hub.notify(chat_topic(conversation_id), QUEUE)

    def came_or_went(self) -> None:
        """A citizen opened or left the page; the lists say who is there."""
        self.hub.notify(QUEUE)

    def announce(self, conversation_id: int, team_id: int | None) -> None:
        """Somebody waits who did not before: consoles of the team may make a sound."""
        frame = {
            "type": "notice",
            "kind": "new_in_queue",
            "conversation": conversation_id,
            "team": team_id,
            "text": self.words.notices["new_in_queue"],
        }
        self.hub.tell(QUEUE, frame)
