"""When the Rasa model is made anew (Rasa itself is not needed to decide that)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.rasa import training
from bot.rasa.environment import RasaEnvironment, read_environment
from bot.rasa.errors import TrainingImpossible


@pytest.fixture
def environment(tmp_path: Path) -> RasaEnvironment:
    return read_environment({"BANGBAN_VAR_DIR": str(tmp_path), "BANGBAN_RASA_TOKEN": "t"})


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch, environment: RasaEnvironment) -> list[int]:
    """Rasa's part is replaced by one that writes a numbered model; the list holds the numbers made."""
    made: list[int] = []

    def make(env: RasaEnvironment) -> Path:
        made.append(len(made) + 1)
        fresh = env.models_dir.parent / "fresh" / "bangban.tar.gz"
        fresh.parent.mkdir(parents=True)
        fresh.write_text(str(made[-1]), encoding="ascii")
        return fresh

    monkeypatch.setattr(training, "_train", make)
    monkeypatch.setattr(training, "version", lambda _: "3.6.21")
    environment.generated_data.mkdir(parents=True)
    (environment.generated_data / "ask_fee.yml").write_text("nlu: []\n", encoding="utf-8")
    return made


def test_it_is_made_once_and_again_when_an_input_changed(
    environment: RasaEnvironment, trained: list[int]
) -> None:
    assert training.train(environment) is True
    assert training.train(environment) is False
    (environment.generated_data / "ask_fee.yml").write_text("nlu: [1]\n", encoding="utf-8")
    assert training.train(environment) is True
    assert trained == [1, 2]
    assert environment.model.read_text(encoding="ascii") == "2"


def test_it_is_made_when_asked_to_or_when_the_model_is_gone(
    environment: RasaEnvironment, trained: list[int]
) -> None:
    training.train(environment)
    assert training.train(environment, force=True) is True
    environment.model.unlink()
    assert training.train(environment) is True
    assert trained == [1, 2, 3]


def test_without_generated_examples_the_mend_is_named(environment: RasaEnvironment) -> None:
    with pytest.raises(TrainingImpossible, match="bangban train"):
        training.train(environment)


def test_the_digest_knows_names_and_contents(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for folder in (one, two):
        folder.mkdir()
        (folder / "a.yml").write_text("x", encoding="utf-8")
    same = training.digest_of([one]) == training.digest_of([two])
    (two / "a.yml").rename(two / "b.yml")
    assert same
    assert training.digest_of([one]) != training.digest_of([two])


@pytest.fixture(autouse=True)
def _version(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "version", lambda _: "3.6.21")
