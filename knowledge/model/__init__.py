"""Typed, frozen records of the knowledge base. Field names are those of the national item list
(GB/T 39554.2-2020 实施清单 and the exchange tables that implement it); see docs/glossary.md."""

from knowledge.model.bundle import Bundle
from knowledge.model.faq import FAQ_CATEGORY, Faq, faq_records
from knowledge.model.guide import (
    Channel,
    DayType,
    Fee,
    FlowStep,
    Guide,
    HandleArea,
    HandleMode,
    HandleScope,
    Law,
    Lobby,
    Material,
    MaterialFormat,
    MaterialNeed,
    QuestionAnswer,
    Rule,
    ScopeStatus,
    Situation,
    SituationChoice,
    Source,
)
from knowledge.model.hall import Hall, HallWindow
from knowledge.model.item import Item, OwnerRole
from knowledge.model.kinds import KINDS, Kind, key_of, kind_of
from knowledge.model.record import Record
from knowledge.model.region import NATIONWIDE, Region, RegionLevel

__all__ = [
    "FAQ_CATEGORY",
    "KINDS",
    "NATIONWIDE",
    "Bundle",
    "Channel",
    "DayType",
    "Faq",
    "Fee",
    "FlowStep",
    "Guide",
    "Hall",
    "HallWindow",
    "HandleArea",
    "HandleMode",
    "HandleScope",
    "Item",
    "Kind",
    "Law",
    "Lobby",
    "Material",
    "MaterialFormat",
    "MaterialNeed",
    "OwnerRole",
    "QuestionAnswer",
    "Record",
    "Region",
    "RegionLevel",
    "Rule",
    "ScopeStatus",
    "Situation",
    "SituationChoice",
    "Source",
    "faq_records",
    "key_of",
    "kind_of",
]
