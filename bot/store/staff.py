"""Staff accounts. Every change is in the audit log in the same transaction, or it did not happen."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from bot.errors import Conflict, NotFound
from bot.store.audit import AuditLog, serialise
from bot.store.database import Database
from bot.store.staff_tables import StaffAccount, StaffRecoveryCode, StaffSession
from bot.store.staff_values import Account, AccountChange, Act, Action, NewAccount, Role


class StaffStore:
    """Every method is one transaction."""

    def __init__(self, database: Database, audit: AuditLog) -> None:
        self._database = database
        self._audit = audit

    async def by_name(self, name: str) -> Account | None:
        """The account of a name in small letters."""
        query = select(StaffAccount).where(StaffAccount.name == name)

        def work(session: Session) -> Account | None:
            row = session.execute(query).scalar_one_or_none()
            return account_of_row(row) if row else None

        return await self._database.read(work)

    async def account(self, account_id: int) -> Account:
        """The account; NotFound without one."""
        return await self._database.read(lambda session: account_of_row(account_row(session, account_id)))

    async def accounts(self) -> tuple[Account, ...]:
        """All of them, by name."""
        query = select(StaffAccount).order_by(StaffAccount.name)
        return await self._database.read(
            lambda session: tuple(account_of_row(row) for row in session.execute(query).scalars())
        )

    async def add(self, new: NewAccount, act: Act, *, only_the_first: bool = False) -> Account | None:
        """Make an account; Conflict when the name is taken.

        `only_the_first`: None when there is one of that role already, or one of that name.
        """

        def work(session: Session) -> Account | None:
            serialise(session)
            of_role = select(StaffAccount.id).where(StaffAccount.role == new.role).limit(1)
            if only_the_first and session.execute(of_role).first():
                return None
            if session.execute(select(StaffAccount.id).where(StaffAccount.name == new.name)).first():
                if only_the_first:
                    return None
                raise Conflict(f"There is an account {new.name} already.", mend="Choose another name.")
            row = StaffAccount(
                name=new.name,
                display_name=new.display_name,
                role=new.role,
                password_hash=new.password_hash,
                must_change_password=True,
                created_at=act.at,
                password_changed_at=act.at,
            )
            session.add(row)
            session.flush()
            self._note(session, act, Action.ACCOUNT_ADDED, row.id, name=new.name, role=new.role.value)
            return account_of_row(row)

        return await self._database.write(work)

    async def change(self, account_id: int, change: AccountChange, act: Act) -> Account:
        """Change name or role, switch off or on; Conflict when no administrator would be left.

        Whoever is switched off or gets another role is signed out everywhere.
        """

        def work(session: Session) -> Account:
            serialise(session)
            row = account_row(session, account_id)
            was_on, old = row.disabled_at is None, (row.display_name, row.role)
            had_administrator = _administrators(session) > 0
            row.display_name = row.display_name if change.display_name is None else change.display_name
            row.role = change.role or row.role
            if change.disabled is not None and change.disabled is was_on:
                row.disabled_at = act.at if change.disabled else None
            session.flush()
            if had_administrator and not _administrators(session):
                raise Conflict(
                    "No administrator would be left.", mend="Make another account an administrator first."
                )
            if row.disabled_at is not None or row.role is not old[1]:
                session.execute(delete(StaffSession).where(StaffSession.account_id == row.id))
            if (row.display_name, row.role) != old:
                words = {
                    "display_name": row.display_name,
                    "role": row.role.value,
                    "role_before": old[1].value,
                }
                self._note(session, act, Action.ACCOUNT_CHANGED, row.id, **words)
            if was_on is not (row.disabled_at is None):
                action = Action.ACCOUNT_DISABLED if was_on else Action.ACCOUNT_ENABLED
                self._note(session, act, action, row.id)
            return account_of_row(row)

        return await self._database.write(work)

    async def set_password(
        self, account_id: int, password_hash: str, act: Act, *, own: bool, keep_session: int | None = None
    ) -> None:
        """Another password, the person's `own` or one that is to be changed; other sessions end."""

        def work(session: Session) -> None:
            serialise(session)
            row = account_row(session, account_id)
            row.password_hash, row.password_changed_at = password_hash, act.at
            row.must_change_password = not own
            others = delete(StaffSession).where(StaffSession.account_id == row.id)
            session.execute(others.where(StaffSession.id != (keep_session or 0)))
            self._note(session, act, Action.PASSWORD_CHANGED if own else Action.PASSWORD_RESET, row.id)

        await self._database.write(work)

    async def rehash(self, account_id: int, old_hash: str, new_hash: str) -> None:
        """The same password under newer parameters, unless it was changed meanwhile."""

        def work(session: Session) -> None:
            row = account_row(session, account_id)
            if row.password_hash == old_hash:
                row.password_hash = new_hash

        await self._database.write(work)

    async def offer_totp(self, account_id: int, sealed: str) -> None:
        """Keep a secret of a second factor until it is confirmed."""

        def work(session: Session) -> None:
            account_row(session, account_id).pending_totp = sealed

        await self._database.write(work)

    async def confirm_totp(
        self, account_id: int, sealed: str, step: int, codes: Sequence[str], act: Act
    ) -> None:
        """Take the offered secret into use, with fresh recovery codes; Conflict when it is not the one offered."""

        def work(session: Session) -> None:
            serialise(session)
            row = account_row(session, account_id)
            if row.pending_totp != sealed:
                raise Conflict("Another second factor was begun meanwhile.", mend="Begin again.")
            row.totp, row.totp_step, row.pending_totp = sealed, step, None
            _replace_codes(session, row.id, codes)
            self._note(session, act, Action.TOTP_ADDED, row.id)

        await self._database.write(work)

    async def use_step(self, account_id: int, sealed: str, step: int) -> bool:
        """Use up a time step of the second factor; False when it or a later one was used before."""

        def work(session: Session) -> bool:
            serialise(session)
            row = account_row(session, account_id)
            if row.totp != sealed or (row.totp_step is not None and step <= row.totp_step):
                return False
            row.totp_step = step
            return True

        return await self._database.write(work)

    async def use_recovery_code(self, account_id: int, digest: str, act: Act) -> bool:
        """Use up a recovery code; False when there is none such."""

        def work(session: Session) -> bool:
            serialise(session)
            code = session.get(StaffRecoveryCode, (account_id, digest))
            if code is None:
                return False
            session.delete(code)
            session.flush()
            left = _codes_left(session, account_id)
            self._note(session, act, Action.RECOVERY_CODE_USED, account_id, left=left)
            return True

        return await self._database.write(work)

    async def recovery_codes_left(self, account_id: int) -> int:
        """How many recovery codes are unused."""
        return await self._database.read(lambda session: _codes_left(session, account_id))

    async def replace_recovery_codes(self, account_id: int, codes: Sequence[str], act: Act) -> None:
        """Fresh codes; the ones before are worth nothing."""

        def work(session: Session) -> None:
            serialise(session)
            _replace_codes(session, account_row(session, account_id).id, codes)
            self._note(session, act, Action.RECOVERY_CODES_MADE, account_id)

        await self._database.write(work)

    async def remove_totp(self, account_id: int, act: Act, *, keep_session: int | None = None) -> None:
        """No second factor any more (a lost telephone); other sessions end."""

        def work(session: Session) -> None:
            serialise(session)
            row = account_row(session, account_id)
            row.totp = row.totp_step = row.pending_totp = None
            _replace_codes(session, row.id, ())
            others = delete(StaffSession).where(StaffSession.account_id == row.id)
            session.execute(others.where(StaffSession.id != (keep_session or 0)))
            self._note(session, act, Action.TOTP_REMOVED, row.id)

        await self._database.write(work)

    def _note(self, session: Session, act: Act, action: Action, account_id: int, **detail: object) -> None:
        self._audit.append(session, act, action.value, f"account:{account_id}", **detail)


