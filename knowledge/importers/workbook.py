"""Excel workbooks (.xlsx) → tables, read only, row by row.

Before openpyxl sees a workbook it is unpacked once to nowhere, counting: a zip bomb, an XML entity
bomb or a workbook with millions of empty cells ends in a message.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date, datetime, time, timedelta
from itertools import count, repeat
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
from openpyxl.utils.cell import range_boundaries

from knowledge.importers.limits import LIMITS, Limits
from knowledge.importers.table import Row, Table, TableError

_CHUNK = 1024 * 1024
_RATIO_FROM = 16 * 1024 * 1024
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]{0,200}?ref="([A-Z]{1,3}\d{1,7}:[A-Z]{1,3}\d{1,7})"')
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_CELL_ERRORS = frozenset({"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"})
_EXACT_DIGITS = 15
_MAX_MERGES = 20_000


@contextmanager
def open_workbook(name: str, path: Path, limits: Limits = LIMITS) -> Iterator[list[Table]]:
    """The visible sheets of a workbook. TableError when it is no workbook, locked, broken or a bomb."""
    parts = _inspect(path, limits)
    with ExitStack() as stack:
        try:
            book = stack.enter_context(closing(_open(path, formulas=False)))
            formulas = None
            if any(part.formulas for part in parts.values()):
                formulas = stack.enter_context(closing(_open(path, formulas=True)))
            paths = _sheet_paths(path)
        except Exception as error:  # a broken workbook fails inside openpyxl in any way there is
            raise TableError("a readable workbook", _told(error), _RESAVE) from None
        tables = []
        for sheet in book.worksheets:
            if sheet.sheet_state == "visible":
                part = parts.get(paths.get(sheet.title, ""), _Part())
                beside = formulas[sheet.title] if formulas is not None and part.formulas else None
                tables.append(Table(f"{name}[{sheet.title}]", _rows(sheet, beside, part, limits)))
        yield tables


_RESAVE = "open it in Excel or WPS and save it again as .xlsx"


class _Part:
    """What the inspection learned about one XML part."""

    def __init__(self) -> None:
        self.formulas = False
        self.merges: list[tuple[int, int, int, int]] = []
        """Merged ranges as (first column, first row, last column, last row), from 1."""


def _inspect(path: Path, limits: Limits) -> dict[str, _Part]:
    """Unpack every part to nowhere: sizes counted, document types refused, merges and formulas noted."""
    parts: dict[str, _Part] = {}
    total = 0
    packed = max(path.stat().st_size, 1)
    try:
        with zipfile.ZipFile(path) as archive:
            if len(archive.infolist()) > 10_000:
                raise TableError("a workbook", f"an archive of {len(archive.infolist())} files", _RESAVE)
            for info in archive.infolist():
                part = parts.setdefault(info.filename, _Part())
                tail = b""
                with archive.open(info) as stream:
                    while chunk := stream.read(_CHUNK):
                        total += len(chunk)
                        _check_size(total, packed, limits)
                        _look(part, tail + chunk, info.filename)
                        tail = chunk[-400:]
    except TableError:
        raise
    except Exception as error:  # a broken archive fails inside zipfile, zlib or lzma, in any way there is
        raise TableError("an Excel workbook (.xlsx)", _told(error), _RESAVE) from None
    return parts


def _check_size(total: int, packed: int, limits: Limits) -> None:
    if total > limits.unpacked_bytes or (total > _RATIO_FROM and total > packed * limits.unpacked_ratio):
        raise TableError(
            f"a workbook of at most {limits.unpacked_bytes / 1024**2:.3g} MiB unpacked",
            f"{packed} bytes that unpack to more than {total / 1024**2:.3g} MiB",
            "split the table into several files, or save it as CSV",
        )


def _look(part: _Part, window: bytes, filename: str) -> None:
    if not filename.endswith((".xml", ".rels", ".vml")):
        return
    if b"<!DOCTYPE" in window or window[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in window[:8]:
        received = f"a document type or odd encoding in {filename}"
        raise TableError("a workbook as Excel writes it", received, _RESAVE)
    if "worksheets/" not in filename:
        return
    part.formulas = part.formulas or _FORMULA.search(window) is not None
    for match in _MERGE.finditer(window):
        first_column, first_row, last_column, last_row = range_boundaries(match[1].decode())
        if None not in (first_column, first_row, last_column, last_row) and len(part.merges) < _MAX_MERGES:
            part.merges.append((first_column or 1, first_row or 1, last_column or 1, last_row or 1))


def _open(path: Path, *, formulas: bool) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # openpyxl warns of styles and validations, which we do not read
        return openpyxl.load_workbook(path, read_only=True, data_only=not formulas, keep_links=False)


def _told(error: Exception) -> str:
    """What a library says, short enough for one line."""
    return " ".join(f"{type(error).__name__}: {error}".split())[:200]


def _sheet_paths(path: Path) -> dict[str, str]:
    """Sheet title → the part of the archive that holds it."""
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    office = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
    with zipfile.ZipFile(path) as archive:
        links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
    targets = {link.get("Id", ""): link.get("Target", "") for link in links}
    found = {}
    for sheet in book.iter(f"{main}sheet"):
        target = targets.get(sheet.get(f"{office}id", ""), "")
        found[sheet.get("name", "")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return found


def _rows(sheet: Any, beside: Any, part: _Part, limits: Limits) -> Iterator[Row]:
    sheet.reset_dimensions()
    both: Iterator[Any] = zip(sheet.iter_rows(max_col=limits.columns, values_only=True), repeat(None))
    if beside is not None:
        beside.reset_dimensions()
        written = beside.iter_rows(max_col=limits.columns)
        both = zip(sheet.iter_rows(max_col=limits.columns, values_only=True), written, strict=True)
    merged = _Merged(part.merges)
    empty = 0
    for number in count(1):
        found = _next(both)
        if found is None or empty > limits.empty_rows:
            return
        if number > limits.rows:
            raise TableError(f"at most {limits.rows} rows", "more rows", "split the sheet", number)
        values, formulas = found
        row = _row(number, values, formulas, limits)
        empty = empty + 1 if row.is_empty else 0
        filled = merged.fill(number, row)
        if not row.is_empty:
            yield filled


def _next(rows: Iterator[Any]) -> Any:
    """The next row, None at the end. openpyxl warns of styles and validations, which we do not read."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return next(rows, None)
        except Exception as error:  # broken XML surfaces here, in any way there is
            raise TableError("readable rows to the end", _told(error), _RESAVE) from None


