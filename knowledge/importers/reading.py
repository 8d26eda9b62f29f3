"""A path → a Batch. Files are read in order; regions and items find their place before what needs them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path
from typing import Any

from knowledge.importers import files
from knowledge.importers.cells import lines
from knowledge.importers.columns import SHAPES, Header, nearest_column, recognise
from knowledge.importers.csv_table import read_csv
from knowledge.importers.guide_rows import GuideDraft, read_guide_row
from knowledge.importers.known import NOTHING_KNOWN, Known
from knowledge.importers.limits import LIMITS, Limits
from knowledge.importers.matching import assemble
from knowledge.importers.other_rows import faq_fields, hall_fields, region_fields
from knowledge.importers.records import read_jsonl_records, read_yaml_records, take_record
from knowledge.importers.regions import RegionNames
from knowledge.importers.report import Batch, Collector, Place, shown
from knowledge.importers.table import Row, Table, TableError
from knowledge.importers.view import RowView
from knowledge.importers.workbook import open_workbook
from knowledge.model import Kind

_HEADER_WITHIN = 20


def read_path(
    path: Path,
    *,
    known: Known = NOTHING_KNOWN,
    limits: Limits = LIMITS,
    progress: Callable[[Path], None] = lambda _: None,
) -> Batch:
    """Everything importable at a path, file or folder.

    `known` is what the knowledge base holds already: rows may name its regions, halls and items. No bad
    file or row raises; ImportFailed is raised only when there is nothing at the path.
    """
    return read_paths([path], known=known, limits=limits, progress=progress)


def read_paths(
    paths: Iterable[Path],
    *,
    known: Known = NOTHING_KNOWN,
    limits: Limits = LIMITS,
    progress: Callable[[Path], None] = lambda _: None,
) -> Batch:
    """Several paths as one batch, so that files of one may name regions and items of another."""
    into = Collector()
    rows = _TableRows()
    for path in paths:
        for file in files.find_files(path):
            if file.suffix.lower() not in files.SUFFIXES:
                into.skipped.append(files.why_skipped(file))
                continue
            progress(file)
            into.files.append(files.name_of(file))
            _read_file(file, rows, into, limits)
    _finish(rows, known, into)
    return into.batch()


@dataclass
class _TableRows:
    """Rows of tables, kept by kind until every region and item has been seen."""

    views: dict[Kind, list[RowView]] = field(default_factory=lambda: {s.kind: [] for s in SHAPES})


def _read_file(file: Path, rows: _TableRows, into: Collector, limits: Limits) -> None:
    """One file into the collector; whatever is wrong with the file as a whole becomes one error."""
    name, suffix = files.name_of(file), file.suffix.lower()
    try:
        files.check_size(file, limits)
        if suffix in files.YAML_SUFFIXES:
            read_yaml_records(name, files.read_utf8(file), into, limits)
        elif suffix in files.JSONL_SUFFIXES:
            read_jsonl_records(name, files.read_utf8(file), into, limits)
        elif suffix in files.CSV_SUFFIXES:
            _take_tables([read_csv(name, file.read_bytes(), limits)], rows, into)
        else:
            with open_workbook(name, file, limits) as tables:
                _take_tables(tables, rows, into)
    except TableError as error:
        into.error(Place(name, error.row), "", error.expected, error.received, error.message)
    except OSError as error:
        into.error(Place(name), "", "a file that can be read", error.strerror or str(error))


def _take_tables(tables: list[Table], rows: _TableRows, into: Collector) -> None:
    """The rows of every table whose header is known. A sheet of notes beside a good one is only a warning."""
    foreign: list[tuple[Place, str]] = []
    recognised = 0
    for table in tables:
        try:
            first = _take_table(table, rows, into)
        except TableError as error:
            into.error(Place(table.name, error.row), "", error.expected, error.received, error.message)
            recognised += 1
            continue
        if first is None:
            recognised += 1
        else:
            foreign.append((Place(table.name), first))
    for place, first in foreign:
        tell = into.warn if recognised else into.error
        needs = " or ".join("＋".join(s.label(f) for f in s.required) for s in SHAPES)
        tell(place, "", f"a header row with {needs}", shown(first), "nothing was read from it")


def _take_table(table: Table, rows: _TableRows, into: Collector) -> str | None:
    """Keep the rows of a table; its first line when no header is found."""
    header: Header | None = None
    names: tuple[str, ...] = ()
    first = ""
    seen = 0
    for row in table.rows:
        if row.is_empty:
            continue
        if header is None:
            seen += 1
            first = first or " | ".join(cell for cell in row.cells if cell)
            header = recognise(row.cells) if seen <= _HEADER_WITHIN else None
            if header is None and seen >= _HEADER_WITHIN:
                break
            names = row.cells
            if header is not None:
                _tell_of_columns(table.name, header, row, into)
            continue
        rows.views[header.shape.kind].append(RowView(table.name, header, names, row, into))
    return None if header is not None else first or "no row at all"


def _tell_of_columns(name: str, header: Header, row: Row, into: Collector) -> None:
    place = Place(name, row.number)
    for column in header.unknown:
        near = nearest_column(header.shape, column)
        hint = f"did you mean {near}? " if near else ""
        told = f"{hint}the column is not read"
        into.warn(place, " ".join(column.split()), "a known column", shown(column), told)
    for column in header.twice:
        told = "only the first one is read"
        into.warn(place, " ".join(column.split()), "each column once", shown(column), told)


def _finish(rows: _TableRows, known: Known, into: Collector) -> None:
    for view in rows.views["region"]:
        _take("region", view, region_fields(view), into)
    regions = RegionNames({r.code: r for r in chain(known.regions.values(), into.regions())}.values())
    for view in rows.views["hall"]:
        _take("hall", view, hall_fields(view, regions), into)
    _take_faqs(rows.views["faq"], regions, into)
    halls = {(hall.region, hall.name): hall.id for hall in chain(known.halls.values(), into.halls())}
    drafts: list[GuideDraft] = []
    for view in rows.views["guide"]:
        draft = read_guide_row(view, regions, halls)
        if draft is not None:
            drafts.append(draft)
    items = {item.id: item for item in chain(known.items.values(), into.items())}
    assemble(drafts, items.values(), into)


def _take(kind: Kind, view: RowView, fields: dict[str, Any] | None, into: Collector) -> None:
    if fields is not None:
        take_record(kind, fields, view.place, into)


def _take_faqs(views: list[RowView], regions: RegionNames, into: Collector) -> None:
    """FAQ rows; rows that only add similar questions to the one above are joined with it."""
    current: dict[str, Any] | None = None
    place = Place("")
    for view in views:
        if current is not None and view.place.file == place.file and _continues(view, current):
            current["similar"] = (*current["similar"], *view.read("similar", lines, ()))
            continue
        if current is not None:
            take_record("faq", current, place, into)
        current, place = faq_fields(view, regions), view.place
    if current is not None:
        take_record("faq", current, place, into)


def _continues(view: RowView, above: dict[str, Any]) -> bool:
    """Whether a row adds similar questions to the FAQ above: question and answer are empty or the same."""
    same_question = view.text("question") in ("", above["question"])
    return same_question and view.text("answer") in ("", above["answer"]) and bool(view.text("similar"))
