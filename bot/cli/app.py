"""The commands by name, and what every one of them does with an error: one line and the mend, exit 2."""

from __future__ import annotations

import os
import sys
import traceback

import typer

from bot.cli import (
    asking,
    evaluating,
    importing,
    processes,
    replaying,
    reviewing,
    staffing,
    talking,
    training,
    wechat,
)
from bot.cli.output import IMPOSSIBLE, err, note, write_json
from bot.errors import BangbanError
from knowledge.errors import KnowledgeError

app = typer.Typer(
    name="bangban",
    help="Bangban 帮办: answers “where can I handle X?” from official service guides.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

_RUN = "Run"
_KNOWLEDGE = "Knowledge"
_ASK = "Ask and test"

app.command("serve", rich_help_panel=_RUN)(processes.serve)
app.command("front", rich_help_panel=_RUN)(processes.front)
app.command("actions", rich_help_panel=_RUN)(processes.actions)
app.command("rasa", rich_help_panel=_RUN)(processes.rasa)
app.command("import", rich_help_panel=_KNOWLEDGE)(importing.import_command)
app.command("train", rich_help_panel=_KNOWLEDGE)(training.train)
app.command("search", rich_help_panel=_KNOWLEDGE)(asking.search)
app.command("evaluate", rich_help_panel=_KNOWLEDGE)(evaluating.evaluate)
app.command("ask", rich_help_panel=_ASK)(asking.ask)
app.command("talk", rich_help_panel=_ASK)(talking.talk)
app.command("replay", rich_help_panel=_ASK)(replaying.replay)
app.add_typer(wechat.app, name="wechat", rich_help_panel=_RUN)
app.add_typer(staffing.app, name="staff", rich_help_panel=_RUN)
app.add_typer(reviewing.app, name="review", rich_help_panel=_ASK)


def main() -> None:
    """The console script `bangban`."""
    try:
        app(prog_name="bangban")
    except (BangbanError, KnowledgeError) as error:
        _told(error.code, error.message, error.mend)
        sys.exit(IMPOSSIBLE)
    except BrokenPipeError:  # the reader of a pipe (head, less) has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        if os.environ.get("BANGBAN_LOG_LEVEL", "").upper() == "DEBUG":
            traceback.print_exc()
        mend = "This is a mistake in Bangban; BANGBAN_LOG_LEVEL=DEBUG shows where."
        _told("internal", f"{type(error).__name__}: {error}", mend)
        sys.exit(IMPOSSIBLE)


def _told(code: str, message: str, mend: str) -> None:
    if "--json" in sys.argv:
        write_json({"error": {"code": code, "message": message.strip(), "mend": mend}})
        return
    note(message.strip(), style="red")
    if mend:
        err.print(mend)
