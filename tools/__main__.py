"""`tools/run COMMAND`: what the Makefile calls."""

from __future__ import annotations

import argparse
import os
import sys

from tools import checks, lock, steps
from tools.paths import VENV
from tools.runner import Runner
from tools.step import Step

_CHECKS = {
    "lint": checks.lint,
    "types": checks.types,
    "web": checks.web,
    "unit": checks.unit,
    "app": checks.app,
    "browser": checks.browser,
    "conversations": checks.conversations,
}


def main() -> int:
    """Exit status 0 when everything asked for is done."""
    parser = argparse.ArgumentParser(prog="tools/run", description="Set-up and checks in steps.")
    parser.add_argument("command", choices=["run", "setup", "train", "test", "lock", "format", *_CHECKS])
    command = parser.parse_args().command
    if command == "lock":
        lock.main(sys.executable)
        return 0
    done = Runner().run(_steps(command))
    if done and command == "run":
        sys.stdout.flush()
        os.execv(VENV / "bin" / "bangban", ["bangban", "serve"])
    return 0 if done else 1


def _steps(command: str) -> list[Step]:
    """The set-up a command needs, then the command itself."""
    ours, rasas = steps.our_environment(), steps.rasa_environment()
    web = steps.web()
    tooled = [*ours, *steps.development()]
    trained = [*tooled, *web, *rasas, *steps.content(steps.test_installation())]
    seen = steps.browser()
    match command:
        case "run" | "setup" | "train":
            return [*ours, *web, *rasas, *steps.content(steps.installation())]
        case "test":
            return [*trained, *seen, *(step for check in _CHECKS.values() for step in check())]
        case "conversations":
            return [*trained, *checks.conversations()]
        case "browser":
            return [*trained, *seen, *checks.browser()]
        case "app":
            return [*tooled, *web, *rasas, *checks.app()]
        case "web":
            return [*ours, *web, *checks.web()]
        case "format":
            return [*tooled, *checks.formatting()]
        case _:
            return [*tooled, *_CHECKS[command]()]


if __name__ == "__main__":
    sys.exit(main())
