"""A Python 3.10 for Rasa, found by running candidates: one on PATH may be a shim that runs nothing."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from tools.paths import VENV
from tools.step import Run, StepFailed

_LOOK = "import sys, ssl, sqlite3, ctypes, venv, ensurepip; print('%d.%d' % sys.version_info[:2])"
_UV = "uv==0.13.8"


def find_python310() -> Path | None:
    """The first candidate that runs, is 3.10 and can make an environment."""
    return next((path for path in candidates(os.environ, Path.home()) if runs_python310(path)), None)


def fetch_python310(run: Run) -> Path:
    """Let uv fetch one into its usual folder. StepFailed when it cannot."""
    mend = (
        "Install Python 3.10 (pyenv install 3.10, conda, or your distribution) and run this again, or say "
        "where it is: RASA_PYTHON=/path/to/python3.10 make run. Behind a mirror: UV_PYTHON_INSTALL_MIRROR."
    )
    uv = VENV / "bin" / "uv"
    try:
        run([VENV / "bin" / "python", "-m", "pip", "install", "-q", _UV], {})
        run([uv, "python", "install", "3.10"], {})
        found = Path(run([uv, "python", "find", "--managed-python", "3.10"], {}))
    except StepFailed as failure:
        raise StepFailed(f"No Python 3.10 was found and uv could not fetch one: {failure}", mend) from failure
    if not runs_python310(found):
        raise StepFailed(f"uv fetched {found}, but it does not run here.", mend)
    return found


def candidates(environ: Mapping[str, str], home: Path) -> Iterator[Path]:
    """Where a Python 3.10 may be, the most deliberate choice first."""
    if given := environ.get("RASA_PYTHON"):
        yield Path(given)
        return
    for folder in environ.get("PATH", "").split(os.pathsep):
        if found := shutil.which("python3.10", path=folder):
            yield Path(found)
    pyenv = Path(environ.get("PYENV_ROOT") or home / ".pyenv")
    uv = Path(environ.get("UV_PYTHON_INSTALL_DIR") or home / ".local/share/uv/python")
    patterns: Sequence[tuple[Path, str]] = (
        (pyenv, "versions/3.10*/bin/python3.10"),
        (home, ".pyenv/versions/3.10*/bin/python3.10"),
        (uv, "cpython-3.10*/bin/python3.10"),
        (home, ".local/share/mise/installs/python/3.10*/bin/python3.10"),
        (home, ".asdf/installs/python/3.10*/bin/python3.10"),
        (Path("/usr/bin"), "python3.10"),
        (Path("/usr/local/bin"), "python3.10"),
        (Path("/opt"), "*/bin/python3.10"),
    )
    for root, pattern in patterns:
        yield from sorted(root.glob(pattern), key=_version, reverse=True)


def _version(path: Path) -> list[int]:
    """Its numbers in order, so that 3.10.13 is newer than 3.10.2."""
    return [int(number) for number in re.findall(r"\d+", str(path))]


def runs_python310(path: Path) -> bool:
    """Does it run, and is it what it says?"""
    try:
        done = subprocess.run(
            [path, "-c", _LOOK],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
            stdin=subprocess.DEVNULL,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and done.stdout.strip() == "3.10"
