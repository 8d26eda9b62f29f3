"""One turn as it is kept, and reading and writing it while a message is stored.

Every message pays for this, so it goes by statements that are made once, past the ORM: building queries and keeping
track of objects cost several times what the database does for a turn (ADR 16).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any, cast

from sqlalchemy import Connection, Table, bindparam, insert, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.util import identity_key

from bot.store.review_tables import ReviewEntry
from bot.store.review_values import Verdict
from bot.store.states import Direction
from bot.store.tables import Conversation, Message


@dataclass(slots=True)
class Turn:
    """A row of `review_entries`, whose columns say what each field is."""

    id: int
    conversation_id: int
    channel: str
    at: datetime
    day: date
    is_turn: bool
    answer_id: int | None = None
    outcome: str | None = None
    aspect: str | None = None
    guide_id: str | None = None
    region: str | None = None
    confidence: float | None = None
    agent: str | None = None
    rating: int | None = None
    verdict: Verdict | None = None
    no_answer: bool = False
    handed_off: bool = False
    corrected: bool = False
    opens: bool = False
    day_served: bool = False
    day_handed: bool = False
    words: str = ""
    facets: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What a turn needs to know of a message."""

    id: int
    conversation_id: int
    direction: Direction
    author: str
    text: str
    created_at: datetime
    outcome: str | None
    aspect: str | None
    guide_id: str | None
    payload: Mapping[str, Any] | None
    provenance: Mapping[str, Any] | None

    @classmethod
    def of(cls, message: Message) -> Said:
        """Of a message that was stored in this transaction: it need not be read again."""
        return cls(*(getattr(message, name) for name in _SAID))


_SAID = tuple(field.name for field in fields(Said))
_FIELDS = tuple(field.name for field in fields(Turn))
_FIXED = frozenset({"id", "conversation_id", "channel", "at", "day", "is_turn"})

_ENTRIES = cast(Table, ReviewEntry.__table__)
_COLUMNS = tuple(_ENTRIES.c[name] for name in _FIELDS)
_MESSAGES = cast(Table, Message.__table__)
_CONVERSATIONS = cast(Table, Conversation.__table__)

_READ_SAID = (
    select(*(_MESSAGES.c[name] for name in _SAID))
    .where(or_(_MESSAGES.c.id == bindparam("root"), _MESSAGES.c.reply_to == bindparam("root")))
    .order_by(_MESSAGES.c.seq)
)
_READ_TURN = select(*_COLUMNS).where(_ENTRIES.c.id == bindparam("root"))
_OPENS = (
    (_ENTRIES.c.conversation_id == bindparam("conversation"))
    & (_ENTRIES.c.day == bindparam("of_day"))
    & _ENTRIES.c.opens
)
_READ_OPENER = select(*_COLUMNS).where(_OPENS).limit(1)
_READ_PLACE = (
    select(_CONVERSATIONS.c.channel, _CONVERSATIONS.c.region, *_COLUMNS)
    .select_from(_CONVERSATIONS.outerjoin(_ENTRIES, _OPENS))
    .where(_CONVERSATIONS.c.id == bindparam("conversation"))
    .limit(1)
)
_ADD = insert(_ENTRIES)
_CHANGE = (
    update(_ENTRIES)
    .where(_ENTRIES.c.id == bindparam("root"))
    .values({name: bindparam(name) for name in _FIELDS if name not in _FIXED})
)


def read_said(connection: Connection, root: int) -> tuple[Said, ...]:
    """The message that begins a turn, and its replies; nothing when it is no more."""
    return tuple(Said(*row) for row in connection.execute(_READ_SAID, {"root": root}))


def read_place(
    connection: Connection, conversation_id: int, day: date
) -> tuple[str, str | None, Turn | None]:
    """Channel and region of a conversation, and its first turn on a day, if there is one."""
    given = {"conversation": conversation_id, "of_day": day}
    channel, region, *opener = connection.execute(_READ_PLACE, given).one()
    return channel, region, None if opener[0] is None else Turn(*opener)


def read_turn(connection: Connection, root: int) -> Turn | None:
    """The turn a message begins, if it was taken in."""
    row = connection.execute(_READ_TURN, {"root": root}).one_or_none()
    return None if row is None else Turn(*row)


def read_opener(connection: Connection, conversation_id: int, day: date) -> Turn | None:
    """The first turn of a conversation on a day."""
    row = connection.execute(_READ_OPENER, {"conversation": conversation_id, "of_day": day}).one_or_none()
    return None if row is None else Turn(*row)


def add_turn(connection: Connection, turn: Turn) -> None:
    """Keep a turn that is not there."""
    connection.execute(_ADD, {name: getattr(turn, name) for name in _FIELDS})


def change_turn(session: Session, turn: Turn) -> None:
    """Keep a turn as it is now; who holds the row of it in this session reads it anew."""
    values = {name: getattr(turn, name) for name in _FIELDS if name not in _FIXED}
    session.connection().execute(_CHANGE, values | {"root": turn.id})
    held = session.identity_map.get(identity_key(ReviewEntry, turn.id))
    if held is not None:
        session.expire(held)
