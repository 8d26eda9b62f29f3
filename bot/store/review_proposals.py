"""Wordings the bot shall learn: proposed by a judgement, valid once a second person approves them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from bot.errors import NotFound
from bot.store.audit import AuditLog
from bot.store.database import Database
from bot.store.review_errors import DecidedBefore, OwnProposal
from bot.store.review_tables import ReviewEntry, ReviewProposal
from bot.store.review_values import Proposal, ProposalKind, ProposalState
from bot.store.staff_tables import StaffAccount
from bot.store.staff_values import Act, Action

_MOST = 1000


@dataclass(frozen=True, slots=True)
class Learnt:
    """An approved wording, as training takes it."""

    proposal_id: int
    kind: ProposalKind
    phrase: str
    item_id: str
    guide_id: str
    region: str | None


class ProposalStore:
    """Every method is one transaction; every decision is in the audit log."""

    def __init__(self, database: Database, audit: AuditLog | None = None) -> None:
        self._database = database
        self._audit = audit

    async def proposals(self, state: ProposalState | None = None) -> tuple[Proposal, ...]:
        """The newest ones, newest first."""
        return await self._database.read(lambda session: tuple(_all(session, state)))

    async def waiting_for(self, account_id: int) -> int:
        """How many somebody may decide: those that others proposed."""
        query = select(func.count()).where(
            ReviewProposal.state == ProposalState.PROPOSED, ReviewProposal.proposer_id != account_id
        )
        return await self._database.read(lambda session: session.execute(query).scalar_one())

    async def decide(
        self, proposal_id: int, act: Act, *, approve: bool, why: str = "", phrase: str | None = None
    ) -> Proposal:
        """Approve, with the wording corrected where it is given, or reject.

        NotFound; OwnProposal for who proposed it; DecidedBefore when it is decided.
        """
        assert self._audit is not None

        def work(session: Session) -> Proposal:
            row = session.get(ReviewProposal, proposal_id, with_for_update=True)
            if row is None:
                raise NotFound(f"There is no proposal {proposal_id}.", mend="Load the proposals anew.")
            if row.state is not ProposalState.PROPOSED:
                raise DecidedBefore("The proposal is decided.")
            if row.proposer_id == act.actor_id:
                raise OwnProposal("You proposed this yourself.")
            row.state = ProposalState.APPROVED if approve else ProposalState.REJECTED
            row.decider_id, row.decided_at, row.why = act.actor_id, act.at, why
            row.phrase = phrase or row.phrase
            action = Action.PROPOSAL_APPROVED if approve else Action.PROPOSAL_REJECTED
            assert self._audit is not None
            self._audit.append(
                session, act, action.value, f"proposal:{row.id}", item=row.item_id, kind=row.kind.value
            )
            session.flush()
            return next(_all(session, None, proposal_id))

        return await self._database.write(work)

    async def learnt(self) -> tuple[Learnt, ...]:
        """Everything that is approved, oldest first."""
        query = (
            select(ReviewProposal)
            .where(ReviewProposal.state == ProposalState.APPROVED)
            .order_by(ReviewProposal.id)
        )
        return await self._database.read(
            lambda session: tuple(
                Learnt(row.id, row.kind, row.phrase, row.item_id, row.guide_id, row.region)
                for row in session.execute(query).scalars()
            )
        )


def _all(session: Session, state: ProposalState | None, only: int | None = None) -> Iterator[Proposal]:
    proposer, decider = aliased(StaffAccount), aliased(StaffAccount)
    query = (
        select(ReviewProposal, ReviewEntry.conversation_id, proposer.display_name, decider.display_name)
        .join(proposer, proposer.id == ReviewProposal.proposer_id)
        .outerjoin(decider, decider.id == ReviewProposal.decider_id)
        .outerjoin(ReviewEntry, ReviewEntry.id == ReviewProposal.entry_id)
        .order_by(ReviewProposal.id.desc())
        .limit(_MOST)
    )
    if state is not None:
        query = query.where(ReviewProposal.state == state)
    if only is not None:
        query = query.where(ReviewProposal.id == only)
    for row, conversation_id, by, decided_by in session.execute(query):
        yield Proposal(
            id=row.id,
            entry_id=row.entry_id,
            conversation_id=conversation_id,
            kind=row.kind,
            phrase=row.phrase,
            item_id=row.item_id,
            guide_id=row.guide_id,
            aspect=row.aspect,
            region=row.region,
            state=row.state,
            proposer_id=row.proposer_id,
            proposer=by,
            decider=decided_by,
            why=row.why,
            at=row.at,
            decided_at=row.decided_at,
        )
