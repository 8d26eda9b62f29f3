"""Settings of signing in by an identity provider; `bot.settings` makes them part of the one settings object."""

from __future__ import annotations

from urllib.parse import urlsplit

from pydantic import Field, ValidationInfo, field_validator
from pydantic_settings import BaseSettings

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


def is_safe_address(address: str, *, plain: bool = False) -> bool:
    """https with a host, without user and fragment; `plain`: http as well, on this machine alone."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
        _ = parts.port
    except ValueError:
        return False
    if not host or parts.username is not None or parts.fragment or any(c.isspace() for c in address):
        return False
    return parts.scheme == "https" or (plain and parts.scheme == "http" and host in _LOOPBACK)


class OidcSettings(BaseSettings):
    """See the descriptions."""

    oidc_issuer: str = Field(
        default="",
        max_length=255,
        description="Issuer of the identity provider, https://…, exactly as it names itself; empty: none.",
    )
    oidc_client_id: str = Field(
        default="",
        max_length=255,
        validate_default=True,
        description="What the identity provider calls us (client id).",
    )
    oidc_client_secret: str = Field(
        default="",
        repr=False,
        max_length=1000,
        validate_default=True,
        description="Secret of us and the identity provider (client secret).",
    )
    oidc_label: str = Field(
        default="", max_length=40, description="Words on the button of the sign-in page; empty: ours."
    )
    oidc_scopes: str = Field(
        default="openid profile", description="Scopes asked for, parted by spaces; openid is one of them."
    )
    oidc_claim: str = Field(
        default="preferred_username",
        pattern=r"^[A-Za-z0-9_.:/-]{1,100}$",
        description="Claim of the ID token an account is linked by at the first sign-in; sub: the subject itself.",
    )
    oidc_second_factor_acr: str = Field(
        default="",
        description="Values of acr that prove a second factor at the provider, parted by commas; empty: none does.",
    )
    oidc_second_factor_amr: str = Field(
        default="",
        description="Values of amr that prove a second factor at the provider, parted by commas; empty: none does.",
    )
    oidc_max_age_s: int = Field(
        default=0,
        ge=0,
        le=604_800,
        description="Seconds since the provider last saw a password; older: it asks again. 0: as it likes.",
    )
    oidc_console_url: str = Field(
        default="",
        description="Address staff reach the front at, https://…, where the provider leads back to; empty:"
        " BANGBAN_PUBLIC_URL.",
    )

    @field_validator("oidc_issuer", "oidc_console_url")
    @classmethod
    def _address(cls, address: str) -> str:
        if address and not (is_safe_address(address, plain=True) and "?" not in address):
            raise ValueError("an address that begins with https:// (http:// on this machine alone)")
        return address

    @field_validator("oidc_client_id", "oidc_client_secret")
    @classmethod
    def _goes_with_an_issuer(cls, given: str, info: ValidationInfo) -> str:
        issuer = info.data.get("oidc_issuer")
        if issuer and not given:
            raise ValueError("a value, for BANGBAN_OIDC_ISSUER is set")
        if given and issuer == "":
            raise ValueError("BANGBAN_OIDC_ISSUER to be set as well")
        return given

    @field_validator("oidc_scopes")
    @classmethod
    def _asks_for_openid(cls, scopes: str) -> str:
        if "openid" not in scopes.split():
            raise ValueError("scopes with openid among them")
        return " ".join(scopes.split())

    @property
    def oidc_is_on(self) -> bool:
        """Whether there is an identity provider at all."""
        return bool(self.oidc_issuer)
