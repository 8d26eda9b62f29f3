"""One conversation as it happened: what was said, why, who had it, what it was thought of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.store.audit import AuditLog
from bot.store.database import Database
from bot.store.desk_tables import DeskNoteRecord, HandoffEventRecord, HandoffRecord
from bot.store.review_judging import entry_of
from bot.store.review_tables import ReviewEntry, ReviewJudgement, ReviewLabel
from bot.store.review_values import Judgement
from bot.store.rows import stored_message
from bot.store.staff_tables import StaffAccount
from bot.store.staff_values import Act, Action
from bot.store.states import Owner
from bot.store.tables import Conversation, Message, Rating
from bot.store.values import StoredMessage


@dataclass(frozen=True, slots=True)
class Episode:
    """A time in which the conversation waited for a person or was with one."""

    id: int
    state: str
    trigger: str
    reason: str
    agent: str | None
    queued_at: datetime
    claimed_at: datetime | None
    closed_at: datetime | None
    result: str


@dataclass(frozen=True, slots=True)
class Happened:
    """A change of who speaks."""

    event: str
    before: Owner
    after: Owner
    actor: str | None
    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Noted:
    """What staff wrote that no citizen sees."""

    by: str
    kind: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rated:
    message_id: int | None
    grade: int
    comment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WholeConversation:
    """Everything that is kept of a conversation."""

    id: int
    channel: str
    region: str | None
    owner: Owner
    created_at: datetime
    messages: tuple[StoredMessage, ...]
    agents: dict[str, str]
    """Names of accounts as colleagues read them."""
    judgements: tuple[Judgement, ...]
    labels: dict[int, tuple[str, ...]]
    """By turn."""
    episodes: tuple[Episode, ...]
    events: tuple[Happened, ...]
    notes: tuple[Noted, ...]
    ratings: tuple[Rated, ...]


class ConversationReader:
    """Every method is one transaction, and every look is in the audit log."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    async def read(self, conversation_id: int, act: Act) -> WholeConversation:
        """The whole conversation; NotFound without it."""

        def work(session: Session) -> WholeConversation:
            found = session.get(Conversation, conversation_id)
            if found is None:
                raise NotFound(
                    "There is no such conversation.", mend="Search again: it may have been erased."
                )
            self._audit.append(session, act, Action.REVIEW_READ.value, f"conversation:{conversation_id}")
            return _whole(session, found)

        return await self._database.write(work)

    async def turn(self, message_id: int) -> tuple[StoredMessage, ...]:
        """The turn a message belongs to, its question first, for work that is noted in the log itself."""
        return await self._database.read(lambda session: _turn(session, entry_of(session, message_id)))

    async def exchange(self, message_id: int, act: Act) -> tuple[StoredMessage, ...]:
        """The turn a message belongs to, its question first; NotFound without it."""

        def work(session: Session) -> tuple[StoredMessage, ...]:
            entry = entry_of(session, message_id)
            self._audit.append(session, act, Action.REVIEW_REPLAYED.value, f"message:{entry.id}")
            return _turn(session, entry)

        return await self._database.write(work)


def _turn(session: Session, entry: ReviewEntry) -> tuple[StoredMessage, ...]:
    query = select(Message).where((Message.id == entry.id) | (Message.reply_to == entry.id))
    conversation = session.get_one(Conversation, entry.conversation_id)
    return tuple(
        stored_message(row, conversation.channel, conversation.sender)
        for row in session.execute(query.order_by(Message.seq)).scalars()
    )


def _whole(session: Session, found: Conversation) -> WholeConversation:
    names = {
        account_id: (name, shown)
        for account_id, name, shown in session.execute(
            select(StaffAccount.id, StaffAccount.name, StaffAccount.display_name)
        )
    }
    display = {account_id: shown for account_id, (_, shown) in names.items()}
    messages = select(Message).where(Message.conversation_id == found.id).order_by(Message.seq)
    judged = select(ReviewJudgement).where(ReviewJudgement.conversation_id == found.id)
    episodes = select(HandoffRecord).where(HandoffRecord.conversation_id == found.id)
    events = select(HandoffEventRecord).where(HandoffEventRecord.conversation_id == found.id)
    notes = select(DeskNoteRecord).where(DeskNoteRecord.conversation_id == found.id)
    ratings = select(Rating).where(Rating.conversation_id == found.id)
    said = session.execute(messages).scalars().all()
    return WholeConversation(
        id=found.id,
        channel=found.channel,
        region=found.region,
        owner=found.owner,
        created_at=found.created_at,
        messages=tuple(stored_message(row, found.channel, found.sender) for row in said),
        agents=dict(names.values()),
        judgements=tuple(
            Judgement(
                row.id,
                row.entry_id,
                row.account_id,
                display[row.account_id],
                row.verdict,
                row.comment,
                row.correct_guide_id,
                row.at,
            )
            for row in session.execute(judged.order_by(ReviewJudgement.id)).scalars()
        ),
        labels=_labels(session, [row.id for row in said]),
        episodes=tuple(
            Episode(
                row.id,
                row.state.value,
                row.trigger.value,
                row.reason,
                display.get(row.agent_id) if row.agent_id else None,
                row.queued_at,
                row.claimed_at,
                row.closed_at,
                row.result,
            )
            for row in session.execute(episodes.order_by(HandoffRecord.id)).scalars()
        ),
        events=tuple(
            Happened(
                row.event,
                row.before,
                row.after,
                display.get(row.actor) if row.actor else None,
                row.why,
                row.at,
            )
            for row in session.execute(events.order_by(HandoffEventRecord.id)).scalars()
        ),
        notes=tuple(
            Noted(display[row.account_id], row.kind.value, row.text, row.at)
            for row in session.execute(notes.order_by(DeskNoteRecord.id)).scalars()
        ),
        ratings=tuple(
            Rated(row.message_id, row.grade, row.comment, row.created_at)
            for row in session.execute(ratings.order_by(Rating.id)).scalars()
        ),
    )


def _labels(session: Session, message_ids: list[int]) -> dict[int, tuple[str, ...]]:
    query = select(ReviewLabel.entry_id, ReviewLabel.label).where(ReviewLabel.entry_id.in_(message_ids))
    found: dict[int, tuple[str, ...]] = {}
    for entry_id, label in session.execute(query.order_by(ReviewLabel.label)):
        found[entry_id] = (*found.get(entry_id, ()), label)
    return found
