"""Settings of staff accounts; `bot.settings` makes them part of the one settings object."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class StaffSettings(BaseSettings):
    """See the descriptions."""

    staff_key: str = Field(
        default="",
        repr=False,
        description="Secret of second factors and of the audit log's chain; empty: one kept in var_dir/staff-key.",
    )
    staff_idle_s: float = Field(
        default=1800.0, gt=0, le=86_400, description="Seconds without use after which staff sign in again."
    )
    staff_session_s: float = Field(
        default=43_200.0, gt=0, le=604_800, description="Seconds after which staff sign in again in any case."
    )
    staff_requests_per_minute_per_ip: int = Field(
        default=1200,
        ge=10,
        le=1_000_000,
        description="Staff requests a minute of one network address (an office shares one).",
    )
    staff_logins_per_minute_per_ip: int = Field(
        default=60, ge=1, le=10_000, description="Sign-in attempts a minute of one network address."
    )
