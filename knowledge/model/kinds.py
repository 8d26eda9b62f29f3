"""The six kinds of record, each with the word for it and the key it is known by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from knowledge.model.bundle import Bundle
from knowledge.model.faq import Faq
from knowledge.model.guide import Guide
from knowledge.model.hall import Hall
from knowledge.model.item import Item
from knowledge.model.record import Record
from knowledge.model.region import Region

Kind = Literal["region", "item", "hall", "guide", "faq", "bundle"]

_Model = type[Item] | type[Guide] | type[Hall] | type[Region] | type[Faq] | type[Bundle]

KINDS: Mapping[Kind, _Model] = {
    "region": Region,
    "item": Item,
    "hall": Hall,
    "guide": Guide,
    "faq": Faq,
    "bundle": Bundle,
}


def kind_of(record: Record) -> Kind:
    """The kind of a record."""
    return next(kind for kind, model in KINDS.items() if isinstance(record, model))


def key_of(record: Record) -> str:
    """The key of a record among its kind: the code of a region, else the id."""
    if isinstance(record, Region):
        return record.code
    assert isinstance(record, Item | Guide | Hall | Faq | Bundle)
    return record.id
