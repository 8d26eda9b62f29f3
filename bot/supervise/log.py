"""One log stream of several processes: time, a coloured name, the line."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import TextIO

_RESET = "\x1b[0m"
_COLOURS = {"serve": "\x1b[1m", "actions": "\x1b[36m", "rasa": "\x1b[35m", "front": "\x1b[32m"}
_LONGEST_LINE = 20_000


class Log:
    """Writes whole lines to one stream; colours only for a terminal (and never with NO_COLOR)."""

    def __init__(
        self, stream: TextIO, *, name_width: int = 7, clock: Callable[[], float] = time.time
    ) -> None:
        self._stream = stream
        self._clock = clock
        self._name_width = name_width
        self._coloured = stream.isatty() and "NO_COLOR" not in os.environ

    def write(self, name: str, line: str) -> None:
        """One line of the process `name`."""
        now = time.strftime("%H:%M:%S", time.localtime(self._clock()))
        label = f"{name:<{self._name_width}}"
        if self._coloured:
            label = f"{_COLOURS.get(name, '')}{label}{_RESET}"
        self._stream.write(f"{now} {label} │ {line}\n")
        self._stream.flush()


class LineSplitter:
    """Bytes in as they come, whole lines out. A line without end is cut, so that memory stays bounded."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> Iterator[str]:
        """The lines completed by `data`."""
        *whole, self._rest = (self._rest + data).split(b"\n")
        yield from map(_text, whole)
        if len(self._rest) > _LONGEST_LINE:
            yield from self.close()

    def close(self) -> Iterator[str]:
        """What is left when the stream ends."""
        rest, self._rest = self._rest, b""
        if rest:
            yield _text(rest)


def _text(line: bytes) -> str:
    return line.rstrip(b"\r").decode("utf-8", errors="replace")
