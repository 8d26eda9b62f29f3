"""ID tokens as an identity provider makes them, put together by hand: the library that reads them did not write them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

RsaKey = rsa.RSAPrivateKey
EcKey = ec.EllipticCurvePrivateKey


def b64(raw: bytes) -> str:
    """As everything in a token is written."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


@cache
def rsa_key(name: str = "first", bits: int = 2048) -> RsaKey:
    """One key for each name: making them takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key(name: str = "first") -> EcKey:
    return ec.generate_private_key(ec.SECP256R1())


def jwk(key: RsaKey | EcKey, kid: str | None, **more: Any) -> dict[str, Any]:
    """The public half, as it stands in a set of keys."""
    found: dict[str, Any] = {} if kid is None else {"kid": kid}
    if isinstance(key, rsa.RSAPrivateKey):
        numbers = key.public_key().public_numbers()
        parts = {"n": numbers.n, "e": numbers.e}
        found |= {"kty": "RSA", "alg": "RS256"}
        found |= {name: b64(one.to_bytes((one.bit_length() + 7) // 8, "big")) for name, one in parts.items()}
    else:
        point = key.public_key().public_numbers()
        found |= {"kty": "EC", "crv": "P-256", "alg": "ES256"}
        found |= {"x": b64(point.x.to_bytes(32, "big")), "y": b64(point.y.to_bytes(32, "big"))}
    return found | {"use": "sig"} | more


def pem(key: RsaKey) -> bytes:
    """The public half in the other way of writing it: the classic secret of a forged HS256."""
    kind = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_key().public_bytes(serialization.Encoding.PEM, kind)


def token(claims: Any, key: RsaKey | EcKey | bytes | None, kid: str | None = "k1", **header: Any) -> str:
    """In: what it says, and what it is signed with: RS256, ES256, HS256 for bytes, `none` for nothing."""
    if isinstance(key, rsa.RSAPrivateKey):
        alg = "RS256"
    elif isinstance(key, ec.EllipticCurvePrivateKey):
        alg = "ES256"
    else:
        alg = "none" if key is None else "HS256"
    head = {"typ": "JWT", "alg": alg, **({} if kid is None else {"kid": kid}), **header}
    said = f"{b64(json.dumps(head).encode())}.{b64(json.dumps(claims).encode())}"
    return f"{said}.{b64(_signature(said.encode(), key))}"


def _signature(said: bytes, key: RsaKey | EcKey | bytes | None) -> bytes:
    if key is None:
        return b""
    if isinstance(key, bytes):
        return hmac.new(key, said, hashlib.sha256).digest()
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(said, padding.PKCS1v15(), hashes.SHA256())
    r, s = decode_dss_signature(key.sign(said, ec.ECDSA(hashes.SHA256())))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")
