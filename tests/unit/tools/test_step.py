from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from tools.step import Run, Step


def _nothing(run: Run) -> None:
    """A step's work that these tests do not run."""


@pytest.fixture
def step(tmp_path: Path) -> Step:
    (tmp_path / "lock").write_text("a==1\n")
    (tmp_path / "data" / "deep").mkdir(parents=True)
    (tmp_path / "data" / "deep" / "one.yml").write_text("one")
    return Step(
        name="libraries",
        title="Libraries",
        work=_nothing,
        mend="Look.",
        stamp=tmp_path / "venv" / "stamp.json",
        inputs=[tmp_path / "lock", tmp_path / "data", tmp_path / "absent"],
    )


def done(step: Step) -> Step:
    step.remember(step.digest(), 1.0)
    return step


def test_a_step_is_finished_once_it_is_remembered(step: Step) -> None:
    assert not step.finished()
    assert done(step).finished()


@pytest.mark.parametrize("change", ["edit", "add", "rename", "remove", "appear"])
def test_any_change_of_an_input_redoes_it(step: Step, tmp_path: Path, change: str) -> None:
    done(step)
    one = tmp_path / "data" / "deep" / "one.yml"
    match change:
        case "edit":
            (tmp_path / "lock").write_text("a==2\n")
        case "add":
            (tmp_path / "data" / "two.yml").write_text("")
        case "rename":
            one.rename(tmp_path / "data" / "one.yml")
        case "remove":
            one.unlink()
        case "appear":
            (tmp_path / "absent").write_text("")
    assert not step.finished()


def test_a_touched_file_and_a_bytecode_cache_change_nothing(step: Step, tmp_path: Path) -> None:
    done(step)
    (tmp_path / "lock").write_text("a==1\n")
    (tmp_path / "data" / "__pycache__").mkdir()
    (tmp_path / "data" / "__pycache__" / "x.pyc").write_text("x")
    assert step.finished()


def test_other_facts_redo_it(step: Step) -> None:
    done(step)
    assert not dataclasses.replace(step, facts=lambda: "torch==3").finished()


def test_a_product_that_no_longer_works_redoes_it(step: Step) -> None:
    done(step)
    assert not dataclasses.replace(step, works=lambda: False).finished()


@pytest.mark.parametrize("text", ["", "{", "[]", "{}"])
def test_a_damaged_stamp_redoes_it(step: Step, text: str) -> None:
    stamp = done(step).stamp
    assert stamp is not None
    stamp.write_text(text)
    assert not step.finished()


def test_a_step_without_a_stamp_is_never_finished(step: Step) -> None:
    assert not done(dataclasses.replace(step, stamp=None)).finished()
