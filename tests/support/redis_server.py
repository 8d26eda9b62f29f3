"""A Redis of a test's own, that can be taken away, brought back and made to hang."""

from __future__ import annotations

import contextlib
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator

from tests.support.ports import free_ports

_START_S = 10.0


class NoRedis(Exception):
    """There is no redis-server on this machine."""


class RedisServer:
    """Keeps nothing on disk; begins empty each time it is started."""

    def __init__(self) -> None:
        binary = shutil.which("redis-server")
        if binary is None:
            raise NoRedis("redis-server is not installed")
        self._binary = binary
        [self._port] = free_ports(1)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Return once it answers."""
        command = [
            self._binary,
            "--port",
            str(self._port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + _START_S
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), 1) as line:
                line.sendall(b"PING\r\n")
                if line.recv(16).startswith(b"+PONG"):
                    return
            if time.monotonic() > until:
                raise NoRedis("redis-server did not start")
            time.sleep(0.02)

    def stop(self) -> None:
        """As in a crash: every connection breaks."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def hang(self) -> None:
        """Connections stay, and nothing is answered."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """After `hang`."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)


@contextlib.contextmanager
def redis_server() -> Iterator[RedisServer]:
    """Started, and stopped at the end. NoRedis without one."""
    server = RedisServer()
    server.start()
    try:
        yield server
    finally:
        server.stop()
