from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tools import python310
from tools.python310 import candidates, fetch_python310, find_python310, runs_python310
from tools.step import StepFailed


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


SHIM = "echo 'pyenv: python3.10: command not found' >&2; exit 127"
RIGHT = "echo 3.10"


@pytest.mark.parametrize("script", [SHIM, "echo 3.11", "echo 3.10; exit 1", "true"])
def test_a_candidate_must_run_and_be_3_10(tmp_path: Path, script: str) -> None:
    assert not runs_python310(program(tmp_path / "python3.10", script))


def test_a_candidate_that_is_no_program_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "python3.10").write_text("text")
    assert not runs_python310(tmp_path / "python3.10")
    assert not runs_python310(tmp_path / "absent")


def test_a_shim_on_path_is_passed_over_for_the_version_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path / "pyenv" / "shims" / "python3.10", SHIM)
    real = program(tmp_path / "pyenv" / "versions" / "3.10.13" / "bin" / "python3.10", RIGHT)
    monkeypatch.setenv("PATH", f"{tmp_path / 'pyenv' / 'shims'}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("PYENV_ROOT", str(tmp_path / "pyenv"))
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("RASA_PYTHON", raising=False)
    found = find_python310()
    assert found is not None
    assert found == real or runs_python310(found)
    assert "shims" not in found.parts


def test_the_newest_version_of_a_manager_comes_first_and_a_given_one_alone(tmp_path: Path) -> None:
    for version in ("3.10.2", "3.10.13", "3.11.7"):
        program(tmp_path / ".pyenv" / "versions" / version / "bin" / "python3.10", RIGHT)
    found = [path for path in candidates({"PATH": ""}, tmp_path) if path.is_relative_to(tmp_path)]
    assert [path.parts[-3] for path in found[:2]] == ["3.10.13", "3.10.2"]
    assert list(candidates({"RASA_PYTHON": "/my/python"}, tmp_path)) == [Path("/my/python")]


def test_without_one_uv_fetches_it(tmp_path: Path) -> None:
    fetched = program(tmp_path / "python3.10", RIGHT)
    commands: list[str] = []

    def run(argv: Sequence[str | Path], env: Mapping[str, str]) -> str:
        commands.append(" ".join(map(str, argv[-3:])))
        return str(fetched)

    assert fetch_python310(run) == fetched
    assert [command.split("/")[-1] for command in commands[1:]] == [
        "python install 3.10",
        "find --managed-python 3.10",
    ]
    assert python310._UV in commands[0]


def test_without_a_network_the_failure_says_the_mend() -> None:
    def run(argv: Sequence[str | Path], env: Mapping[str, str]) -> str:
        raise StepFailed("no network")

    with pytest.raises(StepFailed, match="no network") as caught:
        fetch_python310(run)
    assert "RASA_PYTHON=" in caught.value.mend
