"""Tickets: messages that were left while nobody was there, and what becomes of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.channels.message import AgentNote, Outcome, Reply
from bot.content import fill
from bot.desk.base import DeskBase, Told
from bot.desk.crew import Crew, read_crew
from bot.desk.errors import TicketClosed, TicketTaken, desk_error
from bot.desk.hours import LOCAL
from bot.desk.hub import TICKETS
from bot.desk.moving import locked, push
from bot.desk.values import AgentRef, Person, TeamRef
from bot.errors import NotFound
from bot.masking import mask
from bot.store.desk_tables import DeskTeam, Ticket
from bot.store.desk_teams import ensure_agent
from bot.store.desk_values import TicketRow, TicketState
from bot.store.staff_values import Act, Action
from bot.store.states import MessageState
from bot.store.tables import Conversation, DailyCount, Message

OPEN = frozenset({TicketState.OPEN, TicketState.IN_PROGRESS})
_MOST = 500
_COUNTED = "desk_tickets"


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket with the names around it, and whether its answer arrived."""

    ticket: TicketRow
    channel: str
    team: TeamRef | None
    owner: AgentRef | None
    reply_text: str
    """The answer; "" while there is none."""
    reply_state: MessageState | None
    reply_reason: str
    """Why the answer did not arrive, as with every message."""
    is_overdue: bool


@dataclass(frozen=True, slots=True)
class TicketCounts:
    """For the head of a console."""

    open: int
    mine: int
    overdue: int


class Tickets(DeskBase):
    """Every method is one transaction."""

    async def tickets(
        self, *, states: Collection[TicketState] = OPEN, person: Person | None = None
    ) -> tuple[TicketView, ...]:
        """Tickets by when they are due; `person`: only those they work on."""

        def work(session: Session) -> tuple[TicketView, ...]:
            query = select(Ticket).where(Ticket.state.in_(states)).order_by(Ticket.due_at, Ticket.id)
            if person is not None:
                query = query.where(Ticket.owner_id == person.account_id)
            rows = session.execute(query.limit(_MOST)).scalars().all()
            return self._views(session, rows)

        return await self.database.read(work)

    async def ticket(self, ticket_id: int) -> TicketView:
        """One ticket; NotFound without it."""
        return await self.database.read(lambda session: self._view(session, ticket_id))

    async def ticket_counts(self, person: Person) -> TicketCounts:
        """How many are open, one's own, and late."""

        def work(session: Session) -> TicketCounts:
            is_open = Ticket.state.in_(OPEN)
            count = select(func.count()).select_from(Ticket).where(is_open)
            return TicketCounts(
                session.execute(count).scalar_one(),
                session.execute(count.where(Ticket.owner_id == person.account_id)).scalar_one(),
                session.execute(count.where(Ticket.due_at < self.now())).scalar_one(),
            )

        return await self.database.read(work)

    async def take_ticket(self, ticket_id: int, person: Person) -> TicketView:
        """Work on a ticket. TicketTaken names whoever does already; a supervisor may take it from them."""

        def work(session: Session) -> TicketView:
            row = self._held(session, ticket_id, person)
            ensure_agent(session, person.account_id)
            row.owner_id, row.state = person.account_id, TicketState.IN_PROGRESS
            row.updated_at = self.now()
            session.flush()
            return self._view(session, ticket_id)

        view = await self.database.write(work)
        self.hub.notify(TICKETS)
        return view

    async def answer_ticket(self, ticket_id: int, person: Person, text: str) -> TicketView:
        """Answer it through the channel it was left on. Whether the answer arrives is told by its state."""
        at = self.now()

        def work(session: Session) -> tuple[TicketView, int]:
            row = self._held(session, ticket_id, person)
            ensure_agent(session, person.account_id)
            conversation, _ = locked(session, row.conversation_id)
            said = fill(self.words.to(conversation.language).answer, number=row.number) + "\n" + text
            reply = Reply(
                outcome=Outcome.HANDOFF,
                text=said,
                agent=AgentNote(name=person.display_name, number=person.number),
            )
            payload = {**reply.public(), "desk": {"step": "ticket_answered", "ticket": row.number}}
            message = push(
                session, conversation, person.name, said, payload, at, external_id=f"ticket-{row.number}"
            )
            row.reply_message_id, row.state = message.id, TicketState.ANSWERED
            row.owner_id, row.updated_at = person.account_id, at
            session.flush()
            return self._view(session, ticket_id), row.conversation_id

        view, conversation_id = await self.database.write(work)
        self.told(Told(conversation_id, queue=False))
        self.hub.notify(TICKETS)
        return view

    async def close_ticket(self, ticket_id: int, person: Person, result: str) -> TicketView:
        """End it, answered or settled in another way (a call)."""

        def work(session: Session) -> TicketView:
            row = _row(session, ticket_id)
            if row.state is TicketState.CLOSED:
                raise desk_error(TicketClosed)
            _check_holder(read_crew(session), row, person)
            row.state, row.result = TicketState.CLOSED, mask(result).text
            row.owner_id, row.updated_at = row.owner_id or person.account_id, self.now()
            session.flush()
            return self._view(session, ticket_id)

        view = await self.database.write(work)
        self.hub.notify(TICKETS)
        return view

    async def reveal_contact(self, ticket_id: int, act: Act) -> str:
        """How to reach the person; "" when they left nothing. Every reading is in the audit log."""

        def work(session: Session) -> str | None:
            row = _row(session, ticket_id)
            self.audit.append(session, act, Action.CONTACT_REVEALED.value, f"ticket:{row.number}")
            return row.contact_sealed

        sealed = await self.database.write(work)
        return self.keys.unseal(sealed) if sealed else ""

    def _held(self, session: Session, ticket_id: int, person: Person) -> Ticket:
        row = _row(session, ticket_id)
        if row.state not in OPEN:
            raise desk_error(TicketClosed)
        _check_holder(read_crew(session), row, person)
        return row

    def _view(self, session: Session, ticket_id: int) -> TicketView:
        found = session.get(Ticket, ticket_id)
        if found is None:
            raise _none()
        return self._views(session, [found])[0]

    def _views(self, session: Session, rows: Sequence[Ticket]) -> tuple[TicketView, ...]:
        crew = read_crew(session)
        teams = {row.id: row.name for row in session.execute(select(DeskTeam)).scalars()}
        ids = {row.conversation_id for row in rows}
        query = select(Conversation.id, Conversation.channel).where(Conversation.id.in_(ids))
        channels = {key: value for key, value in session.execute(query)}
        replies = {
            message.id: message
            for message in session.execute(
                select(Message).where(Message.id.in_([row.reply_message_id or 0 for row in rows]))
            ).scalars()
        }
        now = self.now()
        return tuple(
            _view_of(
                row, crew, teams, channels[row.conversation_id], replies.get(row.reply_message_id or 0), now
            )
            for row in rows
        )


