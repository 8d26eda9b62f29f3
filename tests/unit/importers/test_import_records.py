"""YAML and JSONL: what is read, and how everything that is wrong is told."""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

import pytest

from knowledge.errors import ImportFailed
from knowledge.importers import Limits, read_path, read_paths
from tests.unit.importers.helpers import write

ITEM = "items:\n  - {id: a, task_name: 甲, category: 类}\n"


def test_every_kind_in_one_file(tmp_path: Path) -> None:
    file = write(
        tmp_path / "all.yml",
        """
items:
  - id: id_card
    task_name: 居民身份证补领
    category: 公安户政
    aliases: 补办身份证|身份证丢了
regions: [{code: 000000, name: 全国, level: nation}]
halls:
  - {id: hall-1, region: 000000, name: 大厅, phone: 0532-12345}
faqs:
  - {id: f1, question: 几点上班, answer: 九点, similar: [什么时候开门]}
guides:
  - {id: id_card@000000, item_id: id_card, region: 000000, task_name: 身份证补领, publish_date: 2024-01-05}
""",
    )
    batch = read_path(file)
    assert batch.errors == ()
    assert batch.items[0].aliases == ("补办身份证", "身份证丢了")
    assert batch.regions[0].code == "000000"
    assert batch.halls[0].phone == "0532-12345"
    assert batch.guides[0].publish_date == "2024-01-05"
    assert batch.faqs[0].similar == ("什么时候开门",)
    assert batch.place_of("guide", "id_card@000000").row == 13
    assert batch.counts["files"] == 1


def test_values_stay_what_was_written(tmp_path: Path) -> None:
    """No Norway problem, no octal region codes, no dates out of texts; empty means not in the source."""
    file = write(
        tmp_path / "g.yml",
        "guide:\n  id: x@000000\n  item_id: x\n  region: 000000\n  task_name: no\n"
        "  link_way: 12345\n  is_fee: false\n  promise_day: 5\n  effective_date: 2024-02-29\n"
        "  fee_explain:\n  sources: [{name: 12, url: }]\n",
    )
    guide = read_path(file).guides[0]
    assert (guide.task_name, guide.link_way, guide.is_fee, guide.promise_day) == ("no", "12345", False, 5)
    assert guide.effective_date is not None
    assert guide.fee_explain == ""
    assert guide.sources[0].name == "12"


def test_wrong_fields_are_named_and_the_rest_goes_in(tmp_path: Path) -> None:
    file = write(
        tmp_path / "i.yml",
        ITEM + "  - {id: B C, task_name: 乙, category: 类}\n"
        "  - id: c\n    task_nam: 丙\n    category: 类\n"
        "  - 丁\n"
        "guides:\n  - id: a@370200\n    item_id: a\n    region: 37020\n    task_name: 甲\n"
        "    materials: [{material_name: 照片, is_need: 必要}]\n",
    )
    batch = read_path(file)
    assert [item.id for item in batch.items] == ["a"]
    told = [str(error) for error in batch.errors]
    assert told[0] == (
        f"{file} row 3, item “B C”: id: expected an id of lower-case letters, digits and _ . @ -, "
        "at most 120 long; received “B C”"
    )
    assert told[1] == f"{file} row 4, item “c”: task_name: expected a value; received nothing"
    assert told[2] == (
        f"{file} row 4, item “c”: task_nam: expected a known field; received the field “task_nam”; "
        "did you mean task_name?"
    )
    assert told[3] == f"{file} row 1, item: expected a mapping of fields; received “丁”"
    assert "region: expected a region code: six digits (370200) or zone-…; received “37020”" in told[4]
    assert "materials[1].is_need: expected one of required, optional or later; received “必要”" in told[5]


def test_unknown_nested_field_gets_the_nearest_of_its_own_record(tmp_path: Path) -> None:
    file = write(
        tmp_path / "g.yml",
        "guide:\n  id: a@000000\n  item_id: a\n  region: 000000\n  task_name: 甲\n"
        "  materials:\n    - material_nane: 照片\n      material_name: 照片\n",
    )
    (error,) = read_path(file).errors
    assert "did you mean material_name?" in error.message
    assert error.field.endswith("materials[1]")


def test_duplicate_ids_name_both_places(tmp_path: Path) -> None:
    first = write(tmp_path / "a.yml", ITEM)
    second = write(tmp_path / "b.yml", ITEM)
    batch = read_path(tmp_path)
    (error,) = batch.errors
    assert len(batch.items) == 1
    assert error.file == str(second)
    assert error.row == 2
    assert f"{first} row 2" in error.message


