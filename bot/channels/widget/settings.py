"""Settings of this channel; `bot.settings` makes them part of the one settings object."""

from __future__ import annotations

from ipaddress import ip_network

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings


class WidgetSettings(BaseSettings):
    """See the descriptions."""

    widget_origins: str = Field(
        default="",
        description="Other sites that may carry the widget: origins (https://HOST), parted by commas.",
    )
    widget_content: str = Field(
        default="", description="YAML file that replaces parts of the widget's own words; empty: none."
    )
    widget_map_url: str = Field(
        default="",
        description="Address of a map with {lat}, {lon} and {name} in it, for places; empty: no map links.",
    )
    widget_connections: int = Field(
        default=5000, ge=1, le=100_000, description="Open widget connections a front bears."
    )
    widget_connections_per_ip: int = Field(
        default=500, ge=1, le=100_000, description="Open widget connections of one network address."
    )
    widget_messages_per_minute: int = Field(
        default=20, ge=1, le=6000, description="Messages a minute of one widget conversation."
    )
    widget_requests_per_minute_per_ip: int = Field(
        default=1200,
        ge=10,
        le=1_000_000,
        description="Widget messages and requests a minute of one network address (a hall shares one).",
    )
    widget_idle_s: float = Field(
        default=1800.0, gt=0, le=86_400, description="Seconds of silence after which a socket is closed."
    )
    trusted_proxies: str = Field(
        default="127.0.0.1,::1",
        description="Addresses or networks of proxies whose X-Forwarded-For and -Proto are believed.",
    )

    @field_validator("widget_origins")
    @classmethod
    def _are_origins(cls, value: str) -> str:
        for origin in listed(value):
            scheme, separator, host = origin.partition("://")
            if scheme not in ("http", "https") or not separator or not host or set(host) & set("/*?# @;,'\""):
                raise ValueError("origins like https://www.example.gov.cn, parted by commas, without a path")
        return value

    @field_validator("widget_map_url")
    @classmethod
    def _is_map(cls, value: str) -> str:
        if value and not (value.startswith("https://") and "{lat}" in value and "{lon}" in value):
            raise ValueError("an address that begins with https:// and holds {lat} and {lon}")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _are_networks(cls, value: str) -> str:
        for one in listed(value):
            try:
                ip_network(one, strict=False)
            except ValueError:
                raise ValueError("addresses or networks (10.0.0.0/8), parted by commas") from None
        return value


def listed(value: str) -> tuple[str, ...]:
    """What stands between the commas."""
    return tuple(part.strip() for part in value.split(",") if part.strip())
