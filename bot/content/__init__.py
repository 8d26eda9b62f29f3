"""The front's own words to citizens, read from `front.yml` beside this file."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from bot.errors import SetupIncomplete

FILE = Path(__file__).parent / "front.yml"


class FrontWords(BaseModel):
    """One sentence or two for each case; `{max_chars}` may stand in any of them."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    failed: str
    slow: str
    busy: str
    empty: str
    unreadable: str
    too_long: str

    def say(self, key: str, *, max_chars: int) -> str:
        """The words of a case."""
        words: str = getattr(self, key)
        return words.replace("{max_chars}", str(max_chars))


@cache
def load_words(file: Path = FILE) -> FrontWords:
    """Read the words; SetupIncomplete names what is missing or too much in the file."""
    try:
        return FrontWords.model_validate(yaml.safe_load(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        wrong = ", ".join(f"{problem['loc'][0]} ({problem['msg']})" for problem in error.errors())
        raise SetupIncomplete(
            f"{file} does not hold the words the front needs: {wrong}.", mend="Correct that file."
        ) from None


def fill(words: str, **values: object) -> str:
    """The words with their braces filled in; a brace inside a value stays as it is."""
    parts = words
    for name in values:
        parts = parts.replace(f"{{{name}}}", f"\0{name}\0")
    for name, value in values.items():
        parts = parts.replace(f"\0{name}\0", str(value).replace("\0", ""))
    return parts
