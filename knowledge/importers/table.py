"""A table as read from a sheet or a CSV file, before anyone knows what its columns mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as a spreadsheet shows it, its texts, and cells that could not be read."""

    number: int
    cells: tuple[str, ...]
    broken: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    """Column → (expected, received)."""

    @property
    def is_empty(self) -> bool:
        return not self.broken and not any(cell.strip() for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    """A table: its name as reports call it (file or file[sheet]) and its rows, read as they are asked for."""

    name: str
    rows: Iterator[Row]


@dataclass(eq=False)
class TableError(Exception):
    """A file that cannot be read as a table (any further)."""

    expected: str
    received: str
    message: str = ""
    row: int = 0
