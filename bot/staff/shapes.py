"""The JSON that goes in and out of `/api/staff`."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import Field, StrictBool

from bot.staff.query import Number, Query
from bot.staff.routing import Answer, Body
from bot.staff.secrecy import csrf_of
from bot.staff.service import SignedIn, Step
from bot.staff.words import load_staff_words
from bot.store.staff_values import Account, AuditEntry, Method, Role, StaffSessionState

Password = Annotated[str, Field(min_length=1, max_length=512)]
Code = Annotated[str, Field(min_length=6, max_length=64)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
OfProvider = Annotated[str, Field(min_length=1, max_length=4096, pattern=r"^[\x20-\x7e]+$")]


class Login(Body):
    name: Name
    password: Password


class OidcBegin(Body):
    """Where to in the console after signing in, as its router writes it; empty: its first page."""

    then: Annotated[str, Field(max_length=600)] = ""


class OidcFinish(Body):
    """What the identity provider put into the address it led back to."""

    state: OfProvider
    code: OfProvider | None = None
    error: OfProvider | None = None
    iss: OfProvider | None = None


class OidcPerson(Body):
    """What the identity provider must call the person (see BANGBAN_OIDC_CLAIM)."""

    expected: Annotated[str, Field(min_length=1, max_length=255)]


class SecondFactor(Body):
    code: Code


class OwnPassword(Body):
    """The present password, asked again before something that matters."""

    password: Password


class PasswordChange(Body):
    current: Password
    new: Password


class NewAccountBody(Body):
    name: Name
    display_name: Name
    role: Role


class AccountChangeBody(Body):
    """What is left out stays as it is."""

    display_name: Name | None = None
    role: Role | None = None
    disabled: StrictBool | None = None


class AccountShown(Answer):
    id: int
    name: str
    display_name: str
    role: Role
    role_name: str
    disabled: bool
    must_change_password: bool
    second_factor: bool
    created_at: datetime
    last_login_at: datetime | None
    oidc_linked: bool
    """Somebody at the identity provider opens it."""
    oidc_expected: str | None
    """What the provider must call whoever opens it for the first time; null: nobody is awaited."""
    oidc_expected_until: datetime | None

    @classmethod
    def of(cls, account: Account) -> AccountShown:
        """Without anything secret."""
        return cls(
            id=account.id,
            name=account.name,
            display_name=account.display_name,
            role=account.role,
            role_name=load_staff_words().roles[account.role],
            disabled=account.disabled_at is not None,
            must_change_password=account.must_change_password,
            second_factor=account.totp is not None,
            created_at=account.created_at,
            last_login_at=account.last_login_at,
            oidc_linked=account.oidc_subject is not None,
            oidc_expected=account.oidc_expected,
            oidc_expected_until=account.oidc_expected_until,
        )


class SessionShown(Answer):
    id: int
    here: bool
    """It is the one that asks."""
    method: Method
    address: str
    browser: str
    created_at: datetime
    seen_at: datetime
    expires_at: datetime

    @classmethod
    def of(cls, session: StaffSessionState, here: int) -> SessionShown:
        """Without its token."""
        return cls(
            id=session.id,
            here=session.id == here,
            method=session.method,
            address=session.address,
            browser=session.browser,
            created_at=session.created_at,
            seen_at=session.seen_at,
            expires_at=session.expires_at,
        )


class Me(Answer):
    """Who is signed in. `step` says what is missing; `csrf` goes into X-CSRF-Token with every change."""

    account: AccountShown
    step: Step | None
    csrf: str
    recovery_codes_left: int | None = None
    idle_s: float

    @classmethod
    def of(cls, who: SignedIn, idle_s: float, left: int | None = None) -> Me:
        """What a page needs to go on."""
        return cls(
            account=AccountShown.of(who.account),
            step=who.step,
            csrf=csrf_of(who.token),
            recovery_codes_left=left,
            idle_s=idle_s,
        )


class SignInWays(Answer):
    """What the sign-in page offers besides name and password."""

    oidc: bool
    oidc_label: str
    """Words on its button; empty: the page has some."""
    oidc_claim: str
    """What accounts are linked by, for those who manage them."""


class OidcAddress(Answer):
    """Where the browser goes."""

    address: str


class OidcDone(Answer):
    me: Me
    then: str
    """Where to in the console; empty: its first page."""


class Accounts(Answer):
    accounts: tuple[AccountShown, ...]


class Sessions(Answer):
    sessions: tuple[SessionShown, ...]


class Ended(Answer):
    ended: int


class SecondFactorOffer(Answer):
    """Shown once: the secret to type, and the address to show as a QR code."""

    secret: str
    address: str


class RecoveryCodes(Answer):
    """Shown once."""

    recovery_codes: tuple[str, ...]


class Confirmed(RecoveryCodes):
    me: Me


class FirstPassword(Answer):
    """Shown once; the person must change it."""

    account: AccountShown
    password: str


class AuditQuery(Query):
    before: Number | None = None
    """The place to go on from."""


class AuditShown(Answer):
    seq: int
    at: datetime
    actor_id: int | None
    actor: str
    action: str
    action_name: str
    object: str
    detail: dict[str, Any]
    address: str

    @classmethod
    def of(cls, entry: AuditEntry) -> AuditShown:
        """With the action in words."""
        return cls(
            seq=entry.seq,
            at=entry.at,
            actor_id=entry.actor_id,
            actor=entry.actor,
            action=entry.action,
            action_name=load_staff_words().actions.get(entry.action, entry.action),
            object=entry.object,
            detail=dict(entry.detail),
            address=entry.address,
        )


class Audit(Answer):
    entries: tuple[AuditShown, ...]
    next_before: int | None
    """Where the next page begins; null at the end."""


class OpenApi(Answer):
    """The document this is taken from."""

    openapi: Literal["3.1.0"] = "3.1.0"
    info: dict[str, Any]
    paths: dict[str, Any]
    components: dict[str, Any]
