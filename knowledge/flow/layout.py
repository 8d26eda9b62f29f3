"""Steps → boxes and arrows on a 360 wide sheet, the width of a phone. Pure: no font is opened.

Widths are judged from the kind of character (Chinese is square), a little on the safe side, so that the
same drawing fits with whatever font a browser has.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from knowledge.model import FlowStep

WIDTH = 360
MARGIN = 12
PADDING = 12
BADGE = 15
"""Radius of the circle with the number."""
GAP = 26
"""Between boxes: room for an arrow."""
NAME_SIZE = 18
TEXT_SIZE = 15
FOOT_SIZE = 13
_LINE = 1.45
_HANGING = 1.0
_NO_LINE_START = "，。、；：！？）》」』”’〕】%‰,.;:!?)]}"


@dataclass(frozen=True, slots=True)
class TextLine:
    """One line of text; `y` is its baseline."""

    x: float
    y: float
    size: int
    text: str
    strong: bool = False


@dataclass(frozen=True, slots=True)
class Box:
    """One step."""

    x: float
    y: float
    width: float
    height: float
    number: int
    lines: tuple[TextLine, ...]


@dataclass(frozen=True, slots=True)
class Arrow:
    """From the lower edge of a box to the upper edge of the next."""

    x: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Chart:
    width: int
    height: int
    captions: tuple[TextLine, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]


def lay_out(steps: Sequence[FlowStep], heading: str = "", foot: Sequence[str] = ()) -> Chart:
    """One box under the other in the order of the steps, between a heading and lines below.

    A picture is passed on alone, so what it is of and where it comes from stand in it.
    """
    captions, top = _captions((heading,), float(MARGIN), NAME_SIZE, strong=True)
    boxes: list[Box] = []
    for number, step in enumerate(steps, start=1):
        box = _box(number, step, top)
        boxes.append(box)
        top += box.height + GAP
    middle = WIDTH / 2
    arrows = tuple(Arrow(middle, upper.y + upper.height, lower.y) for upper, lower in pairwise(boxes))
    end = boxes[-1].y + boxes[-1].height + MARGIN if boxes else top
    below, end = _captions(foot, end, FOOT_SIZE, strong=False)
    return Chart(WIDTH, round(end + (MARGIN if below else 0)), (*captions, *below), tuple(boxes), arrows)


def _captions(
    texts: Sequence[str], top: float, size: int, *, strong: bool
) -> tuple[tuple[TextLine, ...], float]:
    """Lines over the whole width from `top` on, and where they end."""
    lines = []
    for line in (line for text in texts for line in wrap(text, (WIDTH - 2 * MARGIN) / size)):
        lines.append(TextLine(MARGIN, round(top + size, 1), size, line, strong))
        top += size * _LINE
    return tuple(lines), top + (PADDING / 2 if lines else 0)


def _box(number: int, step: FlowStep, top: float) -> Box:
    left = MARGIN + PADDING + 2 * BADGE + 10
    room = WIDTH - MARGIN - PADDING - left
    details = (step.explain, " · ".join(part for part in (step.handler, step.time_limit) if part))
    lines: list[TextLine] = []
    y = top + PADDING
    for text, size, strong in ((step.name, NAME_SIZE, True), *((d, TEXT_SIZE, False) for d in details)):
        for line in wrap(text, room / size):
            lines.append(TextLine(left, round(y + size, 1), size, line, strong))
            y += size * _LINE
    height = max(y - top + PADDING - 4, 2 * (BADGE + PADDING))
    return Box(MARGIN, round(top, 1), WIDTH - 2 * MARGIN, round(height, 1), number, tuple(lines))


def wrap(text: str, room: float) -> Iterator[str]:
    """Lines of at most `room` ems; a closing mark or two may stand out rather than begin a line."""
    line, used = "", 0.0
    for character in " ".join(text.split()):
        width = ems(character)
        most = room + _HANGING if character in _NO_LINE_START else room
        if line and used + width > most:
            yield line.rstrip()
            line, used = "", 0.0
            if character == " ":
                continue
        line += character
        used += width
    if line:
        yield line


def ems(character: str) -> float:
    """The width of a character in ems, rather too wide than too narrow."""
    if unicodedata.east_asian_width(character) in "WFA":
        return 1.0
    if unicodedata.combining(character):
        return 0.0
    return 0.75 if character.isupper() or character in "@%&mw" else 0.6
