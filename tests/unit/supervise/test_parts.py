from __future__ import annotations

from pathlib import Path

from bot.settings import Settings
from bot.supervise.parts import ROOT, actions_part, front_part, rasa_part

SETTINGS = Settings(rasa_token="secret", rasa_port=7005, actions_port=7055, front_port=7080)


def test_rasa_is_told_what_it_cannot_read_itself_and_its_secret_is_not_on_the_command_line() -> None:
    part = rasa_part(SETTINGS)
    assert part.argv == (".venv-rasa/bin/python", "-m", "bot.rasa")
    assert part.env["BANGBAN_RASA_TOKEN"] == "secret"
    assert part.env["BANGBAN_ACTIONS_URL"] == "http://127.0.0.1:7055"
    assert part.env["PYTHONPATH"] == str(ROOT)
    assert part.health_url == "http://127.0.0.1:7005/webhooks/bangban/health"


def test_health_addresses_are_reachable_from_here() -> None:
    assert front_part(SETTINGS).health_url == "http://127.0.0.1:7080/healthz"
    assert actions_part(SETTINGS).health_url == "http://127.0.0.1:7055/health"


def test_the_root_is_the_checkout() -> None:
    assert Path(ROOT, "pyproject.toml").is_file()
