"""Broken and hostile tables end in a message, quickly, and never take good rows with them."""

from __future__ import annotations

import struct
import time
import warnings
import zipfile
from pathlib import Path

import pytest
from openpyxl import Workbook

from knowledge.importers import Limits, read_path
from tests.unit.importers.helpers import KNOWN, write, write_xlsx

HEADER = ["事项名称", "区划代码", "受理条件", "发布日期"]


def test_excel_cells_of_every_sort(tmp_path: Path) -> None:
    rows = [
        ["示例市清单", None, None, None],
        HEADER,
        ["甲事", 990100, "=1+1", None],
        ["乙事", "990100", "#N/A", None],
        ["丙事", 990100.0, 12.5, 45296],
        ["丁事", 990100, True, "2024/1/5 10:00"],
        ["戊事", 4.42199806003e30, "", None],
        ["己事", 990100, "长" * 30_000, None],
    ]
    batch = read_path(write_xlsx(tmp_path / "t.xlsx", rows, merge=["A1:D1"]), known=KNOWN)
    assert {guide.task_name: guide.accept_condition[:4] for guide in batch.guides} == {
        "丙事": "12.5",
        "丁事": "是",
        "己事": "长长长长",
    }
    assert [guide.publish_date for guide in batch.guides] == ["2024-01-05", "2024-01-05", ""]
    told = [(error.row, error.field, error.received) for error in batch.errors]
    assert told == [
        (3, "受理条件", "a formula that was never calculated; save it in Excel"),
        (4, "受理条件", "the error #N/A"),
        (7, "区划代码", "4.42199806003e+30, whose last digits Excel has rounded away"),
    ]
    assert batch.errors[0].file.endswith("t.xlsx[清单]")


def test_cells_merged_over_rows_hold_for_each(tmp_path: Path) -> None:
    rows = [
        [*HEADER[:2], "实施主体"],
        ["甲事", 990100, "示例局"],
        ["乙事", None, None],
        [None, None, None],
        ["丙事", 990200, None],
    ]
    batch = read_path(write_xlsx(tmp_path / "t.xlsx", rows, merge=["B2:B3", "C2:C5"]), known=KNOWN)
    assert batch.errors == ()
    assert [(g.region, g.dept_name) for g in batch.guides] == [
        ("990100", "示例局"),
        ("990100", "示例局"),
        ("990200", "示例局"),
    ]


def test_a_sheet_of_notes_beside_a_good_one_is_a_warning(tmp_path: Path) -> None:
    book = Workbook()
    notes = book.active
    assert notes is not None
    notes.append(["填写说明"])
    good = book.create_sheet("数据")
    good.append(["事项名称", "区划代码"])
    good.append(["甲事", "990100"])
    hidden = book.create_sheet("藏")
    hidden.sheet_state = "hidden"
    hidden.append(["事项名称", "区划代码"])
    hidden.append(["乙事", "990100"])
    book.save(tmp_path / "t.xlsx")
    book.close()
    batch = read_path(tmp_path / "t.xlsx", known=KNOWN)
    assert (len(batch.guides), batch.errors) == (1, ())
    assert batch.warnings[0].received == "“填写说明”"


