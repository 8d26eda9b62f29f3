"""The PNG of a flow chart: real glyphs, a size channels take, and none when it would be too long."""

from __future__ import annotations

import asyncio
import struct
import zlib

import pytest

from bot.errors import PartUnavailable
from bot.pages.picture import Pictures, flow_svg, to_png
from bot.pages.words import load_page_words
from knowledge.model import FlowStep, Guide

WORDS = load_page_words()


def drawing(*names: str, explain: str = "") -> str:
    steps = tuple(FlowStep(name=name, explain=explain) for name in names)
    drawn = flow_svg(
        Guide(id="a@000000", item_id="a", region="000000", task_name="甲", flow_steps=steps), WORDS
    )
    assert drawn is not None
    return drawn


def size(png: bytes) -> tuple[int, int]:
    width, height = struct.unpack(">II", png[16:24])
    return width, height


def pixels_of(png: bytes) -> bytes:
    """The pixels of a picture; an error when it is damaged."""
    at, pixels = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        pixels += png[at + 8 : at + 8 + length] if kind == b"IDAT" else b""
        at += 12 + length
    return zlib.decompress(pixels)


async def test_a_short_chart_is_1080_wide() -> None:
    png = await to_png(drawing("申请", "领证"))
    assert png is not None
    assert size(png)[0] == 1080


async def test_chinese_is_drawn_and_not_boxes() -> None:
    """Two different characters give different pictures; missing glyphs would give the same box."""
    pictures = {await to_png(drawing(name, "领证")) for name in ("办", "理", "骉", "镕")}
    assert len(pictures) == 4
    assert len({pixels_of(picture) for picture in pictures if picture}) == 4


async def test_a_long_chart_is_narrower_and_a_huge_one_is_no_picture() -> None:
    long = await to_png(drawing(*(f"第{n}步" for n in range(25)), explain="说明" * 15))
    assert long is not None
    assert size(long)[0] == 720
    assert size(long)[1] <= 8000
    assert await to_png(drawing(*(f"第{n}步" for n in range(40)), explain="说明" * 500)) is None


def test_the_picture_says_where_it_comes_from() -> None:
    one = Guide(
        id="a@000000",
        item_id="a",
        region="000000",
        task_name="甲",
        flow_steps=(FlowStep(name="申请"), FlowStep(name="领证")),
        sources=({"name": "某公报", "published": "2024-01-01"},),  # type: ignore[arg-type]
        unverified_fields=("flow_steps",),
        fictional=True,
    )
    drawn = flow_svg(one, WORDS)
    assert drawn is not None
    for words in ("来源：某公报（2024-01-01）", "未核实", "虚构示例"):
        assert words in drawn


def test_no_process_no_drawing() -> None:
    assert flow_svg(Guide(id="a@000000", item_id="a", region="000000", task_name="甲"), WORDS) is None


async def test_a_picture_is_drawn_once(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []

    async def draw(svg: str) -> bytes:
        drawn.append(svg)
        await asyncio.sleep(0)
        return svg.encode()

    monkeypatch.setattr("bot.pages.picture.to_png", draw)
    pictures = Pictures()

    for n in (1, 1, *range(2, 66), 1):
        assert await pictures.png(f"<svg>{n}") == f"<svg>{n}".encode()
    assert len(drawn) == 66, "1 is drawn again after 64 others"
    await asyncio.gather(*(pictures.png("<svg>at once") for _ in range(10)))
    assert len(drawn) == 67


async def test_not_everybody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    go_on = asyncio.Event()

    async def draw(svg: str) -> bytes:
        await go_on.wait()
        return svg.encode()

    monkeypatch.setattr("bot.pages.picture.to_png", draw)
    pictures = Pictures()
    waiting = [asyncio.create_task(pictures.png(f"<svg>{n}")) for n in range(20)]
    await asyncio.sleep(0)
    with pytest.raises(PartUnavailable):
        await pictures.png("<svg>one more")
    go_on.set()
    assert len(await asyncio.gather(*waiting)) == 20
    assert await pictures.png("<svg>one more") == b"<svg>one more"


async def test_what_cannot_be_drawn_is_said() -> None:
    with pytest.raises(PartUnavailable, match="could not be drawn"):
        await to_png('<svg viewBox="0 0 360 100"')


async def test_the_front_goes_on_while_a_picture_is_drawn() -> None:
    """The renderer keeps Python's lock: drawing in this process would stop every other request."""
    drawing_it = asyncio.create_task(to_png(drawing(*(f"第{n}步" for n in range(20)))))
    turns = 0
    while not drawing_it.done():
        await asyncio.sleep(0.005)
        turns += 1
    assert await drawing_it
    assert turns > 10
