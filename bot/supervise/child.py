"""Starting and stopping one child process so that nothing of it can outlive the supervisor."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial

from bot.supervise.log import LineSplitter
from bot.supervise.parts import Part

_PR_SET_PDEATHSIG = 1
_LAST_WORDS = 2.0
"""Seconds to wait for the end of the output after the end of the process."""


class Child:
    """A running child in a process group of its own."""

    def __init__(self, transport: asyncio.SubprocessTransport, events: _Events) -> None:
        self._transport = transport
        self._events = events

    @classmethod
    async def start(cls, part: Part, write: Callable[[str], None]) -> Child:
        """Start the part; each line of its output goes to `write`. OSError when it cannot be started."""
        transport, events = await asyncio.get_running_loop().subprocess_exec(
            lambda: _Events(write),
            *part.argv,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **part.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Ctrl-C at the terminal reaches the supervisor alone, which then stops the parts in order.
            start_new_session=True,
            preexec_fn=_dies_with(os.getpid()),
        )
        return cls(transport, events)

    @property
    def pid(self) -> int:
        """Process id, which is also the id of its group."""
        return self._transport.get_pid()

    async def wait(self) -> str:
        """Wait for the end, clear away what is left of its group, and say how it ended."""
        await self._events.exited.wait()
        self.kill()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._events.closed.wait(), timeout=_LAST_WORDS)
        code = self._transport.get_returncode() or 0
        self._transport.close()
        return f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"

    def terminate(self) -> None:
        """Ask the process to end."""
        with contextlib.suppress(ProcessLookupError):
            self._transport.terminate()

    def kill(self) -> None:
        """End the process and everything it started, now."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


class _Events(asyncio.SubprocessProtocol):
    """What the event loop reports. (`asyncio.subprocess.Process.wait` would not return while anything
    that the child started still holds its output open; here the end of the process counts.)"""

    def __init__(self, write: Callable[[str], None]) -> None:
        self.exited = asyncio.Event()
        self.closed = asyncio.Event()
        self._write = write
        self._lines = LineSplitter()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        for line in self._lines.feed(data):
            self._write(line)

    def process_exited(self) -> None:
        self.exited.set()

    def connection_lost(self, exc: Exception | None) -> None:
        for line in self._lines.close():
            self._write(line)
        self.closed.set()


def _dies_with(parent: int) -> Callable[[], None] | None:
    """What the child runs first: ask the kernel to kill it when the supervisor dies, however it dies."""
    if not sys.platform.startswith("linux"):
        return None
    # Loaded here, before the fork: the child may do next to nothing safely.
    prctl = ctypes.CDLL(None, use_errno=True).prctl
    return partial(_bind_to_parent, prctl, parent)


def _bind_to_parent(prctl: Callable[[int, int], int], parent: int) -> None:
    prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # the supervisor died between the fork and the call above
        os._exit(1)