@pytest.mark.parametrize("content", [b"", b"not a zip", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0 old excel"])
def test_what_is_no_workbook(tmp_path: Path, content: bytes) -> None:
    (error,) = read_path(write(tmp_path / "t.xlsx", content)).errors
    assert error.expected == "an Excel workbook (.xlsx)"
    assert "save it again" in error.message


def test_a_zip_that_is_no_workbook(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as archive:
        archive.writestr("hello.txt", "x")
    (error,) = read_path(tmp_path / "t.xlsx").errors
    assert error.expected == "a readable workbook"


def test_zip_bombs_are_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "flat.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (40 * 1024 * 1024))
    _lie_about_size(tmp_path / "flat.xlsx", tmp_path / "lying.xlsx")
    started = time.monotonic()
    batch = read_path(tmp_path)
    assert time.monotonic() - started < 5
    assert len(batch.errors) == 2
    assert "unpack to more than" in batch.errors[0].received


def _lie_about_size(source: Path, target: Path) -> None:
    """The same archive with its unpacked size given as 10 bytes in the directory."""
    data = bytearray(source.read_bytes())
    directory = data.rfind(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = struct.pack("<I", 10)
    target.write_bytes(data)


def test_xml_bombs_are_refused(tmp_path: Path) -> None:
    good = write_xlsx(tmp_path / "good.xlsx", [HEADER])
    bomb = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><x>&b;</x>'
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(tmp_path / "bad.xlsx", "w") as target:
        for name in source.namelist():
            target.writestr(name, bomb if name == "xl/styles.xml" else source.read(name))
    (error,) = read_path(tmp_path / "bad.xlsx").errors
    assert "a document type" in error.received


def test_cells_at_the_end_of_the_world(tmp_path: Path) -> None:
    """One cell in the last row and one in the last column must not be filled up to in memory."""
    good = write_xlsx(tmp_path / "good.xlsx", [HEADER, ["甲事", "990100", "", ""]])
    far = (
        '<row r="3"><c r="XFD3" t="inlineStr"><is><t>x</t></is></c></row>'
        '<row r="900000000"><c r="A900000000" t="inlineStr"><is><t>乙事</t></is></c></row></sheetData>'
    )
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(tmp_path / "far.xlsx", "w") as target:
        for name in source.namelist():
            text = source.read(name)
            if name == "xl/worksheets/sheet1.xml":
                text = text.replace(b"</sheetData>", far.encode())
            target.writestr(name, text)
    started = time.monotonic()
    batch = read_path(tmp_path / "far.xlsx", known=KNOWN)
    assert time.monotonic() - started < 5
    assert [guide.task_name for guide in batch.guides] == ["甲事"]


def test_too_many_rows_are_told(tmp_path: Path) -> None:
    rows = [HEADER, *([f"事{n}", "990100", "", ""] for n in range(30))]
    batch = read_path(write_xlsx(tmp_path / "t.xlsx", rows), known=KNOWN, limits=Limits(rows=10))
    assert batch.errors[0].expected == "at most 10 rows"
    assert len(batch.guides) == 9


def test_xml_broken_in_the_middle_keeps_the_rows_before(tmp_path: Path) -> None:
    good = write_xlsx(
        tmp_path / "good.xlsx", [HEADER, ["甲事", "990100", "", ""], ["乙事", "990100", "", ""]]
    )
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(tmp_path / "cut.xlsx", "w") as target:
        for name in source.namelist():
            text = source.read(name)
            target.writestr(name, text[: text.rfind(b"<row")] if "sheet1" in name else text)
    batch = read_path(tmp_path / "cut.xlsx", known=KNOWN)
    assert [guide.task_name for guide in batch.guides] == ["甲事"]
    assert batch.errors[0].expected == "readable rows to the end"


def test_no_warning_of_a_library_reaches_the_user(tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "t.xlsx", [HEADER, ["甲事", "990100", "", ""]])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert read_path(file, known=KNOWN).errors == ()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (b"", "a header row and rows"),
        (b"\xef\xbb\xbf \n \n", "a header row and rows"),
        (b"a,b\n1,2\n", "a header row with"),
        (b"\xff\xfe\x00", "text in UTF-8 or GB18030"),
        (b"\x80\xff\xfe\x80\x81\x20\xff", "text in UTF-8 or GB18030"),
        (b"<!DOCTYPE html><html></html>", "a header row with"),
        (b"\x00" * 100, "a header row with"),
    ],
)
def test_what_is_no_table(tmp_path: Path, text: bytes, expected: str) -> None:
    (error,) = read_path(write(tmp_path / "t.csv", text)).errors
    assert error.expected.startswith(expected)


def test_a_huge_cell_is_one_bad_row(tmp_path: Path) -> None:
    text = "事项名称,区划代码,受理条件\n甲事,990100," + "长" * 3_400_000 + "\n乙事,990100,好\n"
    batch = read_path(write(tmp_path / "t.csv", text), known=KNOWN)
    assert [guide.task_name for guide in batch.guides] == ["乙事"]
    (error,) = batch.errors
    assert (error.row, error.received) == (2, "3400000 characters")
    assert len(str(error)) < 300


def test_a_quote_that_never_ends(tmp_path: Path) -> None:
    text = '事项名称,区划代码,受理条件\n甲事,990100,好\n乙事,990100,"没有完\n' + "丙事,990100,好\n" * 5000
    batch = read_path(write(tmp_path / "t.csv", text), known=KNOWN)
    assert [guide.task_name for guide in batch.guides] == ["甲事"]
    assert "is a quote before it never closed?" in batch.errors[0].expected


def test_other_separators(tmp_path: Path) -> None:
    write(tmp_path / "a.csv", "事项名称;区划代码\n甲事;990100\n")
    write(tmp_path / "b.tsv", "事项名称\t区划代码\n乙事\t990100\n")
    assert [guide.task_name for guide in read_path(tmp_path, known=KNOWN).guides] == ["甲事", "乙事"]
