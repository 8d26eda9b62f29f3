"""Filling the gaps of texts staff send often. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

GAPS = ("agent", "number", "matter", "region", "hotline")
"""What may stand in braces: who writes, their number, the matter and region of the chat, whom to call."""
_GAP = re.compile(r"\{([a-z_]{1,20})\}")


@dataclass(frozen=True, slots=True)
class Filled:
    """A text with the gaps filled that something is known for, and those that are left."""

    text: str
    unfilled: tuple[str, ...]


def fill(text: str, values: Mapping[str, str]) -> Filled:
    """Put values into the gaps of a text; one without a value stays as it is, to be filled by hand."""
    left: dict[str, None] = {}

    def put(gap: re.Match[str]) -> str:
        name = gap.group(1)
        if value := values.get(name):
            return value
        left[name] = None
        return gap.group(0)

    return Filled(_GAP.sub(put, text), tuple(left))


def unknown_gaps(text: str) -> tuple[str, ...]:
    """Names in braces that nothing could ever fill."""
    return tuple(dict.fromkeys(name for name in _GAP.findall(text) if name not in GAPS))
