"""Why a request of staff is refused. The words are in `content/staff.yml`, by code.

Unauthorized
├── NoSession             401 nobody is signed in here, or not any more
├── LoginFailed           401 name or password is wrong; never which
├── FirstPasswordTooOld   401 the first password was right, but not used in time
├── CodeWrong             401 the one-time or recovery code is wrong or used up
├── OidcDenied            401 the identity provider did not let the person in
├── OidcUnproven          401 what it said of the person is not proven
├── OidcNoAccount         401 it knows the person; no account here is theirs
└── OidcAccountOff        401 it knows the person; their account here is switched off
Forbidden
├── RoleRefused           403 the role does not allow it
├── OriginRefused         403 the request comes from a page that is not ours
├── CsrfRefused           403 the word every change shows is missing or wrong
└── StepMissing           403 signing in is not finished: a code, a new password or a second factor first
BadRequest
├── BodyInvalid           400 a field is missing, too much or of the wrong kind
├── WeakPassword          400 the password is not good enough
└── UpgradeRequired       426 the address is a WebSocket's
TooFast
├── Locked                429 too many attempts failed
└── Hurried               429 too many requests
Conflict
├── AlreadyThere          409 there is a second factor already
├── NotOnOneself          409 an administrator may not do this to themselves
└── OidcStale             409 no way to the identity provider and back began in this browser, or it is over
NotFound
└── OidcOff               404 there is no identity provider
PartUnavailable
└── OidcAway              503 the identity provider does not answer as it should
"""

from __future__ import annotations

from typing import ClassVar, TypeVar

from bot.errors import (
    BadRequest,
    BangbanError,
    Conflict,
    Forbidden,
    NotFound,
    PartUnavailable,
    TooFast,
    Unauthorized,
)
from bot.staff.words import load_staff_words

E = TypeVar("E", bound=BangbanError)


class NoSession(Unauthorized):
    code = "no_session"


class LoginFailed(Unauthorized):
    code = "login_failed"


class FirstPasswordTooOld(Unauthorized):
    code = "first_password_too_old"


class CodeWrong(Unauthorized):
    code = "code_wrong"


class OidcDenied(Unauthorized):
    code = "oidc_denied"


class OidcUnproven(Unauthorized):
    code = "oidc_unproven"


class OidcNoAccount(Unauthorized):
    code = "oidc_no_account"


class OidcAccountOff(Unauthorized):
    code = "oidc_account_off"


class RoleRefused(Forbidden):
    code = "role_refused"


class OriginRefused(Forbidden):
    code = "origin_refused"


class CsrfRefused(Forbidden):
    code = "csrf_refused"


class StepMissing(Forbidden):
    code = "step_missing"


class BodyInvalid(BadRequest):
    code = "body_invalid"


class WeakPassword(BadRequest):
    code = "weak_password"


class UpgradeRequired(BadRequest):
    code = "upgrade_required"
    status: ClassVar[int] = 426


class Locked(TooFast):
    code = "locked"


class Hurried(TooFast):
    code = "too_fast"


class AlreadyThere(Conflict):
    code = "already_there"


class NotOnOneself(Conflict):
    code: ClassVar[str] = "not_on_oneself"


class OidcStale(Conflict):
    code: ClassVar[str] = "oidc_stale"


class OidcOff(NotFound):
    code = "oidc_off"


class OidcAway(PartUnavailable):
    code = "oidc_away"


REFUSALS: tuple[type[BangbanError], ...] = (
    NoSession,
    LoginFailed,
    FirstPasswordTooOld,
    CodeWrong,
    RoleRefused,
    OriginRefused,
    CsrfRefused,
    StepMissing,
    BodyInvalid,
    WeakPassword,
    UpgradeRequired,
    Locked,
    Hurried,
    AlreadyThere,
    NotOnOneself,
    OidcDenied,
    OidcUnproven,
    OidcNoAccount,
    OidcAccountOff,
    OidcStale,
    OidcOff,
    OidcAway,
)


def refusal(kind: type[E], **values: object) -> E:
    """The error with its words; `values` fill their gaps."""
    words = load_staff_words().refusals[kind.code]
    return kind(words.message.format(**values), mend=words.mend.format(**values))
