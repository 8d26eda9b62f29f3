"""Settings of the desk; `bot.settings` makes them part of the one settings object."""

from __future__ import annotations

from pydantic import Field
from pydantic_settings import BaseSettings


class DeskSettings(BaseSettings):
    """See the descriptions."""

    desk_lost_after_s: float = Field(
        default=45.0,
        ge=1,
        le=3600,
        description="Seconds without a sign of an agent's console after which their chats go back to the queue.",
    )
    desk_silent_after_s: float = Field(
        default=180.0,
        ge=1,
        le=86_400,
        description="Seconds a citizen may wait for an agent's answer before somebody else takes the chat.",
    )
    desk_citizen_gone_s: float = Field(
        default=1800.0,
        ge=1,
        le=604_800,
        description="Seconds after an agent's last words after which a chat nobody answers is closed.",
    )
    desk_nobody_after_s: float = Field(
        default=120.0,
        ge=0,
        le=86_400,
        description="Seconds a citizen waits on when the last agent has gone, before a message can be left.",
    )
    desk_longest_wait_s: float = Field(
        default=1800.0,
        ge=1,
        le=86_400,
        description="Longest wait in the queue in seconds; after it a message can be left.",
    )
