"""What staff think of answers: judgements, labels, assignments, saved searches. Every change is in the audit log.

A judgement never replaces another: the newest one counts, all of them are kept, and who judges over somebody else's
must have seen it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, aliased

from bot.errors import NotFound
from bot.store.audit import AuditLog, serialise
from bot.store.database import Database
from bot.store.review_errors import GroupJudgedMeanwhile, JudgedMeanwhile
from bot.store.review_keeping import take_in
from bot.store.review_tables import (
    ReviewAssignment,
    ReviewEntry,
    ReviewFilter,
    ReviewJudgement,
    ReviewLabel,
    ReviewProposal,
)
from bot.store.review_values import (
    Assignment,
    AssignmentState,
    JudgedTurn,
    Judgement,
    ProposalKind,
    ProposalState,
    SavedFilter,
    Verdict,
)
from bot.store.staff_tables import StaffAccount
from bot.store.staff_values import Act, Action
from bot.store.tables import Message


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a judgement proposes to learn."""

    kind: ProposalKind
    phrase: str
    """Masked."""
    item_id: str
    guide_id: str
    region: str | None = None


@dataclass(frozen=True, slots=True)
class NewJudgement:
    """A judgement about to be kept. `seen`: the newest one its author has read, if there was one."""

    verdict: Verdict
    comment: str = ""
    """Masked."""
    correct_guide_id: str | None = None
    seen: int | None = None
    lesson: Lesson | None = None


@dataclass(frozen=True, slots=True)
class GroupJudged:
    """How many turns were judged, and the proposals that were made."""

    done: int
    proposals: tuple[int, ...]


