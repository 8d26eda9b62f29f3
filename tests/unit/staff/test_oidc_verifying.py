"""Which ID tokens prove who somebody is: the right ones, and a table of forged ones."""

from __future__ import annotations

from enum import Enum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.staff.oidc.problems import KeyUnknown, TokenWrong
from bot.staff.oidc.verifying import LEEWAY_S, Expected, Identity, identity_of
from tests.support.signing import b64, ec_key, jwk, pem, rsa_key, token

NOW = 1_800_000_000
ISSUER = "https://sso.city.example/realms/city"
CLIENT = "bangban"
RIGHT: dict[str, Any] = {
    "iss": ISSUER,
    "aud": CLIENT,
    "sub": "f3a1",
    "exp": NOW + 300,
    "iat": NOW,
    "nonce": "n-1",
    "preferred_username": "wang.wei",
}
KEYS = [jwk(rsa_key(), "k1"), jwk(rsa_key("second"), "k2"), jwk(ec_key(), "e1")]


class Claim(Enum):
    """What stands for a claim that is not there."""

    GONE = "gone"


GONE = Claim.GONE


def expected(**more: Any) -> Expected:
    wanted = {"issuer": ISSUER, "client_id": CLIENT, "nonce": "n-1", "now": NOW}
    return Expected(**{**wanted, "claim": "preferred_username", **more})


def claims(**changed: Any) -> dict[str, Any]:
    return {name: value for name, value in {**RIGHT, **changed}.items() if value is not GONE}


def reason(made: str, keys: Any = KEYS, **more: Any) -> str:
    with pytest.raises(TokenWrong) as caught:
        identity_of(made, keys, expected(**more))
    return caught.value.reason


