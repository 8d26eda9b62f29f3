"""The errors of the Rasa side. Each has a stable code, an HTTP status and the mend.

RasaSideError           500 internal
├── ConfigInvalid       500 an environment variable cannot be used
├── ModelMissing        503 there is no trained model, or it cannot be loaded
├── TrainingImpossible  500 training data are missing, or Rasa refuses them
├── BadRequest          400 a request of the channel that cannot be read
│   ├── Unauthorized    401 no token, or a wrong one
│   └── TooLarge        413 a request or a field of it that is too long
└── TurnFailed          502 no action answered the turn
    ├── TurnTimeout     504 the turn did not finish before its deadline
    └── StateUnavailable 503 the conversation state cannot be read, written or locked
"""

from __future__ import annotations

from typing import ClassVar


class RasaSideError(Exception):
    """Base class: `code` is machine-readable, `mend` is the next step for a person."""

    code: ClassVar[str] = "internal"
    status: ClassVar[int] = 500

    def __init__(self, message: str, *, mend: str) -> None:
        self.message = message
        self.mend = mend
        super().__init__(f"{message} {mend}")

    def to_json(self) -> dict[str, dict[str, str]]:
        """The one JSON error shape of every address."""
        return {"error": {"code": self.code, "message": self.message, "mend": self.mend}}


class ConfigInvalid(RasaSideError):
    code = "config_invalid"


class ModelMissing(RasaSideError):
    code = "model_missing"
    status = 503


class TrainingImpossible(RasaSideError):
    code = "training_impossible"


class BadRequest(RasaSideError):
    code = "bad_request"
    status = 400


class Unauthorized(BadRequest):
    code = "unauthorized"
    status = 401


class TooLarge(BadRequest):
    code = "too_large"
    status = 413


class TurnFailed(RasaSideError):
    code = "turn_failed"
    status = 502


class TurnTimeout(TurnFailed):
    code = "turn_timeout"
    status = 504


class StateUnavailable(TurnFailed):
    code = "state_unavailable"
    status = 503
