"""What the documents name exists: commands, files, make targets, settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from actions.dialogue import Memory, Turn
from actions.rasa_actions import answer_turn
from actions.words import load_words
from bot.cli.app import app
from knowledge.base import KnowledgeBase
from knowledge.importers import Known, check, read_path, read_paths
from tests.support.dialogue import TODAY, FoundSearcher, base

READMES = ("README.md", "README.zh-CN.md")
SAMPLES = Path("knowledge/samples")
__all__ = ["base"]

DOCS = [Path(name) for name in READMES] + sorted(Path("docs").rglob("*.md"))
GROUPS = {str(group.name): group.typer_instance for group in app.registered_groups}
COMMANDS = {str(command.name) for command in app.registered_commands} | GROUPS.keys()
TARGETS = set(re.findall(r"^([a-z-]+):", Path("Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE))


def _code(text: str) -> str:
    """The parts of a document that are code: what a reader may type."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", text, flags=re.DOTALL))


@pytest.mark.parametrize("path", DOCS, ids=str)
def test_named_commands_exist(path: Path) -> None:
    named = set(re.findall(r"\bbangban ([a-z]+)\b", _code(path.read_text(encoding="utf-8"))))
    assert named <= COMMANDS


@pytest.mark.parametrize("path", DOCS, ids=str)
def test_named_commands_of_groups_exist(path: Path) -> None:
    for name, group in GROUPS.items():
        named = set(re.findall(rf"\bbangban {name} ([a-z]+)\b", _code(path.read_text(encoding="utf-8"))))
        inner = {str(one.name) for one in (*group.registered_commands, *group.registered_groups)}
        assert named <= inner


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


@pytest.mark.parametrize(
    ("readme", "intent", "found"),
    [
        ("README.md", "ask_where", {"资格认证": ("benefit_certification",)}),
        ("README.zh-CN.md", "ask_fee", {"补身份证": ("id_card_reissue",)}),
    ],
)
def test_the_transcripts_are_what_is_answered(
    readme: str, intent: str, found: dict[str, tuple[str, ...]], base: KnowledgeBase
) -> None:
    transcript = re.search(r'bangban ask "(.+?)"\n(.+?)\n```', Path(readme).read_text("utf-8"), re.DOTALL)
    assert transcript is not None
    asked, told = transcript.groups()
    turn = Turn(asked, intent, 0.9, Memory(), TODAY)
    payload, _ = answer_turn(turn, FoundSearcher(base, found), load_words())  # type: ignore[arg-type]
    assert payload["text"] == told


def test_the_example_for_guide_authors_can_be_imported(tmp_path: Path) -> None:
    blocks = re.findall(r"```yaml\n(.*?)```", Path("docs/guide-authoring.md").read_text("utf-8"), re.DOTALL)
    written = tmp_path / "example.yml"
    written.write_text("".join(blocks), encoding="utf-8")
    packs = read_paths([SAMPLES / name for name in ("regions", "national", "shandong", "demo_city")])
    known = Known.of(items=packs.items, regions=packs.regions, halls=packs.halls, guides=packs.guides)

    batch = check(read_path(written, known=known), known)

    assert (batch.errors, batch.warnings) == ((), ())
    [guide] = batch.guides
    assert guide.materials[1].handle_case == "未满16周岁由监护人代为申领"
    assert guide.handle_scopes[0].handle_area_divisions[0] == "370200"
