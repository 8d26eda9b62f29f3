"""`bangban evaluate` on an index of a small base."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from bot.cli import main
from knowledge.search import build_index
from tests.unit.knowledge.search_samples import settings_in, small_base

QUESTIONS = "补身份证\tid_card_reissue\n换驾照\tdriving_renew\n天气怎么样\t-\n开一家书店\t没有的事项\n"


@pytest.fixture
def command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    settings = settings_in(tmp_path / "var")
    build_index(small_base(), settings.index_dir, settings)
    (tmp_path / "questions.tsv").write_text(QUESTIONS, encoding="utf-8")
    monkeypatch.setenv("BANGBAN_VAR_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("COLUMNS", "200")
    return ["bangban", "evaluate", str(tmp_path / "questions.tsv")]


def _run(words: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr(sys, "argv", words)
    capsys.readouterr()
    try:
        main()
    except SystemExit as ended:
        assert not ended.code
    return capsys.readouterr().out


def test_the_report_is_readable(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = _run(command, monkeypatch, capsys)
    for part in ("2 in scope, 1 out of scope, 1 not scored", "hit@1 1.000", "calibration of the first hit",
                 "lexicon: a name of the right item stands in 1.000", "交管", "没有的事项"):  # fmt: skip
        assert part in told


def test_the_json_is_complete(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    data = json.loads(_run([*command, "--json"], monkeypatch, capsys))
    assert set(data) >= {"in_scope", "categories", "confusions", "calibration", "coverage", "mistakes"}
    assert data["in_scope"]["hit_1"] == 1
    assert len(data["calibration"]["bins"]) == 10
    assert data["coverage"] == {"n": 2, "holds_name": 1, "holds_hint": 1, "best_name": 1}
    assert data["median_ms"] > 0


def test_an_empty_file_is_no_success(
    command: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path(command[-1]).write_text("# question\titem\n", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", command)
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert "has no question" in told.err