def _row(number: int, values: Any, cells: Any, limits: Limits) -> Row:
    texts: list[str] = []
    broken: dict[int, tuple[str, str]] = {}
    for position, value in enumerate(values):
        has_formula = cells is not None and position < len(cells) and cells[position].data_type == "f"
        text, problem = _text(value, has_formula, limits)
        if problem:
            broken[position] = problem
        texts.append(text)
    while texts and not texts[-1] and len(texts) - 1 not in broken:
        texts.pop()
    return Row(number, tuple(texts), broken)


def _text(value: Any, has_formula: bool, limits: Limits) -> tuple[str, tuple[str, str] | None]:
    """The text of a value as a person sees it in the sheet, or why there is none."""
    if value is None:
        problem = ("a value", "a formula that was never calculated; save it in Excel")
        return "", problem if has_formula else None
    if isinstance(value, bool):
        return "是" if value else "否", None
    if isinstance(value, int | float):
        if not abs(value) < 10**_EXACT_DIGITS:
            return "", ("a long number as text", f"{value!r}, whose last digits Excel has rounded away")
        return (str(int(value)) if value == int(value) else repr(value)), None
    if isinstance(value, datetime):
        return (value.date().isoformat() if value.time() == time() else value.isoformat(" ")), None
    if isinstance(value, date):
        return value.isoformat(), None
    if isinstance(value, time):
        return value.strftime("%H:%M"), None
    if isinstance(value, timedelta):
        return str(value), None
    text = str(value)
    if text in _CELL_ERRORS:
        return "", ("a value", f"the error {text}")
    if len(text) > limits.cell_chars:
        return "", (f"at most {limits.cell_chars} characters", f"{len(text)} characters")
    return text, None


class _Merged:
    """Repeats the value of a range merged over several rows in each of them, as a reader sees it."""

    def __init__(self, ranges: list[tuple[int, int, int, int]]) -> None:
        self._starts: dict[int, list[tuple[int, int]]] = {}
        for column, first, _, last in ranges:
            if last > first:
                self._starts.setdefault(first, []).append((column, last))
        self._open: dict[int, tuple[int, str]] = {}

    def fill(self, number: int, row: Row) -> Row:
        texts = list(row.cells)
        for column, last in self._starts.get(number, ()):
            value = texts[column - 1] if column <= len(texts) else ""
            self._open[column] = (last, value)
        for column, (last, value) in list(self._open.items()):
            if number > last:
                del self._open[column]
                continue
            texts.extend([""] * (column - len(texts)))
            texts[column - 1] = texts[column - 1] or value
        return Row(number, tuple(texts), row.broken)
