"""`bangban train`: the order of the parts, what is skipped, what a failure says. Nothing is really trained."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from bot.cli import main
from knowledge.base import KnowledgeBase

Train = Callable[..., tuple[int, str, str]]


@pytest.fixture
def calls() -> list[str]:
    return []


@pytest.fixture
def train(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], calls: list[str]
) -> Train:
    """Runs `bangban train …` on one published item, with stand-ins for the long work."""
    var = tmp_path / "var"
    monkeypatch.setenv("BANGBAN_VAR_DIR", str(var))
    monkeypatch.setenv("COLUMNS", "200")

    def embedding(base: KnowledgeBase, settings: object, progress: Callable[[str], None]) -> Path:
        calls.append("embedding")
        (var / "embedding").mkdir(exist_ok=True)
        return var / "embedding"

    def index(
        base: KnowledgeBase,
        root: Path,
        settings: object,
        progress: Callable[[str], None],
        learned: Sequence[object],
    ) -> Path:
        calls.append("index")
        folder = root / base.digest()[:12]
        folder.mkdir(parents=True, exist_ok=True)
        (root / "current").unlink(missing_ok=True)
        (root / "current").symlink_to(folder.name)
        return folder

    def nlu(base: KnowledgeBase, out: Path, settings: object) -> int:
        calls.append("examples")
        return 3

    monkeypatch.setattr("knowledge.search.train.train_embedding", embedding)
    monkeypatch.setattr("knowledge.search.index.build_index", index)
    monkeypatch.setattr("bot.training.generate_nlu", nlu)
    rasa = tmp_path / "rasa-python"
    rasa.write_text('#!/bin/sh\necho "$@" >&2\necho Rasa model is up to date.\n', encoding="utf-8")
    rasa.chmod(0o755)
    monkeypatch.setenv("BANGBAN_RASA_PYTHON", str(rasa))

    def command(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["bangban", *words])
        code = 0
        try:
            main()
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else 0
        told = capsys.readouterr()
        return code, told.out, told.err

    file = tmp_path / "g.csv"
    file.write_text("事项名称,区划代码\n甲事,000000\n", encoding="utf-8")
    command("import", str(file))
    calls.clear()
    return command


def test_parts_in_order_then_skipped(train: Train, calls: list[str]) -> None:
    code, out, err = train("train")
    assert code == 0
    assert calls == ["embedding", "index", "examples"]
    assert [line.split()[0] for line in out.splitlines()] == ["embedding", "index", "rasa", "done"]
    assert "-m bot.rasa train" in err
    calls.clear()
    _, out, _ = train("train")
    assert calls == ["index", "examples"]
    assert out.count("up to date") == 3


def test_only_one_part_and_force(train: Train, calls: list[str]) -> None:
    train("train", "--only", "embedding")
    train("train", "--only", "embedding", "--force")
    assert calls == ["embedding", "embedding"]
    _, _, err = train("train", "--only", "rasa", "--force")
    assert "-m bot.rasa train --force" in err


def test_an_embedding_of_ones_own_is_not_trained(
    train: Train, calls: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BANGBAN_EMBEDDING_MODEL", "/models/bge")
    _, out, _ = train("train", "--only", "embedding")
    assert calls == []
    assert "BANGBAN_EMBEDDING_MODEL names /models/bge" in out


def test_rasa_that_fails_or_is_not_there(
    train: Train, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "rasa-python").write_text("#!/bin/sh\necho No such intent.\nexit 2\n", encoding="utf-8")
    code, _, err = train("train", "--only", "rasa")
    assert code == 2
    assert "Rasa could not be trained: No such intent." in err
    monkeypatch.setenv("BANGBAN_RASA_PYTHON", str(tmp_path / "nowhere"))
    code, _, err = train("train", "--only", "rasa")
    assert code == 2
    assert "make setup" in err


def test_an_import_builds_the_index(train: Train, tmp_path: Path, calls: list[str]) -> None:
    file = tmp_path / "h.csv"
    file.write_text("事项名称,区划代码\n乙事,000000\n", encoding="utf-8")
    code, _, err = train("import", str(file))
    assert (code, calls) == (0, ["index"])
    assert "search index: built" in err
