"""The national item list as CSV and Excel: columns, cells, items, regions, and everything that goes wrong."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from knowledge.importers import Batch, read_path
from knowledge.model import (
    Channel,
    DayType,
    HandleArea,
    HandleMode,
    MaterialFormat,
    MaterialNeed,
    OwnerRole,
)
from tests.unit.importers.helpers import KNOWN, write, write_xlsx

HEADER = "事项名称,区划代码,"


def from_csv(tmp_path: Path, text: str | bytes, name: str = "t.csv") -> Batch:
    return read_path(write(tmp_path / name, text), known=KNOWN)


def test_a_full_row_of_the_national_list(tmp_path: Path) -> None:
    columns = {
        "事项名称*": "居民身份证补领",
        "实施编码": "1" * 31,
        "行政区划": "示例市",
        "实施主体": "示例市公安局",
        "常用别名": "补办身份证|身份证挂失补办",
        "受理条件": "证件丢失",
        "申请材料": "1. 居民户口簿（必要）\n2. 照片（容缺）\n3. 身份证（复印件2份，纸质）\n4. 声明（限本人）",
        "办理流程": "申请→受理：当场核对→发证",
        "法定办结时限": "自提交之日起六十日内",
        "承诺办结时限（工作日）": 5,
        "是否收费": "是",
        "收费项目名称": "工本费",
        "收费标准": "40元/证",
        "办理形式": "窗口办理、快递申请",
        "办理地点": "示例市民中心|二号楼",
        "办理时间": "工作日 9:00-17:00",
        "咨询电话": 12345,
        "监督投诉电话": "12389",
        "通办范围": "全省",
        "通办形式": "异地代收代办",
        "设定依据": "《居民身份证法》第十一条\n《某办法》（国办发〔2020〕35号）第三条第一款",
        "网办地址": "https://example.com/a",
        "移动端办理地址": "某小程序",
        "到办事现场次数": "1次",
        "需要人工": "是",
        "发布日期": dt.datetime(2024, 1, 5),
        "计划生效日期": "2024年2月1日",
        "来源": "示例市政务服务网",
        "来源网址": "https://example.com",
    }
    batch = read_path(write_xlsx(tmp_path / "t.xlsx", [list(columns), list(columns.values())]), known=KNOWN)
    assert batch.errors == ()
    assert batch.items == ()
    (guide,) = batch.guides
    assert (guide.id, guide.item_id, guide.region) == ("id_card@990100", "id_card", "990100")
    assert guide.aliases == ("身份证挂失补办",)
    assert guide.task_code == "1" * 31
    assert guide.needs_person
    materials = [(m.material_name, m.is_need, m.material_format, m.copy_num) for m in guide.materials]
    assert materials == [
        ("居民户口簿", MaterialNeed.REQUIRED, None, None),
        ("照片", MaterialNeed.LATER, None, None),
        ("身份证", MaterialNeed.REQUIRED, MaterialFormat.PAPER, 2),
        ("声明（限本人）", MaterialNeed.REQUIRED, None, None),
    ]
    assert [(step.name, step.explain) for step in guide.flow_steps] == [
        ("申请", ""),
        ("受理", "当场核对"),
        ("发证", ""),
    ]
    assert (guide.anticipate_day, guide.anticipate_explain) == (None, "自提交之日起六十日内")
    assert (guide.promise_day, guide.promise_type) == (5, DayType.WORKING_DAY)
    assert guide.promise_explain == "5个工作日"
    assert guide.is_fee is True
    assert (guide.fees[0].fee_name, guide.fees[0].fee_stand) == ("工本费", "40元/证")
    assert guide.handle_type == (Channel.WINDOW, Channel.POST)
    assert [place.name for place in guide.lobbies] == ["示例市民中心", "二号楼"]
    assert (guide.link_way, guide.supervise_way) == ("12345", "12389")
    (scope,) = guide.handle_scopes
    assert (scope.handle_area, scope.handle_area_mode) == (HandleArea.PROVINCE, HandleMode.COLLECT)
    assert [(law.law_name, law.document_no, law.article_no) for law in guide.by_law] == [
        ("《居民身份证法》", "", "第十一条"),
        ("《某办法》", "国办发〔2020〕35号", "第三条第一款"),
    ]
    assert guide.online_handle_url == "https://example.com/a"
    assert guide.mobile_terminal_url == ""
    assert guide.limit_scene_num == 1
    assert guide.publish_date == "2024-01-05"
    assert guide.effective_date == dt.date(2024, 2, 1)
    assert (guide.sources[0].name, guide.sources[0].published) == ("示例市政务服务网", "2024-01-05")
    assert [warning.field for warning in batch.warnings] == ["移动端办理地址"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    batch = from_csv(tmp_path, (HEADER + "承诺办结时限\n某事办理,990100,即办\n").encode(encoding))
    assert batch.errors == ()
    assert batch.guides[0].promise_type is DayType.ON_THE_SPOT


def test_damaged_utf8_is_refused_not_read_as_other_words(tmp_path: Path) -> None:
    text = (HEADER + "受理条件\n某事办理,990100,年满十六周岁的中国公民可以申请\n").encode()
    (error,) = from_csv(tmp_path, text[:-10] + b"\xff" + text[-10:]).errors
    assert error.expected == "text in UTF-8 or GB18030"
    assert "line 2" in error.received


def test_bad_rows_are_named_and_the_good_ones_go_in(tmp_path: Path) -> None:
    batch = from_csv(
        tmp_path,
        "事项名称,区划代码,是否收费,发布日期,到办事现场次数,实施编码\n"
        "甲事,990100,是,2024-01-05,0,123\n"
        ",990100,是,2024-01-05,0,123\n"
        "乙事,990100,也许,2024-02-30,很多,1.23E+30\n"
        "丙事,,是,,,\n"
        "丁事,990100,否,去年,,\n"
        "戊事,990100,否,,,\n",
        "名单.csv",
    )
    assert [guide.task_name for guide in batch.guides] == ["甲事", "戊事"]
    told = [(error.row, error.field, error.received) for error in batch.errors]
    assert told == [
        (3, "事项名称", "nothing"),
        (4, "实施编码", "“1.23E+30”"),
        (4, "是否收费", "“也许”"),
        (4, "到办事现场次数", "“很多”"),
        (4, "发布日期", "“2024-02-30”"),
        (5, "区划代码", "nothing"),
        (6, "发布日期", "“去年”"),
    ]
    assert str(batch.errors[2]).endswith("名单.csv row 4, 是否收费: expected 是 or 否; received “也许”")


def test_unknown_columns_are_warned_of_with_the_nearest(tmp_path: Path) -> None:
    batch = from_csv(tmp_path, HEADER + "办里地点,事项名称（别）,心情,序号\n甲事,990100,a,b,c,1\n")
    told = [(warning.row, warning.field, warning.message) for warning in batch.warnings]
    assert told == [
        (1, "办里地点", "did you mean 办理地点? the column is not read"),
        (1, "心情", "the column is not read"),
        (1, "事项名称（别）", "only the first one is read"),
    ]


def test_a_title_above_the_header_and_empty_rows(tmp_path: Path) -> None:
    batch = from_csv(tmp_path, "示例市事项清单,\n\n事项名称,区划代码\n\n甲事,990100\n")
    assert batch.place_of("guide", batch.guides[0].id).row == 5


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("示例市", "990100"),
        ("示例", "990000"),
        ("示例省示例市市中区", "990102"),
        ("样本市/市中区", "990202"),
        ("990102", "990102"),
        ("990102000000", "990102"),
        ("全国", "000000"),
    ],
)
def test_regions_by_name(tmp_path: Path, name: str, code: str) -> None:
    batch = from_csv(tmp_path, f"事项名称,行政区划\n甲事,{name}\n")
    assert batch.guides[0].region == code


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("甲事,,市中区", "990102 示例省示例市市中区、990202 示例省样本市市中区"),
        ("甲事,,乌有市", "import its region first"),
        ("甲事,990100,样本市", "990100 is 示例市"),
        ("甲事,9901,", "six digits"),
    ],
)
def test_unclear_regions_are_refused(tmp_path: Path, row: str, told: str) -> None:
    batch = from_csv(tmp_path, f"事项名称,区划代码,行政区划\n{row}\n")
    assert batch.guides == ()
    assert told in str(batch.errors[0])


def test_unknown_matters_become_items_with_stable_ids(tmp_path: Path) -> None:
    text = (
        "事项名称,基本编码,区划代码,日常用语,主题分类,属地类型\n"
        "甲事,A00101000001,990100,甲甲,公安,户籍地\n"
        "甲事,A00101000001,990200,甲家,公安,户籍地\n"
        "乙事,,990100,,,\n"
        "丙事一,A00102000002,990100,,,\n"
        "丙事二,A00102000002,990100,,,\n"
        "补办身份证,,990100,,,\n"
    )
    batch = from_csv(tmp_path, text)
    assert batch.errors == ()
    ids = {item.task_name: item.id for item in batch.items}
    assert ids["甲事"] == "a00101000001"
    assert ids["乙事"].startswith("item-")
    assert ids["丙事一"].startswith("a00102000002-")
    assert len(set(ids.values())) == 4
    first = batch.items[0]
    assert (first.aliases, first.category, first.owner_role) == (("甲甲", "甲家"), "公安", OwnerRole.HUKOU)
    assert batch.guides[-1].item_id == "id_card"
    assert {guide.id for guide in batch.guides} >= {"a00101000001@990100", "a00101000001@990200"}
    again = from_csv(tmp_path, text)
    assert [item.id for item in again.items] == [item.id for item in batch.items]


def test_a_code_of_another_matter_makes_a_new_item_and_a_warning(tmp_path: Path) -> None:
    batch = from_csv(tmp_path, "事项名称,基本编码,区划代码\n居民身份证换领,0001,990100\n")
    assert batch.items[0].id.startswith("0001-")
    assert "it is also that of “居民身份证补领” (id_card)" in batch.warnings[0].message


def test_the_same_matter_twice_in_a_region_names_both_rows(tmp_path: Path) -> None:
    batch = from_csv(tmp_path, "事项名称,区划代码\n甲事,990100\n甲事,990100\n")
    (error,) = batch.errors
    assert (error.row, len(batch.guides), len(batch.items)) == (3, 1, 1)
    assert "t.csv row 2 and is kept" in error.message


def test_regions_and_halls_of_other_files_are_used(tmp_path: Path) -> None:
    write(tmp_path / "a_guides.csv", "事项名称,行政区划,办理地点\n甲事,样例县,样例县大厅\n")
    write(
        tmp_path / "b_halls.csv",
        "大厅名称,区划,地址,经度,纬度,办公时间,电话\n样例县大厅,样例县,某路,120.1,36.2,,\n",
    )
    write(tmp_path / "c_regions.csv", "区划代码,区划名称,上级代码,级别\n990301,样例县,990100,县\n")
    batch = read_path(tmp_path, known=KNOWN)
    assert batch.errors == ()
    (hall,) = batch.halls
    assert batch.guides[0].lobbies[0].hall_id == hall.id
    assert (hall.region, hall.lat, hall.lon) == ("990301", 36.2, 120.1)


def test_scopes_with_divisions(tmp_path: Path) -> None:
    batch = from_csv(
        tmp_path,
        "事项名称,区划代码,通办范围,通办区域,通办依据\n"
        "甲事,990100,跨市,示例市、样本市、示例市,某协议\n"
        "乙事,990100,无,,\n"
        "丙事,990100,外星,,\n",
    )
    (scope,) = batch.guides[0].handle_scopes
    assert scope.handle_area is HandleArea.AGREEMENT
    assert scope.handle_area_divisions == ("990100", "990200")
    assert scope.rule.name == "某协议"
    assert batch.guides[1].handle_scopes == ()
    assert batch.errors[0].field == "通办范围"


def test_a_web_page_in_a_cell_is_refused(tmp_path: Path) -> None:
    batch = from_csv(tmp_path, HEADER + '受理条件\n甲事,990100,"<!DOCTYPE html><html>404</html>"\n')
    assert batch.guides == ()
    assert batch.errors[0].message == "this is a piece of a web page"


def test_without_a_source_column_the_file_is_the_source(tmp_path: Path) -> None:
    batch = from_csv(tmp_path, HEADER + "\n甲事,990100,\n", "示例清单.csv")
    assert batch.guides[0].sources[0].name == "导入文件《示例清单.csv》"


def test_materials_on_one_line_are_parted_by_semicolons(tmp_path: Path) -> None:
    batch = from_csv(tmp_path, HEADER + '申请材料\n甲事,990100,"户口簿（必要；纸质）;旧身份证；照片"\n')
    assert [m.material_name for m in batch.guides[0].materials] == ["户口簿", "旧身份证", "照片"]


def test_the_date_is_found_under_the_name_an_answer_shows_it(tmp_path: Path) -> None:
    batch = from_csv(tmp_path, HEADER + "资料日期\n甲事,990100,2026-01-05\n")
    assert batch.guides[0].sources[0].published == "2026-01-05"
