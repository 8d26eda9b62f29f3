"""Settings of this channel; `bot.settings` makes them part of the one settings object."""

from __future__ import annotations

from pydantic_settings import BaseSettings


class WidgetSettings(BaseSettings):
    """See the descriptions."""
