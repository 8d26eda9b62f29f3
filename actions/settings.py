"""Settings of the action server. The names are those of `bot.settings`, so one environment serves both."""

from __future__ import annotations

from pydantic import Field

from knowledge.settings import KnowledgeSettings, load


class ActionsSettings(KnowledgeSettings):
    """Where the action server listens, besides what search needs."""

    actions_host: str = Field(default="127.0.0.1", description="Address the action server listens on.")
    actions_port: int = Field(default=5055, ge=1, le=65535, description="Port of the action server.")


def load_settings() -> ActionsSettings:
    """The settings of the action server; SettingsInvalid names every wrong one."""
    return load(ActionsSettings)
