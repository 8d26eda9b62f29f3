"""The processes of an installation: what starts each, and where each says that it is ready."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import bot
from bot.settings import Settings

ROOT = Path(bot.__file__).resolve().parents[1]
"""The checkout: config.yml and the Rasa training data lie here."""


@dataclass(frozen=True)
class Part:
    """One process to keep alive."""

    name: str
    argv: tuple[str, ...]
    health_url: str
    env: Mapping[str, str] = field(default_factory=dict)
    """Set on top of the environment of the supervisor."""


def actions_part(settings: Settings) -> Part:
    """The action server: holds the search index and composes answers."""
    return Part("actions", (sys.executable, "-m", "actions"), f"{settings.actions_url}/health")


def rasa_part(settings: Settings) -> Part:
    """Rasa, in its own environment. It cannot read `bot.settings`, so it is told everything it needs."""
    env = {
        "BANGBAN_VAR_DIR": str(settings.var_dir),
        "BANGBAN_RASA_HOST": settings.rasa_host,
        "BANGBAN_RASA_PORT": str(settings.rasa_port),
        "BANGBAN_RASA_TOKEN": settings.rasa_token,
        "BANGBAN_ACTIONS_URL": settings.actions_url,
        "BANGBAN_TURN_DEADLINE_S": str(settings.turn_deadline_s),
        "BANGBAN_MAX_MESSAGE_CHARS": str(settings.max_message_chars),
        "BANGBAN_LOG_LEVEL": settings.log_level,
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "PYTHONPATH": str(ROOT),
    }
    health = f"{settings.rasa_url}/webhooks/bangban/health"
    return Part("rasa", (str(settings.rasa_python), "-m", "bot.rasa"), health, env)


def front_part(settings: Settings) -> Part:
    """The front: everything the outside world talks to."""
    return Part("front", (sys.executable, "-m", "bot.front"), f"{settings.front_url}/healthz")
