"""What an identity provider says of itself (its discovery document). Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.staff.oidc.problems import ProviderAway
from bot.staff.oidc.settings import is_safe_address


class Showing(StrEnum):
    """How we show our secret at the token endpoint."""

    BASIC = "client_secret_basic"
    POST = "client_secret_post"


@dataclass(frozen=True, slots=True)
class Provider:
    """The addresses of an identity provider, and how it wants to be asked."""

    issuer: str
    authorization: str
    token: str
    keys: str
    showing: Showing
    names_itself: bool
    """Puts its `iss` beside every code (RFC 9207)."""


def discovery_address(issuer: str) -> str:
    """Where the document lies."""
    return issuer.rstrip("/") + "/.well-known/openid-configuration"


def read_provider(document: Mapping[str, Any], issuer: str) -> Provider:
    """The provider of a discovery document. ProviderAway when it is another's or cannot be used."""
    if document.get("issuer") != issuer:
        raise ProviderAway("issuer_differs")
    known = document.get("token_endpoint_auth_methods_supported") or [Showing.BASIC]
    showing = next((one for one in Showing if isinstance(known, list) and one in known), None)
    if showing is None:
        raise ProviderAway("token_endpoint_auth_methods_unknown")
    names_itself = document.get("authorization_response_iss_parameter_supported") is True
    return Provider(
        issuer=issuer,
        authorization=_address(document, "authorization_endpoint"),
        token=_address(document, "token_endpoint"),
        keys=_address(document, "jwks_uri"),
        showing=showing,
        names_itself=names_itself,
    )


def _address(document: Mapping[str, Any], name: str) -> str:
    """https, unless the provider itself is on this machine."""
    address = document.get(name)
    plain = str(document["issuer"]).startswith("http://")
    if not isinstance(address, str) or not is_safe_address(address, plain=plain):
        raise ProviderAway(f"{name}_unusable")
    return address
