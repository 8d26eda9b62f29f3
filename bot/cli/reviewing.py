"""`review`: what was learnt as conversations, and taking in what was said before the review was there."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.learning import learnt_in
from bot.cli.options import AsJson, Url, url_of
from bot.cli.output import line, working, write_json
from bot.errors import CommandFailed
from bot.settings import Settings, load_settings

app = typer.Typer(help="Wordings the review approved, and its index.", no_args_is_help=True)


@app.command("regressions")
def regressions(
    file: Annotated[Path | None, typer.Argument(help="File to write; without one it is printed.")] = None,
) -> None:
    """Write what was learnt as conversations for `bangban talk`.

    Example: `bangban review regressions learnt.yml && bangban talk learnt.yml`
    """
    text = _conversations(load_settings())
    if file is None:
        typer.echo(text, nl=False)
        return
    file.write_text(text, encoding="utf-8")
    line(f"→ {file}")


@app.command("play")
def play(url: Url = "", as_json: AsJson = False) -> None:
    """Play what was learnt against the running stack; exit status 1 when a wording does not find its matter.

    Example: `bangban review play`
    """
    from bot.talk import play as play_files

    settings = load_settings()
    if not learnt_in(settings):
        raise CommandFailed("Nothing was learnt yet.", mend="Approve a proposal in the console first.")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "learnt.yml"
        file.write_text(_conversations(settings), encoding="utf-8")
        with working("playing …"):
            report = play_files(file, url_of(url))
    if as_json:
        write_json(report.to_json())
    else:
        line(report.explain() if not report.passed else str(report), "" if report.passed else "red")
    if not report.passed:
        raise typer.Exit(1)


@app.command("index")
def index() -> None:
    """Take in what was said before the review was there, now and to the end; the front does it bit by bit.

    Example: `bangban review index`
    """
    from bot.review.running import take_in_all
    from bot.staff.running import make_staff
    from bot.store import Database
    from bot.store.review_upkeep import ReviewUpkeep

    settings = load_settings()

    async def work() -> None:
        async with Database.open(settings.database_url) as database:
            upkeep = ReviewUpkeep(database, make_staff(settings, database).audit)
            await take_in_all(upkeep, pause_s=0)

    with working("taking in …"):
        asyncio.run(work())
    line("all that was said is in the index of the review")


def _conversations(settings: Settings) -> str:
    from bot.cli.training import published_in
    from bot.review.regression import regressions_yaml
    from knowledge.model import faq_records

    published, learnt = published_in(settings)
    items = [*published.items, *(faq_records(faq)[0] for faq in published.faqs)]
    return regressions_yaml(learnt, {item.id: item.task_name for item in items})
