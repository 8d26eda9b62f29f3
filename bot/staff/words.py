"""What staff read of accounts, from `content/staff.yml` beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.errors import SetupIncomplete
from bot.store.staff_values import Role

FILE = Path(__file__).parent / "content" / "staff.yml"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Refusal(_Part):
    message: str = Field(min_length=1)
    mend: str = Field(min_length=1)


class StaffWords(_Part):
    """Everything of the file."""

    issuer: str = Field(min_length=1)
    """Heads the entry in the telephone's list of one-time codes."""
    first_admin: str = Field(min_length=1)
    roles: dict[Role, str]
    actions: dict[str, str]
    """Of the audit log."""
    refusals: dict[str, Refusal]
    steps: dict[str, str]
    """What is still missing to be signed in."""
    weaknesses: dict[str, str]
    common_passwords: tuple[str, ...]


@cache
def load_staff_words(file: Path = FILE) -> StaffWords:
    """Read the words; SetupIncomplete names what is missing or too much in the file."""
    try:
        return StaffWords.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        wrong = ", ".join(f"{problem['loc'][0]} ({problem['msg']})" for problem in error.errors())
        raise SetupIncomplete(
            f"{file} does not hold the words of staff accounts: {wrong}.", mend="Correct that file."
        ) from None
