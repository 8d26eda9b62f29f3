"""The checks of `make test`, in order of speed. Each is a step without a stamp: it runs every time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tools.node import npm
from tools.paths import ROOT, VENV
from tools.step import Run, Step

_BIN = VENV / "bin"
_NO_ENV: Mapping[str, str] = {}


def _check(
    name: str, title: str, *commands: list[str | Path], mend: str, env: Mapping[str, str] = _NO_ENV
) -> Step:
    def work(run: Run) -> None:
        for command in commands:
            run([_BIN / command[0], *command[1:]], env)

    return Step(name=name, title=title, work=work, mend=mend, shows_output=True)


def lint() -> list[Step]:
    """Style and layout."""
    return [
        _check(
            "lint",
            "Style (ruff)",
            ["ruff", "check", "."],
            ["ruff", "format", "--check", "."],
            mend="make format mends most of it; the rest is named above.",
        )
    ]


def formatting() -> list[Step]:
    """Mend what can be mended."""
    return [
        _check(
            "format",
            "Mend style and layout (ruff)",
            ["ruff", "check", "--fix", "."],
            ["ruff", "format", "."],
            mend="What is named above needs a person.",
        )
    ]


def types() -> list[Step]:
    """Types (the Rasa side apart: it is Python 3.10 and its libraries are not here) and import direction."""
    return [
        _check(
            "types",
            "Types (mypy --strict)",
            ["mypy"],
            ["mypy", "--config-file", ROOT / "tools" / "mypy-rasa.ini"],
            mend="Correct the lines named above.",
        ),
        _check(
            "imports",
            "Import direction (import-linter)",
            ["lint-imports"],
            mend="Only bot → knowledge and actions → knowledge: move what both need into knowledge.",
        ),
    ]


def web() -> list[Step]:
    """The checks of widget and console: style, types, unit tests, and that both have stayed small."""
    parts = ("lint", "types", "test", "size")

    def work(run: Run) -> None:
        for part in parts:
            npm("run", part)(run)

    return [
        Step(
            name="web",
            title="Widget and console (ESLint, tsc, Vitest, size)",
            work=work,
            mend="Correct the lines named above, then look again: make web",
            shows_output=True,
        )
    ]


def unit() -> list[Step]:
    """Milliseconds each."""
    return [_pytest("unit", "Unit tests", "-n", "logical", "--dist", "loadfile", "tests/unit")]


def app() -> list[Step]:
    """Applications through their clients, the store on SQLite and PostgreSQL: seconds."""
    return [_pytest("app", "App tests (with PostgreSQL)", "-m", "not stack and not unit and not browser")]


def browser() -> list[Step]:
    """Widget and console in a real Chromium; screenshots in var/test/screenshots."""
    return [_pytest("browser", "Browser tests (Chromium)", "-m", "browser")]


def conversations() -> list[Step]:
    """The real running stack."""
    return [_pytest("conversations", "Conversations through the running stack", "-m", "stack")]


def _pytest(name: str, title: str, *arguments: str) -> Step:
    again = " ".join(
        ["pytest", *arguments[:-1], repr(arguments[-1]) if " " in arguments[-1] else arguments[-1]]
    )
    return _check(
        name, title, ["pytest", "-q", *arguments], mend=f"Correct it, then look again: .venv/bin/{again} -x"
    )
