"""Whether an ID token proves who somebody is. Pure: the token, the keys and the time in, an identity out.

Signatures are judged by joserfc, with the two algorithms of this list alone and with keys of the provider's own
document: what a token says of its key, but for the key's name, is not looked at.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, InvalidClaimError, JoseError, MissingClaimError
from joserfc.jwk import ECKey, RSAKey
from joserfc.util import base64_to_int

from bot.staff.oidc.problems import KeyUnknown, TokenWrong

LEEWAY_S = 60
"""So far our clock and the provider's may differ."""
LONGEST = 255
"""Characters of a subject or of the claim an account is linked by."""

_KEY_TYPES = {"RS256": "RSA", "ES256": "EC"}
_SMALLEST_RSA = 2048
_PUBLIC = {"RSA": ("n", "e"), "EC": ("crv", "x", "y")}


class _Registry(jws.JWSRegistry):
    """Headers we do not know do no harm (`crit` ones are refused); certificates in them are long."""

    max_header_length = 16_384


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token must say."""

    issuer: str
    client_id: str
    nonce: str
    now: int
    max_age_s: int = 0
    claim: str = "sub"
    acr: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says somebody is."""

    issuer: str
    subject: str
    """Never given to anybody else by the provider."""
    claimed: str | None
    """Value of the claim accounts are linked by; None: there is none, or it is not proven."""
    second_factor: bool
    """Whether the provider checked one that counts here."""


def identity_of(token: str, keys: Sequence[Mapping[str, Any]], expected: Expected) -> Identity:
    """Who it is. TokenWrong says why not; KeyUnknown that its key is not among `keys`."""
    claims = _signed(token, keys)
    _check(claims, expected)
    return Identity(
        issuer=expected.issuer,
        subject=claims["sub"],
        claimed=_claimed(claims, expected.claim),
        second_factor=_has_second_factor(claims, expected),
    )


def _signed(token: str, keys: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The claims, when the signature is the provider's."""
    registry = _Registry(algorithms=list(_KEY_TYPES), strict_check_header=False)
    try:
        header = jws.extract_compact(token.encode("ascii"), registry=registry).headers()
        key = _key(header, keys)
        return jwt.decode(token, key, registry=registry).claims
    except TokenWrong:
        raise
    except JoseError as error:
        raise TokenWrong(error.error or "unreadable") from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise TokenWrong("unreadable") from None


def _key(header: Mapping[str, Any], keys: Sequence[Mapping[str, Any]]) -> RSAKey | ECKey:
    """The one key the header names (or, when it names none, the only one of its kind)."""
    algorithm, name = header.get("alg"), header.get("kid")
    kind = _KEY_TYPES.get(algorithm) if isinstance(algorithm, str) else None
    if kind is None:
        raise TokenWrong("unsupported_algorithm")
    fitting = [
        key
        for key in keys
        if key.get("kty") == kind
        and key.get("use", "sig") == "sig"
        and key.get("alg", algorithm) == algorithm
        and (kind != "EC" or key.get("crv") == "P-256")
        and (name is None or key.get("kid") == name)
    ]
    if len(fitting) != 1:
        raise KeyUnknown("key_unknown")
    parts: dict[str, Any] = {"kty": kind, **{part: fitting[0].get(part) for part in _PUBLIC[kind]}}
    if kind == "EC":
        return ECKey.import_key(parts)
    if base64_to_int(parts["n"]).bit_length() < _SMALLEST_RSA:
        raise TokenWrong("key_too_small")
    return RSAKey.import_key(parts)


def _check(claims: dict[str, Any], expected: Expected) -> None:
    registry = jwt.JWTClaimsRegistry(
        now=expected.now,
        leeway=LEEWAY_S,
        iss={"essential": True, "value": expected.issuer},
        aud={"essential": True, "value": expected.client_id},
        sub={"essential": True},
        exp={"essential": True},
        iat={"essential": True},
    )
    try:
        registry.validate(claims)
    except ExpiredTokenError:
        raise TokenWrong("expired") from None
    except MissingClaimError as error:
        raise TokenWrong(f"missing_{error.claim}") from None
    except InvalidClaimError as error:
        raise TokenWrong(f"wrong_{error.claim}") from None
    except JoseError as error:
        raise TokenWrong(error.error or "wrong_claims") from None
    if len(claims["sub"]) > LONGEST:
        raise TokenWrong("wrong_sub")
    _check_party(claims, expected.client_id)
    nonce = claims.get("nonce")
    if not isinstance(nonce, str) or not hmac.compare_digest(nonce.encode(), expected.nonce.encode()):
        raise TokenWrong("wrong_nonce")
    if expected.max_age_s:
        _check_age(claims.get("auth_time"), expected)


def _check_party(claims: Mapping[str, Any], client_id: str) -> None:
    """For us, and not for us by the way: who it was issued to is us."""
    party, audience = claims.get("azp"), claims["aud"]
    if party is None and (isinstance(audience, str) or len(audience) == 1):
        return
    if party != client_id:
        raise TokenWrong("wrong_azp")


def _check_age(at: object, expected: Expected) -> None:
    if isinstance(at, bool) or not isinstance(at, int | float):
        raise TokenWrong("missing_auth_time")
    if not expected.now - expected.max_age_s - LEEWAY_S <= at <= expected.now + LEEWAY_S:
        raise TokenWrong("signed_in_too_long_ago")


def _claimed(claims: Mapping[str, Any], name: str) -> str | None:
    """An address of e-mail counts when the provider has verified it."""
    value = claims.get(name)
    if not isinstance(value, str) or not 1 <= len(value) <= LONGEST or not value.isprintable():
        return None
    if name == "email" and claims.get("email_verified") is not True:
        return None
    return value


def _has_second_factor(claims: Mapping[str, Any], expected: Expected) -> bool:
    ways = claims.get("amr")
    shown = ways if isinstance(ways, list) else []
    by_way = any(isinstance(way, str) and way in expected.amr for way in shown)
    return by_way or (isinstance(claims.get("acr"), str) and claims["acr"] in expected.acr)
