"""What joins a front to the simulator: the account's secrets, kept between starts, and the settings."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from pathlib import Path

from bot.errors import SetupIncomplete
from bot.simulator.account import Account, AccountKind, Mode, new_account

_FILE = "wechat-simulator.json"


def kept_account(var_dir: Path, kind: AccountKind, mode: Mode) -> Account:
    """The account of this installation's simulator; its secrets are made once and kept."""
    path = var_dir / _FILE
    if not path.exists():
        _keep(path, new_account())
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
        return Account(**{**values, "kind": kind, "mode": mode})
    except (OSError, ValueError, TypeError) as error:
        raise SetupIncomplete(
            f"{path} cannot be read: {type(error).__name__}.", mend=f"Delete {path}; a new one is made."
        ) from None


def _keep(path: Path, account: Account) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump(asdict(account), file, ensure_ascii=False, indent=1)
    except OSError as error:
        raise SetupIncomplete(
            f"The simulator's secrets cannot be kept in {path}: {error.strerror}.",
            mend=f"Let this user write to {path.parent}, or set BANGBAN_VAR_DIR to another folder.",
        ) from None


def front_settings(account: Account, api_url: str, public_url: str) -> dict[str, str]:
    """The environment under which a front talks to this simulator."""
    return {
        "BANGBAN_WECHAT_TOKEN": account.token,
        "BANGBAN_WECHAT_APP_ID": account.app_id,
        "BANGBAN_WECHAT_APP_SECRET": account.secret,
        "BANGBAN_WECHAT_AES_KEY": account.aes_key,
        "BANGBAN_WECHAT_MODE": account.mode.value,
        "BANGBAN_WECHAT_API_URL": api_url,
        "BANGBAN_WECHAT_MSGMENU": "true" if account.abilities.msgmenu else "false",
        "BANGBAN_PUBLIC_URL": public_url,
    }
