"""Text made fit to be stored, shown and understood: no control characters, no broken Unicode."""

from __future__ import annotations

import math
import re
from typing import Any

# Control characters but tab and newline, marks that turn the direction of a line, half a surrogate pair,
# non-characters. PostgreSQL refuses some of them; the others only serve to deceive a reader.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_KEYCAP = re.compile("([0-9])\ufe0f?\u20e3")
_MANY_BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")


def clean_text(text: str) -> str:
    """A text as a person meant it: `1️⃣` is 1, line ends are newlines, unwanted characters are gone."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _MANY_BLANK_LINES.sub("\n\n", _KEYCAP.sub(r"\1", _UNWANTED.sub("", text))).strip()


def clean_value(value: Any) -> Any:
    """A JSON value that holds nothing a database refuses; a number that is none becomes None."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, str):
        return _UNWANTED.sub("", value)
    if isinstance(value, list):
        return [clean_value(inner) for inner in value]
    if isinstance(value, dict):
        return {clean_value(key): clean_value(inner) for key, inner in value.items()}
    return value


def has_words(text: str) -> bool:
    """Whether there is a letter, a Chinese character or a digit in it: something one can understand."""
    return any(character.isalnum() for character in text)
