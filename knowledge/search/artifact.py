"""The files of one index: what is in them, how they are written and checked. No searching here.

<root>/<digest12>/meta.json         what made it: format, content, model, settings, counts, date
                  base.sqlite       the records
                  texts.json        names, keywords, guide text, sentences out of scope, synonyms
                  sounds.json       character → sound
                  vectors.faiss     one vector per name
                  wording.npz       TF-IDF of everything each item is called
                  calibration.json  models and thresholds of the decision
                  model/            the small embedding model, when that is the one used
<root>/current → <digest12>         swapped atomically
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
import numpy.typing as npt
import orjson

from knowledge.errors import IndexMismatch, IndexMissing
from knowledge.settings import KnowledgeSettings

FORMAT = 3
META, BASE, TEXTS, SOUNDS, VECTORS, WORDING, CALIBRATION, MODEL = (
    "meta.json",
    "base.sqlite",
    "texts.json",
    "sounds.json",
    "vectors.faiss",
    "wording.npz",
    "calibration.json",
    "model",
)
_CURRENT = "current"
_KEPT = 2
_MEND = "Run `bangban train` to build the index again."


@dataclass(frozen=True)
class Texts:
    """Everything that is searched, as it was when the index was built. Lists run beside `item_ids`."""

    item_ids: list[str]
    names: list[tuple[str, str, str]]
    """(item id, text, kind), item by item."""
    keywords: list[str]
    bodies: list[str]
    foreign: list[str]
    synonyms: dict[str, list[str]]
    learned: list[tuple[str, str]] = field(default_factory=list)
    """(item id, needle) of approved wordings."""


def settings_that_matter(settings: KnowledgeSettings) -> dict[str, Any]:
    """The settings an index is made with and must be opened with. What runs a model is none of them: its
    vectors are the same."""
    return {
        "embedding_model": settings.embedding_model,
        "embedding_query_prompt": settings.embedding_query_prompt,
        "embedding_normalize": settings.embedding_normalize,
        "embedding_dimension": settings.embedding_dimension,
    }


def write_json(path: Path, value: Any) -> None:
    path.write_bytes(orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS))


def read_json(path: Path) -> Any:
    """The parsed file; IndexMismatch when it is missing or broken."""
    try:
        return orjson.loads(path.read_bytes())
    except (OSError, orjson.JSONDecodeError) as error:
        raise IndexMismatch(f"A file of the index cannot be read: {path}: {error}.", mend=_MEND) from None


def read_texts(path: Path) -> Texts:
    data = read_json(path)
    try:
        return Texts(
            item_ids=list(data["item_ids"]),
            names=[(item_id, text, kind) for item_id, text, kind in data["names"]],
            keywords=list(data["keywords"]),
            bodies=list(data["bodies"]),
            foreign=list(data["foreign"]),
            synonyms=dict(data["synonyms"]),
            learned=[(item_id, needle) for item_id, needle in data.get("learned", ())],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise IndexMismatch(
            f"A file of the index is not as expected: {path}: {error!r}.", mend=_MEND
        ) from None


def write_arrays(path: Path, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **arrays)


def read_arrays(path: Path, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    """The arrays of these names; IndexMismatch when the file is missing, broken, or lacks one."""
    try:
        with np.load(path, allow_pickle=False) as kept:
            return {name: kept[name] for name in names}
    except (OSError, KeyError, ValueError, EOFError, BadZipFile) as error:
        raise IndexMismatch(f"A file of the index cannot be read: {path}: {error}.", mend=_MEND) from None


def current(root: Path) -> Path:
    """The folder of the index in use; IndexMissing when there is none."""
    try:
        folder = root / os.readlink(root / _CURRENT)
    except OSError:
        raise IndexMissing(
            f"There is no search index in {root}.", mend="Run `bangban train` first."
        ) from None
    if not (folder / META).is_file():
        raise IndexMissing(f"The search index {folder} is gone.", mend=_MEND)
    return folder


def swap(root: Path, folder: Path) -> None:
    """Make a finished index the one in use, in one step; then remove all but the newest few."""
    fresh = root / f".{_CURRENT}-{os.getpid()}"
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(folder.name)
    fresh.replace(root / _CURRENT)
    os.utime(folder)
    others = (
        path
        for path in root.iterdir()
        if path != folder and (path / META).is_file() and not path.is_symlink()
    )
    for old in sorted(others, key=lambda path: path.stat().st_mtime, reverse=True)[_KEPT - 1 :]:
        shutil.rmtree(old, ignore_errors=True)


def check(meta: Mapping[str, Any], settings: KnowledgeSettings, folder: Path) -> None:
    """IndexMismatch when the index is of another format or was made with other settings."""
    if meta.get("format") != FORMAT:
        raise IndexMismatch(
            f"The index {folder} has format {meta.get('format')}; this program reads format {FORMAT}.",
            mend=_MEND,
        )
    now = settings_that_matter(settings)
    made = {"embedding_dimension": 0, **meta.get("settings", {})}  # indexes made before there was a choice
    wrong = [
        f"{name} was {made.get(name)!r}, is {now[name]!r}" for name in now if made.get(name) != now[name]
    ]
    if wrong:
        variables = ", ".join(f"BANGBAN_{name}".upper() for name in now if made.get(name) != now[name])
        raise IndexMismatch(
            f"The index {folder} was made with other settings: {'; '.join(wrong)}.",
            mend=f"Set {variables} back, or run `bangban train` to build the index with the settings of now.",
        )


def expect(what: str, expected: object, received: object, folder: Path) -> None:
    """IndexMismatch when a part of an index is not the part it was made with."""
    if expected != received:
        raise IndexMismatch(
            f"The index {folder} is not whole: its {what} should be {expected}, but is {received}.",
            mend=_MEND,
        )
