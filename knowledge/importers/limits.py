"""How much an import reads at most: a hostile or broken file must end in a message, never in a hang."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes far above any honest file. Past one of them, the file or the row is reported and left out."""

    file_bytes: int = 256 * 1024 * 1024
    """Any file; a larger one is split."""
    yaml_bytes: int = 16 * 1024 * 1024
    """A YAML file; bulk belongs into JSONL, which is read line by line."""
    unpacked_bytes: int = 512 * 1024 * 1024
    """All parts of a workbook together once unpacked."""
    unpacked_ratio: int = 300
    """Unpacked size over packed size of a workbook, looked at from 16 MiB on."""
    rows: int = 300_000
    """Rows of one sheet of a workbook."""
    columns: int = 256
    empty_rows: int = 5_000
    """Empty rows in succession after which a sheet is taken to be over."""
    cell_chars: int = 50_000
    """One cell or value (Excel itself stops at 32,767)."""
    depth: int = 40
    """Lists and mappings inside each other."""


LIMITS = Limits()
