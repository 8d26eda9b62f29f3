"""The audit log: it can be written to and read, never changed. An entry is part of the transaction it tells of.

The digest of each entry is keyed and covers the one before, so that an entry that was altered, left out or
put in by somebody with access to the database alone shows. What cannot show from inside is an end that was
cut off: so each digest is also told to the process, which writes it to its log.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import event, select, text
from sqlalchemy.orm import Session

from bot.store.database import Database
from bot.store.staff_tables import AuditRecord
from bot.store.staff_values import Act, AuditEntry, AuditVerdict

_LOCK_KEY = 0x61756474  # any number of our own
_PAGE = 1000


Told = Callable[[int, str, str], None]
"""Place, action and digest of an entry that was committed."""


class AuditLog:
    """Every method is one transaction. In: the key of the chain, and who is told of each entry."""

    def __init__(self, database: Database, key: bytes, told: Told | None = None) -> None:
        self._database = database
        self._key = key
        self._told = told

    async def record(self, act: Act, action: str, object_: str = "", **detail: Any) -> None:
        """Note something that has no transaction of its own."""
        await self._database.write(lambda session: self.append(session, act, action, object_, **detail))

    def append(self, session: Session, act: Act, action: str, object_: str = "", **detail: Any) -> None:
        """Add an entry to a transaction under way. In `detail`: words and numbers, no secret."""
        serialise(session)
        newest = session.execute(select(AuditRecord).order_by(AuditRecord.seq.desc()).limit(1)).scalar()
        made = AuditRecord(
            seq=newest.seq + 1 if newest else 1,
            at=act.at,
            actor_id=act.actor_id,
            actor=act.actor[:80],
            action=action,
            object=object_[:120],
            detail=detail,
            address=act.address[:64],
        )
        made.digest = self._digest(newest.digest if newest else "", made)
        session.add(made)
        session.flush()
        if self._told is not None:
            told, noted = self._told, (made.seq, action, made.digest)
            event.listen(session, "after_commit", lambda _session: told(*noted), once=True)

    async def entries(self, before: int | None = None, limit: int = 100) -> tuple[AuditEntry, ...]:
        """The newest entries, newest first; `before` is the place to go on from."""
        query = select(AuditRecord).order_by(AuditRecord.seq.desc()).limit(limit)
        if before is not None:
            query = query.where(AuditRecord.seq < before)
        return await self._database.read(
            lambda session: tuple(_entry(row) for row in session.execute(query).scalars())
        )

    async def verify(self) -> AuditVerdict:
        """Go through the whole chain."""
        seq, digest = 0, ""
        while page := await self._page_after(seq):
            for row in page:
                if row.seq != seq + 1 or not hmac.compare_digest(row.digest, self._digest(digest, row)):
                    return AuditVerdict(seq, digest, broken_at=seq + 1)
                seq, digest = row.seq, row.digest
        return AuditVerdict(seq, digest, broken_at=None)

    async def _page_after(self, seq: int) -> tuple[AuditRecord, ...]:
        query = select(AuditRecord).where(AuditRecord.seq > seq).order_by(AuditRecord.seq).limit(_PAGE)
        return await self._database.read(lambda session: tuple(session.execute(query).scalars()))

    def _digest(self, previous: str, row: AuditRecord) -> str:
        said = [row.seq, _instant(row.at), row.actor_id, row.actor, row.action, row.object, row.address]
        covered = json.dumps([previous, *said, _plain(row.detail)], ensure_ascii=False, sort_keys=True)
        return hmac.new(self._key, covered.encode("utf-8", "backslashreplace"), hashlib.sha256).hexdigest()


def serialise(session: Session) -> None:
    """From here to the end of the transaction no other one of staff changes anything (SQLite has one writer)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")


def _plain(detail: Mapping[str, Any]) -> dict[str, Any]:
    """The detail as it is after the database: lists for tuples, words for enums."""
    plain: dict[str, Any] = json.loads(json.dumps(dict(detail)))
    return plain


def _entry(row: AuditRecord) -> AuditEntry:
    return AuditEntry(
        row.seq,
        row.at,
        row.actor_id,
        row.actor,
        row.action,
        row.object,
        row.detail,
        row.address,
        row.digest,
    )
