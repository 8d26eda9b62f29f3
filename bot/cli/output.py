"""What commands write: results on stdout (with --json nothing but JSON), the rest on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.text import Text

out = Console(markup=False, highlight=False, soft_wrap=True)
err = Console(markup=False, highlight=False, soft_wrap=True, stderr=True)

FAILED = 1
"""The command did its work, and something in it failed (a bad row, a conversation)."""
IMPOSSIBLE = 2
"""The command could not do its work."""


def write_json(value: Any) -> None:
    """The one JSON document of a command with --json."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n")


def line(text: str = "", style: str = "") -> None:
    """One line of the result."""
    out.print(Text(text, style=style))


def note(text: str, style: str = "dim") -> None:
    """Something beside the result: progress, a hint."""
    err.print(Text(text, style=style))


@contextmanager
def working(text: str) -> Iterator[Callable[[str], None]]:
    """A spinner on a terminal, nothing elsewhere. Yields a function that changes the text."""
    with err.status(Text(text)) as status:
        yield lambda changed: status.update(Text(changed))


def readable(text: str) -> str:
    """An argument as text that can be stored and sent, whatever bytes the shell passed."""
    return text.encode("utf-8", "replace").decode("utf-8")


def many(count: int, one: str, several: str = "") -> str:
    """`1 guide`, `3 guides`."""
    return f"{count} {one if count == 1 else several or one + 's'}"
