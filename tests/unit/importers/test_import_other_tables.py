"""Hall, region and FAQ tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.importers import Batch, read_path
from knowledge.model import FAQ_CATEGORY, RegionLevel, faq_records
from knowledge.model.hall import HallStatus
from tests.unit.importers.helpers import KNOWN, write


def read(tmp_path: Path, text: str) -> Batch:
    return read_path(write(tmp_path / "t.csv", text), known=KNOWN)


def test_halls_with_our_columns(tmp_path: Path) -> None:
    batch = read(
        tmp_path,
        "region_code,region,hall_name,address,lat,lon,opening_hours,phone,status,source_url,source_note\n"
        "990100,示例市,示例市民中心,,,,,,found,https://example.com,2020 报道\n"
        "990100,示例市,旧厅,某路1号,,,,,historical,,\n",
    )
    assert (batch.errors, batch.warnings) == ((), ())
    first, second = batch.halls
    assert (first.note, first.source_url, first.lat) == ("2020 报道", "https://example.com", None)
    assert second.status is HallStatus.HISTORICAL
    assert first.id.startswith("hall-990100-")


def test_bad_halls(tmp_path: Path) -> None:
    batch = read(
        tmp_path,
        "大厅名称,区划,地址,经度,纬度,办公时间,电话,状态\n"
        "甲厅,示例市,某路,36.1,120.2,9:00-17:00,123,在用\n"
        "乙厅,示例市,某路,120.2,,,,\n"
        "丙厅,示例市,某路,120.2,36.1,,,不知道\n"
        "丁厅,示例市,某路,120.2,36.1,,,\n"
        "丁厅,示例市,另一路,120.2,36.1,,,\n",
    )
    assert [hall.name for hall in batch.halls] == ["丁厅"]
    told = [(error.row, error.field) for error in batch.errors]
    assert told == [(2, "纬度"), (2, "经度"), (3, "纬度"), (4, "状态"), (6, "id")]
    assert "swapped" in batch.errors[0].message


def test_regions(tmp_path: Path) -> None:
    batch = read(
        tmp_path,
        "code,name,parent_code,level,aliases,in_seeds,note,note_basis,source_url\n"
        "990300,试验市,990000,city,试验|小试,S1,备注,from memory,\n"
        "zone-shiyan,试验圈,,,,,,,\n"
        "990301,试验县,990300,,,,,,\n"
        "9903,坏县,990300,县,,,,,\n",
    )
    assert batch.warnings == ()
    city, zone = batch.regions
    assert (city.level, city.aliases, city.note) == (RegionLevel.CITY, ("试验", "小试"), "备注")
    assert zone.level is RegionLevel.ZONE
    assert [(error.row, error.field.split(": ")[-1]) for error in batch.errors] == [(4, "level"), (5, "code")]


def test_faqs_with_rows_that_only_add_questions(tmp_path: Path) -> None:
    batch = read(
        tmp_path,
        "标准问题,相似问法,答案,来源,发布日期\n"
        '几点上班,"什么时候开门\n几点开门",九点上班,示例市,2024-01-05\n'
        ",周末开吗,,,\n"
        "几点上班,上班时间,九点上班,,\n"
        "几点上班,别的,十点上班,,\n"
        "没有答案,,,,\n",
    )
    (faq,) = batch.faqs
    assert faq.similar == ("什么时候开门", "几点开门", "周末开吗", "上班时间")
    assert [(error.row, error.expected) for error in batch.errors] == [
        (5, "a faq that is not there yet"),
        (6, "a value"),
    ]


def test_a_faq_is_searched_as_an_item_with_a_guide(tmp_path: Path) -> None:
    batch = read(tmp_path, "标准问题,相似问法,答案,来源,发布日期\n几点上班,几点开门,九点,示例市,2024-01\n")
    item, guide = faq_records(batch.faqs[0])
    assert (item.task_name, item.aliases, item.category) == ("几点上班", ("几点开门",), FAQ_CATEGORY)
    assert (guide.item_id, guide.region, guide.questions[0].answer) == (item.id, "000000", "九点")
    assert (guide.sources[0].name, guide.sources[0].published) == ("示例市", "2024-01")
    assert guide.id == f"{item.id}@000000"


@pytest.mark.parametrize("row", [",答,", "问,,", "<script>,答,"])
def test_bad_faqs(tmp_path: Path, row: str) -> None:
    batch = read(tmp_path, f"标准问题,答案,来源\n{row}\n")
    assert batch.faqs == ()
    assert len(batch.errors) == 1
