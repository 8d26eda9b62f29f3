"""A chart as SVG: no script, no style sheet, no font or picture from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from xml.sax.saxutils import escape, quoteattr

from knowledge.flow.layout import BADGE, PADDING, Arrow, Box, Chart, TextLine

FONT = "Noto Sans CJK SC"
_FAMILIES = f"'{FONT}','Noto Sans SC','PingFang SC','Microsoft YaHei',sans-serif"
_INK, _SOFT, _BLUE, _PALE, _PAPER = "#1b2733", "#43505d", "#0f5c9c", "#e8f1f9", "#ffffff"
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def draw(chart: Chart, title: str, description: str) -> str:
    """The picture; `title` and `description` are what a screen reader says."""
    size = f'viewBox="0 0 {chart.width} {chart.height}" width="{chart.width}" height="{chart.height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc"'
        f' xml:lang="zh-CN" font-family={quoteattr(_FAMILIES)}>',
        f'<title id="title">{_text(title)}</title>',
        f'<desc id="desc">{_text(description)}</desc>',
        f'<rect width="{chart.width}" height="{chart.height}" fill="{_PAPER}"/>',
        *_lines(chart.captions),
        *(line for arrow in chart.arrows for line in _arrow(arrow)),
        *(line for box in chart.boxes for line in _box(box)),
        "</svg>\n",
    ]
    return "\n".join(parts)


def _arrow(arrow: Arrow) -> Iterator[str]:
    x, end = arrow.x, arrow.bottom - 2
    yield (
        f'<path d="M{x} {arrow.top + 2}V{end - 6}M{x - 6} {end - 8}L{x} {end}L{x + 6} {end - 8}"'
        f' fill="none" stroke="{_BLUE}" stroke-width="2.5" stroke-linecap="round" stroke-linejoin="round"/>'
    )


def _box(box: Box) -> Iterator[str]:
    frame = f'x="{box.x}" y="{box.y}" width="{box.width}" height="{box.height}" rx="10"'
    yield f'<rect {frame} fill="{_PALE}" stroke="{_BLUE}" stroke-width="1.5"/>'
    x, y = box.x + PADDING + BADGE, box.y + PADDING + BADGE
    yield f'<circle cx="{x}" cy="{y}" r="{BADGE}" fill="{_BLUE}"/>'
    yield f'<text x="{x}" y="{y + 6}" font-size="16" text-anchor="middle" fill="{_PAPER}">{box.number}</text>'
    yield from _lines(box.lines)


def _lines(lines: Iterable[TextLine]) -> Iterator[str]:
    for line in lines:
        look = f'font-size="{line.size}" fill="{_INK if line.strong else _SOFT}"'
        weight = ' font-weight="700"' if line.strong else ""
        yield f'<text x="{line.x}" y="{line.y}" {look}{weight}>{_text(line.text)}</text>'


def _text(text: str) -> str:
    return escape(_NOT_XML.sub("", text))
