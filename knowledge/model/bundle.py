"""A Bundle is “一件事”: one event of life or business that several matters belong to."""

from __future__ import annotations

from typing import Self

from pydantic import Field, model_validator

from knowledge.model.guide import Source
from knowledge.model.record import Record, RecordId, RegionCode
from knowledge.model.region import NATIONWIDE


class Bundle(Record):
    """Matters done together, each by its own guide; what to bring is merged from their lists."""

    id: RecordId
    name: str = Field(min_length=1)
    region: RegionCode = NATIONWIDE
    guides: tuple[RecordId, ...]
    """The guides, in the order in which things are done."""
    explain: str = ""
    publish_date: str = Field(default="", pattern=r"^(\d{4}(-\d{2}(-\d{2})?)?)?$")
    sources: tuple[Source, ...] = ()
    fictional: bool = False

    @model_validator(mode="after")
    def _check(self) -> Self:
        if len(set(self.guides)) < len(self.guides) or len(self.guides) < 2:
            raise ValueError(
                "a bundle joins at least two guides, each named once; add one or delete the bundle"
            )
        return self