def test_a_right_token_names_the_person() -> None:
    found = identity_of(token(RIGHT, rsa_key()), KEYS, expected())
    assert found == Identity(ISSUER, "f3a1", "wang.wei", second_factor=False)
    assert identity_of(token(RIGHT, ec_key(), "e1"), KEYS, expected()) == found
    assert identity_of(token(RIGHT, rsa_key("second"), "k2"), KEYS, expected()) == found


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": [CLIENT]},
        {"aud": [CLIENT, "other"], "azp": CLIENT},
        {"azp": CLIENT},
        {"exp": NOW - LEEWAY_S + 1},
        {"iat": NOW + LEEWAY_S},
        {"exp": NOW + 0.5},
        {"nbf": NOW},
    ],
)
def test_what_a_provider_may_say(changed: dict[str, Any]) -> None:
    assert identity_of(token(claims(**changed), rsa_key()), KEYS, expected()).subject == "f3a1"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"iss": "https://sso.city.example/realms/other"}, "wrong_iss"),
        ({"iss": ISSUER + "/"}, "wrong_iss"),
        ({"iss": [ISSUER]}, "wrong_iss"),
        ({"iss": GONE}, "missing_iss"),
        ({"aud": "other"}, "wrong_aud"),
        ({"aud": []}, "wrong_aud"),
        ({"aud": ["other", "another"]}, "wrong_aud"),
        ({"aud": {CLIENT: 1}}, "wrong_aud"),
        ({"aud": GONE}, "missing_aud"),
        ({"aud": [CLIENT, "other"]}, "wrong_azp"),
        ({"aud": [CLIENT, "other"], "azp": "other"}, "wrong_azp"),
        ({"azp": "other"}, "wrong_azp"),
        ({"nonce": "n-2"}, "wrong_nonce"),
        ({"nonce": ["n-1"]}, "wrong_nonce"),
        ({"nonce": ""}, "wrong_nonce"),
        ({"nonce": GONE}, "wrong_nonce"),
        ({"exp": NOW - LEEWAY_S}, "expired"),
        ({"exp": 0}, "expired"),
        ({"exp": str(NOW + 300)}, "wrong_exp"),
        ({"exp": True}, "wrong_exp"),
        ({"exp": float("nan")}, "wrong_exp"),
        ({"exp": float("inf")}, "wrong_exp"),
        ({"exp": GONE}, "missing_exp"),
        ({"iat": NOW + LEEWAY_S + 1}, "wrong_iat"),
        ({"iat": "yesterday"}, "wrong_iat"),
        ({"iat": GONE}, "missing_iat"),
        ({"nbf": NOW + LEEWAY_S + 1}, "wrong_nbf"),
        ({"sub": GONE}, "missing_sub"),
        ({"sub": ""}, "wrong_sub"),
        ({"sub": 7}, "wrong_sub"),
        ({"sub": "x" * 256}, "wrong_sub"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_it_may_not_say(changed: dict[str, Any], why: str) -> None:
    assert reason(token(claims(**changed), rsa_key())) == why


def test_a_signature_is_one_of_two_kinds_and_the_providers() -> None:
    good = token(RIGHT, rsa_key())
    head, body, signature = good.split(".")
    forged = b64(b'{"sub": "admin"}')
    assert reason(token(RIGHT, None)) == "unsupported_algorithm"
    assert reason(token(RIGHT, None, alg="None")) == "unsupported_algorithm"
    assert reason(token(RIGHT, None, alg="RS256")) == "bad_signature"
    assert reason(f"{head}.{body}.") == "bad_signature"
    assert reason(f"{head}.{forged}.{signature}") == "bad_signature"
    assert reason(token(RIGHT, rsa_key("thief"))) == "bad_signature"
    assert reason(token(RIGHT, ec_key("thief"), "e1")) == "bad_signature"


@pytest.mark.parametrize("secret", [pem(rsa_key()), b64(b"x").encode(), b"", CLIENT.encode()], ids=len)
def test_the_public_key_is_no_secret_of_an_hmac(secret: bytes) -> None:
    assert reason(token(RIGHT, secret)) == "unsupported_algorithm"
    oct_key = {"kty": "oct", "kid": "k1", "k": b64(secret), "alg": "HS256"}
    assert reason(token(RIGHT, secret), [oct_key]) == "unsupported_algorithm"


@pytest.mark.parametrize("alg", ["RS384", "PS256", "ES384", "EdDSA", "RSA-OAEP", "dir", 7, None, ["RS256"]])
def test_no_other_algorithm(alg: Any) -> None:
    assert reason(token(RIGHT, rsa_key(), alg=alg)) in ("unsupported_algorithm", "unreadable")


def test_a_key_is_taken_from_the_providers_document_alone() -> None:
    thief = jwk(rsa_key("thief"), "k9")
    brought = {"jwk": thief, "jku": "https://evil.example/keys", "x5u": "https://evil.example/"}
    assert reason(token(RIGHT, rsa_key("thief"), "k1", **brought)) == "bad_signature"
    for kid in ("k9", "", "../k1", "k1' OR 1=1"):
        with pytest.raises(KeyUnknown):
            identity_of(token(RIGHT, rsa_key("thief"), kid), KEYS, expected())
    with pytest.raises(KeyUnknown):
        identity_of(token(RIGHT, rsa_key(), None), KEYS, expected())
    assert identity_of(token(RIGHT, ec_key(), None), KEYS, expected()), "the only one of its kind"
    assert identity_of(token(RIGHT, rsa_key(), None), [jwk(rsa_key(), None)], expected())


@pytest.mark.parametrize(
    "key",
    [
        jwk(rsa_key(), "k1", use="enc"),
        jwk(rsa_key(), "k1", alg="RS512"),
        jwk(ec_key(), "k1"),
        {"kty": "RSA", "kid": "k1"},
        {"kty": "RSA", "kid": "k1", "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "kid": "k1", "n": 5, "e": []},
    ],
    ids=["not to sign", "other algorithm", "other kind", "no numbers", "tiny", "no text"],
)
def test_a_key_for_something_else_or_broken_is_none(key: dict[str, Any]) -> None:
    assert reason(token(RIGHT, rsa_key()), [key])


def test_a_short_key_proves_nothing() -> None:
    short = rsa_key("short", 1024)
    assert reason(token(RIGHT, short), [jwk(short, "k1")]) == "key_too_small"


def test_two_keys_of_one_name_are_none() -> None:
    with pytest.raises(KeyUnknown):
        identity_of(token(RIGHT, rsa_key()), [KEYS[0], jwk(rsa_key("second"), "k1")], expected())


def test_a_header_that_must_be_understood_is_not_passed_over() -> None:
    assert reason(token(RIGHT, rsa_key(), crit=["exp"], exp=1))
    assert identity_of(token(RIGHT, rsa_key(), x5t="abc", **{"x-own": 1}), KEYS, expected())


@pytest.mark.parametrize("made", ["", ".", "..", "a.b.c", "ä.ö.ü", "x" * 200_000, "e30.e30.e30", "a.b.c.d.e"])
def test_what_is_no_token(made: str) -> None:
    assert reason(made)


@pytest.mark.parametrize("payload", [[], "text", None, 7])
def test_claims_are_an_object(payload: Any) -> None:
    assert reason(token(payload, rsa_key()))


@given(st.text(max_size=60), st.text(max_size=60), st.text(max_size=60))
def test_nothing_but_a_reason_comes_of_noise(head: str, body: str, signature: str) -> None:
    written = ".".join(b64(part.encode("utf-8", "replace")) for part in (head, body, signature))
    assert reason(written)


def test_how_old_a_password_may_be() -> None:
    assert reason(token(RIGHT, rsa_key()), max_age_s=600) == "missing_auth_time"
    for at, why in (
        (NOW - 661, "signed_in_too_long_ago"),
        (NOW + 61, "signed_in_too_long_ago"),
        (True, "missing_auth_time"),
    ):
        assert reason(token(claims(auth_time=at), rsa_key()), max_age_s=600) == why
    assert identity_of(token(claims(auth_time=NOW - 660), rsa_key()), KEYS, expected(max_age_s=600))
    assert identity_of(token(claims(auth_time=1), rsa_key()), KEYS, expected()), "nobody asked"


@pytest.mark.parametrize(
    ("said", "proven"),
    [
        ({}, False),
        ({"acr": "2"}, True),
        ({"acr": "1"}, False),
        ({"acr": ["2"]}, False),
        ({"acr": "mfa"}, False),
        ({"amr": ["pwd", "mfa"]}, True),
        ({"amr": ["pwd"]}, False),
        ({"amr": "mfa"}, False),
        ({"amr": ["2"]}, False),
        ({"amr": [["mfa"], None]}, False),
    ],
    ids=str,
)
def test_a_second_factor_is_proven_by_a_value_of_the_settings(said: dict[str, Any], proven: bool) -> None:
    made = token(claims(**said), rsa_key())
    wanted = expected(acr=("2",), amr=("mfa", "otp"))
    assert identity_of(made, KEYS, wanted).second_factor is proven
    assert identity_of(made, KEYS, expected()).second_factor is False, "nothing is trusted by default"


@pytest.mark.parametrize(
    ("claim", "said", "found"),
    [
        ("preferred_username", {}, "wang.wei"),
        ("preferred_username", {"preferred_username": GONE}, None),
        ("preferred_username", {"preferred_username": ["wang.wei"]}, None),
        ("preferred_username", {"preferred_username": ""}, None),
        ("preferred_username", {"preferred_username": "a\u202eb"}, None),
        ("preferred_username", {"preferred_username": "x" * 256}, None),
        ("sub", {}, "f3a1"),
        ("email", {"email": "wang@city.example"}, None),
        ("email", {"email": "wang@city.example", "email_verified": "true"}, None),
        ("email", {"email": "wang@city.example", "email_verified": True}, "wang@city.example"),
    ],
    ids=str,
)
def test_what_an_account_is_linked_by(claim: str, said: dict[str, Any], found: str | None) -> None:
    made = token(claims(**said), rsa_key())
    assert identity_of(made, KEYS, expected(claim=claim)).claimed == found
