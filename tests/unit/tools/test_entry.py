"""The Makefile, tools/run and .ci/run: what a newcomer touches first."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
TARGETS = [
    "run",
    "test",
    "setup",
    "lint",
    "types",
    "unit",
    "app",
    "conversations",
    "web",
    "train",
    "lock",
    "clean",
    "format",
]


def run(*argv: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **env}
    return subprocess.run(argv, capture_output=True, text=True, check=False, cwd=ROOT, env=environment)


def test_make_alone_lists_its_targets() -> None:
    listed = re.findall(r"^  (\w+)  ", run("make", "--no-print-directory").stdout, flags=re.M)
    assert set(TARGETS) <= set(listed)


def test_ci_runs_make_test_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    assert lines[-1] == "exec make test"
    assert all(re.match(r"#|set |cd ", line) for line in lines[:-1])
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


def program(path: Path, script: str) -> None:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def test_a_shim_that_runs_nothing_and_an_old_python_are_passed_over(tmp_path: Path) -> None:
    program(tmp_path / "python3.11", "exit 127")
    program(tmp_path / "python3.12", f'exec "{sys.executable}" "$@"')
    done = run(ROOT / "tools" / "run", "--help", PATH=f"{tmp_path}:/usr/bin:/bin")
    assert done.returncode == 0
    assert "conversations" in done.stdout


def test_a_given_python_that_does_not_run_is_an_error_with_the_mend(tmp_path: Path) -> None:
    program(tmp_path / "python", "exit 1")
    done = run(ROOT / "tools" / "run", "setup", PYTHON=str(tmp_path / "python"))
    assert done.returncode == 1
    assert "apt-get install python3" in done.stderr
    assert "make setup" in done.stderr


@pytest.mark.parametrize("lock", ["main.lock", "dev.lock", "rasa.lock"])
def test_locks_are_exact_and_hold_neither_torch_nor_cuda(lock: str) -> None:
    lines = (ROOT / "requirements" / lock).read_text().splitlines()
    pins = [line for line in lines if not line.startswith("#")]
    assert pins
    assert [line for line in pins if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []
    names = [line.split("==")[0].lower() for line in pins]
    assert len(set(names)) == len(names)
    assert [name for name in names if name == "torch" or name.startswith(("nvidia", "cuda", "triton"))] == []
