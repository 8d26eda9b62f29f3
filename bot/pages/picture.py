"""The flow chart of a guide as SVG, and the same drawing as PNG for channels that take only pictures."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE
from collections import OrderedDict
from pathlib import Path

from bot.errors import PartUnavailable
from bot.pages.words import PageWords
from knowledge.flow import FONT, draw, has_flow, lay_out, steps_of
from knowledge.model import Guide

_WIDE_PX, _NARROW_PX = 1080, 720
_MOST_PX = 8000
"""Taller pictures are not sent by anyone and cost memory; the text of the steps is there for them."""
_KEPT = 64
_MOST_WAITING = 20
_PATIENCE_S = 15.0
_RENDERING = str(Path(__file__).with_name("rendering.py"))


def flow_svg(guide: Guide, words: PageWords) -> str | None:
    """The drawing; None when the guide has no process to draw."""
    if not has_flow(guide):
        return None
    steps, say = steps_of(guide), words.say
    described = say(
        "steps.picture_text",
        count=len(steps),
        steps="；".join(f"{n} {step.name}" for n, step in enumerate(steps, start=1)),
    )
    foot = [say("steps.fictional")] if guide.fictional else []
    if guide.is_unverified("flow_steps", "handle_flow"):
        foot.append(say("version.mark"))
    for source in guide.sources[:1]:
        key = "steps.source_dated" if source.published else "steps.source"
        foot.append(say(key, source=source.name, date=source.published))
    chart = lay_out(steps, guide.task_name, [*foot, say("steps.official")])
    return draw(chart, say("steps.picture_of", title=guide.task_name), described)


def width_for(svg: str) -> int | None:
    """1080 pixels, or 720 when the drawing is long; None when it is too long for a picture."""
    box = svg.partition('viewBox="')[2].partition('"')[0].split()
    width, height = int(box[2]), int(box[3])
    return next((px for px in (_WIDE_PX, _NARROW_PX) if height * px / width <= _MOST_PX), None)


async def to_png(svg: str) -> bytes | None:
    """The drawing as a picture; None when it is too long for one, PartUnavailable when it cannot be made."""
    width = width_for(svg)
    if width is None:
        return None
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", _RENDERING, str(width), FONT, stdin=PIPE, stdout=PIPE, stderr=DEVNULL
    )
    try:
        async with asyncio.timeout(_PATIENCE_S):
            png, _ = await process.communicate(svg.encode())
    except TimeoutError:
        png = b""
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode or not png:
        raise PartUnavailable(
            "The picture of a flow chart could not be drawn.", mend="Show its steps as text."
        )
    return png


class Pictures:
    """Draws one picture at a time and keeps the last ones."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, bytes | None] = OrderedDict()
        self._drawing = asyncio.Lock()
        self._waiting = 0

    async def png(self, svg: str) -> bytes | None:
        """The picture of a drawing; PartUnavailable when too many wait for theirs."""
        if svg not in self._kept:
            if self._waiting >= _MOST_WAITING:
                raise PartUnavailable("Too many pictures are being drawn.")
            self._waiting += 1
            try:
                async with self._drawing:
                    if svg not in self._kept:
                        self._kept[svg] = await to_png(svg)
            finally:
                self._waiting -= 1
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(svg)
        return self._kept[svg]
