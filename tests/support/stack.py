"""The real stack for tests: `bangban serve` on free ports, over a copy of what set-up trained in var/test.

`BANGBAN_RASA_PYTHON` may name another Python with Rasa than that of .venv-rasa.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.support.ports import free_ports

ROOT = Path(__file__).resolve().parents[2]
TRAINED = ROOT / "var" / "test"
START_SECONDS = 180.0
STOP_SECONDS = 40.0
_DATABASE = "bangban.db"
_MODULES = {"actions": "actions", "rasa": "bot.rasa", "front": "bot.front"}


class NoStack(Exception):
    """What the stack needs is not here; the text says what, and the mend."""


@dataclass(frozen=True)
class Stack:
    """A running stack."""

    front_url: str
    var_dir: Path
    env: Mapping[str, str]
    """Environment under which every command talks to this stack."""
    log_file: Path
    process: subprocess.Popen[bytes]

    def pid(self, part: str) -> int:
        """Process id of `actions`, `rasa` or `front`; LookupError while it is not running."""
        for child in psutil.Process(self.process.pid).children():
            with contextlib.suppress(psutil.Error):
                if child.cmdline()[1:3] == ["-m", _MODULES[part]]:
                    return child.pid
        raise LookupError(f"{part} is not running:\n{self.log()}")

    def log(self, lines: int = 60) -> str:
        """The end of the log of all parts."""
        return "\n".join(self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def is_ready(self) -> bool:
        """Does /readyz find every part?"""
        try:
            with urllib.request.urlopen(f"{self.front_url}/readyz", timeout=10) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            return False

    def wait_until_ready(self, seconds: float = START_SECONDS) -> None:
        """Return when every part is ready; AssertionError with the log when that takes too long."""
        deadline = time.monotonic() + seconds
        while not self.is_ready():
            assert self.process.poll() is None, f"serve ended:\n{self.log()}"
            assert time.monotonic() < deadline, f"the stack is not ready after {seconds:g} s:\n{self.log()}"
            time.sleep(0.2)

    def bangban(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command of the command line against this stack."""
        command = [sys.executable, "-c", "from bot.cli import main; main()", *map(str, arguments)]
        return subprocess.run(
            command, cwd=ROOT, env=dict(self.env), capture_output=True, text=True, check=False, timeout=120
        )


@contextlib.contextmanager
def running(
    folder: Path, trained: Path = TRAINED, settings: Mapping[str, str] | None = None
) -> Iterator[Stack]:
    """Start the stack with its var folder in `folder`, a copy of what is `trained`; stop it afterwards and see
    that nothing is left. `settings`: more variables of its environment."""
    front, actions, rasa = free_ports(3)
    var_dir = folder / "var"
    env = {
        **{name: value for name, value in os.environ.items() if not name.startswith("BANGBAN_")},
        "BANGBAN_RASA_PYTHON": _rasa_python(),
        "BANGBAN_VAR_DIR": str(var_dir),
        "BANGBAN_FRONT_HOST": "127.0.0.1",
        "BANGBAN_FRONT_PORT": str(front),
        "BANGBAN_ACTIONS_PORT": str(actions),
        "BANGBAN_RASA_PORT": str(rasa),
        "DATABASE_URL": "",
        "REDIS_URL": "",
        **(settings or {}),
    }
    _copy_trained(trained, var_dir)
    log_file = folder / "serve.log"
    serve = [sys.executable, "-c", "from bot.cli import main; main()", "serve"]
    with log_file.open("wb") as log:
        process = subprocess.Popen(serve, cwd=ROOT, env=env, stdout=log, stderr=subprocess.STDOUT)
    stack = Stack(f"http://127.0.0.1:{front}", var_dir, env, log_file, process)
    try:
        stack.wait_until_ready()
        yield stack
    finally:
        _stop(stack)


def _rasa_python() -> str:
    python = os.environ.get("BANGBAN_RASA_PYTHON") or str(ROOT / ".venv-rasa" / "bin" / "python")
    if shutil.which(python) is None:
        raise NoStack(f"There is no Python with Rasa at {python}. Run `make conversations`: it sets it up.")
    return python


def _copy_trained(trained: Path, var_dir: Path) -> None:
    """Index, models and database; the stack may change them without changing what set-up made."""
    if not (trained / _DATABASE).exists() or not (trained / "index").is_dir():
        raise NoStack(f"Nothing is trained in {trained}. Run `make conversations`: it trains first.")
    var_dir.mkdir(parents=True)
    for name in ("index", "embedding", "rasa"):
        if (trained / name).is_dir():
            shutil.copytree(trained / name, var_dir / name, symlinks=True)
    with (
        contextlib.closing(sqlite3.connect(trained / _DATABASE)) as source,
        contextlib.closing(sqlite3.connect(var_dir / _DATABASE)) as target,
    ):
        source.backup(target)


def _stop(stack: Stack) -> None:
    try:
        family = psutil.Process(stack.process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        family = []
    stack.process.send_signal(signal.SIGTERM)
    try:
        stack.process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        stack.process.kill()
        stack.process.wait()
        raise AssertionError(f"serve did not stop in {STOP_SECONDS:g} s:\n{stack.log()}") from None
    _, left = psutil.wait_procs(family, timeout=1)
    for process in left:
        process.kill()
    assert left == [], f"these outlived serve: {left}\n{stack.log()}"
