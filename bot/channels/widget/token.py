"""The token that makes a browser the owner of a conversation.

`secret.region.signature`: 256 random bits, the region of the site it was made for, and a signature, so that
nobody can choose one themselves. Only a digest of the secret goes further inside; the token is kept by the
browser alone.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass

_TOKEN = re.compile(r"([A-Za-z0-9_-]{43})\.(\d{6}|\d{12}|0)\.([A-Za-z0-9_-]{22})", re.ASCII)
_REGION = re.compile(r"\d{6}|\d{12}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whom a token stands for."""

    sender: str
    """The name under which the conversation path knows the person; the token cannot be made from it."""
    public_id: str
    """May be shown: tells conversations apart in a browser, opens nothing."""
    region: str | None
    token: str


class Tokens:
    """Makes and reads tokens. In: a secret of the installation."""

    def __init__(self, key: str) -> None:
        self._key = hashlib.sha256(b"widget-token\0" + key.encode()).digest()

    def new(self, region: str | None) -> Visitor:
        """A visitor nobody has seen before."""
        return self._visitor(secrets.token_urlsafe(32), region)

    def read(self, token: object, region: str | None = None) -> Visitor | None:
        """The visitor of a token, moved to `region` when one is given; None when it is not one of ours."""
        match = _TOKEN.fullmatch(token) if isinstance(token, str) else None
        if match is None:
            return None
        secret, of_region, signature = match.groups()
        if not hmac.compare_digest(signature, self._sign(f"{secret}.{of_region}")):
            return None
        return self._visitor(secret, region or (None if of_region == "0" else of_region))

    def _visitor(self, secret: str, region: str | None) -> Visitor:
        signed = f"{secret}.{region or 0}"
        digest = hashlib.sha256(secret.encode()).hexdigest()
        public = self._sign(f"public\0{digest}")
        return Visitor(digest, f"c_{public}", region, f"{signed}.{self._sign(signed)}")

    def _sign(self, text: str) -> str:
        made = hmac.new(self._key, text.encode(), hashlib.sha256).digest()[:16]
        return base64.urlsafe_b64encode(made).rstrip(b"=").decode()


def region_code(given: object) -> str | None:
    """A GB/T 2260 code as a site may name it; anything else counts as none."""
    return given if isinstance(given, str) and _REGION.fullmatch(given) else None
