"""The grounded checker: it passes what is composed, and catches whatever is planted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from actions.compose import compose
from actions.dialogue import Memory, Turn, decide
from actions.words import load_words
from knowledge.base import KnowledgeBase
from knowledge.importers import read_path
from tests.support.dialogue import TODAY, FoundSearcher
from tests.support.grounding import Grounding, Told

Reply = Callable[..., Told]


@pytest.fixture(scope="module")
def demo() -> KnowledgeBase:
    """The sample packs with the fictional city, whose guides fill every field."""
    names = ("regions", "national", "hotlines", "shandong", "demo_city")
    packs = [read_path(Path("knowledge/samples") / name) for name in names]
    return KnowledgeBase.from_records(
        items=[i for p in packs for i in p.items],
        guides=[g for p in packs for g in p.guides],
        halls=[h for p in packs for h in p.halls],
        regions=[r for p in packs for r in p.regions],
    )


@pytest.fixture(scope="module")
def grounding(demo: KnowledgeBase) -> Grounding:
    return Grounding(demo)


@pytest.fixture(scope="module")
def reply(demo: KnowledgeBase) -> Reply:
    """A reply as it is composed: `reply("补身份证多少钱", "ask_fee", {"补身份证": ("id_card_reissue",)})`."""

    def one(
        text: str, intent: str, found: Mapping[str, tuple[str, ...]], memory: Memory | None = None
    ) -> Told:
        turn = Turn(text, intent, 0.9, memory or Memory(), TODAY)
        searcher = FoundSearcher(demo, found)
        decided = decide(turn, searcher, load_words().safety_lines)  # type: ignore[arg-type]
        payload = compose(turn, decided, demo, load_words(), index_digest="test").to_json()
        return Told(payload["text"], payload, payload["provenance"])

    return one


FEE = ("补身份证多少钱", "ask_fee", {"补身份证": ("id_card_reissue",)}, Memory())
LIMIT = (
    "社保转移要多久",
    "ask_time_limit",
    {"社保转移": ("pension_transfer",)},
    Memory(here="370200", owner="370600"),
)
DEMO = (
    "身份证补领去哪办",
    "ask_where",
    {"身份证补领": ("id_card_reissue",)},
    Memory(here="990121", owner="990102"),
)
HALL = (
    "社保转移去哪办",
    "ask_where",
    {"社保转移": ("pension_transfer",)},
    Memory(here="990102", owner="990121"),
)
"""No guide tells the hall of the county: address, hours and telephone are the hall's own."""
COMPARED = (
    "补领和换领身份证有啥区别",
    "ask_overview",
    {
        "补领身份证": ("id_card_reissue",),
        "换领身份证": ("id_card_renew",),
        "身份证补领": ("id_card_reissue",),
        "身份证换领": ("id_card_renew",),
        "补领": ("id_card_reissue",),
        "换领": ("id_card_renew",),
    },
    Memory(),
)
NOTHING: tuple[Any, ...] = ("飞碟停靠许可", "ask_overview", {}, Memory())


@pytest.mark.parametrize("asked", [FEE, LIMIT, DEMO, HALL, COMPARED, NOTHING], ids=lambda one: one[0])
def test_what_is_composed_is_explained(reply: Reply, grounding: Grounding, asked: tuple[Any, ...]) -> None:
    told = reply(*asked)
    assert told.text
    assert grounding.unexplained(told) == ()


