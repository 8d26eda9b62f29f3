"""Where Rasa's conversations are kept: SQLite (WAL) or PostgreSQL, only the current session of each.

The front keeps the whole record of what was said; here lies only what the next turn needs. So every turn
costs the same, whether the citizen has written ten messages or ten thousand:
- a new session (its slots carried over) replaces the rows of the one before, in one transaction;
- a stored answer keeps its outcome and guide, not its text, sources and provenance;
- a stored question keeps its intent, not the ranking of all others.
"""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from rasa.core.tracker_store import SQLTrackerStore
from rasa.shared.core.events import BotUttered, Event, SessionStarted, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy.ext.declarative import declarative_base
from sqlalchemy.orm import sessionmaker
from sqlalchemy.pool import QueuePool

from bot.rasa.errors import StateUnavailable

_KEPT_OF_PAYLOAD = ("outcome", "aspect", "guide")
_BUSY_TIMEOUT_MS = 5000


def prepare(url: str) -> None:
    """Make the table before any worker needs it; StateUnavailable when the database cannot be used."""
    engine = _engine(url)
    try:
        SessionTrackerStore.Base.metadata.create_all(engine)
    except sa.exc.SQLAlchemyError as error:
        raise StateUnavailable(
            f"The conversation state cannot be kept in {engine.url!r}: {error.__class__.__name__}.",
            mend="Check DATABASE_URL and that the database runs, or let this user write to the var folder.",
        ) from error
    finally:
        engine.dispose()


class SessionTrackerStore(SQLTrackerStore):
    """One table of its own (`rasa_events`), so that it may share a database with our store."""

    Base: Any = declarative_base()

    class SQLEvent(Base):
        """One event of a conversation's current session."""

        __tablename__ = "rasa_events"

        id = sa.Column(sa.Integer, primary_key=True)
        sender_id = sa.Column(sa.String(255), nullable=False, index=True)
        type_name = sa.Column(sa.String(255), nullable=False)
        timestamp = sa.Column(sa.Float)
        intent_name = sa.Column(sa.String(255))
        action_name = sa.Column(sa.String(255))
        data = sa.Column(sa.Text)

    engine: Any
    sessionmaker: Any

    def __init__(self, domain: Any = None, host: str = "", event_broker: Any = None, **kwargs: Any) -> None:
        super().__init__(domain=domain, host=host, event_broker=event_broker, **kwargs)
        self.engine.dispose()
        self.engine = _engine(host)
        self.sessionmaker = sessionmaker(bind=self.engine)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Write the events that are not stored yet. All of them are written, or none."""
        await self.stream_events(tracker)
        with self.session_scope() as session:
            events = list(self._additional_events(session, tracker))
            if any(isinstance(event, SessionStarted) for event in events):
                session.query(self.SQLEvent).filter_by(sender_id=tracker.sender_id).delete()
            session.add_all(self._row(tracker.sender_id, event) for event in events)
            session.commit()

    async def delete(self, sender_id: str) -> None:
        """Delete all rows of a conversation."""
        with self.session_scope() as session:
            session.query(self.SQLEvent).filter_by(sender_id=sender_id).delete()
            session.commit()

    def _row(self, sender_id: str, event: Event) -> Any:
        data = lean(event)
        return self.SQLEvent(
            sender_id=sender_id,
            type_name=event.type_name,
            timestamp=data.get("timestamp"),
            intent_name=data.get("parse_data", {}).get("intent", {}).get("name"),
            action_name=data.get("name"),
            data=json.dumps(data),
        )


def lean(event: Event) -> dict[str, Any]:
    """The event as it is stored: what a later turn can need, and no more."""
    data: dict[str, Any] = event.as_dict()
    if isinstance(event, BotUttered):
        payload = (data.get("data") or {}).get("custom") or {}
        data["text"] = None
        data["data"] = {"custom": {key: payload[key] for key in _KEPT_OF_PAYLOAD if key in payload}}
    elif isinstance(event, UserUttered):
        parsed = data.get("parse_data") or {}
        data["parse_data"] = {key: parsed[key] for key in ("intent", "entities", "text") if key in parsed}
    return data


def _engine(url: str) -> Any:
    if url.startswith("sqlite"):
        # Connections are kept: closing the last one would fold the write-ahead log back on every turn.
        engine = sa.create_engine(url, poolclass=QueuePool, connect_args={"check_same_thread": False})
        sa.event.listen(engine, "connect", _prepare_sqlite)
        return engine
    # A connection that died while idle (a restarted database) is replaced before it is used.
    return sa.create_engine(url, pool_pre_ping=True, pool_size=5, max_overflow=10)


def _prepare_sqlite(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={_BUSY_TIMEOUT_MS}")
    cursor.close()
