"""Start Rasa, or train its model. Run with Rasa's own Python (3.10) from the checkout, or with PYTHONPATH set to it.

    .venv-rasa/bin/python -m bot.rasa             serve (the same as `run`)
    .venv-rasa/bin/python -m bot.rasa run
    .venv-rasa/bin/python -m bot.rasa train       make <var>/rasa/models/bangban.tar.gz if its inputs changed
    .venv-rasa/bin/python -m bot.rasa train --force

Environment (all optional):
    BANGBAN_VAR_DIR           folder of everything made at run time            var
    BANGBAN_RASA_HOST         address to listen on; keep it loopback           127.0.0.1
    BANGBAN_RASA_PORT         port to listen on                                5005
    BANGBAN_RASA_TOKEN        secret shared with the front                     kept in <var>/rasa-token
    BANGBAN_ACTIONS_URL       the action server, without /webhook              http://127.0.0.1:5055
    BANGBAN_TURN_DEADLINE_S   the front's deadline; a turn is given up 0.5 s earlier        8
    BANGBAN_MAX_MESSAGE_CHARS longest message                                  2000
    BANGBAN_LOG_LEVEL         DEBUG, INFO, WARNING or ERROR                    INFO
    DATABASE_URL              postgresql://… keeps conversations there; else   <var>/rasa.db (SQLite, WAL)
    REDIS_URL                 redis://… for the lock store; else               in memory
    SANIC_WORKERS             worker processes; more than one needs REDIS_URL  1

Health: GET /webhooks/bangban/health is 200 only when the model is loaded. Exit status: 0 stopped or trained,
2 something is missing or wrong (the message says the mend).
"""

from __future__ import annotations

import argparse
import os
import sys
import time

from bot.rasa import logs, no_tensorflow
from bot.rasa.environment import RasaEnvironment, read_environment
from bot.rasa.errors import ModelMissing, RasaSideError


def main(arguments: list[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m bot.rasa", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("command", nargs="?", choices=("run", "train"), default="run")
    parser.add_argument("--force", action="store_true", help="train even if nothing has changed")
    chosen = parser.parse_args(arguments)
    logs.hush_libraries()
    try:
        environment = read_environment(os.environ)
        if chosen.command == "train":
            _train(environment, force=chosen.force)
        else:
            _run(environment)
    except RasaSideError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    return 0


def _run(environment: RasaEnvironment) -> None:
    if not environment.model.exists():
        raise ModelMissing(f"There is no model at {environment.model}.", mend="Run `bangban train`.")
    # The conversations' file is for this user only.
    os.umask(0o077)
    # Rasa reads these while it is imported, so the import comes after.
    os.environ.update(environment.for_endpoints())
    no_tensorflow.install()
    from bot.rasa.server import serve

    serve(environment)


def _train(environment: RasaEnvironment, *, force: bool) -> None:
    from bot.rasa.training import train

    no_tensorflow.install()
    started = time.monotonic()
    if train(environment, force=force):
        sys.stdout.write(f"Rasa model made in {time.monotonic() - started:.0f} s: {environment.model}\n")
    else:
        sys.stdout.write("Rasa model is up to date.\n")


if __name__ == "__main__":
    sys.exit(main())
