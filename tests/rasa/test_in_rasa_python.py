"""Runs the check modules in Rasa's own Python. `BANGBAN_RASA_PYTHON` may name another one than .venv-rasa."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from bot.rasa.environment import tracker_url
from tests.support.rasa_alone import RASA_PYTHON
from tests.support.stack import ROOT

IN_CI = os.environ.get("CI", "").lower() in ("1", "true")
CHECKS = sorted(path.stem for path in Path(__file__).parent.glob("check_*.py"))


@pytest.mark.parametrize("module", CHECKS)
def test_in_rasa_python(module: str) -> None:
    run(module, {})


@pytest.mark.postgres
def test_conversations_in_postgresql(postgres_url: str) -> None:
    run("check_tracker_store", {"RASA_CHECK_DATABASE": tracker_url(postgres_url, Path("unused"))})


def run(module: str, env: dict[str, str]) -> None:
    """Every test of the module passes, in Rasa's Python."""
    if shutil.which(RASA_PYTHON) is None:
        reason = f"There is no Python with Rasa at {RASA_PYTHON}. Run `make setup`."
        pytest.fail(reason) if IN_CI else pytest.skip(reason)
    done = subprocess.run(
        [RASA_PYTHON, "-m", "unittest", "-v", f"tests.rasa.{module}"],
        cwd=ROOT,
        env={**os.environ, **env, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-6000:]
    assert "\nRan 0 tests" not in done.stderr
