"""The document the console's types are made from."""

from __future__ import annotations

from pathlib import Path

from bot.staff.openapi import text
from bot.staff.routes import ROUTES

KEPT = Path(__file__).resolve().parents[3] / "web" / "console" / "openapi.json"
MEND = "python -m bot.staff.openapi > web/console/openapi.json && (cd web && npm run schema)"


def test_it_is_that_of_the_routes() -> None:
    assert KEPT.read_text(encoding="utf-8") == text(ROUTES), f"Mend: {MEND}"
