"""What `bangban serve` makes of the settings."""

from __future__ import annotations

from typing import Any

import pytest

from bot import supervise
from bot.settings import Settings


@pytest.mark.parametrize("deadline", [1.0, 8.0, 120.0])
def test_a_stopping_front_may_finish_the_turn_under_way(
    monkeypatch: pytest.MonkeyPatch, deadline: float
) -> None:
    given: dict[str, Any] = {}

    class Supervisor:
        def __init__(self, **arguments: Any) -> None:
            given.update(arguments)

        async def run(self) -> None:
            """Nothing is started."""

    monkeypatch.setattr(supervise, "Supervisor", Supervisor)
    monkeypatch.setattr(supervise.preflight, "check", lambda _settings: None)

    supervise.run(Settings(turn_deadline_s=deadline, rasa_token="t", mask_salt="s"))

    assert given["pace"].stop_deadline > deadline + 2, "the front waits so long for its turns"
