"""What `bangban serve` checks before it starts anything."""

from __future__ import annotations

import socket
import sys
from pathlib import Path

import pytest

from bot.errors import BangbanError, CommandFailed, SetupIncomplete
from bot.settings import Settings
from bot.supervise import preflight
from tests.support.ports import free_ports


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings under which everything is there."""
    front, actions, rasa = free_ports(3)
    made = Settings(
        var_dir=tmp_path,
        rasa_python=Path(sys.executable),
        front_port=front,
        actions_port=actions,
        rasa_port=rasa,
    )
    (made.index_dir / "current").mkdir(parents=True)
    (made.index_dir / "current" / "meta.json").write_text("{}")
    made.rasa_models_dir.mkdir(parents=True)
    (made.rasa_models_dir / "bangban.tar.gz").write_text("")
    return made


def refusal(settings: Settings) -> BangbanError:
    with pytest.raises(BangbanError) as caught:
        preflight.check(settings)
    return caught.value


def test_everything_there_is_no_error(settings: Settings) -> None:
    preflight.check(settings)


def test_a_port_in_use_is_named_with_its_setting(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", settings.rasa_port)):
        error = refusal(settings)
    assert isinstance(error, CommandFailed)
    assert f"rasa cannot listen on 127.0.0.1:{settings.rasa_port}: address already in use" in error.message
    assert "BANGBAN_RASA_PORT" in error.mend


def test_an_address_of_another_machine_is_refused(settings: Settings) -> None:
    error = refusal(settings.model_copy(update={"front_host": "192.0.2.1"}))
    assert error.message.startswith("front cannot listen on 192.0.2.1:")


def test_one_port_for_two_parts_is_refused(settings: Settings) -> None:
    error = refusal(settings.model_copy(update={"actions_port": settings.front_port}))
    assert "Two processes" in error.message
    assert "_PORT" in error.mend


def test_a_missing_python_is_named(settings: Settings) -> None:
    error = refusal(settings.model_copy(update={"rasa_python": Path("/nowhere/python")}))
    assert isinstance(error, SetupIncomplete)
    assert "/nowhere/python" in error.message


def test_everything_untrained_is_named_at_once(settings: Settings, tmp_path: Path) -> None:
    error = refusal(settings.model_copy(update={"var_dir": tmp_path / "new", "index_dir": tmp_path / "new"}))
    assert isinstance(error, SetupIncomplete)
    assert "no search index and no Rasa model" in error.message
    assert "make setup" in error.mend
