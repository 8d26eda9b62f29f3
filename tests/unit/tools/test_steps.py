"""Which steps are redone by which change, and that samples never go into a database of somebody's own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tools import steps
from tools.paths import ROOT
from tools.step import Step
from tools.steps import Installation


class FakeMachine:
    """Runs nothing; the database holds `records`."""

    def __init__(self, records: int = 0) -> None:
        self.records = records
        self.imports = 0

    def __call__(self, argv: Sequence[str | Path], env: Mapping[str, str]) -> str:
        if "tools.published" in argv:
            return str(self.records)
        self.imports += "import" in argv
        return "imported"


def samples_of(installation: Installation) -> Step:
    return steps.content(installation)[0]


def test_an_empty_database_gets_the_samples_and_follows_them(tmp_path: Path) -> None:
    machine = FakeMachine()
    samples = samples_of(Installation(tmp_path))
    assert samples.work(machine) == "imported"
    machine.records = 900
    assert samples.work(machine) == "imported"


def test_a_database_with_guides_of_its_own_is_left_alone(tmp_path: Path) -> None:
    machine = FakeMachine(records=900)
    note = samples_of(Installation(tmp_path)).work(machine)
    assert note is not None
    assert note.startswith("left out")
    assert machine.imports == 0


def test_samples_in_one_database_say_nothing_about_another(tmp_path: Path) -> None:
    machine = FakeMachine()
    samples_of(Installation(tmp_path, {"DATABASE_URL": ""})).work(machine)
    machine.records = 900
    samples_of(Installation(tmp_path, {"DATABASE_URL": "postgresql://city/own"})).work(machine)
    assert machine.imports == 1


def redone_by(changed: Path) -> set[str]:
    """Names of the steps that have a file or folder among their inputs."""
    every = [
        *steps.our_environment(),
        *steps.development(),
        *steps.web(),
        *steps.rasa_environment(),
        *steps.content(Installation(ROOT / "var")),
    ]
    return {
        step.name for step in every if any(changed == one or one in changed.parents for one in step.inputs)
    }


@pytest.mark.parametrize(
    ("changed", "redone"),
    [
        ("requirements/main.lock", {"libraries"}),
        ("requirements/dev.lock", {"development"}),
        ("requirements/rasa.lock", {"rasa"}),
        ("pyproject.toml", {"project"}),
        ("config.yml", {"train-rasa"}),
        ("bot/domain/slots.yml", {"train-rasa"}),
        ("bot/data/nlu/greet.yml", {"train-rasa"}),
        ("knowledge/search/engine.py", {"train-embedding", "train-index"}),
        ("knowledge/regions/reading.py", {"train-index"}),
        ("knowledge/base.py", {"train-index"}),
        ("knowledge/shelf.py", {"train-index"}),
        (
            "knowledge/samples/national/items/id_card.yml",
            {"samples", "train-embedding", "train-index", "train-rasa"},
        ),
        ("bot/rasa/tokenizer.py", {"train-rasa"}),
        ("web/package-lock.json", {"web-libraries", "widget", "console"}),
        ("web/widget/src/chat.ts", {"widget"}),
        ("web/console/src/main.ts", {"console"}),
        ("web/demo/index.html", set()),
        ("bot/front/views.py", set()),
        ("README.md", set()),
    ],
)
def test_a_changed_input_redoes_just_its_steps(changed: str, redone: set[str]) -> None:
    assert redone_by(ROOT / changed) == redone


def test_every_sample_pack_is_imported() -> None:
    packs = {folder for folder in (ROOT / "knowledge" / "samples").iterdir() if folder.is_dir()}
    assert packs - {ROOT / "knowledge" / "samples" / "__pycache__"} == set(
        samples_of(Installation(ROOT)).inputs
    )


def test_every_input_exists() -> None:
    """But for what a step before makes: a renamed folder must not silently stop counting."""
    every = [*steps.our_environment(), *steps.development(), *steps.web(), *steps.rasa_environment()]
    every += steps.content(Installation(ROOT / "var"))
    inputs = {path for step in every for path in step.inputs if not path.is_relative_to(ROOT / "var")}
    assert [str(path) for path in inputs if not path.exists()] == []


def test_the_checks_do_not_see_what_a_person_has_exported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://city/own")
    monkeypatch.setenv("BANGBAN_SEED", "7")
    installation = steps.test_installation()
    assert installation.setting("DATABASE_URL") == ""
    assert installation.setting("BANGBAN_SEED") == ""
    assert installation.setting("BANGBAN_VAR_DIR") == str(installation.var_dir)
