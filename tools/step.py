"""One step of set-up: what it makes, from what, and how to tell that it need not be done again."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tools.paths import ROOT

Run = Callable[[Sequence[str | Path], Mapping[str, str]], str]
"""Runs one command (with variables set on top of the environment) and returns what it printed last."""


class StepFailed(Exception):
    """A step could not do its work; `mend` is what a person can do about it ("" when the step knows)."""

    def __init__(self, message: str, mend: str = "") -> None:
        super().__init__(message)
        self.mend = mend


@dataclass(frozen=True)
class Step:
    """A step is skipped when its stamp holds the digest of the present inputs and its product works."""

    name: str
    title: str
    work: Callable[[Run], str | None]
    """Does the work; may return a few words to show (`Python 3.10.13`)."""
    mend: str
    stamp: Path | None = None
    """A file inside what the step makes: deleting the product deletes the stamp. None: never skipped."""
    inputs: Sequence[Path] = ()
    """Files, and folders with everything in them."""
    facts: Callable[[], str] = field(default=lambda: "")
    """Whatever else the product depends on, as text."""
    works: Callable[[], bool] = field(default=lambda: True)
    """A quick look whether the product is still usable."""
    shows_output: bool = False
    """A check: its output is shown as it comes."""

    def digest(self) -> str:
        """SHA-256 over the names and contents of the inputs and the facts."""
        total = hashlib.sha256(self.facts().encode())
        for path in sorted(_files(self.inputs)):
            total.update(f"\0{_name(path)}\0".encode())
            total.update(hashlib.sha256(path.read_bytes()).digest())
        return total.hexdigest()

    def finished(self) -> bool:
        """Was it done with exactly these inputs, and is the product still there?"""
        if self.stamp is None or not self.stamp.exists():
            return False
        try:
            done_with = json.loads(self.stamp.read_text(encoding="utf-8"))["digest"]
        except (OSError, ValueError, KeyError, TypeError):
            return False
        return bool(done_with == self.digest()) and self.works()

    def forget(self) -> None:
        """Drop the stamp: from here on the product may be half made."""
        if self.stamp is not None:
            self.stamp.unlink(missing_ok=True)

    def remember(self, digest: str, seconds: float) -> None:
        """Write the stamp of a finished step."""
        if self.stamp is None:
            return
        self.stamp.parent.mkdir(parents=True, exist_ok=True)
        record = {
            "digest": digest,
            "seconds": round(seconds, 1),
            "finished": time.strftime("%Y-%m-%d %H:%M:%S"),
        }
        draft = self.stamp.with_suffix(".draft")
        draft.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        draft.replace(self.stamp)


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            inside = (one for one in path.rglob("*") if one.is_file())
            yield from (one for one in inside if "__pycache__" not in one.parts)
        elif path.exists():
            yield path


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else str(path)