def account_row(session: Session, account_id: int) -> StaffAccount:
    """The row of an account. NotFound without one."""
    row = session.get(StaffAccount, account_id)
    if row is None:
        raise NotFound("There is no such account.", mend="List the accounts and take an id from there.")
    return row


def _administrators(session: Session) -> int:
    query = select(func.count()).where(StaffAccount.role == Role.ADMIN, StaffAccount.disabled_at.is_(None))
    return session.execute(query).scalar_one()


def _codes_left(session: Session, account_id: int) -> int:
    query = select(func.count()).where(StaffRecoveryCode.account_id == account_id)
    return session.execute(query).scalar_one()


def _replace_codes(session: Session, account_id: int, codes: Sequence[str]) -> None:
    session.execute(delete(StaffRecoveryCode).where(StaffRecoveryCode.account_id == account_id))
    session.add_all([StaffRecoveryCode(account_id=account_id, digest=digest) for digest in codes])


def account_of_row(row: StaffAccount) -> Account:
    """A row as a value."""
    return Account(
        row.id,
        row.name,
        row.display_name,
        row.role,
        row.password_hash,
        row.must_change_password,
        row.totp,
        row.pending_totp,
        row.created_at,
        row.password_changed_at,
        row.last_login_at,
        row.disabled_at,
        row.oidc_expected,
        row.oidc_expected_until,
        row.oidc_issuer,
        row.oidc_subject,
    )
