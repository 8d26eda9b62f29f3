"""Which files an import reads, in which order, and their bytes. Nothing here can wait or loop for ever."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from knowledge.errors import ImportFailed
from knowledge.importers.limits import LIMITS, Limits
from knowledge.importers.table import TableError

YAML_SUFFIXES = frozenset({".yml", ".yaml"})
JSONL_SUFFIXES = frozenset({".jsonl"})
CSV_SUFFIXES = frozenset({".csv", ".tsv"})
WORKBOOK_SUFFIXES = frozenset({".xlsx", ".xlsm"})
SUFFIXES = YAML_SUFFIXES | JSONL_SUFFIXES | CSV_SUFFIXES | WORKBOOK_SUFFIXES

_MENDS = {
    ".xls": "open it in Excel or WPS and save it as .xlsx",
    ".et": "open it in WPS and save it as .xlsx",
    ".ods": "save it as .xlsx",
    ".json": "write one object per line and name it .jsonl",
    ".txt": "name it .csv if it is a table",
}


def find_files(path: Path) -> Iterator[Path]:
    """The file itself, or every file below a folder, sorted by path; hidden and lock files left out.

    Links to folders are not followed. ImportFailed when there is nothing at the path.
    """
    if not path.exists():
        raise ImportFailed(f"There is nothing at {path}.", mend="Check the path.")
    if not path.is_dir():
        yield path
        return
    found: list[Path] = []
    for folder, folders, names in os.walk(path):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__")))
        found += [Path(folder, name) for name in names if not name.startswith((".", "~$"))]
    yield from sorted(found, key=lambda file: file.relative_to(path).as_posix())


def why_skipped(path: Path) -> str:
    """Why a file with a foreign suffix is not read, with the mend where there is one."""
    kinds = " ".join(sorted(SUFFIXES))
    mend = _MENDS.get(path.suffix.lower(), "")
    return f"{name_of(path)}: not one of {kinds}" + (f"; {mend}" if mend else "")


def check_size(path: Path, limits: Limits = LIMITS) -> None:
    """TableError unless this is an ordinary file of a size that is read."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode):
        raise TableError("an ordinary file", "a device or a pipe", "copy the data into a file")
    most = limits.yaml_bytes if path.suffix.lower() in YAML_SUFFIXES else limits.file_bytes
    if status.st_size > most:
        raise TableError(
            f"a file of at most {most / 1024**2:.3g} MiB",
            f"{status.st_size / 1024**2:.3g} MiB",
            "split it, or use JSONL, which may be larger" if most == limits.yaml_bytes else "split it",
        )


def read_utf8(path: Path) -> str:
    """The text of a YAML or JSONL file. TableError when it is not UTF-8."""
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise TableError("text in UTF-8", "other bytes", "save the file as UTF-8", line) from None


def name_of(path: Path) -> str:
    """A path as reports show it, whatever bytes its name has."""
    return os.fspath(path).encode("utf-8", "replace").decode("utf-8")
