"""Where things lie."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REQUIREMENTS = ROOT / "requirements"
LOGS = ROOT / ".setup"
"""One log for each step, and nothing else: the stamp of a finished step lies in what the step made."""

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
VENV_RASA = ROOT / ".venv-rasa"
PYTHON_RASA = VENV_RASA / "bin" / "python"

WEB = ROOT / "web"
"""What runs in browsers."""
