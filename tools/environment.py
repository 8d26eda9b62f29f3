"""Making the two Python environments."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from tools.paths import LOGS, PYTHON, PYTHON_RASA, VENV, VENV_RASA
from tools.python310 import fetch_python310, find_python310
from tools.step import Run, StepFailed

_GET_PIP = "https://bootstrap.pypa.io/get-pip.py"


def make_venv(run: Run) -> str:
    """`.venv` with the Python that runs this, which tools/run found."""
    base = Path(sys.base_prefix, "bin", f"python{sys.version_info.major}.{sys.version_info.minor}")
    python = str(base if base.exists() else sys.executable)
    try:
        run([python, "-m", "venv", "--clear", VENV], {})
    except StepFailed:
        # Debian and Ubuntu keep ensurepip in a package of its own (python3-venv): do without.
        run([python, "-m", "venv", "--clear", "--without-pip", VENV], {})
        _get_pip(python, run)
    return "Python " + ".".join(map(str, sys.version_info[:3]))


def _get_pip(python: str, run: Run) -> None:
    """Put pip into `.venv`: with the pip of the system, else with the script of pip's own makers."""
    try:
        run([python, "-m", "pip", "--python", PYTHON, "install", "pip"], {})
        return
    except StepFailed:
        pass
    script = LOGS / "get-pip.py"
    try:
        with urllib.request.urlopen(_GET_PIP, timeout=60) as response:
            script.write_bytes(response.read())
    except (urllib.error.URLError, TimeoutError) as error:
        raise StepFailed(
            f"This Python has no pip, and {_GET_PIP} cannot be fetched: {error}",
            "sudo apt-get install python3-venv",
        ) from error
    run([PYTHON, script], {})


def make_venv_rasa(run: Run) -> str:
    """`.venv-rasa` with a Python 3.10 that is here, else with one that uv fetches."""
    python = find_python310() or fetch_python310(run)
    run([python, "-m", "venv", "--clear", VENV_RASA], {})
    return str(python)


def runs(python: Path, version: Callable[[tuple[int, ...]], bool]) -> bool:
    """Does this interpreter run, and is its version right? (The Python it was made with may be gone.)"""
    look = "import sys, pip; print(*sys.version_info[:2])"
    try:
        done = subprocess.run([python, "-c", look], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and version(tuple(map(int, done.stdout.split())))


def venv_works() -> bool:
    """Is `.venv` usable?"""
    return runs(PYTHON, lambda version: version >= (3, 11))


def venv_rasa_works() -> bool:
    """Is `.venv-rasa` usable?"""
    return runs(PYTHON_RASA, lambda version: version == (3, 10))
