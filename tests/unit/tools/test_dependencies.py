"""What the source imports is declared, what is declared is imported, and the locks hold all of it."""

from __future__ import annotations

import ast
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
MODULE_OF = {
    "argon2-cffi": "argon2",
    "chinesecalendar": "chinese_calendar",
    "faiss-cpu": "faiss",
    "pyyaml": "yaml",
}
"""Where the name of a package is not that of its module."""
NOT_IMPORTED = {"async-timeout", "asyncpg", "setuptools"}
"""Needed by a library or named by a database URL; pyproject.toml says which."""


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[<>=\[]", name)[0]).lower()


def _declared() -> set[str]:
    return {_normal(one) for one in PROJECT["dependencies"]}


def _imported() -> Iterator[str]:
    """Top-level modules that our own Python (not Rasa's) imports, at the top of a file or inside it."""
    for package in ("actions", "bot", "knowledge"):
        for file in (ROOT / package).rglob("*.py"):
            if file.is_relative_to(ROOT / "bot" / "rasa"):
                continue
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if isinstance(node, ast.Import):
                    yield from (alias.name.partition(".")[0] for alias in node.names)
                elif isinstance(node, ast.ImportFrom) and node.module:
                    yield node.module.partition(".")[0]


def test_imports_and_dependencies_agree() -> None:
    foreign = set(_imported()) - set(sys.stdlib_module_names) - {"actions", "bot", "knowledge"}
    package_of = {module: package for package, module in MODULE_OF.items()}
    assert {package_of.get(name, _normal(name)) for name in foreign} == _declared() - NOT_IMPORTED


def test_the_locks_hold_every_dependency() -> None:
    def locked(name: str) -> set[str]:
        lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
        return {_normal(line) for line in lines if "==" in line}

    dev = {_normal(one) for one in PROJECT["optional-dependencies"]["dev"]}
    assert _declared() - {"torch"} - locked("main.lock") == set(), "run `make lock`; torch is installed apart"
    assert dev - locked("dev.lock") - locked("main.lock") == set(), "run `make lock`"