@pytest.mark.parametrize(
    ("asked", "said", "planted"),
    [
        pytest.param(FEE, "每证40元", "每证45元", id="another fee"),
        pytest.param(FEE, "每证40元", "每证40角", id="another unit"),
        pytest.param(FEE, "每证40元", "每证140元", id="a digit before"),
        pytest.param(FEE, "每证40元", "每证四十元", id="a sum in words"),
        pytest.param(LIMIT, "5个工作日", "3个工作日", id="another time limit"),
        pytest.param(
            LIMIT, "承诺时限：", "承诺时限：15个工作日；", id="the national figure as the cluster's"
        ),
        pytest.param(
            LIMIT,
            "·全国通用规定：15个工作日",
            "·全国通用规定：5个工作日",
            id="the cluster's figure as national",
        ),
        pytest.param(LIMIT, "承诺时限：", "承诺时限：三十日；", id="a deadline in words"),
        pytest.param(LIMIT, "办理机关：", "电话：0532-66200000；", id="a telephone"),
        pytest.param(LIMIT, "办理机关：", "地址：香港中路17号；", id="an address"),
        pytest.param(LIMIT, "办理机关：", "可到菏泽市办；", id="a place"),
        pytest.param(LIMIT, "资料日期：2021-01", "资料日期：2024-01", id="a date"),
        pytest.param(DEMO, "示例01—05号窗口", "示例01—06号窗口", id="a window"),
        pytest.param(HALL, "电话：0000-1234503", "电话：3054321-0000", id="another telephone of a hall"),
        pytest.param(HALL, "示例街3号", "示例街4号", id="another address of a hall"),
        pytest.param(NOTHING, "12345", "12346", id="another line without a guide"),
        pytest.param(NOTHING, "我没找到", "要5个工作日。我没找到", id="a figure without a guide"),
        pytest.param(
            COMPARED, "·居民身份证换领：到期换领每证20元", "·居民身份证换领：每证10元", id="a compared fee"
        ),
    ],
)
def test_a_planted_text_is_caught(
    reply: Reply, grounding: Grounding, asked: tuple[Any, ...], said: str, planted: str
) -> None:
    told = reply(*asked)
    assert said in told.text
    assert grounding.unexplained(Told(told.text.replace(said, planted), told.payload, told.provenance))


def test_sides_of_a_comparison_are_not_exchanged(reply: Reply, grounding: Grounding) -> None:
    told = reply(*COMPARED)
    assert "·居民身份证补领：每证40元" in told.text
    exchanged = told.text.replace("·居民身份证补领：每证40元", "·居民身份证补领：每证20元")
    assert [one.what for one in grounding.unexplained(Told(exchanged, told.payload, told.provenance))] == [
        "20元"
    ]


Change = Callable[[dict[str, Any]], None]


def _set(key: str, value: Any) -> Change:
    def change(card: dict[str, Any]) -> None:
        place = next(place for place in card["places"] if place["hall"])
        place[key] = value

    return change


def _fee(card: dict[str, Any]) -> None:
    fee = next(field for field in card["fields"] if field["aspect"] == "fee")
    fee["text"] += "；示例加急费99元"


def _material(card: dict[str, Any]) -> None:
    card["materials"][0]["name"] = "单位介绍信"


def _copies(card: dict[str, Any]) -> None:
    card["materials"][0]["copies"] = "复印件7份"


def _step(card: dict[str, Any]) -> None:
    card["steps"][0] += "，2小时"


def _page(card: dict[str, Any]) -> None:
    card["page"] = "/guides/another%40990100"


@pytest.mark.parametrize(
    "change",
    [
        _set("address", "示例路99号"),
        _set("phone", "0000-9999999"),
        _set("hours", "周日全天"),
        _set("hall", "另一个大厅"),
        _set("window", "9号窗口"),
        _set("lat", 36.1),
        _set("url", "https://elsewhere.example"),
        _fee,
        _material,
        _copies,
        _step,
        _page,
    ],
)
def test_a_planted_card_is_caught(reply: Reply, grounding: Grounding, change: Change) -> None:
    told = reply(*DEMO)
    payload = deepcopy(dict(told.payload))
    change(payload["card"])
    assert grounding.unexplained(Told(told.text, payload, told.provenance))


@pytest.mark.parametrize(("key", "value"), [("phone", "3054321-0000"), ("hours", "周日全天"), ("lat", 36.1)])
def test_a_planted_word_of_a_hall_of_no_guide_is_caught(
    reply: Reply, grounding: Grounding, key: str, value: Any
) -> None:
    told = reply(*HALL)
    payload = deepcopy(dict(told.payload))
    place = next(place for place in payload["card"]["places"] if place["phone"] == "0000-1234503")
    place[key] = value
    assert grounding.unexplained(Told(told.text, payload, told.provenance))


def test_a_guide_that_is_not_published_so_is_caught(reply: Reply, grounding: Grounding) -> None:
    told = reply(*FEE)
    for key, value in (("id", "id_card_renew@000000"), ("version", 7), ("digest", "0")):
        cited = {**told.provenance["guide"], key: value}
        assert grounding.unexplained(Told(told.text, told.payload, {**told.provenance, "guide": cited}))


def test_a_source_of_another_guide_is_caught(reply: Reply, grounding: Grounding) -> None:
    told = reply(*FEE)
    source = {"name": "《没有这部法》", "url": "", "published": "2020-01-01"}
    payload = {**told.payload, "sources": [source]}
    assert [one.what for one in grounding.unexplained(Told(told.text, payload, told.provenance))] == [
        "《没有这部法》"
    ]
