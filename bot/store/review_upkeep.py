"""What the review does by itself: taking in what was said before it was there, and letting go what is too old."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import delete, exists, func, select
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.store.audit import AuditLog, serialise
from bot.store.database import Database
from bot.store.desk_tables import HandoffRecord
from bot.store.review_erasing import keep_episodes_counted
from bot.store.review_keeping import let_go, take_in
from bot.store.review_tables import ReviewEntry, ReviewProposal, ReviewState
from bot.store.review_values import ProposalState
from bot.store.staff_values import Act, Action
from bot.store.tables import Conversation, Erasure, Message

_TAKEN_IN_FROM = "taken_in_from"
_DIALOGUE_DAYS = "dialogue_days"
_AT_ONCE = 300

LEAST_DIALOGUE_DAYS = 7
DIALOGUE_DAYS = 365
"""Days that what was said is kept, unless it is set otherwise."""


class ReviewUpkeep:
    """Every method is one transaction."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    async def take_in_older(self) -> int | None:
        """Take in some of the turns stored before the review was there, newest first; out: how many messages may
        be left, None when there are none."""

        def work(session: Session) -> int | None:
            state = session.get(ReviewState, _TAKEN_IN_FROM, with_for_update=True)
            if state is None or state.value <= 1:
                return None
            query = (
                select(Message.id)
                .where(Message.id < state.value, Message.reply_to.is_(None))
                .order_by(Message.id.desc())
                .limit(_AT_ONCE)
            )
            roots = session.execute(query).scalars().all()
            there = select(ReviewEntry.id).where(ReviewEntry.id.in_(roots))
            known = set(session.execute(there).scalars())
            take_in(session, opined=[root for root in roots if root not in known])
            state.value = roots[-1] if len(roots) == _AT_ONCE else 1
            return state.value - 1 or None

        return await self._database.write(work)

    async def dialogue_days(self) -> int:
        """For how many days what was said is kept."""

        def work(session: Session) -> int:
            state = session.get(ReviewState, _DIALOGUE_DAYS)
            return DIALOGUE_DAYS if state is None else state.value

        return await self._database.read(work)

    async def set_dialogue_days(self, days: int, act: Act) -> None:
        """Keep what was said for so many days from now on."""

        def work(session: Session) -> None:
            session.merge(ReviewState(name=_DIALOGUE_DAYS, value=days))
            self._audit.append(session, act, Action.RETENTION_CHANGED.value, "", dialogue_days=days)

        await self._database.write(work)

    async def let_go_old(self, act: Act) -> int:
        """Delete some of what is older than it may be kept; out: how many messages, 0 when nothing is left.

        What was counted stays, and so do the wordings a second person approved. Conversations of which nothing is
        left go with their episodes, and Rasa is to forget them. A chat a person has or waits for is left alone.
        """

        def work(session: Session) -> int:
            serialise(
                session
            )  # before conversations are locked, in the order of whoever takes one at the desk
            state = session.get(ReviewState, _DIALOGUE_DAYS)
            before = act.at - timedelta(days=DIALOGUE_DAYS if state is None else state.value)
            count = _delete_older(session, before)
            if count:
                self._audit.append(session, act, Action.RETENTION_APPLIED.value, "", messages=count)
            return count

        return await self._database.write(work)

    async def person_of(self, conversation_id: int) -> tuple[str, str]:
        """Channel and pseudonym of a conversation; NotFound without it."""
        query = select(Conversation.channel, Conversation.sender).where(Conversation.id == conversation_id)
        row = await self._database.read(lambda session: session.execute(query).one_or_none())
        if row is None:
            raise NotFound("There is no such conversation.", mend="It may have been erased already.")
        return row.channel, row.sender

    async def learnt_from(self, conversation_id: int) -> int:
        """How many approved wordings come from a conversation: they go with it."""
        query = (
            select(func.count())
            .select_from(ReviewProposal)
            .join(ReviewEntry, ReviewEntry.id == ReviewProposal.entry_id)
            .where(
                ReviewEntry.conversation_id == conversation_id,
                ReviewProposal.state == ProposalState.APPROVED,
            )
        )
        return await self._database.read(lambda session: session.execute(query).scalar_one())

    async def scrub(self) -> None:
        """Have what was deleted gone from the files as well, as far as that is ours to do."""
        await self._database.scrub()


def _delete_older(session: Session, before: datetime) -> int:
    open_ = exists().where(
        HandoffRecord.conversation_id == ReviewEntry.conversation_id, HandoffRecord.closed_at.is_(None)
    )
    query = (
        select(ReviewEntry).where(ReviewEntry.at < before, ~open_).order_by(ReviewEntry.at).limit(_AT_ONCE)
    )
    old = session.execute(query).scalars().all()
    if not old:
        return 0
    roots = [entry.id for entry in old]
    people = sorted({entry.conversation_id for entry in old})
    let_go(session, old)
    count = 0
    for which in (Message.reply_to.in_(roots), Message.id.in_(roots)):
        gone = delete(Message).where(which).returning(Message.id)
        count += len(session.execute(gone, execution_options={"synchronize_session": False}).all())
    empty = select(Conversation).where(
        Conversation.id.in_(people), ~exists().where(Message.conversation_id == Conversation.id)
    )
    for conversation in session.execute(empty).scalars().all():
        keep_episodes_counted(session, conversation)
        tracker = f"{conversation.channel}-{conversation.sender}"
        if session.get(Erasure, tracker) is None:
            session.add(Erasure(tracker=tracker, created_at=datetime.now(UTC)))
        session.delete(conversation)
    return count
