"""`import`: files → importers → checks → the store → the search index."""

from __future__ import annotations

import asyncio
import getpass
from collections import Counter
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.options import AsJson
from bot.cli.output import FAILED, line, many, note, working, write_json
from bot.cli.published import known_of
from bot.settings import Settings, load_settings
from bot.store import Database, KnowledgeStore, PublishCounts
from knowledge.importers import Batch, RowError, check, read_paths
from knowledge.lexicon import link_items, read_concepts

_SHOWN = 40


def import_command(
    paths: Annotated[
        list[Path], typer.Argument(help="Files or folders: .yml .jsonl .csv .xlsx", metavar="PATH…")
    ],
    check_only: Annotated[bool, typer.Option("--check", help="Only report; store nothing.")] = False,
    author: Annotated[str, typer.Option(help="Who is responsible; by default the user of this shell.")] = "",
    as_json: AsJson = False,
) -> None:
    """Import guides, items, halls, regions, FAQs and bundles (一件事), and publish them.

    Reads our YAML and JSONL, and Excel or CSV tables with the Chinese column names of the national
    item list (事项名称, 实施主体, 申请材料 …), FAQ tables (标准问题, 相似问法, 答案) and hall tables. A bad row is
    reported with file, row, field, expected and received; the good rows go in and nothing published is
    lost. What has not changed keeps its version. Running action servers take the new index over by themselves.

    With --check it also shows which lexicon concept each item is taken for, so that it is found by everyday
    words; an item's own `concepts:` settle it (`-` for none).

    Exit status 1 when some rows were left out.

    Examples: `bangban import 事项清单.xlsx --check`, then `bangban import 事项清单.xlsx`
    """
    settings = load_settings()
    batch, counts = asyncio.run(_import(paths, settings, None if check_only else author or _user()))
    indexed = False
    if counts is not None and (counts.published or not (settings.index_dir / "current").exists()):
        from bot.cli.training import refresh_index

        indexed = refresh_index(settings)
    if as_json:
        write_json(_facts(batch, counts, indexed))
    else:
        _show(batch, counts)
        if check_only:
            _show_links(batch)
    if batch.errors:
        raise typer.Exit(FAILED)


async def _import(
    paths: list[Path], settings: Settings, author: str | None
) -> tuple[Batch, PublishCounts | None]:
    """Read and check; with an author, publish as well."""
    async with Database.open(settings.database_url) as database:
        store = KnowledgeStore(database)
        known = known_of(await store.published())
        with working("reading …") as status:
            read = read_paths(paths, known=known, progress=lambda file: status(f"reading {file}"))
            status("checking what the records name …")
            batch = check(read, known)
            if author is None:
                return batch, None
            status("publishing …")
            records = [*batch.regions, *batch.items, *batch.halls, *batch.guides, *batch.faqs, *batch.bundles]
            places: dict[tuple[str, str], str] = {key: str(place) for key, place in batch.places.items()}
            return batch, await store.publish(records, author, files=places)


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def _show(batch: Batch, counts: PublishCounts | None) -> None:
    _show_rows(batch.warnings, "yellow", "warning")
    _show_rows(batch.errors, "red", "left out")
    for skipped in batch.skipped:
        note(f"skipped: {skipped}")
    found = ", ".join(
        many(batch.counts[kind], kind.removesuffix("s"))
        for kind in ("regions", "items", "halls", "guides", "faqs", "bundles")
        if batch.counts[kind]
    )
    read = f"{many(len(batch.files), 'file')}: {found or 'no records'}"
    wrong = f"; {many(len(batch.errors), 'error')}" if batch.errors else ""
    done = f"; {counts}" if counts else "; nothing was stored (--check)"
    line(read + wrong + done, "bold")


def _show_links(batch: Batch) -> None:
    """Which concept each item of the batch is; the unlinked first, for they need a person's eye."""
    links = link_items(batch.items, read_concepts())
    linked = {link.item_id for link in links}
    titles = {item.id: item.task_name for item in batch.items}
    for item_id in [item_id for item_id in titles if item_id not in linked][:_SHOWN]:
        line(f"no concept: {titles[item_id]} ({item_id}); found by its own names only", "yellow")
    for link in links[:_SHOWN]:
        line(f"concept: {titles[link.item_id]} → {link.concept_id} ({link.reason.value})")
    if len(links) > _SHOWN:
        line(f"… and {len(links) - _SHOWN} more; --json lists all")


def _show_rows(rows: tuple[RowError, ...], style: str, word: str) -> None:
    for row in rows[:_SHOWN]:
        line(f"{word}: {row}", style)
    if len(rows) > _SHOWN:
        by_file = Counter(row.file for row in rows[_SHOWN:])
        rest = ", ".join(f"{file} {count}" for file, count in by_file.most_common(5))
        line(f"… and {len(rows) - _SHOWN} more ({rest}); --json lists all", style)


def _facts(batch: Batch, counts: PublishCounts | None, indexed: bool) -> dict[str, Any]:
    return {
        "counts": batch.counts,
        "published": None
        if counts is None
        else {"added": counts.added, "changed": counts.changed, "unchanged": counts.unchanged},
        "indexed": indexed,
        "errors": [_row(row) for row in batch.errors],
        "warnings": [_row(row) for row in batch.warnings],
        "skipped": list(batch.skipped),
        "links": [
            {"item": link.item_id, "concept": link.concept_id, "reason": link.reason.value}
            for link in link_items(batch.items, read_concepts())
        ],
    }


def _row(row: RowError) -> dict[str, Any]:
    return {
        "file": row.file,
        "row": row.row,
        "field": row.field,
        "expected": row.expected,
        "received": row.received,
        "message": row.message,
    }
