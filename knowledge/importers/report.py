"""What an import hands back: the records that can go in, and every row that cannot, with the reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from knowledge.model import KINDS, Bundle, Faq, Guide, Hall, Item, Kind, Record, Region, key_of, kind_of

_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True)
class Place:
    """Where a record stands: a file (with the sheet in brackets) and a row or line, 0 = the whole file."""

    file: str
    row: int = 0

    def __str__(self) -> str:
        return f"{self.file} row {self.row}" if self.row else self.file


@dataclass(frozen=True, slots=True)
class RowError:
    """One thing that is wrong in one row. `str()` is one line for a person."""

    file: str
    row: int
    field: str
    expected: str
    received: str
    message: str = ""

    def __str__(self) -> str:
        where = str(Place(self.file, self.row)) + (f", {self.field}" if self.field else "")
        says = [f"expected {self.expected}"] if self.expected else []
        says += [f"received {self.received}"] if self.received else []
        says += [self.message] if self.message else []
        return f"{where}: {'; '.join(says)}"


def shown(value: object) -> str:
    """A value as a report quotes it: on one line and never longer than a line."""
    text = value if isinstance(value, str) else str(value)
    head = " ".join(text[: 4 * _SHOWN_CHARS].split())
    if len(head) > _SHOWN_CHARS or len(text) > 4 * _SHOWN_CHARS:
        return f"“{head[:_SHOWN_CHARS]}…” ({len(text)} characters)"
    return f"“{head}”" if head else "nothing"


@dataclass(frozen=True)
class Batch:
    """Everything read from one path. What is in `errors` is not among the records.

    `warnings` concern rows that go in all the same; `skipped` names files that are no knowledge.
    `places` says where each record was found, by kind and key.
    """

    items: tuple[Item, ...] = ()
    guides: tuple[Guide, ...] = ()
    halls: tuple[Hall, ...] = ()
    regions: tuple[Region, ...] = ()
    faqs: tuple[Faq, ...] = ()
    bundles: tuple[Bundle, ...] = ()
    errors: tuple[RowError, ...] = ()
    warnings: tuple[RowError, ...] = ()
    skipped: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    places: Mapping[tuple[Kind, str], Place] = field(default_factory=dict)

    @property
    def counts(self) -> dict[str, int]:
        """How many of each kind, for a summary line."""
        return {
            "files": len(self.files),
            "regions": len(self.regions),
            "items": len(self.items),
            "halls": len(self.halls),
            "guides": len(self.guides),
            "faqs": len(self.faqs),
            "bundles": len(self.bundles),
            "errors": len(self.errors),
            "warnings": len(self.warnings),
            "skipped": len(self.skipped),
        }

    def place_of(self, kind: Kind, key: str) -> Place:
        """Where the record was found."""
        return self.places[kind, key]


class Collector:
    """Gathers records and errors while files are read; `batch()` is the result."""

    def __init__(self) -> None:
        self._records: dict[Kind, dict[str, Record]] = {kind: {} for kind in KINDS}
        self._places: dict[tuple[Kind, str], Place] = {}
        self.errors: list[RowError] = []
        self.warnings: list[RowError] = []
        self.skipped: list[str] = []
        self.files: list[str] = []

    def add(self, record: Record, place: Place) -> bool:
        """Take a record, unless its key was taken before: then both places are reported."""
        kind, key = kind_of(record), key_of(record)
        first = self._places.get((kind, key))
        if first is not None:
            self.error(
                place,
                "code" if kind == "region" else "id",
                f"a {kind} that is not there yet",
                shown(key),
                f"the first one is in {first} and is kept; give this one another id or delete it",
            )
            return False
        self._records[kind][key] = record
        self._places[kind, key] = place
        return True

    def replace(self, record: Record) -> None:
        """Put an improved version in place of a record that was taken before."""
        self._records[kind_of(record)][key_of(record)] = record

    def error(self, place: Place, field: str, expected: str, received: str, message: str = "") -> None:
        """Report a row that does not go in."""
        self.errors.append(RowError(place.file, place.row, field, expected, received, message))

    def warn(self, place: Place, field: str, expected: str, received: str, message: str = "") -> None:
        """Report something worth a look in a row that goes in."""
        self.warnings.append(RowError(place.file, place.row, field, expected, received, message))

    def items(self) -> Iterable[Item]:
        """The items taken so far."""
        return (record for record in self._records["item"].values() if isinstance(record, Item))

    def regions(self) -> Iterable[Region]:
        """The regions taken so far."""
        return (record for record in self._records["region"].values() if isinstance(record, Region))

    def halls(self) -> Iterable[Hall]:
        """The halls taken so far."""
        return (record for record in self._records["hall"].values() if isinstance(record, Hall))

    def batch(self) -> Batch:
        """Everything gathered, frozen."""
        guides = (record for record in self._records["guide"].values() if isinstance(record, Guide))
        faqs = (record for record in self._records["faq"].values() if isinstance(record, Faq))
        bundles = (record for record in self._records["bundle"].values() if isinstance(record, Bundle))
        return Batch(
            items=tuple(self.items()),
            guides=tuple(guides),
            halls=tuple(self.halls()),
            regions=tuple(self.regions()),
            faqs=tuple(faqs),
            bundles=tuple(bundles),
            errors=tuple(self.errors),
            warnings=tuple(self.warnings),
            skipped=tuple(self.skipped),
            files=tuple(self.files),
            places=dict(self._places),
        )
