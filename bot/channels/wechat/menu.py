"""The account's menu: `content/menu.yml` → what the API takes, and keys → what a click asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from bot.channels.wechat.words import CONTENT
from bot.errors import SetupIncomplete

_NAME_BYTES = 16
_ENTRY_NAME_BYTES = 60
_KEY = "ask:"
_KEY_BYTES = 128


class Button(BaseModel):
    """A button or an entry under one: it asks something, opens a page, or holds entries."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(min_length=1)
    asks: str = Field(default="", max_length=100)
    page: str = Field(default="", pattern=r"^(/[!-~]*)?$")
    entries: tuple[Button, ...] = Field(default=(), max_length=5)

    @model_validator(mode="after")
    def _does_something(self) -> Button:
        if not (self.asks or self.page or self.entries):
            raise ValueError("needs asks, page or entries")
        if len((_KEY + self.asks).encode()) > _KEY_BYTES:
            raise ValueError(f"asks is longer than {_KEY_BYTES - len(_KEY)} bytes")
        if any(len(entry.name.encode()) > _ENTRY_NAME_BYTES or entry.entries for entry in self.entries):
            raise ValueError(f"an entry has a name of at most {_ENTRY_NAME_BYTES} bytes and no entries")
        return self


_MENU = TypeAdapter(tuple[Button, ...])


@cache
def load_menu(file: Path = CONTENT / "menu.yml") -> tuple[Button, ...]:
    """Read the menu; SetupIncomplete names what is wrong in the file."""
    try:
        menu = _MENU.validate_python(yaml.safe_load(file.read_text(encoding="utf-8")))
    except (ValidationError, yaml.YAMLError) as error:
        raise SetupIncomplete(f"{file} cannot be used: {error}", mend="Correct that file.") from None
    long = [button.name for button in menu if len(button.name.encode()) > _NAME_BYTES]
    if long or not 1 <= len(menu) <= 3:
        raise SetupIncomplete(
            f"{file} has no one to three buttons with names of at most {_NAME_BYTES} bytes: {long}",
            mend="Correct that file.",
        )
    return menu


def menu_to_push(menu: Sequence[Button], public_url: str) -> dict[str, Any]:
    """What the API takes. A page without an address of ours falls back on its question, or is left out."""
    return {"button": [made for button in menu if (made := _made(button, public_url))]}


def question_of(key: str) -> str:
    """What a click on a button with this key asks; "" for a key that is none of ours."""
    return key.removeprefix(_KEY) if key.startswith(_KEY) else ""


def _made(button: Button, public_url: str) -> Mapping[str, Any] | None:
    if button.entries:
        entries = [made for entry in button.entries if (made := _made(entry, public_url))]
        return {"name": button.name, "sub_button": entries} if entries else None
    if button.page and public_url:
        return {"type": "view", "name": button.name, "url": public_url.rstrip("/") + button.page}
    if button.asks:
        return {"type": "click", "name": button.name, "key": _KEY + button.asks}
    return None
