"""What may stand in the query of an address: whole numbers, short texts, days and closed sets of words.

A route names a model of them. An address with anything else in its query, or with the same name twice, is refused:
a filter that was misspelt must not quietly return everything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema

from bot.channels.cleaning import clean_text
from bot.staff.errors import BodyInvalid, refusal

MOST_CHARACTERS = 200

_NUMBER = re.compile(r"[1-9][0-9]{0,17}", re.ASCII)
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)


class Query(BaseModel):
    """What stands in the query: these names, each once."""

    model_config = ConfigDict(frozen=True, extra="forbid")


Q = TypeVar("Q", bound=Query)


def is_number(text: str) -> bool:
    """Whether a text is a whole number from 1 as we write it: in a path or in a query."""
    return _NUMBER.fullmatch(text) is not None


def _number(given: Any) -> Any:
    if isinstance(given, str) and not is_number(given):
        raise ValueError("a whole number from 1")
    return given


def _day(given: Any) -> Any:
    if isinstance(given, str) and not _DAY.fullmatch(given):
        raise ValueError("a day as YYYY-MM-DD")
    return given


def _line(given: Any) -> Any:
    """One line without what no reader sees."""
    return " ".join(clean_text(given).split()) if isinstance(given, str) else given


Number = Annotated[int, BeforeValidator(_number), WithJsonSchema({"type": "integer", "minimum": 1})]
"""A whole number from 1."""
Day = Annotated[date, BeforeValidator(_day)]
"""A day, YYYY-MM-DD."""
Text = Annotated[str, BeforeValidator(_line), Field(max_length=MOST_CHARACTERS)]
"""One line of readable text."""


def read_query(model: type[Q], given: Iterable[tuple[str, str]]) -> Q:
    """The query of a request. BodyInvalid names what is wrong: the names we know, never what was sent."""
    read: dict[str, str] = {}
    twice: list[str] = []
    for name, text in given:
        if name in read:
            twice.append(name)
        read[name] = text
    try:
        found = model.model_validate(read)
    except ValidationError as error:
        raise _wrong(model, [str(problem["loc"][0]) for problem in error.errors()]) from None
    if twice:
        raise _wrong(model, twice)
    return found


def parameters(model: type[Query]) -> list[dict[str, Any]]:
    """The parameters of the OpenAPI document."""
    schema = model.model_json_schema()
    return [
        {"name": name, "in": "query", "schema": _plain(described, schema.get("$defs", {}))}
        for name, described in schema.get("properties", {}).items()
    ]


def _wrong(model: type[Query], names: Iterable[str]) -> BodyInvalid:
    known = {field.alias or name for name, field in model.model_fields.items()}
    return refusal(
        BodyInvalid, fields="、".join(dict.fromkeys(name if name in known else "…" for name in names))
    )


def _plain(described: dict[str, Any], parts: dict[str, Any]) -> dict[str, Any]:
    """A schema without references, without null (what is not there is left out) and without a title."""
    if "anyOf" in described:
        [described] = [one for one in described["anyOf"] if one.get("type") != "null"]
    if "$ref" in described:
        described = parts[described["$ref"].rsplit("/", 1)[1]]
    return {key: value for key, value in described.items() if key not in ("title", "default", "description")}
