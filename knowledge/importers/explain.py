"""Pydantic's complaints → field, expected, received, in words an author of guides can act on."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from knowledge.importers.report import shown

_EXPECTED = {
    "missing": "a value",
    "string_type": "a text",
    "int_parsing": "a whole number",
    "int_type": "a whole number",
    "float_parsing": "a number",
    "float_type": "a number",
    "bool_parsing": "true or false",
    "bool_type": "true or false",
    "date_from_datetime_parsing": "a date like 2024-01-31",
    "date_parsing": "a date like 2024-01-31",
    "date_type": "a date like 2024-01-31",
    "tuple_type": "a list",
    "model_type": "a mapping of fields",
    "model_attributes_type": "a mapping of fields",
    "string_too_short": "a text that is not empty",
    "too_short": "at least one entry",
}

_PATTERNS = {
    "RecordId": "an id of lower-case letters, digits and _ . @ -, at most 120 long",
    "RegionCode": "a region code: six digits (370200) or zone-…",
    "Date": "a date: 2024, 2024-01 or 2024-01-31",
}


@dataclass(frozen=True, slots=True)
class Complaint:
    """One field that is wrong."""

    field: str
    expected: str
    received: str
    message: str = ""


def complaints(error: ValidationError, model: type[BaseModel]) -> Iterator[Complaint]:
    """Everything wrong with one record, field by field (`materials[2].is_need`)."""
    for problem in error.errors(include_url=False):
        path = problem["loc"]
        kind = problem["type"]
        if kind == "extra_forbidden":
            yield _unknown_field(path, model)
            continue
        if kind == "too_short" and problem["input"]:
            continue  # its entries are wrong, and each of them is told on its own
        message = problem["msg"].removeprefix("Value error, ") if kind == "value_error" else ""
        received = "nothing" if kind == "missing" else "" if message else shown(problem["input"])
        expected = "" if message else _expected(kind, problem.get("ctx", {}), problem["msg"])
        yield Complaint(_dotted(path), expected, received, message)


def nearest(word: str, known: list[str] | tuple[str, ...]) -> str:
    """The known word most like this one, or nothing."""
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    return found[0] if found else ""


def _expected(kind: str, context: dict[str, Any], message: str) -> str:
    if kind in ("enum", "literal_error"):
        return f"one of {context.get('expected', '')}".replace("'", "")
    if kind == "string_pattern_mismatch":
        pattern = str(context.get("pattern", ""))
        if "zone-" in pattern:
            return _PATTERNS["RegionCode"]
        return _PATTERNS["Date"] if "d{4}" in pattern else _PATTERNS["RecordId"]
    return _EXPECTED.get(kind) or message


def _dotted(path: tuple[int | str, ...]) -> str:
    text = ""
    for part in path:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def _unknown_field(path: tuple[int | str, ...], model: type[BaseModel]) -> Complaint:
    """A field no record has, with the nearest one that exists at the same level."""
    owner = _model_at(model, path[:-1])
    name = str(path[-1])
    near = nearest(name, list(owner.model_fields)) if owner else ""
    hint = f"did you mean {near}?" if near else "delete it or move the text to a field that exists"
    return Complaint(_dotted(path[:-1]) or name, "a known field", f"the field “{name}”", hint)


def _model_at(model: type[BaseModel], path: tuple[int | str, ...]) -> type[BaseModel] | None:
    """The record type found by following field names through annotations such as tuple[Material, ...]."""
    current: type[BaseModel] | None = model
    for part in path:
        if isinstance(part, int) or current is None:
            continue
        info = current.model_fields.get(part)
        current = _first_model(info.annotation) if info else None
    return current


def _first_model(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    arguments = getattr(annotation, "__args__", ())
    find: Callable[[Any], type[BaseModel] | None] = _first_model
    return next((found for argument in arguments if (found := find(argument))), None)
