"""The flow chart: nothing sticks out, nothing is lost, and the drawing is well-formed whatever the words."""

from __future__ import annotations

from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.flow import Chart, draw, has_flow, lay_out, steps_of
from knowledge.flow.layout import WIDTH, ems, wrap
from knowledge.model import FlowStep, Guide

SVG = "{http://www.w3.org/2000/svg}"
WORDS = st.text(max_size=60)


def guide(*names: str, flow: str = "") -> Guide:
    steps = tuple(FlowStep(name=name) for name in names)
    return Guide(
        id="a@000000", item_id="a", region="000000", task_name="甲", flow_steps=steps, handle_flow=flow
    )


def width(text: str, size: int) -> float:
    return sum(map(ems, text)) * size


def test_steps_are_the_guides_own_list() -> None:
    assert [step.name for step in steps_of(guide("申请", "领证", flow="甲 → 乙 → 丙"))] == ["申请", "领证"]


@pytest.mark.parametrize(
    ("flow", "names"),
    [
        ("预约 → 受理 → 领证", ["预约", "受理", "领证"]),
        ("预约->受理", ["预约", "受理"]),
        ("先申请，过冷静期后再领证", []),
        ("→", []),
        ("", []),
    ],
)
def test_a_sentence_with_arrows_has_steps(flow: str, names: list[str]) -> None:
    assert [step.name for step in steps_of(guide(flow=flow))] == names


@pytest.mark.parametrize(("count", "drawn"), [(0, False), (1, False), (2, True), (40, True), (41, False)])
def test_how_many_steps_make_a_chart(count: int, drawn: bool) -> None:
    assert has_flow(guide(*map(str, range(count)))) is drawn


def check(chart: Chart) -> None:
    for upper, lower in pairwise(chart.boxes):
        assert lower.y > upper.y + upper.height
    for box in chart.boxes:
        assert box.x >= 0
        assert box.x + box.width <= chart.width
        for line in box.lines:
            assert box.y <= line.y - line.size * 0.8
            assert line.y <= box.y + box.height
            # One closing mark may stand beyond the last square, in the padding.
            assert line.x + width(line.text, line.size) <= box.x + box.width + line.size
    lines = [line for box in chart.boxes for line in box.lines] + list(chart.captions)
    assert all(0 < line.y <= chart.height for line in lines)


def test_boxes_and_arrows_follow_the_steps() -> None:
    chart = lay_out(
        [FlowStep(name="申请"), FlowStep(name="审核", explain="核对"), FlowStep(name="领证")], "甲事"
    )

    assert [box.number for box in chart.boxes] == [1, 2, 3]
    assert [(a.top, a.bottom) for a in chart.arrows] == [
        (upper.y + upper.height, lower.y) for upper, lower in pairwise(chart.boxes)
    ]
    assert chart.width == WIDTH
    check(chart)


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.builds(FlowStep, name=WORDS, explain=WORDS, handler=WORDS, time_limit=WORDS), max_size=6),
    WORDS,
)
def test_any_words_are_laid_out_and_drawn(steps: list[FlowStep], title: str) -> None:
    chart = lay_out(steps, title, [title])
    drawing = draw(chart, title, title)

    root = ElementTree.fromstring(drawing)
    assert root.find(f"{SVG}title") is not None
    assert len(root.findall(f"{SVG}circle")) == len(steps)


@given(st.text(alphabet="身份证办理 abcW12345。，！（）“”", max_size=80), st.floats(2, 20))
def test_wrapping_loses_nothing_but_spaces(text: str, room: float) -> None:
    lines = list(wrap(text, room))

    assert "".join("".join(lines).split()) == "".join(text.split())
    assert all(width(line, 1) <= room + 1 for line in lines)


def test_a_closing_mark_stays_with_its_word() -> None:
    assert list(wrap("身份证。户口簿", 3)) == ["身份证。", "户口簿"]


def test_markup_in_words_stays_words() -> None:
    drawing = draw(lay_out([FlowStep(name="<script>alert(1)</script>&\x00")]), "<b>", "]]>")

    root = ElementTree.fromstring(drawing)
    assert "<script>" in "".join(root.itertext())
    assert {element.tag.removeprefix(SVG) for element in root.iter()} == {
        "svg",
        "title",
        "desc",
        "rect",
        "circle",
        "text",
    }


def test_a_drawing_loads_nothing_and_names_itself() -> None:
    drawing = draw(lay_out([FlowStep(name="甲"), FlowStep(name="乙")]), "标题", "两步")

    root = ElementTree.fromstring(drawing)
    assert (root.get("role"), root.get("aria-labelledby")) == ("img", "title desc")
    assert "href" not in drawing
    assert "style" not in drawing
    assert "url(" not in drawing
