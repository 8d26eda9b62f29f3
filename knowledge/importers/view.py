"""One row of a recognised table, read field by field. Every cell that cannot be read is reported."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeVar

from knowledge.importers.cells import Unreadable, clean, code, folded
from knowledge.importers.columns import Header
from knowledge.importers.regions import RegionNames
from knowledge.importers.report import Collector, Place, shown
from knowledge.importers.table import Row

T = TypeVar("T")
U = TypeVar("U")

_WEB_PAGE = re.compile(r"<\s*(!doctype|html|head|body|script)\b", re.I)


class RowView:
    """The cells of one row by field. `ok` turns false at the first cell that cannot be used."""

    def __init__(self, table: str, header: Header, names: tuple[str, ...], row: Row, into: Collector) -> None:
        self.place = Place(table, row.number)
        self.ok = True
        self._header = header
        self._names = names
        self._row = row
        self._into = into

    def label(self, field: str) -> str:
        """The column's name as the table writes it, else its usual name."""
        position = self._header.index.get(field)
        if position is None:
            return self._header.shape.label(field)
        return " ".join(self._names[position].split())

    def text(self, field: str) -> str:
        """The cleaned text of a cell; empty when there is none."""
        position = self._header.index.get(field)
        if position is None:
            return ""
        if position in self._row.broken:
            self.refuse(field, *self._row.broken[position])
            return ""
        if position >= len(self._row.cells):
            return ""
        text = clean(self._row.cells[position])
        if _WEB_PAGE.search(text):
            self.refuse(field, "the text itself", shown(text), "this is a piece of a web page")
            return ""
        return text

    def need(self, field: str) -> str:
        """The text of a cell that must not be empty."""
        text = self.text(field)
        if not text and self.ok:
            self.refuse(field, "a value", "nothing")
        return text

    def read(self, field: str, reader: Callable[[str], T], otherwise: U) -> T | U:
        """The value of a cell; `otherwise` when it is empty; an error when it cannot be read."""
        text = self.text(field)
        if not text:
            return otherwise
        try:
            return reader(text)
        except Unreadable as problem:
            self.refuse(field, problem.expected, shown(text), problem.message)
            return otherwise

    def soft(self, field: str, reader: Callable[[str], T], otherwise: U) -> T | U:
        """Like `read`, but a cell that cannot be read is left out with a warning and the row goes in."""
        text = self.text(field)
        if not text:
            return otherwise
        try:
            return reader(text)
        except Unreadable as problem:
            note = "; ".join(part for part in (problem.message, "the field stays empty") if part)
            self._into.warn(self.place, self.label(field), problem.expected, shown(text), note)
            return otherwise

    def region(self, regions: RegionNames, *, otherwise: str | None = None) -> str:
        """The region of the row, from its code or its name; both together must mean the same place."""
        by_code, by_name = self.text("region_code"), self.text("region_name")
        if not by_code and not by_name:
            if otherwise is None and self.ok:
                label = self._header.shape.label("region_code")
                self.refuse("region_code", "a region", "nothing", f"fill the column {label}")
            return otherwise or ""
        field = "region_code" if by_code else "region_name"
        found = self.read(field, regions.read, "")
        if found and by_code and by_name and not regions.same_name(found, by_name):
            means = f"{found} is {regions.name(found)}" if regions.name(found) else ""
            self.refuse("region_name", "the region of the code beside it", shown(by_name), means)
        return found

    def code(self, field: str) -> str:
        """A code kept as text."""
        return self.read(field, code, "")

    def unit_in_name(self, field: str) -> str:
        """The unit a column's name carries in brackets: 承诺办结时限（工作日）."""
        found = re.search(r"\((.+?)\)", folded(self.label(field)))
        return found[1] if found else ""

    def refuse(self, field: str, expected: str, received: str, message: str = "") -> None:
        """Report a cell; the row will not go in."""
        self.ok = False
        self._into.error(self.place, self.label(field), expected, received, message)

    def warn(self, field: str, expected: str, received: str, message: str = "") -> None:
        """Report something worth a look."""
        self._into.warn(self.place, self.label(field), expected, received, message)
