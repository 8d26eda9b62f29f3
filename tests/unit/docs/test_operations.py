"""docs/operations.md says what the code says: every setting, every log event, every reason of a failure."""

from __future__ import annotations

import re
from pathlib import Path

from bot.conversation.rasa import Failure
from bot.settings import Settings
from knowledge.settings import variable_names

TEXT = Path("docs/operations.md").read_text(encoding="utf-8")
FRONT = "\n".join(
    path.read_text(encoding="utf-8")
    for folder in ("channels", "conversation", "front")
    for path in Path("bot", folder).rglob("*.py")
)


def settings_table() -> str:
    """The settings as the page lists them; copy what the failing test prints."""
    now = Settings()
    lines = ["| Variable | Default | Meaning |", "|---|---|---|"]
    for field, variable in variable_names(Settings).items():
        default = str(getattr(now, field))
        shown = f"`{default}`" if default else ""
        lines.append(f"| `{variable}` | {shown} | {Settings.model_fields[field].description} |")
    return "\n".join(lines)


def test_every_setting_is_listed_with_its_default_and_meaning() -> None:
    table = settings_table()
    assert table in TEXT, f"put this into docs/operations.md:\n{table}"


def test_every_event_of_the_front_is_explained() -> None:
    events = set(re.findall(r'\blog\.\w+\(\s*"(\w+)"', FRONT))
    assert {"turn", "request"} <= events
    assert sorted(event for event in events if f"`{event}`" not in TEXT) == []


def test_every_reason_of_a_failed_turn_is_named() -> None:
    busy_or_our_own_mistake = {"busy", "internal"}
    named = {failure.value for failure in Failure} | busy_or_our_own_mistake
    assert sorted(word for word in named if f"`{word}`" not in TEXT) == []
