"""The readers of single cells: what they read, what they refuse, and that they never guess."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.importers import cells
from knowledge.importers.cells import TimeLimit, Unreadable
from knowledge.importers.lists import flow, laws, materials
from knowledge.model import DayType, MaterialFormat, MaterialNeed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("  甲\u200b\u00a0乙\ufeff ", "甲 乙"),
        ("a\r\nb\rc\td_x000D_", "a\nb\nc\td"),
        ("/", ""),
        ("——", ""),
        ("NULL", ""),
        ("无", "无"),
        ("\x00\x1b[31m红", "[31m红"),
    ],
)
def test_clean(text: str, expected: str) -> None:
    assert cells.clean(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2024-01-05", "2024-01-05"),
        ("2024/1/5", "2024-01-05"),
        ("2024/1/1 10:00", "2024-01-01"),
        ("2024-01-05T00:00:00", "2024-01-05"),
        ("２０２４年１月５日", "2024-01-05"),
        ("2024.1.5", "2024-01-05"),
        ("20240105", "2024-01-05"),
        ("2024年1月", "2024-01"),
        ("2024-11", "2024-11"),
        ("2024年", "2024"),
        ("45296", "2024-01-05"),
        ("45296.5", "2024-01-05"),
    ],
)
def test_dates(text: str, expected: str) -> None:
    assert cells.partial_date(text) == expected


@pytest.mark.parametrize(
    "text", ["2024-02-30", "2024-13", "20241301", "昨天", "1月5日", "99", "12345678", "2024-1-5-1"]
)
def test_dates_that_are_none(text: str) -> None:
    with pytest.raises(Unreadable):
        cells.partial_date(text)


def test_a_whole_date_is_whole() -> None:
    assert cells.full_date("2024年2月29日") == date(2024, 2, 29)
    with pytest.raises(Unreadable):
        cells.full_date("2024-02")


@pytest.mark.parametrize(
    ("text", "unit", "expected"),
    [
        ("5个工作日", "", TimeLimit(5, DayType.WORKING_DAY, "5个工作日")),
        ("20 工作日内", "", TimeLimit(20, DayType.WORKING_DAY, "20 工作日内")),
        ("3个月", "", TimeLimit(3, DayType.MONTH, "3个月")),
        ("2小时", "", TimeLimit(2, DayType.HOUR, "2小时")),
        ("当场办结", "", TimeLimit(0, DayType.ON_THE_SPOT, "当场办结")),
        ("5", "工作日", TimeLimit(5, DayType.WORKING_DAY, "5个工作日")),
        ("5.0", "个工作日", TimeLimit(5, DayType.WORKING_DAY, "5个工作日")),
        ("2", "个月", TimeLimit(2, DayType.MONTH, "2个月")),
        ("自受理之日起5日内", "", TimeLimit(None, None, "自受理之日起5日内")),
        ("5日", "", TimeLimit(None, None, "5日")),
    ],
)
def test_time_limits(text: str, unit: str, expected: TimeLimit) -> None:
    assert cells.time_limit(text, unit) == expected


@pytest.mark.parametrize("unit", ["", "1", "天"])
def test_a_number_without_a_unit_is_not_guessed(unit: str) -> None:
    with pytest.raises(Unreadable):
        cells.time_limit("5", unit)


def test_booleans_and_numbers() -> None:
    assert cells.boolean("不收费") is False
    assert cells.boolean("√") is True
    assert cells.whole_number("0次") == 0
    assert cells.whole_number("2.0") == 2
    for reader, text in ((cells.boolean, "可能"), (cells.whole_number, "-1"), (cells.whole_number, "1.5")):
        with pytest.raises(Unreadable):
            reader(text)


def test_coordinates() -> None:
    assert cells.latitude("36.0671°N") == 36.0671
    assert cells.longitude("120.38") == 120.38
    for text in ("120.38", "0", "北纬36度", "36,07"):
        with pytest.raises(Unreadable):
            cells.latitude(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1.身份证\n2、照片\n（3）表\n④证", ["身份证", "照片", "表", "证"]),
        ("身份证|照片", ["身份证", "照片"]),
        ("2023年度审计报告", ["2023年度审计报告"]),
        ("1.5寸照片", ["1.5寸照片"]),
        ("无", []),
    ],
)
def test_material_names(text: str, expected: list[str]) -> None:
    assert [material.material_name for material in materials(text)] == expected


def test_material_suffixes() -> None:
    (one,) = materials("身份证（原件1份，复印件 2份）（容缺后补，电子化）")
    assert (one.material_name, one.page_num, one.copy_num) == ("身份证", 1, 2)
    assert (one.is_need, one.material_format) == (MaterialNeed.LATER, MaterialFormat.ELECTRONIC)
    (other,) = materials("委托书（委托办理的，必要）")
    assert other.material_name == "委托书（委托办理的，必要）"


def test_flow() -> None:
    assert [step.name for step in flow("申请→受理→办结")[1]] == ["申请", "受理", "办结"]
    assert [step.name for step in flow("1.申请\n2.受理")[1]] == ["申请", "受理"]
    sentence = "到窗口提出申请，\n窗口受理后当场办结。"
    assert flow(sentence) == (sentence, ())
    assert flow("当场办结") == ("当场办结", ())


def test_laws() -> None:
    one, other = laws("《甲法》（2018修正）第三条\n省政府令第1号")
    assert (one.law_name, one.article_no, one.note) == ("《甲法》", "", "（2018修正）第三条")
    assert other.law_name == "省政府令第1号"


@given(st.text(max_size=80))
def test_no_reader_fails_in_another_way(text: str) -> None:
    """Whatever is in a cell, a reader returns a value or says Unreadable."""
    cleaned = cells.clean(text)
    for reader in (
        *(cells.boolean, cells.whole_number, cells.latitude, cells.longitude, cells.code, cells.partial_date),
        *(cells.full_date, cells.time_limit, cells.channel, cells.area, cells.mode, cells.role, cells.level),
    ):
        try:
            reader(cleaned)
        except Unreadable as problem:
            assert problem.expected
    if cleaned:
        cells.names(cleaned), cells.lines(cleaned), materials(cleaned), flow(cleaned), laws(cleaned)
