"""The error tree of the bot package. Every error has a stable code, an HTTP status and the mend.

BangbanError            500 internal
├── BadRequest          400 the request cannot be read (malformed JSON, wrong type)
│   └── TooLarge        413 the request or a field of it is too long
├── Unauthorized        401 the caller did not show who it is
├── Forbidden           403 the caller may not do this
├── NotFound            404 no such address or record
├── NotAllowed          405 the address exists, the method does not
├── Conflict            409 the record changed meanwhile or exists already
├── TooFast             429 more requests than one caller may send
├── PartUnavailable     503 a part (rasa, actions, database, redis) does not answer
│   └── TurnTimeout     504 the turn did not finish before its deadline
├── SetupIncomplete     500 something that `make setup` makes is not there
└── CommandFailed       500 a command of the command line could not do its work
"""

from __future__ import annotations

from typing import ClassVar


class BangbanError(Exception):
    """Base class: `code` is machine-readable, `mend` is the next step for a person."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500
    default_mend: ClassVar[str] = "The log of this process says more."

    def __init__(self, message: str, *, mend: str | None = None) -> None:
        self.message = message
        self.mend = self.default_mend if mend is None else mend
        super().__init__(f"{message} {self.mend}".strip())

    def to_json(self) -> dict[str, dict[str, str]]:
        """The one JSON error shape of every address."""
        return {"error": {"code": self.code, "message": self.message, "mend": self.mend}}


class BadRequest(BangbanError):
    code = "bad_request"
    status = 400
    default_mend = "Correct the request and send it again."


class TooLarge(BadRequest):
    code = "too_large"
    status = 413
    default_mend = "Shorten the request and send it again."


class Unauthorized(BangbanError):
    code = "unauthorized"
    status = 401
    default_mend = "Show a valid token."


class Forbidden(BangbanError):
    code = "forbidden"
    status = 403
    default_mend = "Ask the operator of this installation to allow it."


class NotFound(BangbanError):
    code = "not_found"
    status = 404
    default_mend = "Check the address or the id."


class NotAllowed(BangbanError):
    code = "method_not_allowed"
    status = 405
    default_mend = "Use one of the methods named in the Allow header."


class Conflict(BangbanError):
    code = "conflict"
    status = 409
    default_mend = "Load the newest state and try again."


class TooFast(BangbanError):
    code = "too_fast"
    status = 429
    default_mend = "Wait a little, then try again."


class PartUnavailable(BangbanError):
    code = "part_unavailable"
    status = 503
    default_mend = "Try again in a moment; /readyz names the part that is missing."


class TurnTimeout(PartUnavailable):
    code = "turn_timeout"
    status = 504


class SetupIncomplete(BangbanError):
    code = "setup_incomplete"
    default_mend = "Run `make setup`, then try again."


class CommandFailed(BangbanError):
    code = "command_failed"
    default_mend = "Correct what is named above and run the command again."
