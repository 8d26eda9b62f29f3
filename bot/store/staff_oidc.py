"""Who an account is at the identity provider, and browsers on their way there and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.errors import Conflict
from bot.store.audit import AuditLog, serialise
from bot.store.database import Database
from bot.store.staff import account_of_row, account_row
from bot.store.staff_tables import StaffAccount, StaffOidcFlow, StaffSession
from bot.store.staff_values import Account, Act, Action, Method


class OidcStore:
    """Every method is one transaction."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    async def keep_flow(
        self, digest: str, state_digest: str, sealed: str, at: datetime, until: datetime
    ) -> None:
        """Note that a browser is sent to the provider; those that never came back are forgotten."""

        def work(session: Session) -> None:
            session.execute(delete(StaffOidcFlow).where(StaffOidcFlow.expires_at <= at))
            session.add(
                StaffOidcFlow(digest=digest, state_digest=state_digest, sealed=sealed, expires_at=until)
            )

        await self._database.write(work)

    async def take_flow(self, digest: str, state_digest: str, at: datetime) -> str | None:
        """What was kept for this browser and this state, once; None: there is nothing (any more)."""

        def work(session: Session) -> str | None:
            taken = session.execute(
                delete(StaffOidcFlow)
                .where(
                    StaffOidcFlow.digest == digest,
                    StaffOidcFlow.state_digest == state_digest,
                    StaffOidcFlow.expires_at > at,
                )
                .returning(StaffOidcFlow.sealed)
            ).one_or_none()
            return taken[0] if taken else None

        return await self._database.write(work)

    async def person(self, issuer: str, subject: str, claimed: str | None, act: Act) -> Account | None:
        """The account of somebody at the provider; None: they have none.

        Linked before: that one. Else the one an administrator keeps open for what the provider claims: it is
        linked with this, and open for nobody else any more.
        """

        def work(session: Session) -> Account | None:
            serialise(session)
            linked = select(StaffAccount).where(
                StaffAccount.oidc_issuer == issuer, StaffAccount.oidc_subject == subject
            )
            row = session.execute(linked).scalar_one_or_none()
            if row is not None or claimed is None:
                return account_of_row(row) if row else None
            kept_open = select(StaffAccount).where(
                StaffAccount.oidc_expected == claimed, StaffAccount.oidc_expected_until > act.at
            )
            row = session.execute(kept_open).scalar_one_or_none()
            if row is not None and row.disabled_at is None:
                row.oidc_issuer, row.oidc_subject = issuer, subject
                row.oidc_expected = row.oidc_expected_until = None
                theirs = replace(act, actor=row.name, actor_id=row.id)
                said = {"issuer": issuer, "subject": subject, "claimed": claimed}
                self._note(session, theirs, Action.OIDC_LINKED, row.id, **said)
            return account_of_row(row) if row else None

        return await self._database.write(work)

    async def expect(self, account_id: int, expected: str, until: datetime, act: Act) -> Account:
        """Keep an account open for whom the provider calls so, in place of whoever it was linked with.

        Conflict when another account is kept open for the same.
        """

        def work(session: Session) -> Account:
            serialise(session)
            row = account_row(session, account_id)
            others = select(StaffAccount.name).where(
                StaffAccount.oidc_expected == expected, StaffAccount.id != account_id
            )
            other = session.execute(others).scalar_one_or_none()
            if other is not None:
                raise Conflict(
                    f"The account {other} is kept open for the same name.", mend="Take it away there first."
                )
            _forget(session, row)
            row.oidc_expected, row.oidc_expected_until = expected, until
            session.flush()
            self._note(session, act, Action.OIDC_EXPECTED, row.id, expected=expected)
            return account_of_row(row)

        return await self._database.write(work)

    async def unlink(self, account_id: int, act: Act) -> Account:
        """Nobody at the provider opens the account any more; sessions opened so end."""

        def work(session: Session) -> Account:
            serialise(session)
            row = account_row(session, account_id)
            if row.oidc_expected is not None or row.oidc_subject is not None:
                _forget(session, row)
                session.flush()
                self._note(session, act, Action.OIDC_UNLINKED, row.id)
            return account_of_row(row)

        return await self._database.write(work)

    def _note(self, session: Session, act: Act, action: Action, account_id: int, **detail: object) -> None:
        self._audit.append(session, act, action.value, f"account:{account_id}", **detail)


def _forget(session: Session, row: StaffAccount) -> None:
    row.oidc_expected = row.oidc_expected_until = row.oidc_issuer = row.oidc_subject = None
    session.execute(
        delete(StaffSession).where(StaffSession.account_id == row.id, StaffSession.method == Method.OIDC)
    )
