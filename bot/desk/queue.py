"""Who waits, in which place, and how long others waited: read in a transaction."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from bot.desk.choosing import AHEAD, came
from bot.store.desk_tables import HandoffRecord
from bot.store.desk_values import HandoffState, Priority, Trigger

_LOOKED_BACK = timedelta(hours=2)
_FEWEST = 3
_MOST = 20


def position_of(session: Session, record: HandoffRecord) -> int | None:
    """The place in the queue of its team, from 1; None when it does not wait."""
    if record.state is not HandoffState.QUEUED:
        return None
    before = select(func.count()).where(_waits_for(record.team_id), _is_before(record))
    return session.execute(before).scalar_one() + 1


def expected_minutes(session: Session, team_id: int | None, now: datetime) -> int | None:
    """How long those who were served last had waited (the median); None when there were too few."""
    query = (
        select(HandoffRecord.queued_at, HandoffRecord.claimed_at)
        .where(
            HandoffRecord.team_id == team_id,
            HandoffRecord.claimed_at > now - _LOOKED_BACK,
            HandoffRecord.trigger != Trigger.TAKEN_OVER,
        )
        .order_by(HandoffRecord.claimed_at.desc())
        .limit(_MOST)
    )
    waits = sorted(
        (claimed - queued).total_seconds() for queued, claimed in session.execute(query) if claimed
    )
    if len(waits) < _FEWEST:
        return None
    return max(1, math.ceil(waits[len(waits) // 2] / 60))


def _waits_for(team_id: int | None) -> ColumnElement[bool]:
    return and_(HandoffRecord.state == HandoffState.QUEUED, HandoffRecord.team_id == team_id)


def _is_before(record: HandoffRecord) -> ColumnElement[bool]:
    """As `in_order` has it."""
    mine = came(record.priority, record.queued_at)
    others = {priority: mine + ahead for priority, ahead in {Priority.NORMAL: timedelta(0), **AHEAD}.items()}
    return or_(*(_is_earlier(priority, at, record.id) for priority, at in others.items()))


def _is_earlier(priority: int, at: datetime, than_id: int) -> ColumnElement[bool]:
    """Of a priority, and came before an instant; at the same one the number decides."""
    came_first = or_(
        HandoffRecord.queued_at < at, and_(HandoffRecord.queued_at == at, HandoffRecord.id < than_id)
    )
    return and_(HandoffRecord.priority == priority, came_first)
