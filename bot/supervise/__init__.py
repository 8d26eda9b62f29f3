"""`bangban serve`: one command that starts and keeps alive actions, rasa and front."""

from __future__ import annotations

import asyncio
import sys

from bot.settings import Settings
from bot.supervise import preflight
from bot.supervise.keeper import Pace
from bot.supervise.log import Log
from bot.supervise.parts import actions_part, front_part, rasa_part
from bot.supervise.supervisor import Supervisor

__all__ = ["run"]

_AFTER_THE_LAST_TURN_S = 7.0
"""Seconds a stopping front may take on top of a turn: to store and deliver it, and to close."""


def run(settings: Settings) -> None:
    """Serve until SIGINT, SIGTERM or SIGHUP. Raises when something needed is missing (see preflight)."""
    preflight.check(settings)
    log = Log(sys.stdout)
    log.write("serve", "starting actions and rasa; the first answer is possible in about half a minute")
    supervisor = Supervisor(
        behind=(actions_part(settings), rasa_part(settings)),
        front=front_part(settings),
        log=log,
        summary=_summary(settings),
        pace=Pace(stop_deadline=settings.turn_deadline_s + _AFTER_THE_LAST_TURN_S),
    )
    asyncio.run(supervisor.run())


def _summary(settings: Settings) -> str:
    return (
        f"Bangban answers at {settings.front_url}/\n"
        '  ask from a second terminal:  .venv/bin/bangban ask "身份证丢了去哪补办"\n'
        "  stop with Ctrl-C"
    )
