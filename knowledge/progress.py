"""Progress of long work, told in sentences to whoever watches."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str], None]


def silent(_: str) -> None:
    """Progress that nobody watches."""
