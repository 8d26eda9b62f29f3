"""How a person is sent to the identity provider: a fresh state, nonce and verifier for every time. Pure but for chance."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from dataclasses import asdict, dataclass
from urllib.parse import urlencode

from bot.staff.oidc.provider import Provider

RETURN_PATH = "/console/sign-in/oidc"
"""The page the provider leads back to; it is registered there."""

_OWN_PATH = re.compile(r"/(?![/\\])[^\s\\\x00-\x1f\x7f]{0,500}")


@dataclass(frozen=True, slots=True)
class Client:
    """What we are to the provider, and what we ask of it."""

    id: str
    secret: str
    return_address: str
    scopes: str
    claim: str
    acr: tuple[str, ...]
    amr: tuple[str, ...]
    max_age_s: int
    label: str
    """On the button of the sign-in page; empty: the console's own words."""


@dataclass(frozen=True, slots=True)
class Flow:
    """One way to the provider and back. It is kept here, sealed; the browser has a token for it."""

    state: str
    nonce: str
    verifier: str
    then: str
    """Where to in the console afterwards; empty: its first page."""

    def to_text(self) -> str:
        """For the store."""
        return json.dumps(asdict(self))

    @classmethod
    def of_text(cls, text: str) -> Flow:
        """From the store."""
        return cls(**json.loads(text))


def new_flow(then: str) -> Flow:
    """With 256 random bits each."""
    return Flow(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48), then)


def is_own_path(path: str) -> bool:
    """An address inside the console as its router writes it (`/audit?x=1`), and nothing that leads elsewhere."""
    return _OWN_PATH.fullmatch(path) is not None and not path.startswith("/sign-in")


def challenge_of(verifier: str) -> str:
    """The S256 challenge of RFC 7636."""
    digest = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def authorization_address(provider: Provider, client: Client, flow: Flow) -> str:
    """Where the browser goes."""
    asked = {
        "response_type": "code",
        "client_id": client.id,
        "redirect_uri": client.return_address,
        "scope": client.scopes,
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": challenge_of(flow.verifier),
        "code_challenge_method": "S256",
    }
    if client.acr:
        asked["acr_values"] = " ".join(client.acr)
    if client.max_age_s:
        asked["max_age"] = str(client.max_age_s)
    joint = "&" if "?" in provider.authorization else "?"
    return f"{provider.authorization}{joint}{urlencode(asked)}"
