"""Settings of the whole installation, read once from the environment and checked at start.

Every name has the prefix `BANGBAN_`, but for `DATABASE_URL` and `REDIS_URL`. A mistyped name is refused
with the nearest right one, so that a setting is never silently without effect.
"""

from __future__ import annotations

import difflib
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationInfo, field_validator

from bot.channels.wechat.settings import WeChatSettings
from bot.channels.widget.settings import WidgetSettings
from bot.desk.settings import DeskSettings
from bot.errors import SetupIncomplete
from bot.staff.oidc.settings import OidcSettings, is_safe_address
from bot.staff.settings import StaffSettings
from knowledge.settings import PREFIX, KnowledgeSettings, SettingsInvalid, load, variable_names

_DRIVERS = {
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
    "postgresql+asyncpg": "postgresql+asyncpg",
    "sqlite": "sqlite",
}


class Settings(WeChatSettings, WidgetSettings, DeskSettings, OidcSettings, StaffSettings, KnowledgeSettings):
    """Everything the processes of an installation share. The descriptions are the documentation."""

    front_host: str = Field(default="0.0.0.0", description="Address the front listens on.")
    front_port: int = Field(default=8080, ge=1, le=65535, description="Port the front listens on.")
    actions_host: str = Field(default="127.0.0.1", description="Address the action server listens on.")
    actions_port: int = Field(default=5055, ge=1, le=65535, description="Port of the action server.")
    rasa_host: str = Field(default="127.0.0.1", description="Address Rasa listens on; keep it loopback.")
    rasa_port: int = Field(default=5005, ge=1, le=65535, description="Port of Rasa.")
    rasa_token: str = Field(
        default="",
        repr=False,
        description="Shared secret of front and Rasa; empty: a random one kept in var_dir/rasa-token.",
    )
    rasa_python: Path = Field(
        default=Path(".venv-rasa/bin/python"), description="Python 3.10 that has Rasa installed."
    )
    database_url: str = Field(
        default_factory=lambda data: f"sqlite:///{data.get('var_dir', 'var')}/bangban.db",
        validate_default=True,
        validation_alias="DATABASE_URL",
        repr=False,
        description="Our store: sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE.",
    )
    redis_url: str = Field(
        default="",
        validation_alias="REDIS_URL",
        repr=False,
        description="Redis for several fronts or Rasa workers; empty: everything in one process each.",
    )
    turn_deadline_s: float = Field(
        default=8.0, gt=0, le=120, description="Seconds after which a turn is answered without Rasa."
    )
    max_message_chars: int = Field(
        default=2000, ge=1, le=10_000, description="Longest message of a citizen that is worked on."
    )
    public_url: str = Field(
        default="",
        validate_default=True,
        description="Address citizens reach the front at, https://…, for links in messages; empty: no links.",
    )
    mask_salt: str = Field(
        default="",
        repr=False,
        description="Secret that keys pseudonyms; empty: a random one kept in var_dir/mask-salt.",
    )

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        return normalise_database_url(url)

    @field_validator("public_url")
    @classmethod
    def _is_led_back_to(cls, url: str, info: ValidationInfo) -> str:
        if info.data.get("oidc_issuer") and not info.data.get("oidc_console_url"):
            if not url:
                raise ValueError(
                    "an address, or one in BANGBAN_OIDC_CONSOLE_URL, for BANGBAN_OIDC_ISSUER is set"
                )
            if not is_safe_address(url, plain=True):
                raise ValueError("an address that begins with https://, for BANGBAN_OIDC_ISSUER is set")
        return url

    @property
    def rasa_models_dir(self) -> Path:
        """Where trained Rasa models are kept, the newest of which is served."""
        return self.var_dir / "rasa" / "models"

    @property
    def actions_url(self) -> str:
        """Where Rasa calls the action server."""
        return f"http://{_reachable(self.actions_host)}:{self.actions_port}"

    @property
    def rasa_url(self) -> str:
        """Where the front calls Rasa."""
        return f"http://{_reachable(self.rasa_host)}:{self.rasa_port}"

    @property
    def front_url(self) -> str:
        """Where this machine reaches the front."""
        return f"http://{_reachable(self.front_host)}:{self.front_port}"


def load_settings() -> Settings:
    """The settings of the installation, secrets included (made and kept when none are given)."""
    _refuse_unknown_names(os.environ)
    settings = load(Settings)
    return settings.model_copy(
        update={
            "rasa_token": settings.rasa_token or kept_secret(settings.var_dir / "rasa-token"),
            "mask_salt": settings.mask_salt or kept_secret(settings.var_dir / "mask-salt"),
        }
    )


def normalise_database_url(url: str) -> str:
    """The URL with our driver; ValueError for a database we cannot use."""
    scheme, separator, rest = url.partition("://")
    driver = _DRIVERS.get(scheme)
    if not separator or driver is None:
        raise ValueError("a URL that begins with postgresql:// or sqlite:///")
    if driver == "postgresql+asyncpg":
        rest = rest.replace("sslmode=", "ssl=")
    return f"{driver}://{rest}"


def kept_secret(path: Path) -> str:
    """The secret in a file only its owner may read; made at random when the file does not exist."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _create_once(path)
        secret = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SetupIncomplete(
            f"The secret in {path} cannot be kept: {error.strerror}.",
            mend=f"Let this user write to {path.parent}, or set BANGBAN_VAR_DIR to another folder.",
        ) from error
    if not secret:
        raise SetupIncomplete(f"The secret in {path} is empty.", mend=f"Delete {path}; a new one is made.")
    return secret


def _create_once(path: Path) -> None:
    """Write a fresh secret unless one is there. Of several processes exactly one wins, with a whole file."""
    if path.exists():
        return
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(32) + "\n")
        try:
            os.link(draft, path)
        except FileExistsError:
            return
    finally:
        draft.unlink(missing_ok=True)


def _refuse_unknown_names(environ: Mapping[str, str]) -> None:
    """SettingsInvalid when a variable has our prefix but is no setting: most likely a slip of the pen."""
    known = set(variable_names(Settings).values())
    unknown = [name for name in sorted(environ) if name.startswith(PREFIX) and name not in known]
    if not unknown:
        return
    lines = []
    for name in unknown:
        near = difflib.get_close_matches(name, known, n=1)
        lines.append(f"  {name}: no such setting" + (f"; did you mean {near[0]}?" if near else ""))
    raise SettingsInvalid(
        "These environment variables are no settings:\n" + "\n".join(lines) + "\n",
        mend="Correct their names or unset them.",
    )


def _reachable(host: str) -> str:
    """An address to call a server that listens on `host`."""
    if host in ("0.0.0.0", ""):
        return "127.0.0.1"
    if host == "::":
        return "[::1]"
    return f"[{host}]" if ":" in host else host
