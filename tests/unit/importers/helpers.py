"""Small files for import tests."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from knowledge.importers import Known
from knowledge.model import Item, Region, RegionLevel

PLACES = (
    Region(code="990000", name="示例省", level=RegionLevel.PROVINCE, parent_code="000000", aliases=("示例",)),
    Region(code="990100", name="示例市", level=RegionLevel.CITY, parent_code="990000"),
    Region(code="990102", name="市中区", level=RegionLevel.DISTRICT, parent_code="990100"),
    Region(code="990200", name="样本市", level=RegionLevel.CITY, parent_code="990000"),
    Region(code="990202", name="市中区", level=RegionLevel.DISTRICT, parent_code="990200"),
)
CARD = Item(
    id="id_card",
    task_name="居民身份证补领",
    category="公安户政",
    aliases=("补办身份证",),
    catalog_code="0001",
)
KNOWN = Known.of(regions=PLACES, items=[CARD])


def write(path: Path, text: str | bytes) -> Path:
    """A file with this content."""
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def write_xlsx(path: Path, rows: Sequence[Sequence[Any]], merge: Sequence[str] = ()) -> Path:
    """A workbook of one sheet."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "清单"
    for row in rows:
        sheet.append(list(row))
    for cells in merge:
        sheet.merge_cells(cells)
    book.save(path)
    book.close()
    return path
