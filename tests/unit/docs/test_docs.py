"""What the documents name exists: commands, files, make targets, settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.cli.app import app

READMES = ("README.md", "README.zh-CN.md")
DOCS = [Path(name) for name in READMES] + sorted(Path("docs").rglob("*.md"))
COMMANDS = {str(command.name) for command in app.registered_commands}
TARGETS = set(re.findall(r"^([a-z-]+):", Path("Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


def _code(text: str) -> str:
    """The parts of a document that are code: what a reader may type."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, flags=re.DOTALL))


@pytest.mark.parametrize("path", DOCS, ids=str)
def test_named_commands_exist(path: Path) -> None:
    named = set(re.findall(r"\bbangban ([a-z]+)\b", _code(path.read_text(encoding="utf-8"))))
    assert named <= COMMANDS


@pytest.mark.parametrize("path", DOCS, ids=str)
def test_named_make_targets_exist(path: Path) -> None:
    named = set(re.findall(r"\bmake ([a-z-]+)", _code(path.read_text(encoding="utf-8"))))
    assert named <= TARGETS


@pytest.mark.parametrize("path", DOCS, ids=str)
def test_links_lead_somewhere(path: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", path.read_text(encoding="utf-8"))
    assert [link for link in links if not (path.parent / link).exists()] == []


def test_the_readmes_name_every_command() -> None:
    for name in READMES:
        named = set(re.findall(r"`bangban ([a-z]+)", Path(name).read_text(encoding="utf-8")))
        assert COMMANDS - named == set()


def test_the_readmes_agree_on_the_one_command() -> None:
    for name in READMES:
        text = Path(name).read_text(encoding="utf-8")
        assert "make run" in text
        assert "make test" in text
