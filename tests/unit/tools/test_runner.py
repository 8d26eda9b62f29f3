from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tools import runner
from tools.runner import Runner, spoken
from tools.step import Run, Step, StepFailed


@pytest.fixture(autouse=True)
def _logs_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner, "ROOT", tmp_path)
    monkeypatch.setattr(runner, "LOGS", tmp_path / "logs")


def python(code: str) -> Callable[[Run], str]:
    return lambda run: run([sys.executable, "-c", code], {"SAID": "hello"})


def make(tmp_path: Path, name: str, work: Callable[[Run], str | None], *, check: bool = False) -> Step:
    stamp = None if check else tmp_path / f"{name}.json"
    return Step(name=name, title=name.title(), work=work, mend="Mend it so.", stamp=stamp, shows_output=check)


def test_steps_are_done_once_and_their_note_is_shown(tmp_path: Path) -> None:
    out = io.StringIO()
    steps = [
        make(tmp_path, "first", python("import os; print('noise'); print(os.environ['SAID'])")),
        make(tmp_path, "second", lambda run: None),
    ]
    assert Runner(out).run(steps)
    assert "[ 1/2] First " in out.getvalue()
    assert "(hello)" in out.getvalue()
    assert "noise" not in out.getvalue()
    assert "noise" in (tmp_path / "logs" / "first.log").read_text()
    again = io.StringIO()
    assert Runner(again).run(steps)
    assert again.getvalue().count("up to date") == 2


def test_the_first_failure_ends_the_run_and_says_the_mend(tmp_path: Path) -> None:
    out = io.StringIO()
    failing = python("print('the reason'); raise SystemExit(3)")
    never = make(tmp_path, "never", lambda run: pytest.fail("must not run"))
    step = make(tmp_path, "bad", failing)
    assert not Runner(out).run([step, never])
    text = out.getvalue()
    assert "FAILED" in text
    assert "    the reason" in text
    assert "exit code 3" in text
    assert "Mend: Mend it so." in text
    assert "logs/bad.log" in text
    assert not step.finished()


def test_a_failure_that_knows_its_own_mend_says_it(tmp_path: Path) -> None:
    def fail(run: Run) -> None:
        raise StepFailed("No Python 3.10.", "Install it.")

    out = io.StringIO()
    assert not Runner(out).run([make(tmp_path, "bad", fail)])
    assert "What: No Python 3.10." in out.getvalue()
    assert "Mend: Install it." in out.getvalue()


def test_a_program_that_is_not_there_is_a_failure_not_a_crash(tmp_path: Path) -> None:
    out = io.StringIO()
    assert not Runner(out).run([make(tmp_path, "bad", lambda run: run(["/nowhere/pip"], {}))])
    assert "/nowhere/pip" in out.getvalue()


def test_a_step_that_fails_when_done_anew_is_not_finished_by_its_old_stamp(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_text("good")

    def work(run: Run) -> None:
        if source.read_text() != "good":
            raise StepFailed("bad source")

    step = Step("one", "One", work, "Mend.", stamp=tmp_path / "one.json", inputs=[source])
    assert Runner(io.StringIO()).run([step])
    source.write_text("bad")
    assert not Runner(io.StringIO()).run([step])
    source.write_text("good")
    assert not step.finished()


def test_a_check_runs_every_time_and_shows_its_output(tmp_path: Path) -> None:
    check = make(tmp_path, "check", python("print('3 passed')"), check=True)
    for _ in range(2):
        out = io.StringIO()
        assert Runner(out).run([check])
        assert "3 passed" in out.getvalue()


def test_after_a_check_that_fails_the_others_still_run(tmp_path: Path) -> None:
    out = io.StringIO()
    bad = make(tmp_path, "lint", python("raise SystemExit(1)"), check=True)
    good = make(tmp_path, "types", python("print('types are right')"), check=True)
    assert not Runner(out).run([bad, good])
    assert "types are right" in out.getvalue()
    assert "1 of 2 steps are done" in out.getvalue()
    assert "failed: Lint." in out.getvalue()


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.04, "0.0 s"), (9.9, "9.9 s"), (59, "59 s"), (60, "1 min 0 s"), (185.4, "3 min 5 s")],
)
def test_times_are_spoken(seconds: float, text: str) -> None:
    assert spoken(seconds) == text
