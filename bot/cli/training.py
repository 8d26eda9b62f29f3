"""`train`: the embedding model, the search index and the Rasa model, each only when it is not up to date."""

from __future__ import annotations

import asyncio
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.output import line, note, working
from bot.cli.published import base_of, embedding_inputs, pairs_of
from bot.errors import CommandFailed, SetupIncomplete
from bot.settings import Settings, load_settings
from bot.store import Database, KnowledgeStore, Published
from bot.store.review_proposals import Learnt, ProposalStore
from knowledge.base import KnowledgeBase
from knowledge.lexicon import read_concepts

_STAMP = "trained-from"


class Part(StrEnum):
    """What can be trained on its own."""

    INDEX = "index"
    EMBEDDING = "embedding"
    RASA = "rasa"


def train(
    only: Annotated[Part | None, typer.Option(help="Do just this part.")] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Train embedding and Rasa again even if nothing changed.")
    ] = False,
) -> None:
    """Make what answers are found with, from what is published: embedding, search index, Rasa model.

    What is up to date is skipped. Running action servers take a new index over by themselves; a new Rasa
    model is used after Rasa's next start.

    Examples: `bangban train`, `bangban train --only index`
    """
    settings = load_settings()
    published, learnt = published_in(settings)
    base = base_of(published, read_concepts(), learnt)
    if not (published.items or published.faqs):
        mend = "Import something: bangban import knowledge/samples"
        raise CommandFailed("Nothing is published yet.", mend=mend)
    started = time.monotonic()
    works: dict[Part, Callable[[], str]] = {
        # Without what was learnt: a name more changes where that name is found, not how all others are.
        Part.EMBEDDING: lambda: _embedding(settings, base_of(published, read_concepts()), force=force),
        Part.INDEX: lambda: _index(settings, base, learnt),
        Part.RASA: lambda: _rasa(settings, base_of(published), force=force),
    }
    for part, work in works.items():
        if only in (None, part):
            begun = time.monotonic()
            with working(f"{part} …"):
                told = work()
            line(f"{part.value:<10} {told}  ({time.monotonic() - begun:.1f} s)")
    line(f"done in {time.monotonic() - started:.1f} s", "bold")


def refresh_index(settings: Settings) -> bool:
    """Build the index of what is published, if there are items and an embedding to build it with."""
    from knowledge.errors import ModelMissing

    published, learnt = published_in(settings)
    if not (published.items or published.faqs):
        return False
    base = base_of(published, read_concepts(), learnt)
    with working("building the search index …"):
        try:
            told = _index(settings, base, learnt)
        except ModelMissing:
            note("The search index was not built: there is no embedding model yet. Run `bangban train`.")
            return False
    note(f"search index: {told}")
    return True


def published_in(settings: Settings) -> tuple[Published, tuple[Learnt, ...]]:
    """What is published, and what the review approved to be learnt."""

    async def load() -> tuple[Published, tuple[Learnt, ...]]:
        async with Database.open(settings.database_url) as database:
            return await KnowledgeStore(database).published(), await ProposalStore(database).learnt()

    return asyncio.run(load())


def _embedding(settings: Settings, base: KnowledgeBase, *, force: bool) -> str:
    if settings.embedding_model:
        return f"not trained: BANGBAN_EMBEDDING_MODEL names {settings.embedding_model}"
    from knowledge.search.train import train_embedding

    stamp = settings.embedding_dir / _STAMP
    inputs = embedding_inputs(base, settings.seed)
    if not force and stamp.exists() and stamp.read_text(encoding="ascii") == inputs:
        return "up to date"
    folder = train_embedding(base, settings, note)
    stamp.write_text(inputs, encoding="ascii")
    return f"trained → {folder}"


def _index(settings: Settings, base: KnowledgeBase, learnt: Sequence[Learnt]) -> str:
    from knowledge.search.index import build_index
    from knowledge.search.learned import Learned

    current = settings.index_dir / "current"
    before = current.resolve() if current.exists() else None
    pairs = [Learned(phrase, item_id) for phrase, item_id in pairs_of(learnt)]
    folder = build_index(base, settings.index_dir, settings, note, pairs)
    taught = f", {len(learnt)} wordings from the review" if learnt else ""
    return ("up to date" if folder.resolve() == before else f"built → {folder}") + taught


def _rasa(settings: Settings, base: KnowledgeBase, *, force: bool) -> str:
    """Examples from the published titles, then Rasa's own training in Rasa's environment."""
    from bot.supervise.parts import rasa_part
    from bot.training import generate_nlu

    count = generate_nlu(base, settings.var_dir / "rasa" / "data", settings)
    note(f"rasa: {count} examples made from {len(base.items)} items")
    part = rasa_part(settings)
    command = [*part.argv, "train", *(["--force"] if force else [])]
    last = ""
    try:
        with subprocess.Popen(
            command,
            env={**os.environ, **part.env},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        ) as process:
            assert process.stdout is not None
            for told in process.stdout:
                last = told.strip() or last
                note(told.rstrip())
    except OSError as error:
        raise SetupIncomplete(f"Rasa's Python {command[0]} does not run: {error.strerror}.") from None
    if process.returncode:
        raise CommandFailed(f"Rasa could not be trained: {last}", mend="The lines above say what is wrong.")
    return last
