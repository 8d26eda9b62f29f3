"""The regions and the Shandong pack: consistent, and true to the newspaper pages in hand-picked places."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

import pytest

import knowledge
from knowledge.importers import Batch, read_path
from knowledge.model import (
    DayType,
    Guide,
    HandleArea,
    HandleMode,
    HandleScope,
    Region,
    RegionLevel,
    ScopeStatus,
)
from knowledge.model.hall import HallStatus

SAMPLES = Path(knowledge.__file__).parent / "samples"
JIAODONG = {"370200", "370600", "371000", "370700", "371100"}
AS_REPORTED = "报道当时情况，以现行规定为准"
PLANNED_GUIDES = {
    "social_security_card_one_card@zone-jiaodong",
    "inpatient_direct_settlement@zone-jiaodong",
    "ftz_business_registration@zone-jiaodong",
    "medical_citywide@371500",
    "one_licence@370200",
}
REPORTED = {
    "省级日报“胶东/县域”版报道（2021年1月中下旬）": "2021-01",
    "省级日报“青岛”版报道（2021年11月下旬）": "2021-11",
    "济阳区报报道（2023年6月初）": "2023-06",
    "省级日报“青岛”版报道（2021年1月中旬）": "2021-01",
    "聊城日报报道（2022年4月中旬）": "2022-04",
}


@cache
def pack(name: str) -> Batch:
    batch = read_path(SAMPLES / name)
    assert not batch.errors, "\n".join(map(str, batch.errors))
    return batch


@cache
def regions() -> dict[str, Region]:
    return {region.code: region for region in pack("regions").regions}


@cache
def guides() -> dict[str, Guide]:
    return {guide.id: guide for guide in pack("shandong").guides}


def words_of(guide_id: str) -> str:
    """Every word of a guide, to look for a fact in it."""
    return guides()[guide_id].model_dump_json()


def scope_of(guide_id: str, mode: HandleMode | None) -> HandleScope:
    found = [scope for scope in guides()[guide_id].handle_scopes if scope.handle_area_mode is mode]
    assert len(found) == 1, f"{guide_id} has {len(found)} scopes of mode {mode}"
    return found[0]


# Regions


def test_region_codes_are_unique_and_parents_exist() -> None:
    codes = Counter(region.code for region in pack("regions").regions)
    assert [code for code, times in codes.items() if times > 1] == []
    orphans = [r.code for r in regions().values() if r.parent_code and r.parent_code not in regions()]
    assert orphans == []
    assert [r.code for r in regions().values() if r.parent_code is None] == ["000000"]


def test_all_168_regions_of_shandong_and_34_provinces_are_there() -> None:
    inside = [r for r in regions().values() if r.code.startswith("37")]
    assert len(inside) == 168
    provinces = [r for r in regions().values() if r.level is RegionLevel.PROVINCE]
    assert len(provinces) == 34
    assert {province.parent_code for province in provinces} == {"000000"}


@pytest.mark.parametrize(
    ("code", "name", "parent", "alias"),
    [
        ("320500", "苏州市", "320000", "苏州"),
        ("140802", "盐湖区", "140800", "盐湖"),
        ("320507", "相城区", "320500", "相城"),
        ("370211", "黄岛区", "370200", "西海岸新区"),
        ("371522", "莘县", "371500", "莘城"),
    ],
)
def test_places_people_name(code: str, name: str, parent: str, alias: str) -> None:
    region = regions()[code]
    assert (region.name, region.parent_code) == (name, parent)
    assert alias in region.aliases


def test_short_names_outside_shandong_do_not_swallow_matters_or_places_of_shandong() -> None:
    outside = {
        alias
        for region in regions().values()
        if not region.code.startswith(("37", "zone"))
        for alias in (region.name, *region.aliases)
    }
    texts = [
        "医保定点医疗机构",
        "工伤认定西海岸",
        "公积金昌邑",
        "拖欠工资阳谷",
        "社保山东",
        "经营口腔诊所",
        "十四平方米",
    ]
    assert [(word, text) for text in texts for word in outside if word in text] == []
    inside = {n for r in regions().values() if r.code.startswith("37") for n in (r.name, *r.aliases)}
    assert inside & outside == set()


def test_zones_and_their_members() -> None:
    assert set(regions()["zone-jiaodong"].members) == JIAODONG
    assert set(regions()["zone-jilinhui"].members) == {"370115", "371424", "371621"}
    assert set(regions()["zone-ftz-qd-jn-yt"].members) == {"370200", "370100", "370600"}
    zones = [region for region in regions().values() if region.level is RegionLevel.ZONE]
    assert all(member in regions() for zone in zones for member in zone.members)


# The pack as a whole


def test_ids_are_unique_and_belong_to_an_item_and_a_region() -> None:
    batch = pack("shandong")
    known_items = {item.id for name in ("shandong", "national") for item in pack(name).items}
    assert len(guides()) == len(batch.guides)
    assert len({item.id for item in batch.items}) == len(batch.items)
    assert len({hall.id for hall in batch.halls}) == len(batch.halls)
    for guide in batch.guides:
        assert guide.id == f"{guide.item_id}@{guide.region}"
        assert guide.item_id in known_items, guide.id
        assert guide.region in regions(), guide.id
        assert {d for s in guide.handle_scopes for d in s.handle_area_divisions} <= set(regions()), guide.id
    assert {neighbour for item in batch.items for neighbour in item.neighbours} <= known_items


def test_every_own_item_has_a_guide_and_everyday_names() -> None:
    with_guide = {guide.item_id for guide in guides().values()}
    for item in pack("shandong").items:
        assert item.id in with_guide
        assert 6 <= len(item.aliases) <= 12, item.id
        assert item.task_name not in item.aliases


def test_an_alias_names_one_item_only() -> None:
    owners = Counter(
        alias
        for name in ("shandong", "national")
        for item in pack(name).items
        for alias in {item.task_name, *item.aliases}
    )
    own = {alias for item in pack("shandong").items for alias in (item.task_name, *item.aliases)}
    assert [alias for alias in own if owners[alias] > 1] == []


def test_every_guide_says_when_and_where_it_was_reported() -> None:
    for guide in guides().values():
        first = guide.sources[0]
        assert REPORTED[first.name] == first.published == guide.publish_date, guide.id
        assert first.note == AS_REPORTED, guide.id
        assert AS_REPORTED in guide.notes, guide.id
        assert first.url == "", guide.id
        assert not guide.fictional


def test_only_the_reported_plans_are_planned_and_nothing_else() -> None:
    planned = {guide.id for guide in guides().values() if guide.status is ScopeStatus.PLANNED}
    assert planned == PLANNED_GUIDES
    for guide in guides().values():
        for scope in guide.handle_scopes:
            says_plan = any(word in scope.explain for word in ("计划", "即将", "将大力推行"))
            assert (scope.status is ScopeStatus.PLANNED) is says_plan, (guide.id, scope.explain)
            if guide.id in PLANNED_GUIDES:
                assert scope.status is ScopeStatus.PLANNED, guide.id


def test_cluster_scopes_are_the_five_cities_of_jiaodong() -> None:
    clusters = [
        set(scope.handle_area_divisions)
        for guide in guides().values()
        for scope in guide.handle_scopes
        if scope.handle_area is HandleArea.CLUSTER
    ]
    assert clusters
    assert all(members == JIAODONG for members in clusters)


def test_no_telephone_is_invented() -> None:
    assert {guide.link_way for guide in guides().values()} <= {"", "12345"}
    assert {hall.phone for hall in pack("shandong").halls} == {""}
    assert {lobby.phone + lobby.address for g in guides().values() for lobby in g.lobbies} == {""}


# Halls


def test_halls_are_the_35_rows_with_nothing_filled_in() -> None:
    halls = {hall.id: hall for hall in pack("shandong").halls}
    assert Counter(hall.status for hall in halls.values()) == {
        HallStatus.FOUND: 23,
        HallStatus.HISTORICAL: 1,
        HallStatus.SEED_POINT: 3,
        HallStatus.PLACEHOLDER: 8,
    }
    assert {hall.region for hall in halls.values()} <= set(regions())
    assert {hall.address for hall in halls.values() if hall.address} == {
        "香港中路17号信息大厦1-4层",
        "城阳区文阳路675号",
        "瀛海大厦",
        "文家街道便民服务中心（依托西城科创赋能中心）",
        "站前路9号1号楼",
    }
    assert not halls["qingdao_approval_hall_old"].can_be_shown
    assert not halls["jiaozhou_hall"].can_be_shown
    assert {hall.lat for hall in halls.values()} == {None}


def test_windows_and_lobbies_point_at_known_records() -> None:
    known_items = {item.id for name in ("shandong", "national") for item in pack(name).items}
    halls = {hall.id: hall for hall in pack("shandong").halls}
    assert {i for hall in halls.values() for window in hall.windows for i in window.items} <= known_items
    for guide in guides().values():
        for lobby in guide.lobbies:
            assert lobby.hall_id is None or halls[lobby.hall_id].can_be_shown, guide.id
    assert "胶东半岛帮办代办窗口" in [window.name for window in halls["rizhao_hall"].windows]


# Facts of the pages


def test_pension_transfer_takes_5_working_days_only_inside_jiaodong() -> None:
    inside = guides()["pension_transfer@zone-jiaodong"]
    assert (inside.promise_day, inside.promise_type) == (5, DayType.WORKING_DAY)
    scope = scope_of(inside.id, HandleMode.ONLINE)
    assert "5个工作日" in scope.promise_explain
    assert "45个工作日" in scope.promise_explain
    beyond = guides()["pension_transfer@zone-jilinhui"]
    assert (beyond.promise_day, beyond.anticipate_day) == (None, 15)


@pytest.mark.parametrize(
    ("guide_id", "facts"),
    [
        ("cross_region_service@zone-jiaodong", ["首批40项", "其余37项", "24项人社一体化合作事项"]),
        ("cross_region_service@zone-jilinhui", ["95项", "2023-05-05", "1122件"]),
        ("cross_region_service@370115", ["26省、96市、173区县", "相城", "盐湖", "周村"]),
        ("agent_service@370115", ["580人", "智惠导服", "引导教办"]),
        ("agent_service@371100", ["胶东半岛帮办代办窗口", "2020-09-23", "市南区"]),
        ("benefit_certification@zone-jiaodong", ["就近认证", "遗属补助", "昌邑", "平度"]),
        (
            "labour_capacity_appraisal@zone-jiaodong",
            ["已经认定工伤", "2021-01-04", "威海海大医院", "微信公众号"],
        ),
        ("fund_loan@zone-jiaodong", ["不再限户籍地", "534笔、1.89亿元"]),
        ("fund_transfer@zone-jiaodong", ["最快当天", "5770笔、0.91亿元"]),
        ("remote_medical_filing@zone-jilinhui", ["跨域通办专区", "临邑参保"]),
        ("ftz_business_registration@zone-ftz-qd-jn-yt", ["不到半天", "2021-01-01", "双向免费邮寄"]),
        ("fresh_milk_transport@370682", ["不到10分钟", "隔离箱、车顶盖", "微信视频"]),
        ("animal_epidemic_prevention@370682", ["先勘验后申请", "消毒池", "无害化处理协议"]),
        ("regional_eia@370782", ["16个镇街", "40%以上", "4个月以上", "化工、铸造、涂装、印刷"]),
        ("business_premises@370200", ["3份材料", "工位", "独立产权", "2021年7月底"]),
        ("enterprise_appeal@370211", ["2600余家", "16场", "17条"]),
        ("customs_appointment@370281", ["455列", "属地清关"]),
        ("community_licence@371522", ["莘州街道昌润社区服务中心", "十几分钟"]),
        ("fishing_ban@371500", ["4月1日—7月31日", "可视锚鱼器", "金堤河"]),
        ("wage_arrears_complaint@370285", ["11480元", "2018年底", "莱西市劳动保障监察局"]),
        ("personal_archive_search@370213", ["沧口街道", "市纺织系统企业托管服务中心"]),
        ("hope_house@370000", ["8至14岁", "638个", "青岛248个、菏泽380个、日照10个", "112个"]),
        ("hotline_12345@370200", ["31.3%", "99.4%"]),
        ("city_management_report@370200", ["838万余件", "99%"]),
        ("startup_loan@371500", ["10亿元以上"]),
        ("quality_certification@371500", ["100家", "50家", "至少5家"]),
    ],
)
def test_facts_of_the_pages(guide_id: str, facts: list[str]) -> None:
    missing = [fact for fact in facts if fact not in words_of(guide_id)]
    assert missing == []


def test_ways_of_handling_between_the_five_cities() -> None:
    assert scope_of("benefit_certification@zone-jiaodong", HandleMode.NEARBY_CHECK)
    assert "委托受伤地鉴定" in scope_of("labour_capacity_appraisal@zone-jiaodong", HandleMode.JOINT).explain
    assert "胶东半岛帮办代办窗口" in scope_of("company_setup@zone-jiaodong", HandleMode.AGENT).explain
    for item_id in ("company_setup", "tour_guide_licence", "construction_enterprise_qualification"):
        assert "首批40项" in scope_of(f"{item_id}@zone-jiaodong", HandleMode.COLLECT).explain


def test_the_free_trade_areas_agree_in_pairs_and_jinan_with_yantai_did_not() -> None:
    pairs = [
        set(scope.handle_area_divisions)
        for scope in guides()["ftz_business_registration@zone-ftz-qd-jn-yt"].handle_scopes
        if scope.handle_area is HandleArea.AGREEMENT
    ]
    assert pairs == [{"370200", "370100"}, {"370200", "370600"}]


def test_opening_a_company_in_shenxian_has_four_steps_and_five_free_seals() -> None:
    guide = guides()["business_one_stop@371522"]
    assert [step.name for step in guide.flow_steps] == ["实名认证", "自主核名", "发起设立", "提交"]
    assert "5枚回墨印章免费" in guide.fee_explain


def test_premises_ask_which_kind_and_the_materials_follow_the_choice() -> None:
    guide = guides()["business_premises@370200"]
    (situation,) = guide.situations
    assert [choice.name for choice in situation.choices] == ["独立产权", "集中办公区", "工位"]
    assert {material.situation for material in guide.materials} == {("premises=cluster",)}
    assert not guide.materials_complete
