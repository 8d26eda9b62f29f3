"""An export: rows of text that no spreadsheet takes for a formula, with what was cited, marked where it is AI.

Personal numbers were masked before anything was stored; they are masked once more on the way out, for what staff
wrote and for numbers a later rule knows.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from bot.desk.console_words import load_console_words
from bot.masking import mask_text
from bot.pages.library import Catalog
from bot.review.parts import guide_shown, region_named
from bot.review.words import Headings, load_review_words
from bot.store.review_values import Found
from bot.store.review_words import CHINA

MOST_ROWS = 50_000
_LONGEST_CELL = 32_000
"""A cell of a workbook holds 32,767 characters."""
_BOM = "\ufeff"
"""Tells spreadsheets that a CSV is UTF-8."""
_UNSEEN = r"\s\u0000-\u001f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff"
_FORMULA = re.compile(rf"^[{_UNSEEN}]*[=+\-@＝＋－＠]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

_WIDTHS = {"at": 20, "question": 44, "answer": 60, "guide": 32, "sources": 44}
_WIDTH = 12
"""Characters wide, so that a sheet can be read as it opens."""

Cells = tuple[str, ...]


def rows_for_export(known: Catalog, found: Sequence[Found]) -> list[Cells]:
    """The headings, and one row of cells for each turn."""
    headings = load_review_words().export.headings
    return [tuple(getattr(headings, name) for name in Headings.model_fields)] + [
        _cells(known, one) for one in found
    ]


def csv_of(rows: Sequence[Cells]) -> bytes:
    """RFC 4180, UTF-8 with a mark, every cell quoted."""
    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows(rows)
    return (_BOM + out.getvalue()).encode("utf-8", "replace")


def xlsx_of(rows: Sequence[Cells]) -> bytes:
    """A workbook of one sheet; every cell is text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(load_review_words().export.sheet)
    sheet.freeze_panes = "A2"
    for place, name in enumerate(Headings.model_fields, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = _WIDTHS.get(name, _WIDTH)
    for number, row in enumerate(rows):
        cells = []
        for text in row:
            cell = WriteOnlyCell(sheet, value=text.encode("utf-8", "replace").decode())
            cell.data_type = "s"
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if number == 0:
                cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def harmless(text: str) -> str:
    """A text as it may stand in a cell: masked, without control characters, and never begun like a formula (OWASP,
    CSV injection: an apostrophe before it)."""
    plain = _CONTROL.sub(" ", mask_text(text))[:_LONGEST_CELL]
    return f"'{plain}" if _FORMULA.match(plain) else plain


def _cells(known: Catalog, found: Found) -> Cells:
    words, region = load_review_words(), region_named(known, found.region)
    guide = guide_shown(known, found.guide_id, found.guide_version, found.guide_title)
    sources = "\n".join(
        " ".join(str(source.get(part) or "") for part in ("name", "published", "url")).strip()
        for source in found.sources
    )
    values = {
        "at": f"{found.at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}",
        "conversation": str(found.conversation_id),
        "message": str(found.entry_id),
        "channel": words.channels.get(found.channel, found.channel),
        "region": region.name if region else "",
        "question": found.question,
        "answer": found.answer,
        "made_by": "" if not found.answer else words.export.ai if found.ai else words.export.not_ai,
        "outcome": {kind.value: said for kind, said in words.outcomes.items()}.get(found.outcome or "", ""),
        "aspect": load_console_words().aspect(found.aspect),
        "guide": f"{guide.title}（{guide.id}）" if guide else "",
        "guide_version": str(found.guide_version or ""),
        "sources": sources,
        "confidence": "" if found.confidence is None else f"{found.confidence:.2f}",
        "agent": found.agent or "",
        "rating": str(found.rating or ""),
        "verdict": words.verdicts[found.verdict] if found.verdict else "",
        "labels": "、".join(found.labels),
        "flags": "、".join(words.flags[flag] for flag in found.flags),
    }
    return tuple(harmless(values[name]) for name in Headings.model_fields)
