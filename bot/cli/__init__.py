"""The command line. `bangban --help` lists the commands; each is thin and calls a function elsewhere."""

from bot.cli.app import main

__all__ = ["main"]
