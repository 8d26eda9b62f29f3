"""Texts staff send often, for everybody or for one team."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.errors import Conflict, NotFound
from bot.store.audit import AuditLog, serialise
from bot.store.database import Database
from bot.store.desk_tables import CannedReply, DeskTeam
from bot.store.staff_tables import StaffAccount
from bot.store.staff_values import Act, Action


class ShortcutTaken(Conflict):
    code = "shortcut_taken"
    default_mend = "Choose another shortcut."


@dataclass(frozen=True, slots=True)
class Canned:
    """A text; what stands in braces is filled in when it is used."""

    id: int
    team_id: int | None
    """None: everybody's."""
    shortcut: str
    title: str
    text: str
    updated_at: datetime
    updated_by: str
    """Name as colleagues read it."""


@dataclass(frozen=True, slots=True)
class CannedWords:
    """What is written of a text; None stays as it is."""

    shortcut: str | None = None
    title: str | None = None
    text: str | None = None


class CannedStore:
    """Every method is one transaction; every change is in the audit log."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    async def of_teams(self, team_ids: Collection[int] | None) -> tuple[Canned, ...]:
        """Those of everybody and of these teams (None: of all), by shortcut."""
        query = _all().order_by(CannedReply.shortcut, CannedReply.id)
        if team_ids is not None:
            query = query.where(or_(CannedReply.team_id.is_(None), CannedReply.team_id.in_(team_ids)))
        return await self._database.read(
            lambda session: tuple(_canned(*row) for row in session.execute(query))
        )

    async def canned(self, canned_id: int) -> Canned:
        """One text; NotFound without it."""
        return await self._database.read(lambda session: _one(session, canned_id))

    async def add(self, team_id: int | None, words: CannedWords, act: Act) -> Canned:
        """Keep a text. ShortcutTaken when somebody sees it already, NotFound for a team that is none."""

        def work(session: Session) -> Canned:
            serialise(session)
            if team_id is not None and session.get(DeskTeam, team_id) is None:
                raise NotFound("There is no such team.", mend="Choose one of the teams.")
            row = CannedReply(
                team_id=team_id,
                shortcut=words.shortcut or "",
                title=words.title or "",
                text=words.text or "",
                updated_at=act.at,
                updated_by=act.actor_id,
            )
            _is_free(session, row)
            session.add(row)
            session.flush()
            self._note(session, act, Action.CANNED_ADDED, row)
            return _one(session, row.id)

        return await self._database.write(work)

    async def change(self, canned_id: int, words: CannedWords, act: Act) -> Canned:
        """Change a text; ShortcutTaken when somebody sees it already, NotFound without it."""

        def work(session: Session) -> Canned:
            serialise(session)
            row = _row(session, canned_id)
            if words.shortcut is not None and words.shortcut != row.shortcut:
                row.shortcut = words.shortcut
                _is_free(session, row)
            row.title = row.title if words.title is None else words.title
            row.text = row.text if words.text is None else words.text
            row.updated_at, row.updated_by = act.at, act.actor_id
            session.flush()
            self._note(session, act, Action.CANNED_CHANGED, row)
            return _one(session, row.id)

        return await self._database.write(work)

    async def remove(self, canned_id: int, act: Act) -> None:
        """Forget a text; NotFound without it."""

        def work(session: Session) -> None:
            serialise(session)
            row = _row(session, canned_id)
            self._note(session, act, Action.CANNED_REMOVED, row)
            session.delete(row)

        await self._database.write(work)

    def _note(self, session: Session, act: Act, action: Action, row: CannedReply) -> None:
        detail = {"team": row.team_id, "shortcut": row.shortcut, "title": row.title, "text": row.text[:500]}
        self._audit.append(session, act, action.value, f"canned:{row.id}", **detail)


def _all() -> Any:
    return select(CannedReply, StaffAccount.display_name).outerjoin(
        StaffAccount, StaffAccount.id == CannedReply.updated_by
    )


def _one(session: Session, canned_id: int) -> Canned:
    found = session.execute(_all().where(CannedReply.id == canned_id)).one_or_none()
    if found is None:
        raise _absent()
    return _canned(*found)


def _row(session: Session, canned_id: int) -> CannedReply:
    row = session.get(CannedReply, canned_id)
    if row is None:
        raise _absent()
    return row


def _absent() -> NotFound:
    return NotFound("There is no such text.", mend="List the texts and take an id from there.")


def _is_free(session: Session, row: CannedReply) -> None:
    """A shortcut means one text to everybody who may type it."""
    taken = select(CannedReply.id).where(CannedReply.shortcut == row.shortcut, CannedReply.id != row.id)
    if row.team_id is not None:
        taken = taken.where(or_(CannedReply.team_id.is_(None), CannedReply.team_id == row.team_id))
    with session.no_autoflush:
        if session.execute(taken).first():
            raise ShortcutTaken(f"The shortcut {row.shortcut} is taken.")


def _canned(row: CannedReply, updated_by: str | None) -> Canned:
    return Canned(row.id, row.team_id, row.shortcut, row.title, row.text, row.updated_at, updated_by or "")