class JudgementStore:
    """Every method is one transaction. Turns are named by any of their messages."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    async def judge(self, message_id: int, new: NewJudgement, act: Act) -> tuple[Judgement, int | None]:
        """Keep a judgement; out: it, and the proposal that was made. JudgedMeanwhile, NotFound."""

        def work(session: Session) -> tuple[Judgement, int | None]:
            entry = entry_of(session, message_id)
            _others_were_seen(session, entry.id, new.seen, act)
            made, proposal = self._judge(session, entry, new, act)
            return _judgements(session, ReviewJudgement.id == made.id)[0], proposal

        return await self._database.write(work)

    async def judge_each(self, message_ids: Sequence[int], verdict: Verdict, act: Act) -> tuple[int, ...]:
        """Judge several turns alike; out: those that somebody else has judged, which are left as they are."""

        def work(session: Session) -> tuple[int, ...]:
            serialise(session)
            left = []
            for entry in entries_of(session, message_ids):
                newest = _newest(session, entry.id)
                if newest is not None and newest.account_id != act.actor_id:
                    left.append(entry.id)
                else:
                    self._judge(session, entry, NewJudgement(verdict), act)
            return tuple(left)

        return await self._database.write(work)

    async def judge_group(
        self,
        message_ids: Sequence[int],
        new: NewJudgement,
        lessons: Mapping[int, Lesson],
        act: Act,
    ) -> GroupJudged:
        """Judge turns that are much alike in one go, or none of them; `lessons` by the message that begins a turn.

        `new.seen` is the newest of all judgements its author may have read. GroupJudgedMeanwhile when a colleague has
        judged one of the turns since.
        """

        def work(session: Session) -> GroupJudged:
            serialise(session)
            entries = entries_of(session, message_ids)
            ids = [entry.id for entry in entries]
            if _judged_by_others(session, ids, new.seen or 0, act):
                raise GroupJudgedMeanwhile("A colleague judged one of these answers meanwhile.")
            session.add_all(_made(entry, new, act) for entry in entries)
            session.flush()
            proposals = tuple(
                _propose(session, entry, lessons[entry.id], act) for entry in entries if entry.id in lessons
            )
            detail = {"verdict": new.verdict.value, "messages": ids, "proposals": list(proposals)}
            self._audit.append(session, act, Action.REVIEW_JUDGED.value, "", **detail)
            take_in(session, opined=ids)
            return GroupJudged(len(ids), proposals)

        return await self._database.write(work)

    async def judged_since(self, seen: int, most: int) -> tuple[JudgedTurn, ...]:
        """Judgements newer than one, newest first."""

        def work(session: Session) -> tuple[JudgedTurn, ...]:
            query = select(ReviewJudgement.id).where(ReviewJudgement.id > seen)
            query = query.order_by(ReviewJudgement.id.desc()).limit(most)
            ids = session.execute(query).scalars().all()
            made = _judgements(session, ReviewJudgement.id.in_(ids))
            texts = select(ReviewEntry.id, ReviewEntry.conversation_id, Message.text).join(
                Message, Message.id == ReviewEntry.id
            )
            texts = texts.where(ReviewEntry.id.in_({one.entry_id for one in made}))
            said = {entry_id: (where, text) for entry_id, where, text in session.execute(texts)}
            return tuple(JudgedTurn(one, *said[one.entry_id]) for one in reversed(made))

        return await self._database.read(work)

    def _judge(
        self, session: Session, entry: ReviewEntry, new: NewJudgement, act: Act
    ) -> tuple[ReviewJudgement, int | None]:
        made = _made(entry, new, act)
        session.add(made)
        session.flush()
        proposal = None if new.lesson is None else _propose(session, entry, new.lesson, act)
        detail = {"verdict": new.verdict.value, "judgement": made.id, "proposal": proposal}
        self._audit.append(session, act, Action.REVIEW_JUDGED.value, _object(entry), **detail)
        take_in(session, opined=[entry.id])
        return made, proposal

    async def judgements(self, conversation_id: int) -> tuple[Judgement, ...]:
        """All judgements in a conversation, oldest first."""
        of_it = ReviewJudgement.conversation_id == conversation_id
        return await self._database.read(lambda session: tuple(_judgements(session, of_it)))

    async def label(
        self, message_ids: Sequence[int], label: str, act: Act, *, take_off: bool = False
    ) -> None:
        """Put a word on turns, or take it off."""

        def work(session: Session) -> None:
            ids = [entry.id for entry in entries_of(session, message_ids)]
            if take_off:
                of_these = ReviewLabel.entry_id.in_(ids) & (ReviewLabel.label == label)
                session.execute(delete(ReviewLabel).where(of_these))
            else:
                values = [
                    {"entry_id": one, "label": label, "account_id": act.actor_id, "at": act.at} for one in ids
                ]
                is_postgres = session.get_bind().dialect.name == "postgresql"
                make = postgresql.insert if is_postgres else sqlite.insert
                session.execute(make(ReviewLabel).on_conflict_do_nothing(), values)
            take_in(session, opined=ids)
            detail = {"label": label, "messages": ids[:100], "taken_off": take_off}
            self._audit.append(session, act, Action.REVIEW_LABELLED.value, "", **detail)

        await self._database.write(work)

    async def assign(self, message_ids: Sequence[int], to_id: int, note: str, act: Act) -> tuple[int, ...]:
        """Ask somebody to look at turns; out: the assignments. NotFound for an account that is none."""

        def work(session: Session) -> tuple[int, ...]:
            account = session.get(StaffAccount, to_id)
            if account is None or account.disabled_at is not None:
                raise NotFound("There is no such account.", mend="Choose one of the colleagues.")
            rows = [
                ReviewAssignment(
                    entry_id=entry.id,
                    to_id=to_id,
                    by_id=act.actor_id,
                    note=note,
                    state=AssignmentState.OPEN,
                    at=act.at,
                )
                for entry in entries_of(session, message_ids)
            ]
            session.add_all(rows)
            session.flush()
            detail = {"messages": [row.entry_id for row in rows][:100]}
            self._audit.append(session, act, Action.REVIEW_ASSIGNED.value, f"account:{to_id}", **detail)
            return tuple(row.id for row in rows)

        return await self._database.write(work)

    async def waiting_for(self, account_id: int) -> int:
        """How many turns somebody is asked to look at and has not."""
        query = select(func.count()).where(
            ReviewAssignment.to_id == account_id, ReviewAssignment.state == AssignmentState.OPEN
        )
        return await self._database.read(lambda session: session.execute(query).scalar_one())

    async def assignments(
        self, *, to_id: int | None = None, state: AssignmentState | None = None
    ) -> tuple[Assignment, ...]:
        """Of somebody or of all, newest first."""

        def work(session: Session) -> tuple[Assignment, ...]:
            to, by = aliased(StaffAccount), aliased(StaffAccount)
            query = (
                select(ReviewAssignment, ReviewEntry.conversation_id, Message.text, to, by)
                .join(ReviewEntry, ReviewEntry.id == ReviewAssignment.entry_id)
                .join(Message, Message.id == ReviewAssignment.entry_id)
                .join(to, to.id == ReviewAssignment.to_id)
                .join(by, by.id == ReviewAssignment.by_id)
                .order_by(ReviewAssignment.id.desc())
                .limit(500)
            )
            if to_id is not None:
                query = query.where(ReviewAssignment.to_id == to_id)
            if state is not None:
                query = query.where(ReviewAssignment.state == state)
            return tuple(
                Assignment(
                    id=row.id,
                    entry_id=row.entry_id,
                    conversation_id=conversation_id,
                    to_id=row.to_id,
                    to=to_account.display_name,
                    by_id=by_account.id,
                    by=by_account.display_name,
                    note=row.note,
                    state=row.state,
                    at=row.at,
                    done_at=row.done_at,
                    question=text,
                )
                for row, conversation_id, text, to_account, by_account in session.execute(query)
            )

        return await self._database.read(work)

    async def set_assignment(self, assignment_id: int, state: AssignmentState, act: Act) -> None:
        """Done, or open again. NotFound without it."""

        def work(session: Session) -> None:
            row = session.get(ReviewAssignment, assignment_id)
            if row is None:
                raise NotFound("There is no such assignment.", mend="Load the assignments anew.")
            row.state = state
            row.done_at = act.at if state is AssignmentState.DONE else None
            self._audit.append(
                session, act, Action.REVIEW_DONE.value, f"assignment:{assignment_id}", state=state.value
            )

        await self._database.write(work)

    async def assigned_to(self, assignment_id: int) -> int:
        """The account that is asked; NotFound without the assignment."""
        query = select(ReviewAssignment.to_id).where(ReviewAssignment.id == assignment_id)
        found = await self._database.read(lambda session: session.execute(query).scalar_one_or_none())
        if found is None:
            raise NotFound("There is no such assignment.", mend="Load the assignments anew.")
        return found

    async def filters(self, account_id: int) -> tuple[SavedFilter, ...]:
        """The searches somebody keeps."""
        query = select(ReviewFilter).where(ReviewFilter.account_id == account_id).order_by(ReviewFilter.name)
        return await self._database.read(
            lambda session: tuple(
                SavedFilter(row.id, row.name, row.filter) for row in session.execute(query).scalars()
            )
        )

    async def save_filter(
        self, account_id: int, name: str, filter_: Mapping[str, Any], act: Act
    ) -> SavedFilter:
        """Keep a search under a name, in place of one of that name."""

        def work(session: Session) -> SavedFilter:
            serialise(session)
            own = (ReviewFilter.account_id == account_id) & (ReviewFilter.name == name)
            session.execute(delete(ReviewFilter).where(own))
            row = ReviewFilter(account_id=account_id, name=name, filter=dict(filter_))
            session.add(row)
            session.flush()
            self._audit.append(session, act, Action.REVIEW_FILTER.value, f"filter:{row.id}", name=name)
            return SavedFilter(row.id, row.name, row.filter)

        return await self._database.write(work)

    async def drop_filter(self, filter_id: int, act: Act) -> None:
        """Forget a search."""

        def work(session: Session) -> None:
            session.execute(delete(ReviewFilter).where(ReviewFilter.id == filter_id))
            self._audit.append(session, act, Action.REVIEW_FILTER.value, f"filter:{filter_id}", dropped=True)

        await self._database.write(work)

    async def owner_of_filter(self, filter_id: int) -> int:
        """Whose a saved search is; NotFound without it."""
        query = select(ReviewFilter.account_id).where(ReviewFilter.id == filter_id)
        found = await self._database.read(lambda session: session.execute(query).scalar_one_or_none())
        if found is None:
            raise NotFound("There is no such filter.", mend="Load the filters anew.")
        return found


def entry_of(session: Session, message_id: int) -> ReviewEntry:
    """The turn a message belongs to; NotFound without one."""
    message = session.get(Message, message_id)
    entry = None if message is None else session.get(ReviewEntry, message.reply_to or message.id)
    if entry is None:
        raise NotFound(f"There is no message {message_id}.", mend="Search again: it may have been erased.")
    return entry


def entries_of(session: Session, message_ids: Sequence[int]) -> list[ReviewEntry]:
    """The turns of some messages, each once, in order; those that are no more are left out."""
    query = select(Message.id, Message.reply_to).where(Message.id.in_(message_ids))
    roots = {reply_to or one for one, reply_to in session.execute(query)}
    entries = select(ReviewEntry).where(ReviewEntry.id.in_(roots)).order_by(ReviewEntry.id)
    return list(session.execute(entries).scalars())


def _newest(session: Session, entry_id: int) -> ReviewJudgement | None:
    query = select(ReviewJudgement).where(ReviewJudgement.entry_id == entry_id)
    return session.execute(query.order_by(ReviewJudgement.id.desc()).limit(1)).scalar_one_or_none()


def _others_were_seen(session: Session, entry_id: int, seen: int | None, act: Act) -> None:
    serialise(session)
    newest = _newest(session, entry_id)
    if newest is None or newest.account_id == act.actor_id or newest.id == seen:
        return
    account = session.get_one(StaffAccount, newest.account_id)
    raise JudgedMeanwhile(f"{account.display_name} judged this answer meanwhile.")


def _judged_by_others(session: Session, entry_ids: Sequence[int], seen: int, act: Act) -> bool:
    query = select(ReviewJudgement.id).where(
        ReviewJudgement.entry_id.in_(entry_ids),
        ReviewJudgement.id > seen,
        ReviewJudgement.account_id != act.actor_id,
    )
    return session.execute(query.limit(1)).first() is not None


def _made(entry: ReviewEntry, new: NewJudgement, act: Act) -> ReviewJudgement:
    return ReviewJudgement(
        entry_id=entry.id,
        conversation_id=entry.conversation_id,
        account_id=act.actor_id,
        verdict=new.verdict,
        comment=new.comment,
        correct_guide_id=new.correct_guide_id,
        at=act.at,
    )


def _propose(session: Session, entry: ReviewEntry, lesson: Lesson, act: Act) -> int:
    row = ReviewProposal(
        entry_id=entry.id,
        kind=lesson.kind,
        phrase=lesson.phrase,
        item_id=lesson.item_id,
        guide_id=lesson.guide_id,
        aspect=entry.aspect,
        region=lesson.region,
        state=ProposalState.PROPOSED,
        proposer_id=act.actor_id,
        why="",
        at=act.at,
    )
    session.add(row)
    session.flush()
    return row.id


def _judgements(session: Session, which: Any) -> list[Judgement]:
    query = (
        select(ReviewJudgement, StaffAccount.display_name)
        .join(StaffAccount, StaffAccount.id == ReviewJudgement.account_id)
        .where(which)
        .order_by(ReviewJudgement.id)
    )
    return [
        Judgement(
            id=row.id,
            entry_id=row.entry_id,
            account_id=row.account_id,
            account=name,
            verdict=row.verdict,
            comment=row.comment,
            correct_guide_id=row.correct_guide_id,
            at=row.at,
        )
        for row, name in session.execute(query)
    ]


def _object(entry: ReviewEntry) -> str:
    return f"message:{entry.id}"
