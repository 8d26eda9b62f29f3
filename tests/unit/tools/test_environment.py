"""Making .venv on a machine whose Python lacks ensurepip, as Debian's does without python3-venv."""

from __future__ import annotations

import urllib.error
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from tools import environment
from tools.step import StepFailed


class FakeMachine:
    """Runs nothing; commands that contain one of the broken words fail."""

    def __init__(self, *broken: str) -> None:
        self.broken = broken
        self.commands: list[str] = []

    def __call__(self, argv: Sequence[str | Path], env: Mapping[str, str]) -> str:
        command = " ".join(map(str, argv[1:]))
        self.commands.append(command)
        if any(word in command.split() for word in self.broken) and "--without-pip" not in command:
            raise StepFailed(command)
        return ""


@pytest.fixture(autouse=True)
def _logs_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "LOGS", tmp_path)


def test_a_complete_python_needs_one_command() -> None:
    machine = FakeMachine()
    assert environment.make_venv(machine).startswith("Python 3.")
    assert len(machine.commands) == 1


def test_without_ensurepip_the_pip_of_the_system_helps() -> None:
    machine = FakeMachine("venv")
    environment.make_venv(machine)
    assert "--without-pip" in machine.commands[1]
    assert machine.commands[2].startswith("-m pip --python")


def test_without_any_pip_its_makers_script_is_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment.urllib.request, "urlopen", lambda *_, **__: BytesIO(b"script"))
    machine = FakeMachine("venv", "pip")
    environment.make_venv(machine)
    assert (tmp_path / "get-pip.py").read_bytes() == b"script"
    assert machine.commands[-1] == str(tmp_path / "get-pip.py")


def test_without_pip_and_network_the_mend_is_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: Any, **__: Any) -> None:
        raise urllib.error.URLError("no network")

    monkeypatch.setattr(environment.urllib.request, "urlopen", unreachable)
    with pytest.raises(StepFailed, match="no network") as caught:
        environment.make_venv(FakeMachine("venv", "pip"))
    assert caught.value.mend == "sudo apt-get install python3-venv"
