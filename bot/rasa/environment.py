"""What the Rasa process is told by its environment, checked once at start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from bot.rasa.errors import ConfigInvalid

ROOT = Path(__file__).resolve().parents[2]
"""The checkout: config.yml, endpoints.yml, bot/domain and bot/data lie here."""

TOKEN_FILE = "rasa-token"
LOCK_IN_MEMORY = "in_memory"
LOCK_IN_REDIS = "bot.rasa.lock_store.RedisUrlLockStore"

_POSTGRES = ("postgres", "postgresql", "postgresql+asyncpg", "postgresql+psycopg2")
_LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")


@dataclass(frozen=True)
class RasaEnvironment:
    """Everything the launcher needs to know; secrets are left out of the representation."""

    var_dir: Path
    host: str
    port: int
    actions_url: str
    tracker_url: str = field(repr=False)
    redis_url: str = field(repr=False)
    token: str = field(repr=False)
    log_level: str
    turn_deadline_s: float
    max_message_chars: int
    workers: int

    @property
    def models_dir(self) -> Path:
        return self.var_dir / "rasa" / "models"

    @property
    def model(self) -> Path:
        """The model that is served; training replaces it in one step."""
        return self.models_dir / "bangban.tar.gz"

    @property
    def generated_data(self) -> Path:
        """Where `bangban train` writes the examples made from the guides' titles."""
        return self.var_dir / "rasa" / "data"

    def for_endpoints(self) -> dict[str, str]:
        """The variables that `endpoints.yml` and Rasa itself read."""
        return {
            "RASA_ACTION_URL": self.actions_url + "/webhook",
            "RASA_TRACKER_URL": self.tracker_url,
            "RASA_LOCK_TYPE": LOCK_IN_REDIS if self.redis_url else LOCK_IN_MEMORY,
            "RASA_LOCK_URL": self.redis_url,
            "SANIC_WORKERS": str(self.workers),
            "TICKET_LOCK_LIFETIME": str(int(self.turn_deadline_s) + 2),
            "LOG_LEVEL": self.log_level,
            **quiet(self.var_dir),
        }


def quiet(var_dir: Path) -> dict[str, str]:
    """No telemetry, no training cache outside the var folder, no TensorFlow chatter, no GPU search."""
    return {
        "RASA_TELEMETRY_ENABLED": "false",
        "RASA_CACHE_DIRECTORY": str(var_dir / "rasa" / "cache"),
        "RASA_MAX_CACHE_SIZE": "0",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "CUDA_VISIBLE_DEVICES": "",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }


def read_environment(environ: Mapping[str, str]) -> RasaEnvironment:
    """The environment as values; ConfigInvalid names the variable, what was expected and received.

    The token is made and kept in the var folder when none is given.
    """
    var_dir = Path(environ.get("BANGBAN_VAR_DIR") or "var")
    redis_url = environ.get("REDIS_URL", "")
    if redis_url and not redis_url.startswith(("redis://", "rediss://", "unix://")):
        raise _wrong("REDIS_URL", "a URL that begins with redis:// or rediss://", "another one")
    level = (environ.get("BANGBAN_LOG_LEVEL") or "INFO").upper()
    if level not in _LOG_LEVELS:
        raise _wrong("BANGBAN_LOG_LEVEL", " or ".join(_LOG_LEVELS), level)
    workers = _number(environ, "SANIC_WORKERS", 1, least=1, most=64)
    if workers > 1 and not redis_url:
        raise ConfigInvalid(
            f"SANIC_WORKERS is {workers}, but several workers need a lock that all of them see.",
            mend="Set REDIS_URL, or unset SANIC_WORKERS.",
        )
    return RasaEnvironment(
        var_dir=var_dir,
        host=environ.get("BANGBAN_RASA_HOST") or "127.0.0.1",
        port=_number(environ, "BANGBAN_RASA_PORT", 5005, least=1, most=65535),
        actions_url=_actions_url(environ),
        tracker_url=tracker_url(environ.get("DATABASE_URL", ""), var_dir),
        redis_url=redis_url,
        token=environ.get("BANGBAN_RASA_TOKEN") or kept_token(var_dir / TOKEN_FILE),
        log_level=level,
        turn_deadline_s=_seconds(environ, "BANGBAN_TURN_DEADLINE_S", 8.0),
        max_message_chars=_number(environ, "BANGBAN_MAX_MESSAGE_CHARS", 2000, least=1, most=10_000),
        workers=workers,
    )


def tracker_url(database_url: str, var_dir: Path) -> str:
    """Where conversations are kept: the PostgreSQL of the installation, else a file of our own.

    The driver of the rest of the installation (asyncpg) is replaced by Rasa's.
    """
    scheme, _, rest = database_url.partition("://")
    if scheme in _POSTGRES:
        return "postgresql://" + rest.replace("?ssl=", "?sslmode=").replace("&ssl=", "&sslmode=")
    if not database_url or scheme == "sqlite":
        return f"sqlite:///{var_dir / 'rasa.db'}"
    raise _wrong("DATABASE_URL", "a URL that begins with postgresql:// or sqlite:///", f"{scheme}://…")


def kept_token(path: Path) -> str:
    """The token in a file only its owner may read; made at random when there is none."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _create_once(path)
        token = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise ConfigInvalid(
            f"The token in {path} cannot be kept: {error.strerror}.",
            mend=f"Let this user write to {path.parent}, or set BANGBAN_RASA_TOKEN.",
        ) from error
    if not token:
        raise ConfigInvalid(f"The token in {path} is empty.", mend=f"Delete {path}; a new one is made.")
    return token


def _create_once(path: Path) -> None:
    """Of several processes exactly one writes the file, and none ever reads half of it."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32) + "\n")
    try:
        os.link(draft, path)
    except FileExistsError:
        return
    finally:
        draft.unlink()


def _actions_url(environ: Mapping[str, str]) -> str:
    if given := environ.get("BANGBAN_ACTIONS_URL"):
        return given.rstrip("/")
    host = environ.get("BANGBAN_ACTIONS_HOST") or "127.0.0.1"
    port = _number(environ, "BANGBAN_ACTIONS_PORT", 5055, least=1, most=65535)
    return f"http://{'127.0.0.1' if host == '0.0.0.0' else host}:{port}"


def _number(environ: Mapping[str, str], name: str, default: int, *, least: int, most: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isascii() or not text.isdecimal() or not least <= int(text) <= most:
        raise _wrong(name, f"a whole number from {least} to {most}", text)
    return int(text)


def _seconds(environ: Mapping[str, str], name: str, default: float) -> float:
    text = environ.get(name) or str(default)
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds <= 120:
        raise _wrong(name, "seconds, above 0 and at most 120", text)
    return seconds


def _wrong(name: str, expected: str, received: str) -> ConfigInvalid:
    return ConfigInvalid(
        f"{name}: expected {expected}; received {received!r}.", mend=f"Correct or unset {name}."
    )
