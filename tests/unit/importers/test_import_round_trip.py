"""Record → YAML → Record gives the same record, whatever words are in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.importers import guide_yaml, read_path, records_yaml
from knowledge.importers.records import read_yaml_records
from knowledge.importers.report import Collector
from knowledge.model import Guide, Item, Material, Record
from tests.unit.importers.helpers import KNOWN, write

SAMPLES = Path(__file__).parents[3] / "knowledge" / "samples"

WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn", "Co"], include_characters="\n\t"), max_size=60
).map(str.strip)
AWKWARD = st.sampled_from(
    [
        "no",
        "null",
        "~",
        "000000",
        "12345",
        "1e3",
        "2024-01-05",
        "- a",
        "a: b",
        "#x",
        "'",
        '"',
        "*a",
        "&a",
        "|",
        "是\n否",
    ]
)
TEXT = WORDS | AWKWARD


def read(text: str) -> tuple[list[Record], list[str]]:
    into = Collector()
    read_yaml_records("x.yml", text, into)
    batch = into.batch()
    return [*batch.items, *batch.guides], [str(error) for error in batch.errors]


@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(TEXT, TEXT, st.lists(TEXT.filter(bool), max_size=4))
def test_any_words_survive(condition: str, phone: str, notes: list[str]) -> None:
    guide = Guide(
        id="a@000000",
        item_id="a",
        region="000000",
        task_name="甲事",
        accept_condition=condition,
        link_way=phone,
        notes=tuple(notes),
        is_fee=False,
        promise_day=0,
        materials=(Material(material_name="照片", page_num=2, remark=phone),),
    )
    item = Item(id="a", task_name="甲事", category="类", aliases=("b", "c|d"))
    assert read(guide_yaml(guide)) == ([guide], [])
    assert read(records_yaml([item, guide])) == ([item, guide], [])


def test_the_second_writing_is_the_first(tmp_path: Path) -> None:
    batch = read_path(
        write(tmp_path / "t.csv", "事项名称,区划代码,申请材料\n甲事,990100,照片（容缺）\n"), known=KNOWN
    )
    text = records_yaml([*batch.items, *batch.guides])
    records, errors = read(text)
    assert errors == []
    assert records_yaml(records) == text


@pytest.mark.parametrize("pack", sorted(path.name for path in SAMPLES.iterdir() if path.is_dir()))
def test_samples_survive(pack: str) -> None:
    batch = read_path(SAMPLES / pack)
    assert [str(error) for error in batch.errors] == []
    records: list[Record] = [*batch.regions, *batch.items, *batch.halls, *batch.guides, *batch.faqs]
    into = Collector()
    read_yaml_records("x.yml", records_yaml(records), into)
    again = into.batch()
    assert [str(error) for error in again.errors] == []
    assert [*again.regions, *again.items, *again.halls, *again.guides, *again.faqs] == records
