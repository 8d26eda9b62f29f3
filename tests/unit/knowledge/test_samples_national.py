"""The national sample pack: whole, consistent, and true to its sources in hand-picked places."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import knowledge
from knowledge.model import Channel, DayType, Guide, HandleArea, HandleMode, Item, OwnerRole, ScopeStatus

ROOT = Path(knowledge.__file__).parent / "samples" / "national"
SHANDONG, WEIFANG, NATION = "370000", "370700", "000000"
REGIONAL_ONLY = {
    "senior_benefits": SHANDONG,
    "small_food_workshop": SHANDONG,
    "food_stall_filing": SHANDONG,
    "hotline_12345": WEIFANG,
}
# Bare words that name an object shared by many matters: never an alias of one of them.
BARE_WORDS = {"身份证", "户口", "驾照", "社保", "医保", "公积金", "营业执照"}
BARE_WORDS |= {"过户", "落户", "公积金提取"}


def _read(path: Path) -> dict[str, Any]:
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict), f"{path} holds no mapping"
    return content


@cache
def items() -> dict[str, Item]:
    records = [
        Item.model_validate(fields)
        for path in sorted((ROOT / "items").glob("*.yml"))
        for fields in _read(path)["items"]
    ]
    assert len({item.id for item in records}) == len(records), "an item id is used twice"
    return {item.id: item for item in records}


@cache
def guides() -> dict[str, Guide]:
    records = [Guide.model_validate(_read(path)["guide"]) for path in guide_paths()]
    assert len({guide.id for guide in records}) == len(records), "a guide id is used twice"
    return {guide.id: guide for guide in records}


def guide_paths() -> list[Path]:
    return sorted((ROOT / "guides").glob("*/*.yml"))


def guide(item_id: str, region: str = NATION) -> Guide:
    return guides()[f"{item_id}@{region}"]


def test_every_file_loads_and_the_counts_are_those_of_the_two_lists() -> None:
    assert len(items()) == 163
    assert len(guides()) == 163


def test_every_item_has_one_guide_in_its_region() -> None:
    expected = {f"{item_id}@{REGIONAL_ONLY.get(item_id, NATION)}" for item_id in items()}
    assert set(guides()) == expected


def test_a_guide_names_its_item_in_its_id_its_file_and_its_title() -> None:
    for path in guide_paths():
        record = Guide.model_validate(_read(path)["guide"])
        assert path.stem == record.item_id
        assert record.id == f"{record.item_id}@{record.region}"
        assert record.task_name == items()[record.item_id].task_name


def test_items_and_guides_of_one_category_lie_in_folders_of_one_name() -> None:
    folder_of = {
        fields["id"]: path.stem for path in (ROOT / "items").glob("*.yml") for fields in _read(path)["items"]
    }
    assert {path.stem: path.parent.name for path in guide_paths()} == folder_of


def test_no_file_holds_an_empty_field() -> None:
    def walk(value: Any, where: str) -> None:
        assert value not in (None, "", [], {}), f"{where} is empty: leave the key out"
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, f"{where}.{key}")
        elif isinstance(value, list):
            for inner in value:
                walk(inner, where)

    for path in sorted(ROOT.rglob("*.yml")):
        walk(_read(path), path.name)


def test_neighbours_exist_and_are_not_the_item_itself() -> None:
    for item in items().values():
        assert item.neighbours, f"{item.id} names no neighbour"
        assert set(item.neighbours) <= set(items()) - {item.id}


def test_a_name_belongs_to_one_item_only() -> None:
    used = Counter(name for item in items().values() for name in {item.task_name, *item.aliases})
    assert [name for name, times in used.items() if times > 1] == []


def test_aliases_are_many_and_none_is_a_bare_shared_word() -> None:
    for item in items().values():
        assert len(item.aliases) >= 6, f"{item.id} has too few aliases"
        assert len(set(item.aliases)) == len(item.aliases), f"{item.id} repeats an alias"
        assert BARE_WORDS.isdisjoint(item.aliases), f"{item.id} has a bare word as alias"
        assert not set(item.aliases) & set(item.keywords), f"{item.id} has a name in both lists"


@pytest.mark.parametrize(
    ("name", "item_id"),
    [
        ("身份证丢了", "id_card_reissue"),
        ("身份证过期", "id_card_renew"),
        ("出具贷款职工住房公积金缴存使用证明", "fund_remote_loan_certificate"),
        ("残疾人证挂失补办", "disability_certificate"),
        ("社会保障卡临时挂失", "social_security_card_replace"),
        ("领取养老金人员待遇资格认证", "benefit_certification"),
        ("父母投靠子女户口迁移", "hukou_transfer"),
        ("不动产抵押登记", "real_estate_mortgage"),
    ],
)
def test_formal_variants_and_everyday_names_lead_to_their_item(name: str, item_id: str) -> None:
    item = items()[item_id]
    assert name in {item.task_name, *item.aliases}


@pytest.mark.parametrize(
    ("item_id", "role"),
    [
        ("id_card_reissue", OwnerRole.HUKOU),
        ("passport_apply", OwnerRole.ANY),
        ("driving_licence_renew", OwnerRole.LICENCE),
        ("pension_transfer", OwnerRole.INSURED),
        ("benefit_certification", OwnerRole.BENEFIT),
        ("fund_withdraw_purchase", OwnerRole.FUND),
        ("fund_loan_payoff", OwnerRole.LOAN),
        ("company_setup", OwnerRole.BUSINESS),
        ("real_estate_registration", OwnerRole.PROPERTY),
        ("work_injury_recognition", OwnerRole.EMPLOYER),
        ("birth_certificate", OwnerRole.EVENT),
    ],
)
def test_owner_roles(item_id: str, role: OwnerRole) -> None:
    assert items()[item_id].owner_role is role


@pytest.mark.parametrize(
    ("item_id", "hotline"),
    [
        ("pension_transfer", "12333"),
        ("fund_loan", "12329"),
        ("remote_medical_filing", "12393"),
        ("medical_relief", "12393"),
        ("passport_apply", "12367"),
        ("tax_payment_certificate", "12366"),
        ("legal_aid", "12348"),
        ("company_setup", "12315"),
        ("id_card_reissue", ""),
        ("marriage_registration", ""),
    ],
)
def test_hotlines_follow_the_field_of_the_matter(item_id: str, hotline: str) -> None:
    assert items()[item_id].hotline == hotline


def test_reissuing_an_identity_card() -> None:
    record = guide("id_card_reissue")
    assert record.dept_name == "公安机关"
    assert record.is_fee is True
    assert record.fee_explain == "每证40元"
    assert [(fee.fee_name, fee.fee_stand) for fee in record.fees] == [("居民身份证补领", "每证40元")]
    assert record.anticipate_explain == "60日内发放（可延长30日）"
    assert record.where_explain == "户籍地公安机关，或异地受理点"
    assert [material.material_name for material in record.materials] == ["居民户口簿"]
    (scope,) = record.handle_scopes
    assert scope.handle_area is HandleArea.CROSS_PROVINCE
    assert scope.rule.document_no == "国办发〔2020〕35号"
    assert scope.rule.date == "2020-09-24"


def test_an_ordinary_passport() -> None:
    record = guide("passport_apply")
    assert record.fee_explain == "120元/本；加注20元/项"
    assert {fee.fee_name: fee.fee_stand for fee in record.fees} == {"普通护照": "120元/本", "加注": "20元/项"}
    (scope,) = record.handle_scopes
    assert scope.handle_area is HandleArea.NATIONWIDE
    assert scope.handle_area_mode is HandleMode.ANY_WINDOW
    assert str(scope.effective_date) == "2019-04-01"


def test_transferring_a_pension_keeps_the_national_limit_apart_from_local_ones() -> None:
    record = guide("pension_transfer")
    assert (record.anticipate_day, record.anticipate_type) == (15, DayType.WORKING_DAY)
    assert record.anticipate_explain == "15个工作日（原45个工作日）"
    assert record.online_explain == "国家社会保险公共服务平台、掌上12333、电子社保卡"
    assert record.handle_type == (Channel.ONLINE, Channel.WINDOW)


def test_marriage_is_registered_anywhere_without_the_household_booklet() -> None:
    record = guide("marriage_registration")
    assert record.is_fee is False
    assert record.where_explain == "任一婚姻登记机关（2025-05-10起全国通办，不再需要户口簿）"
    assert "居民户口簿" not in {material.material_name for material in record.materials}
    assert record.handle_scopes[0].handle_area is HandleArea.NATIONWIDE


def test_a_pilot_is_marked_as_a_pilot() -> None:
    (scope,) = guide("id_card_first").handle_scopes
    assert scope.status is ScopeStatus.PILOT
    assert str(scope.effective_date) == "2022-10-01"
    assert scope.materials_explain == "跨省通办另需就业、就学或居住证明之一（年满16周岁）"


def test_modes_are_those_of_the_cross_province_list() -> None:
    def modes(item_id: str) -> list[HandleMode | None]:
        return [scope.handle_area_mode for scope in guide(item_id).handle_scopes]

    assert modes("fund_withdraw_retirement") == [HandleMode.ONLINE]
    assert modes("fund_withdraw_purchase") == [HandleMode.JOINT]
    assert modes("fund_remote_loan_certificate") == [HandleMode.COLLECT]
    assert modes("fund_loan_payoff") == [HandleMode.ONLINE, HandleMode.COLLECT]
    assert modes("hukou_transfer") == [HandleMode.JOINT]
    assert modes("id_card_renew") == [None]


def test_the_cross_province_rule_for_mortgages_is_not_given_to_transfers_of_property() -> None:
    assert guide("real_estate_registration").handle_scopes == ()
    assert guide("real_estate_mortgage").handle_scopes[0].handle_area is HandleArea.CROSS_PROVINCE


@pytest.mark.parametrize(
    "item_id",
    [
        "marriage_certificate_reissue",
        "old_age_allowance",
        "fertility_registration",
        "gov_pension_transfer",
        "business_licence_reissue",
    ],
)
def test_a_guide_from_memory_is_marked_as_a_whole(item_id: str) -> None:
    record = guide(item_id)
    assert record.unverified_fields == ("*",)
    assert record.sources == ()
    assert all(not scope.rule.verified for scope in record.handle_scopes)


@pytest.mark.parametrize(
    ("item_id", "field"),
    [
        ("newborn_hukou", "materials"),
        ("divorce_registration", "by_law"),
        ("real_estate_registration", "notes"),
        ("teacher_qualification", "where_explain"),
        ("traffic_violation", "handle_scopes"),
        ("notarization", "handle_scopes"),
    ],
)
def test_single_fields_from_memory_are_marked(item_id: str, field: str) -> None:
    record = guide(item_id)
    assert record.is_unverified(field)
    assert not record.is_unverified("dept_name")


def test_a_guide_without_a_source_says_that_it_is_from_memory() -> None:
    for record in guides().values():
        assert record.sources or record.is_unverified("*"), f"{record.id} has neither source nor mark"


def test_rules_of_two_provinces_are_never_national() -> None:
    local = ("胶东", "莱阳", "莘县", "威海", "临邑", "青岛", "山东", "潍坊", "S0", "S1", "S2", "S3", "S4")
    for record in guides().values():
        if record.region == NATION:
            text = record.model_dump_json(exclude={"sources"})
            assert [word for word in local if word in text] == [], record.id


def test_rows_that_hold_in_shandong_alone_say_so() -> None:
    assert guide("food_stall_filing", SHANDONG).anticipate_type is DayType.ON_THE_SPOT
    assert guide("small_food_workshop", SHANDONG).anticipate_explain == "收到申请材料之日起15日内发证"
    assert guide("senior_benefits", SHANDONG).accept_condition == "60周岁以上为老年人"
    assert guide("hotline_12345", WEIFANG).anticipate_explain == "能在5个工作日办完的应办完"


def test_a_number_of_days_is_given_only_where_the_sentence_says_it() -> None:
    for record in guides().values():
        if record.anticipate_day is not None:
            assert record.anticipate_type is DayType.WORKING_DAY
            assert f"{record.anticipate_day}个工作日" in record.anticipate_explain


def test_amounts_of_a_fee_stand_in_the_quoted_sentence() -> None:
    for record in guides().values():
        for fee in record.fees:
            amount = fee.fee_stand.removeprefix("每证").split("，")[0]
            assert amount in record.fee_explain, f"{record.id}: {fee.fee_stand}"


def test_no_dated_source_is_newer_than_the_guide() -> None:
    for record in guides().values():
        for source in record.sources:
            assert source.published <= record.publish_date, f"{record.id}: {source.url}"
