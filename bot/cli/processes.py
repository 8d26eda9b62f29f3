"""`serve` and its parts, one by one."""

from __future__ import annotations

import os
import shutil

from bot.errors import SetupIncomplete
from bot.settings import load_settings


def serve() -> None:
    """Start everything and keep it running: actions, rasa and front. Ctrl-C stops it.

    Then ask at http://127.0.0.1:8080/, or from a second terminal: `bangban ask "身份证丢了去哪补办"`
    """
    from bot.cli.staffing import announce_first_admin
    from bot.supervise import run

    settings = load_settings()
    announce_first_admin(settings)
    run(settings)


def front() -> None:
    """Run only the front: channels, chat widget, guide pages, health. For one process per container or unit."""
    from bot.cli.staffing import announce_first_admin

    announce_first_admin(load_settings())
    _become("front")


def actions() -> None:
    """Run only the action server, which holds the search index and composes answers."""
    _become("actions")


def rasa() -> None:
    """Run only Rasa, in its own Python environment, bound to loopback."""
    _become("rasa")


def _become(name: str) -> None:
    """Turn this process into a part, so that signals reach it directly."""
    from bot.supervise.parts import actions_part, front_part, rasa_part

    make = {"front": front_part, "actions": actions_part, "rasa": rasa_part}[name]
    part = make(load_settings())
    if shutil.which(part.argv[0]) is None:
        raise SetupIncomplete(f"There is no program {part.argv[0]} to run {name} with.")
    os.execvpe(part.argv[0], part.argv, {**os.environ, **part.env})
