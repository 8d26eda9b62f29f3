"""The import rules name every package there is: a new one must be put under them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[3]


def _contracts() -> list[dict[str, Any]]:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    contracts: list[dict[str, Any]] = tomllib.loads(text)["tool"]["importlinter"]["contracts"]
    return contracts


def _parts_of_bot() -> set[str]:
    inside = (ROOT / "bot").iterdir()
    modules = {path.stem for path in inside if path.suffix == ".py" or (path / "__init__.py").exists()}
    return {f"bot.{name}" for name in modules - {"__init__", "rasa"}}


def test_bot_rasa_may_import_no_other_part_of_bot() -> None:
    rule = next(one for one in _contracts() if one.get("source_modules") == ["bot.rasa"])
    assert set(rule["forbidden_modules"]) == _parts_of_bot() | {"actions", "knowledge"}


def test_no_part_may_import_bot_rasa() -> None:
    rule = next(one for one in _contracts() if "bot.rasa" in one.get("forbidden_modules", []))
    assert set(rule["source_modules"]) == _parts_of_bot() | {"actions", "knowledge"}
