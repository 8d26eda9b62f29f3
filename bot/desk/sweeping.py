"""The desk's clock: looks every few seconds, and at once when somebody comes, goes or asks.

One front looks at a time. What is decided from a look is checked again with the conversation locked, so
that a look that comes too late does nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.conversation.order import SharedLock, WaitedTooLong
from bot.desk.base import DeskBase, Told
from bot.desk.chats import open_handoffs, positions, unanswered_since
from bot.desk.choosing import Choice, Need, Now, choose
from bot.desk.clock import CLOCK, Due, Situation, due
from bot.desk.crew import Crew, is_lost, is_there, read_crew
from bot.desk.hub import TICKETS
from bot.desk.leaving import Draft, Stage
from bot.desk.machine import Claimed, Lost, Move, Refusal, Step
from bot.desk.moving import handoff_of_row, locked, make, tell
from bot.desk.outbox import Outbox
from bot.desk.telling import offer_text
from bot.desk.tickets import OPEN
from bot.errors import BangbanError, NotFound
from bot.store.desk_tables import HandoffRecord, Ticket
from bot.store.desk_values import Handoff
from bot.store.states import Owner
from bot.store.tables import Conversation

log = structlog.get_logger(__name__)

TICK_S = 5.0
_SOONEST_S = 0.2
_LONGEST_S = 60.0
_LOCK = "desk-clock"


class Sweeper:
    """In: the desk, what hands its words over, and a lock all fronts share.

    `has_moved` is called with the key of each conversation whose place in the queue is another one.
    """

    def __init__(
        self,
        desk: DeskBase,
        outbox: Outbox,
        lock: SharedLock,
        has_moved: Callable[[str], None] = lambda _key: None,
    ) -> None:
        self._desk = desk
        self._outbox = outbox
        self._lock = lock
        self._has_moved = has_moved
        self._places: dict[int, int] = {}
        self._late = 0
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Look at once."""
        self._woken.set()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(TICK_S):
                    await self._woken.wait()
            self._woken.clear()
            try:
                async with self._lock.hold(_LOCK, wait_s=_SOONEST_S, longest_s=_LONGEST_S):
                    await self.sweep()
            except WaitedTooLong:
                pass  # another front looks just now
            except BangbanError as error:
                log.error("desk_clock_failed", code=error.code)
            except Exception:  # the next look must come whatever happened in this one
                log.exception("desk_clock_failed")
            await asyncio.sleep(_SOONEST_S)

    async def sweep(self) -> int:
        """Do all that is due now; out: how many conversations it moved."""
        await self._outbox.find_left(self._desk.now())
        situation = await self._desk.database.read(
            lambda session: Situation(read_crew(session), open_handoffs(session), unanswered_since(session))
        )
        found = due(situation, self._desk.patience, self._desk.calendar, self._desk.now())
        moved = sum([await self._do(one) for one in found])
        await self._tell_places(situation.handoffs if not moved else None)
        await self._tell_late()
        return moved

    async def _tell_late(self) -> None:
        """Consoles show how many tickets are late."""
        is_late = Ticket.state.in_(OPEN) & (Ticket.due_at < self._desk.now())
        query = select(func.count()).select_from(Ticket).where(is_late)
        late = await self._desk.database.read(lambda session: session.execute(query).scalar_one())
        if late != self._late:
            self._late = late
            self._desk.hub.notify(TICKETS)

    async def _tell_places(self, handoffs: Sequence[Handoff] | None) -> None:
        """Whoever waits and follows the conversation sees the place change. None: read the queue again."""
        if handoffs is None:
            handoffs = await self._desk.database.read(open_handoffs)
        by_episode = positions(handoffs)
        places = {one.conversation_id: by_episode[one.id] for one in handoffs if one.id in by_episode}
        changed = [one for one, place in places.items() if self._places.get(one) != place]
        self._places = places
        if changed:
            query = select(Conversation.sender).where(Conversation.id.in_(changed))
            for key in await self._desk.database.read(lambda session: list(session.execute(query).scalars())):
                self._has_moved(key)

    async def _do(self, one: Due) -> bool:
        at = self._desk.now()

        def work(session: Session) -> Move | None:
            try:
                conversation, record = locked(session, one.handoff.conversation_id)
            except NotFound:  # erased meanwhile
                return None
            crew = read_crew(session)
            if record is None or handoff_of_row(record) != one.handoff or not self._holds(one, crew, at):
                return None
            choice = self._choice(crew, record, at)
            if record.team_id is None:
                team = choice.team or choice.would
                record.team_id = team.id if team else None
            moved = make(session, conversation, record, one.event, at)
            if isinstance(moved, Refusal):
                return None
            if moved.move.step is Step.NOBODY_LEFT:
                self._offer(session, conversation, record, choice, at)
            else:
                self._desk.tell_of(session, moved, crew, at)
            return moved.move

        moved = await self._desk.database.write(work)
        if moved is None:
            return False
        log.info("desk_moved", conversation=one.handoff.conversation_id, step=moved.step.value)
        self._desk.told(Told(one.handoff.conversation_id, _notices(moved, one)))
        if moved.after.owner is Owner.QUEUED:
            self._desk.announce(one.handoff.conversation_id, moved.after.team_id)
        return True

    def _holds(self, one: Due, crew: Crew, at: datetime) -> bool:
        """Whether what was decided is still so: people come and go between a look and a move."""
        lost_after = self._desk.patience.lost_after
        match one.event:
            case Lost(agent_id):
                agent = crew.agent(agent_id)
                return agent_id == CLOCK or agent is None or is_lost(agent, at, lost_after)
            case Claimed(agent_id):
                agent = crew.agent(agent_id)
                return agent is not None and is_there(agent, at, lost_after) and agent.load < agent.capacity
        return True

    def _choice(self, crew: Crew, record: HandoffRecord, at: datetime) -> Choice:
        need = Need(record.region, record.department, record.language)
        return choose(crew, need, Now(at, self._desk.calendar, self._desk.patience.lost_after))

    def _offer(
        self,
        session: Session,
        conversation: Conversation,
        record: HandoffRecord,
        choice: Choice,
        at: datetime,
    ) -> None:
        known = record.matter if record.guide_id else ""
        conversation.leaving = Draft(Stage.OFFERED, at, record.team_id, known).to_json()
        text = offer_text(self._desk.words.to(conversation.language), choice, at, was_waiting=True)
        tell(session, conversation, text, Step.NOBODY_LEFT, record.id, at)


def _notices(moved: Move, one: Due) -> tuple[tuple[int, str], ...]:
    """Who must know: whoever is given a conversation, and whoever it was taken from."""
    if moved.step is Step.ASSIGNED and moved.after.agent_id is not None:
        return ((moved.after.agent_id, "assigned"),)
    if moved.step in (Step.LOST, Step.SILENT) and one.handoff.agent_id is not None:
        return ((one.handoff.agent_id, "requeued"),)
    return ()
