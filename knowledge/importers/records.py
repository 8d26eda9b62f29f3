"""Our own YAML and JSONL → records. One place that knows the words `items:`, `guide:`, `kind:`."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from typing import Any

from pydantic import ValidationError

from knowledge.importers.explain import complaints, nearest
from knowledge.importers.limits import LIMITS, Limits
from knowledge.importers.report import Collector, Place, shown
from knowledge.importers.tree import Mapping, TreeError, read_json_line, read_yaml
from knowledge.model import KINDS, Kind, Record

_PLURAL: AnyMapping[str, Kind] = {
    "regions": "region",
    "items": "item",
    "halls": "hall",
    "guides": "guide",
    "faqs": "faq",
    "bundles": "bundle",
}
_SINGULAR: AnyMapping[str, Kind] = {kind: kind for kind in KINDS}


def read_yaml_records(name: str, text: str, into: Collector, limits: Limits = LIMITS) -> None:
    """Every record of a YAML text goes into the collector; `name` is the file as reports call it."""
    found = False
    try:
        for document in read_yaml(text, limits):
            found = found or document is not None
            _take_document(name, document, into)
    except TreeError as error:
        into.error(Place(name, error.line), "", error.expected, error.received, error.message)
        return
    if not found:
        into.error(Place(name), "", "records", "an empty file", "delete the file or fill it")


def read_jsonl_records(name: str, text: str, into: Collector, limits: Limits = LIMITS) -> None:
    """Every line of a JSONL text is one record with its `kind`."""
    found = False
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        found = True
        place = Place(name, number)
        try:
            value = read_json_line(line, limits)
        except TreeError as error:
            into.error(place, "", error.expected, error.received, error.message)
            continue
        if not isinstance(value, dict):
            into.error(place, "", "one JSON object on the line", shown(value))
            continue
        kind = value.pop("kind", None)
        if kind not in KINDS:
            into.error(place, "kind", f"one of {', '.join(KINDS)}", shown(kind or ""))
            continue
        take_record(kind, value, place, into)
    if not found:
        into.error(Place(name), "", "one JSON object on each line", "an empty file", "delete it or fill it")


def take_record(kind: Kind, value: Any, place: Place, into: Collector) -> Record | None:
    """Validate one record and put it in; report every wrong field and return None when it is not valid."""
    model = KINDS[kind]
    if not isinstance(value, dict):
        into.error(place, kind, "a mapping of fields", shown(value))
        return None
    try:
        record = model.model_validate(value)
    except ValidationError as error:
        key = value.get("id") or value.get("code") or value.get("task_name") or ""
        label = f"{kind} {shown(key)}: " if isinstance(key, str) and key else ""
        for complaint in complaints(error, model):
            into.error(
                place, label + complaint.field, complaint.expected, complaint.received, complaint.message
            )
        return None
    return record if into.add(record, place) else None


def _take_document(name: str, document: Any, into: Collector) -> None:
    if document is None:
        return
    words = [*_PLURAL, *KINDS]
    if not isinstance(document, Mapping):
        into.error(Place(name, 1), "", f"a mapping with one of {', '.join(words)}", f"a {_sort_of(document)}")
        return
    for key, value in document.items():
        if key in _SINGULAR:
            take_record(_SINGULAR[key], value, Place(name, _line(value, document.line)), into)
        elif key in _PLURAL:
            _take_list(name, key, value, document.line, into)
        else:
            near = nearest(key, words)
            hint = f"did you mean {near}?" if near else ""
            into.error(Place(name, document.line), key, f"one of {', '.join(words)}", shown(key), hint)


def _take_list(name: str, key: str, value: Any, line: int, into: Collector) -> None:
    if not isinstance(value, list):
        into.error(Place(name, line), key, "a list (each entry begins with “- ”)", f"a {_sort_of(value)}")
        return
    for entry in value:
        take_record(_PLURAL[key], entry, Place(name, _line(entry, line)), into)


def _line(value: Any, otherwise: int) -> int:
    return value.line if isinstance(value, Mapping) else otherwise


def _sort_of(value: Any) -> str:
    if isinstance(value, dict):
        return "mapping"
    return "list" if isinstance(value, list) else "text"
