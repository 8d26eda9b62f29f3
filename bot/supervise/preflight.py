"""What must be true before anything is started; each failure says the mend."""

from __future__ import annotations

import os
import shutil
import socket
from collections import Counter
from pathlib import Path

from bot.errors import CommandFailed, SetupIncomplete
from bot.settings import Settings


def check(settings: Settings) -> None:
    """SetupIncomplete or CommandFailed when the parts could not start."""
    if shutil.which(settings.rasa_python) is None:
        raise SetupIncomplete(f"There is no Python with Rasa at {settings.rasa_python}.")
    made = {"search index": settings.index_dir / "current", "Rasa model": settings.rasa_models_dir}
    missing = [name for name, path in made.items() if not _holds_something(path)]
    if missing:
        raise SetupIncomplete(f"There is no {' and no '.join(missing)} in {settings.var_dir}.")
    _check_ports(
        {
            "front": (settings.front_host, settings.front_port),
            "actions": (settings.actions_host, settings.actions_port),
            "rasa": (settings.rasa_host, settings.rasa_port),
        }
    )


def _holds_something(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _check_ports(wanted: dict[str, tuple[str, int]]) -> None:
    uses = Counter(port for _, port in wanted.values())
    for name, (host, port) in wanted.items():
        variable = f"BANGBAN_{name.upper()}_PORT"
        if uses[port] > 1:
            raise CommandFailed(f"Two processes are to listen on port {port}.", mend=f"Change {variable}.")
        problem = _cannot_listen(host, port)
        if problem:
            raise CommandFailed(
                f"{name} cannot listen on {host}:{port}: {problem}.",
                mend=f"Stop the program that listens there, or set {variable} to another port.",
            )


def _cannot_listen(host: str, port: int) -> str | None:
    """Why a server could not listen there now, or None."""
    try:
        with socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET):
            return None
    except OSError as error:
        return os.strerror(error.errno).lower() if error.errno else str(error)
