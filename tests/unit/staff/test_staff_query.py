"""What may stand in the query of a staff address, and how the document tells of it."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Literal

import pytest
from pydantic import Field

from bot.staff.errors import BodyInvalid
from bot.staff.query import Day, Number, Query, Text, parameters, read_query


class Colour(StrEnum):
    RED = "red"


class Wanted(Query):
    q: Text = ""
    from_: Day | None = Field(default=None, alias="from")
    before: Number | None = None
    mine: Literal["1"] | None = None
    colour: Colour | None = None


def test_what_is_as_agreed_is_read() -> None:
    read = read_query(
        Wanted,
        [
            ("q", "身份证\u202e 补领\x00\n"),
            ("from", "2026-02-28"),
            ("before", "12"),
            ("mine", "1"),
            ("colour", "red"),
        ],
    )
    assert read == Wanted.model_validate(
        {"q": "身份证 补领", "from": date(2026, 2, 28), "before": 12, "mine": "1", "colour": Colour.RED}
    )
    assert read_query(Wanted, []) == Wanted()


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ([("before", text)], "before")
        for text in ("", "0", "-1", "01", "1.0", "1_000", " 1", "１２", "9" * 19, "x")
    ]
    + [
        ([("from", text)], "from")
        for text in ("", "2026-2-1", "2026-02-30", "20260201", "1", "2026-02-01T00:00")
    ]
    + [
        ([("q", "长" * 201)], "q"),
        ([("mine", "yes")], "mine"),
        ([("colour", "blue")], "colour"),
        ([("q", "a"), ("q", "b")], "q"),
        ([("from_", "2026-02-01")], "…"),
        ([("geheim", "x")], "…"),
        ([("geheim", "x"), ("before", "y")], "before、…"),
    ],
)
def test_anything_else_is_refused_by_name_and_never_quoted(given: list[tuple[str, str]], named: str) -> None:
    with pytest.raises(BodyInvalid) as refused:
        read_query(Wanted, given)
    assert f"：{named}。" in refused.value.message
    assert "geheim" not in str(refused.value)


def test_the_document_says_what_each_may_be() -> None:
    told = {one["name"]: one["schema"] for one in parameters(Wanted)}
    assert told == {
        "q": {"type": "string", "maxLength": 200},
        "from": {"type": "string", "format": "date"},
        "before": {"type": "integer", "minimum": 1},
        "mine": {"type": "string", "const": "1"},
        "colour": {"type": "string", "enum": ["red"]},
    }
    assert all(one["in"] == "query" for one in parameters(Wanted))
