"""The fictional pack 示例市: every field of the model filled in, and nothing in it that looks real."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import knowledge
from knowledge.importers import Batch, read_path
from knowledge.model import (
    Channel,
    DayType,
    Guide,
    Hall,
    HandleArea,
    HandleMode,
    HandleScope,
    Item,
    Law,
    Lobby,
    Material,
    MaterialFormat,
    MaterialNeed,
    Record,
    Region,
    RegionLevel,
    ScopeStatus,
    SituationChoice,
    Source,
)

SAMPLES = Path(knowledge.__file__).parent / "samples"
PHONE = re.compile(r"0000-12345\d\d")
URL = re.compile(r"https?://([^/\s]+)")


@cache
def pack() -> Batch:
    batch = read_path(SAMPLES / "demo_city")
    assert not batch.errors, "\n".join(map(str, batch.errors))
    return batch


@cache
def national_items() -> frozenset[str]:
    return frozenset(item.id for item in read_path(SAMPLES / "national").items)


def filled(*records: Record) -> set[str]:
    """The fields that at least one of the records fills in; false and zero count as filled in."""
    return {
        name for record in records for name, value in record if value is not None and value not in ("", ())
    }


def scopes() -> list[HandleScope]:
    return [scope for guide in pack().guides for scope in guide.handle_scopes]


def materials() -> list[Material]:
    return [material for guide in pack().guides for material in guide.materials]


def test_every_record_is_fictional_and_says_so_in_words() -> None:
    batch = pack()
    everything: list[Item | Guide | Hall | Region] = [
        *batch.items,
        *batch.guides,
        *batch.halls,
        *batch.regions,
    ]
    assert [record for record in everything if not record.fictional] == []
    assert all("示例" in region.name for region in batch.regions)
    assert all("示例" in hall.name and "示例" in hall.address for hall in batch.halls)
    for item in batch.items:
        assert all("示例" in name for name in (item.task_name, *item.aliases, *item.keywords)), item.id
    for guide in batch.guides:
        assert "示例" in guide.task_name, guide.id
        assert "虚构" in guide.task_name, guide.id
        assert [source.name for source in guide.sources] == ["虚构示例，仅供演示"], guide.id
        assert all("示例" in law.law_name for law in guide.by_law), guide.id


def test_no_real_region_telephone_or_site_is_named() -> None:
    assert all(region.code.startswith("99") or region.code == "zone-demo" for region in pack().regions)
    for hall in pack().halls:
        assert PHONE.fullmatch(hall.phone), hall.id
    for guide in pack().guides:
        assert PHONE.fullmatch(guide.link_way), guide.id
        assert PHONE.fullmatch(guide.supervise_way), guide.id
        text = guide.model_dump_json()
        assert set(URL.findall(text)) == {"demo.example"}, guide.id
        assert all(PHONE.fullmatch(lobby.phone) for lobby in guide.lobbies), guide.id


def test_ids_are_unique_and_point_at_known_records() -> None:
    batch = pack()
    codes = {region.code for region in batch.regions}
    items = {item.id for item in batch.items} | national_items()
    halls = {hall.id for hall in batch.halls}
    guides = {guide.id for guide in batch.guides}
    assert len(codes) == len(batch.regions)
    assert len(guides) == len(batch.guides)
    assert len(halls) == len(batch.halls) == 3
    assert {region.parent_code for region in batch.regions} <= codes | {"000000"}
    assert {hall.region for hall in batch.halls} == {"990100", "990103", "990121"}
    assert {item for hall in batch.halls for window in hall.windows for item in window.items} <= items
    assert {neighbour for item in batch.items for neighbour in item.neighbours} <= items
    for guide in batch.guides:
        assert guide.item_id in items, guide.id
        assert guide.region in codes, guide.id
        assert {lobby.hall_id for lobby in guide.lobbies} <= halls, guide.id
        assert {d for scope in guide.handle_scopes for d in scope.handle_area_divisions} <= codes, guide.id
        assert guide.supersedes is None or guide.supersedes in guides, guide.id
        choices = {f"{s.id}={c.id}" for s in guide.situations for c in s.choices}
        assert {choice for material in guide.materials for choice in material.situation} <= choices, guide.id


def test_regions_have_two_districts_a_county_a_neighbour_and_a_zone() -> None:
    assert Counter(region.level for region in pack().regions) == {
        RegionLevel.PROVINCE: 1,
        RegionLevel.CITY: 2,
        RegionLevel.DISTRICT: 2,
        RegionLevel.COUNTY: 1,
        RegionLevel.ZONE: 1,
    }
    assert all(region.lat is not None and region.lon is not None for region in pack().regions)
    assert all(abs(hall.lat or 9) < 1 and abs(hall.lon or 9) < 1 for hall in pack().halls)


@pytest.mark.parametrize("model", [Guide, Hall, Item, Region])
def test_every_field_of_every_record_is_filled_in_somewhere(model: type[Record]) -> None:
    batch = pack()
    records = {Guide: batch.guides, Hall: batch.halls, Item: batch.items, Region: batch.regions}[model]
    assert filled(*records) == set(model.model_fields)


def test_every_field_inside_a_guide_is_filled_in_somewhere() -> None:
    guides = pack().guides
    assert filled(*materials()) == set(Material.model_fields)
    assert filled(*scopes()) == set(HandleScope.model_fields)
    assert filled(*[lobby for guide in guides for lobby in guide.lobbies]) == set(Lobby.model_fields)
    assert filled(*[law for guide in guides for law in guide.by_law]) == set(Law.model_fields)
    assert filled(*[source for guide in guides for source in guide.sources]) == set(Source.model_fields)
    choices = [choice for guide in guides for situation in guide.situations for choice in situation.choices]
    assert filled(*choices) == set(SituationChoice.model_fields)
    for step in [step for guide in guides for step in guide.flow_steps]:
        assert step.name
        assert step.explain
        assert step.handler
        assert step.time_limit
    for fee in [fee for guide in guides for fee in guide.fees]:
        assert fee.fee_name
        assert fee.fee_stand
        assert fee.by_law
        assert fee.desc_explain


def test_every_kind_of_value_is_shown_at_least_once() -> None:
    guides = pack().guides
    assert {scope.handle_area for scope in scopes()} == set(HandleArea)
    assert {scope.handle_area_mode for scope in scopes()} == {*HandleMode, None}
    assert {scope.status for scope in scopes()} == set(ScopeStatus)
    assert {guide.status for guide in guides} == set(ScopeStatus)
    assert {channel for guide in guides for channel in guide.handle_type} == set(Channel)
    assert {material.is_need for material in materials()} == set(MaterialNeed)
    assert {material.material_format for material in materials()} == set(MaterialFormat)
    limits = {kind for guide in guides for kind in (guide.promise_type, guide.anticipate_type)}
    assert limits == set(DayType)


def test_the_old_residence_permit_guide_is_superseded_and_expired() -> None:
    guides = {guide.id: guide for guide in pack().guides}
    new = guides["residence_permit_apply@990100"]
    assert new.supersedes is not None
    assert new.effective_date is not None
    old = guides[new.supersedes]
    assert not old.in_force(new.effective_date)
    assert new.in_force(new.effective_date)


def test_the_asked_for_matters_are_there() -> None:
    assert {guide.item_id for guide in pack().guides} >= {
        "id_card_reissue",
        "residence_permit_apply",
        "newborn_hukou",
        "marriage_registration",
        "pension_transfer",
        "fund_withdraw_purchase",
        "individual_business_setup",
        "company_setup",
        "food_business_licence",
        "real_estate_registration",
        "benefit_certification",
        "remote_medical_filing",
    }
