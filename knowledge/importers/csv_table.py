"""CSV bytes → a table: UTF-8 with or without BOM, GB18030 (what Chinese Excel saves), UTF-16 with BOM."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator

from knowledge.importers.limits import LIMITS, Limits
from knowledge.importers.table import Row, Table, TableError

_DELIMITERS = (",", "\t", ";", "，")


def read_csv(name: str, data: bytes, limits: Limits = LIMITS) -> Table:
    """The one table of a CSV file. TableError when it is empty or its encoding cannot be told."""
    text = decode(data)
    if not text.strip():
        raise TableError("a header row and rows", "an empty file", "delete the file or fill it")
    return Table(name, _rows(text, limits))


def decode(data: bytes) -> str:
    """The text of a file that may come from any office program. TableError when no encoding fits."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encodings = ["utf-16"]
    elif _is_damaged_utf8(data):
        encodings = ["utf-8-sig"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    problem = ""
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            problem = problem or f"bytes that are not {encoding.removesuffix('-sig')} on line {line}"
    raise TableError("text in UTF-8 or GB18030", problem, "save the file as “CSV UTF-8” and import it again")


def _is_damaged_utf8(data: bytes) -> bool:
    """Mostly good UTF-8 with some bad bytes: as GB18030 it would decode, but into other words."""
    beyond_ascii = [c for c in data.decode("utf-8", errors="replace") if c > "\x7f"]
    bad = beyond_ascii.count("\ufffd")
    return 0 < bad < 0.2 * len(beyond_ascii)


def _rows(text: str, limits: Limits) -> Iterator[Row]:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=first.count)
    # The module refuses long cells by itself, but then stops reading; we report the row and read on.
    csv.field_size_limit(max(csv.field_size_limit(), limits.file_bytes))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    number = 0
    while True:
        number += 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise TableError("a readable row", str(error), "look at the quotes of this row", number) from None
        yield Row(number, *_measured(cells, limits))


def _measured(cells: list[str], limits: Limits) -> tuple[tuple[str, ...], dict[int, tuple[str, str]]]:
    broken = {}
    for position, cell in enumerate(cells):
        if len(cell) > limits.cell_chars:
            expected = f"at most {limits.cell_chars} characters (is a quote before it never closed?)"
            broken[position] = (expected, f"{len(cell)} characters")
            cells[position] = ""
    return tuple(cells), broken