def next_number(session: Session, at: datetime) -> str:
    """The number of the next ticket: its day and a count, T20261129-0007."""
    day = at.astimezone(LOCAL).date()
    make = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(make(DailyCount).values(day=day, name=_COUNTED, count=0).on_conflict_do_nothing())
    here = (DailyCount.day == day) & (DailyCount.name == _COUNTED)
    counted = session.execute(
        update(DailyCount).where(here).values(count=DailyCount.count + 1).returning(DailyCount.count)
    ).scalar_one()
    return f"T{day:%Y%m%d}-{counted:04d}"


def _row(session: Session, ticket_id: int) -> Ticket:
    found = session.get(Ticket, ticket_id, with_for_update=True)
    if found is None:
        raise _none()
    return found


def _none() -> NotFound:
    return NotFound("There is no such ticket.", mend="Load the list again.")


def _check_holder(crew: Crew, row: Ticket, person: Person) -> None:
    if row.owner_id not in (None, person.account_id) and not person.may_all:
        holder = crew.named(row.owner_id)
        raise desk_error(TicketTaken, holder.name if holder else "")


def _view_of(
    row: Ticket, crew: Crew, teams: dict[int, str], channel: str, reply: Message | None, now: datetime
) -> TicketView:
    return TicketView(
        ticket=TicketRow(
            row.id,
            row.number,
            row.conversation_id,
            row.handoff_id,
            row.team_id,
            row.owner_id,
            row.contact_sealed,
            row.contact_masked,
            row.matter,
            row.region,
            row.preferred_time,
            row.state,
            row.due_at,
            row.reply_message_id,
            row.result,
            row.created_at,
            row.updated_at,
        ),
        channel=channel,
        team=TeamRef(row.team_id, teams.get(row.team_id, "")) if row.team_id is not None else None,
        owner=crew.named(row.owner_id),
        reply_text=reply.text if reply else "",
        reply_state=reply.state if reply else None,
        reply_reason=reply.reason if reply else "",
        is_overdue=row.state in OPEN and row.due_at < now,
    )
