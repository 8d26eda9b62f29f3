"""Sessions of staff, and failures that were counted before them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from bot.errors import NotFound
from bot.store.audit import AuditLog, serialise
from bot.store.database import Database
from bot.store.staff import account_of_row
from bot.store.staff_tables import StaffAccount, StaffAttempts, StaffSession
from bot.store.staff_values import Account, Act, Action, Attempts, Method, StaffSessionState, Taken

Count = Callable[[Attempts | None], Attempts | None]
"""Attempts before → with this one counted; None: it is not let in."""

_ABSENT = NotFound("There is no such session.", mend="List the sessions and take an id from there.")


class SessionStore:
    """Every method is one transaction."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    async def open(
        self,
        account: Account,
        digest: str,
        expires_at: datetime,
        browser: str,
        act: Act,
        *,
        method: Method = Method.PASSWORD,
        second_factor: bool = False,
    ) -> StaffSessionState | None:
        """Begin a session; None when the account was switched off meanwhile, or what it was opened with changed:
        its password, or who it is at the identity provider."""

        def work(session: Session) -> StaffSessionState | None:
            serialise(session)
            row = session.get(StaffAccount, account.id)
            if row is None or row.disabled_at is not None:
                return None
            if _key_of(account, method) != _key_of(account_of_row(row), method):
                return None
            row.last_login_at = act.at
            session.execute(delete(StaffSession).where(StaffSession.expires_at <= act.at))
            made = StaffSession(
                account_id=account.id,
                digest=digest,
                second_factor=second_factor,
                method=method,
                address=act.address[:64],
                browser=browser[:200],
                created_at=act.at,
                seen_at=act.at,
                expires_at=expires_at,
            )
            session.add(made)
            session.flush()
            self._note(session, act, Action.LOGIN, account.id, method=method.value)
            return _state(made)

        return await self._database.write(work)

    async def find(self, digest: str) -> tuple[StaffSessionState, Account] | None:
        """The session of a token and whose it is."""
        query = (
            select(StaffSession, StaffAccount)
            .join(StaffAccount, StaffAccount.id == StaffSession.account_id)
            .where(StaffSession.digest == digest)
        )

        def work(session: Session) -> tuple[StaffSessionState, Account] | None:
            found = session.execute(query).one_or_none()
            return (_state(found[0]), account_of_row(found[1])) if found else None

        return await self._database.read(work)

    async def touch(self, session_id: int, at: datetime) -> None:
        """Note that it is in use."""

        def work(session: Session) -> None:
            session.execute(update(StaffSession).where(StaffSession.id == session_id).values(seen_at=at))

        await self._database.write(work)

    async def rotate(
        self, session_id: int, digest: str, *, second_factor: bool = False, expires_at: datetime | None = None
    ) -> None:
        """Another token for the same session; the one before opens nothing. NotFound when it has ended."""

        def work(session: Session) -> None:
            row = session.get(StaffSession, session_id)
            if row is None:
                raise _ABSENT
            row.digest = digest
            row.second_factor = row.second_factor or second_factor
            row.expires_at = expires_at or row.expires_at

        await self._database.write(work)

    async def of_account(self, account_id: int) -> tuple[StaffSessionState, ...]:
        """The sessions of an account, the newest first."""
        query = (
            select(StaffSession).where(StaffSession.account_id == account_id).order_by(StaffSession.id.desc())
        )
        return await self._database.read(
            lambda session: tuple(_state(row) for row in session.execute(query).scalars())
        )

    async def owner(self, session_id: int) -> int:
        """The account of a session; NotFound without one."""

        def work(session: Session) -> int:
            row = session.get(StaffSession, session_id)
            if row is None:
                raise _ABSENT
            return row.account_id

        return await self._database.read(work)

    async def end(self, session_id: int, act: Act, action: Action = Action.SESSIONS_ENDED) -> None:
        """End one session."""

        def work(session: Session) -> None:
            serialise(session)
            row = session.get(StaffSession, session_id)
            if row is None:
                return
            session.delete(row)
            self._note(session, act, action, row.account_id, sessions=1)

        await self._database.write(work)

    async def end_all(self, account_id: int, act: Act, *, keep: int | None = None) -> int:
        """End every session of an account but one; out: how many."""

        def work(session: Session) -> int:
            serialise(session)
            ended = session.execute(
                delete(StaffSession)
                .where(StaffSession.account_id == account_id, StaffSession.id != (keep or 0))
                .returning(StaffSession.id)
            ).all()
            if ended:
                self._note(session, act, Action.SESSIONS_ENDED, account_id, sessions=len(ended))
            return len(ended)

        return await self._database.write(work)

    def _note(self, session: Session, act: Act, action: Action, account_id: int, **detail: object) -> None:
        self._audit.append(session, act, action.value, f"account:{account_id}", **detail)


class AttemptStore:
    """Attempts are counted before they are judged: a hundred at once are a hundred."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def take(self, counts: Mapping[str, Count], at: datetime, forget: timedelta) -> Taken:
        """Count an attempt under each key, or under none when one of them is blocked.

        In: how each key counts, and after how long without an attempt a key is forgotten.
        """

        def work(session: Session) -> Taken:
            serialise(session)
            session.execute(delete(StaffAttempts).where(StaffAttempts.last_at < at - forget))
            rows = {key: session.get(StaffAttempts, key) for key in counts}
            before = {key: _attempts(row) for key, row in rows.items() if row}
            after = {key: count(before.get(key)) for key, count in counts.items()}
            counted = {key: one for key, one in after.items() if one is not None}
            if len(counted) < len(after):
                return Taken(False, before)
            for key, one in counted.items():
                _keep(session, rows[key], key, one)
            return Taken(True, counted)

        return await self._database.write(work)

    async def succeeded(self, clear: str, refund: str | None = None) -> None:
        """Forget the attempts under a key; take the last one back under another."""

        def work(session: Session) -> None:
            serialise(session)
            session.execute(delete(StaffAttempts).where(StaffAttempts.key == clear))
            row = session.get(StaffAttempts, refund) if refund else None
            if row is not None:
                row.count, row.blocked_until = max(0, row.count - 1), None

        await self._database.write(work)


def _key_of(account: Account, method: Method) -> tuple[object, ...]:
    """What must not have changed between the look at it and the session."""
    if method is Method.OIDC:
        return account.oidc_issuer, account.oidc_subject
    return (account.password_changed_at,)


def _keep(session: Session, row: StaffAttempts | None, key: str, one: Attempts) -> None:
    if row is None:
        session.add(
            StaffAttempts(key=key, count=one.count, last_at=one.last_at, blocked_until=one.blocked_until)
        )
    else:
        row.count, row.last_at, row.blocked_until = one.count, one.last_at, one.blocked_until


def _attempts(row: StaffAttempts) -> Attempts:
    return Attempts(row.count, row.last_at, row.blocked_until)


def _state(row: StaffSession) -> StaffSessionState:
    return StaffSessionState(
        row.id,
        row.account_id,
        row.second_factor,
        row.address,
        row.browser,
        row.created_at,
        row.seen_at,
        row.expires_at,
        row.method,
    )