def test_misspelt_top_level_word(tmp_path: Path) -> None:
    (error,) = read_path(write(tmp_path / "a.yml", "guids: []\n")).errors
    assert error.message == "did you mean guides?"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "records"),
        ("# only a remark\n", "records"),
        ("just words", "a mapping with one of"),
        ("- a\n- b\n", "a mapping with one of"),
        ("items: {id: a}\n", "a list"),
        ("items: [\n", "readable YAML"),
        ("items:\n\t- a\n", "readable YAML"),
        ("items:\n  - {id: a, id: b}\n", "each key once"),
        ("? [a]\n: b\n", "a word as key"),
        ("items: !!python/object/apply:os.system ['true']\n", "values without tags"),
        ("a: &x [1]\nb: *x\n", "values without anchors"),
        ("items: \x07\n", "text without control characters"),
    ],
)
def test_unreadable_yaml_is_told(tmp_path: Path, text: str, expected: str) -> None:
    batch = read_path(write(tmp_path / "a.yml", text))
    (error,) = batch.errors
    assert error.expected.startswith(expected)
    assert batch.items == ()


def test_yaml_bombs_end_at_once(tmp_path: Path) -> None:
    laughs = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12)
    )
    write(tmp_path / "laughs.yml", laughs)
    write(tmp_path / "deep_flow.yml", "[" * 200_000)
    write(tmp_path / "deep_block.yml", "- " * 200_000)
    write(tmp_path / "deep_map.yml", "items: " + "{a: " * 100_000)
    write(tmp_path / "long.yml", "items:\n  - {id: a, category: x, task_name: " + "长" * 4_000_000 + "}\n")
    write(tmp_path / "deep.jsonl", '{"kind": "item", "id": ' + "[" * 200_000)
    started = time.monotonic()
    batch = read_path(tmp_path)
    assert time.monotonic() - started < 5
    assert len(batch.errors) == 6
    assert batch.items == ()


def test_jsonl_line_by_line(tmp_path: Path) -> None:
    good = {"kind": "item", "id": "a", "task_name": "甲", "category": "类"}
    lines = [
        json.dumps(good, ensure_ascii=False),
        "",
        "{broken",
        '["a list"]',
        '{"kind": "thing"}',
        '{"kind": "region", "code": 370200, "name": "青岛市", "level": "city", "lat": 36.07}',
        '{"kind": "item", "id": "n", "task_name": "乙", "category": "类", "id": "m"}',
        '{"kind": "region", "code": "370300", "name": "x", "level": "city", "lat": NaN}',
    ]
    batch = read_path(write(tmp_path / "a.jsonl", "\n".join(lines)))
    assert [item.id for item in batch.items] == ["a"]
    assert (batch.regions[0].code, batch.regions[0].lat) == ("370200", 36.07)
    assert [error.row for error in batch.errors] == [3, 4, 5, 7, 8]


def test_wrong_encoding_names_the_line(tmp_path: Path) -> None:
    (error,) = read_path(write(tmp_path / "a.yml", "items:\n  - 中文\n".encode("gb18030"))).errors
    assert (error.row, error.expected) == (2, "text in UTF-8")


def test_folder_is_read_in_order_and_foreign_files_are_named(tmp_path: Path) -> None:
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "x.yml", f"items: [{{id: {name}, task_name: {name}, category: c}}]\n")
    write(tmp_path / "old.xls", "x")
    write(tmp_path / "README.md", "x")
    write(tmp_path / "~$open.xlsx", "x")
    write(tmp_path / ".hidden.yml", "x")
    (tmp_path / "loop").symlink_to(tmp_path)
    batch = read_path(tmp_path)
    assert [item.id for item in batch.items] == ["a", "b"]
    assert batch.errors == ()
    assert len(batch.skipped) == 2
    assert batch.skipped[1].endswith("save it as .xlsx")


def test_several_paths_are_one_batch(tmp_path: Path) -> None:
    one = write(tmp_path / "a.yml", ITEM)
    batch = read_paths([one, write(tmp_path / "b.yml", ITEM)])
    assert len(batch.errors) == 1


def test_a_missing_path_is_an_error_with_a_mend(tmp_path: Path) -> None:
    with pytest.raises(ImportFailed, match="There is nothing at"):
        read_path(tmp_path / "nowhere")


def test_too_large_and_odd_files_are_told_not_read(tmp_path: Path) -> None:
    write(tmp_path / "big.yml", ITEM + "#" * 2000)
    os.mkfifo(tmp_path / "pipe.yml")
    batch = read_path(tmp_path, limits=Limits(yaml_bytes=1000))
    assert [error.expected for error in batch.errors] == [
        "a file of at most 0.000954 MiB",
        "an ordinary file",
    ]


def test_byte_order_mark_and_windows_lines(tmp_path: Path) -> None:
    batch = read_path(write(tmp_path / "a.yml", b"\xef\xbb\xbf" + ITEM.replace("\n", "\r\n").encode()))
    assert batch.errors == ()
    assert batch.items[0].task_name == "甲"
