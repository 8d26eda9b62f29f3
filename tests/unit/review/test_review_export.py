"""An exported cell is text, whatever a citizen wrote."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from openpyxl import load_workbook

from bot.review.export import csv_of, harmless, xlsx_of

SIGNS = ("=1+1", "+1", "-1", "@SUM(A1)", "＝1", "－2")
BEFORE = ("\t=1", "\r\n+1", "  =1", "\u200b=1", "\ufeff@A1", "\u202e=1", "\u3000=1")
FORMULAS = (*SIGNS, *BEFORE)


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_begins_like_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["1+1=2", "证件=身份证", "a@b", "三-五天", ""])
def test_what_only_holds_such_a_sign_stays_as_it_is(text: str) -> None:
    assert harmless(text) in (text, "***"), "an address may be masked"


def test_numbers_are_masked_once_more() -> None:
    assert harmless("电话１３８ １２３４ ５６７８，受理号20261129001") == "电话***，受理号20261129001"


def test_a_workbook_holds_text_alone() -> None:
    rows = [("甲", "乙")] + [(harmless(text), "2026-11-29 20:13:05") for text in FORMULAS]
    book = xlsx_of(rows)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        assert re.search(rb"<f[ >/]", parts.read("xl/worksheets/sheet1.xml")) is None
    [sheet] = load_workbook(io.BytesIO(book)).worksheets
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr"}
    assert sheet.column_dimensions["F"].width > sheet.column_dimensions["B"].width, "questions have room"
    assert csv_of(rows).startswith("\ufeff".encode())
