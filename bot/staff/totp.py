"""One-time codes by time (RFC 6238: HMAC-SHA1, six digits, thirty seconds), as telephones show them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from urllib.parse import quote

STEP_S = 30
DIGITS = 6
_DRIFT = 1
"""Steps a telephone's clock may be wrong, either way."""


def new_secret() -> str:
    """A fresh secret of 160 bits, in base32 as it is typed."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int, digits: int = DIGITS) -> str:
    """The code of a time step."""
    made = hmac.new(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = made[-1] & 0x0F
    number = int.from_bytes(made[offset : offset + 4], "big") & 0x7FFFFFFF
    return str(number % 10**digits).zfill(digits)


def step_at(unix_s: float) -> int:
    """The time step of an instant."""
    return int(unix_s // STEP_S)


def step_of(secret: str, code: str, unix_s: float) -> int | None:
    """The time step a code belongs to, near now; None when it is wrong. All candidates cost the same time."""
    now = step_at(unix_s)
    found = None
    for step in range(now - _DRIFT, now + _DRIFT + 1):
        if hmac.compare_digest(code_at(secret, step).encode(), code.encode()):
            found = step
    return found


def address(secret: str, account: str, issuer: str) -> str:
    """The otpauth:// address that is shown as a QR code."""
    label = f"{quote(issuer, safe='')}:{quote(account, safe='')}"
    settings = f"algorithm=SHA1&digits={DIGITS}&period={STEP_S}"
    return f"otpauth://totp/{label}?secret={secret}&issuer={quote(issuer, safe='')}&{settings}"
