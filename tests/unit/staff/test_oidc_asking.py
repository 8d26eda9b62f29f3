"""Where a browser is sent, what of a provider's document is believed, and which settings fit together."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from pydantic import ValidationError

from bot.settings import Settings
from bot.staff.oidc.asking import (
    Client,
    Flow,
    authorization_address,
    challenge_of,
    is_own_path,
    new_flow,
)
from bot.staff.oidc.problems import ProviderAway
from bot.staff.oidc.provider import Showing, discovery_address, read_provider
from bot.staff.oidc.settings import is_safe_address

ISSUER = "https://sso.city.example/realms/city"
DOCUMENT: dict[str, Any] = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/auth?theme=city",
    "token_endpoint": "https://api.city.example/token",
    "jwks_uri": f"{ISSUER}/keys",
}
CLIENT = Client(
    "ban&gban", "secret", "https://b.example/console/sign-in/oidc", "openid profile", "sub", (), (), 0, ""
)
SETTINGS: dict[str, Any] = {
    "oidc_issuer": ISSUER,
    "oidc_client_id": "bangban",
    "oidc_client_secret": "hunter2",
    "public_url": "https://bangban.city.example",
}


def test_the_challenge_is_that_of_rfc_7636() -> None:
    assert (
        challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
        == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    )


def test_the_browser_is_sent_with_everything_and_without_what_is_ours() -> None:
    flow = new_flow("/audit")
    address = authorization_address(read_provider(DOCUMENT, ISSUER), CLIENT, flow)
    assert dict(parse_qsl(urlsplit(address).query)) == {
        "theme": "city",
        "response_type": "code",
        "client_id": "ban&gban",
        "redirect_uri": "https://b.example/console/sign-in/oidc",
        "scope": "openid profile",
        "state": flow.state,
        "nonce": flow.nonce,
        "code_challenge": challenge_of(flow.verifier),
        "code_challenge_method": "S256",
    }
    assert flow.verifier not in address and "secret" not in address


def test_what_is_asked_besides_when_settings_say_so() -> None:
    client = Client("b", "s", "https://b.example/x", "openid", "sub", ("2", "high"), (), 900, "")
    asked = dict(
        parse_qsl(
            urlsplit(authorization_address(read_provider(DOCUMENT, ISSUER), client, new_flow(""))).query
        )
    )
    assert (asked["acr_values"], asked["max_age"]) == ("2 high", "900")


def test_every_way_is_another_and_comes_back_from_the_store_whole() -> None:
    one, other = new_flow("/audit"), new_flow("/audit")
    assert len({one.state, one.nonce, one.verifier, other.state, other.nonce, other.verifier}) == 6
    assert 43 <= len(one.verifier) <= 128
    assert Flow.of_text(one.to_text()) == one


@pytest.mark.parametrize("path", ["/", "/audit", "/audit?x=1", "/desk/7", "/review?q=%E8%BA%AB#a"])
def test_addresses_inside_the_console(path: str) -> None:
    assert is_own_path(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "audit",
        "//evil.example",
        "/\\evil.example",
        "/a\\b",
        "https://evil.example",
        "javascript:alert(1)",
        "/a b",
        "/\t/evil.example",
        "/a\nSet-Cookie: x",
        "/sign-in?then=/x",
        "/" + "x" * 501,
        " /audit",
        "/audit\n",
    ],
)
def test_addresses_that_lead_elsewhere(path: str) -> None:
    assert not is_own_path(path)


def test_a_document_is_believed_when_it_is_the_providers() -> None:
    provider = read_provider(DOCUMENT, ISSUER)
    assert (provider.token, provider.showing, provider.names_itself) == (
        DOCUMENT["token_endpoint"],
        Showing.BASIC,
        False,
    )
    posts = {**DOCUMENT, "token_endpoint_auth_methods_supported": ["private_key_jwt", "client_secret_post"]}
    assert read_provider(posts, ISSUER).showing is Showing.POST
    both = {
        **DOCUMENT,
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
    }
    assert read_provider(both, ISSUER).showing is Showing.BASIC


@pytest.mark.parametrize(
    "changed",
    [
        {"issuer": ISSUER + "/"},
        {"issuer": None},
        {"authorization_endpoint": "http://sso.city.example/auth"},
        {"authorization_endpoint": "javascript:alert(1)"},
        {"token_endpoint": "http://169.254.169.254/latest"},
        {"token_endpoint": "http://127.0.0.1/token"},
        {"token_endpoint": "https://user:pass@sso.city.example/token"},
        {"jwks_uri": "file:///etc/passwd"},
        {"jwks_uri": None},
        {"jwks_uri": ["https://sso.city.example/keys"]},
        {"token_endpoint_auth_methods_supported": ["private_key_jwt"]},
        {"token_endpoint_auth_methods_supported": "client_secret_basic"},
    ],
    ids=str,
)
def test_a_document_that_cannot_be_used(changed: dict[str, Any]) -> None:
    with pytest.raises(ProviderAway):
        read_provider({**DOCUMENT, **changed}, ISSUER)


def test_where_the_document_lies() -> None:
    assert discovery_address("https://a.example/") == "https://a.example/.well-known/openid-configuration"
    assert discovery_address(ISSUER) == f"{ISSUER}/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("address", "safe", "here"),
    [
        ("https://a.example/x", True, True),
        ("http://127.0.0.1:9/x", False, True),
        ("http://[::1]:9/x", False, True),
        ("http://localhost/x", False, True),
        ("http://127.0.0.1.evil.example/", False, False),
        ("http://a.example/", False, False),
        ("https://", False, False),
        ("https://a.example:99999/", False, False),
        ("https://a b/", False, False),
        ("https://u@a.example/", False, False),
        ("ftp://localhost/", False, False),
        ("", False, False),
    ],
)
def test_addresses_we_talk_to(address: str, safe: bool, here: bool) -> None:
    assert (is_safe_address(address), is_safe_address(address, plain=True)) == (safe, here)


def test_settings_that_fit_together() -> None:
    settings = Settings(**SETTINGS)
    assert settings.oidc_is_on and not Settings().oidc_is_on
    assert "hunter2" not in repr(settings)
    apart = {**SETTINGS, "public_url": "http://hall.example", "oidc_console_url": "https://inside.example"}
    assert Settings(**apart).oidc_is_on
    assert Settings(public_url="http://hall.example").public_url, "as before"


@pytest.mark.parametrize(
    "changed",
    [
        {"oidc_client_id": ""},
        {"oidc_client_secret": ""},
        {"public_url": ""},
        {"public_url": "http://bangban.city.example"},
        {"oidc_issuer": ""},
        {"oidc_issuer": "http://sso.city.example"},
        {"oidc_issuer": "sso.city.example"},
        {"oidc_issuer": "https://sso.city.example/?realm=1"},
        {"oidc_scopes": "profile"},
        {"oidc_claim": "a b"},
        {"oidc_console_url": "inside.example"},
    ],
    ids=str,
)
def test_settings_that_do_not_start(changed: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        Settings(**{**SETTINGS, **changed})
