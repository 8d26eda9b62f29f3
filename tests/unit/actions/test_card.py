"""The card: the front takes it whatever is in the guide, and it says what the guide says."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from actions.compose import compose
from actions.compose.card import card, page_of, page_only
from actions.compose.cut import cut
from actions.compose.section import Context
from actions.dialogue import decide
from actions.dialogue.model import Answer, Memory, Turn
from actions.words import load_words
from bot.channels.message import Card, Reply
from knowledge.aspects import Aspect
from knowledge.base import KnowledgeBase
from knowledge.model import (
    Channel,
    Fee,
    FlowStep,
    Guide,
    Hall,
    HallWindow,
    Item,
    Law,
    Lobby,
    Material,
    QuestionAnswer,
    Region,
    RegionLevel,
    Situation,
    SituationChoice,
    Source,
)
from knowledge.where import GuideChoice, where
from tests.support.dialogue import TODAY, FoundSearcher

CITY = Region(code="990100", name="示例市", level=RegionLevel.CITY, fictional=True)
ITEM = Item(id="permit", task_name="示例证", category="测试")
HALL = Hall(
    id="hall",
    region="990100",
    name="示例大厅",
    address="示例路1号",
    lat=0.5,
    lon=0.25,
    windows=(HallWindow(name="A1窗口", floor="二楼", items=("permit",)),),
    fictional=True,
)
LONG = "很长的一句话，说了3000字。" * 900


def guide(**fields: Any) -> Guide:
    return Guide(id="permit@990100", item_id="permit", region="990100", task_name="示例证", **fields)


def card_of(one: Guide, *situation: str, halls: tuple[Hall, ...] = (HALL,)) -> Card:
    """The card of a guide as the front reads it."""
    base = KnowledgeBase.from_records([ITEM], [one], halls, [CITY])
    options = where(one, ITEM, here="990100", owner="990100", gazetteer=base.gazetteer, halls=halls, on=TODAY)
    answer = Answer(
        ITEM, GuideChoice(one, False, ()), Aspect.OVERVIEW, options, "990100", "990100", situation=situation
    )
    return Card.model_validate(card(Context(answer, load_words(), base)))


def test_only_fields_the_guide_has() -> None:
    assert card_of(guide()).fields == ()
    told = card_of(guide(promise_explain="5个工作日", link_way="0000-1234501", fee_explain="不收费"))
    assert [(f.aspect, f.label) for f in told.fields] == [
        ("time_limit", "办理时限"),
        ("fee", "费用"),
        ("phone", "电话"),
    ]
    assert told.fields[1].text == "不收费"


def test_materials_with_copies_need_and_case() -> None:
    one = guide(
        materials=(
            Material(material_name="申请表", page_num=1, copy_num=2, source_explain="窗口领取"),
            Material(material_name="委托书", is_need="optional", handle_case="代办的"),  # type: ignore[arg-type]
            Material(material_name="照片", is_need="later"),  # type: ignore[arg-type]
        )
    )

    form, letter, photo = card_of(one).materials
    assert (form.name, form.copies, form.need, form.where_from) == (
        "申请表",
        "原件1份；复印件2份",
        "required",
        "窗口领取",
    )
    assert (letter.need, letter.note) == ("optional", "仅限：代办的")
    assert photo.need == "deferrable"


def test_materials_are_those_of_the_situation() -> None:
    one = guide(
        situations=(
            Situation(
                id="who",
                question="谁去办",
                choices=(SituationChoice(id="self", name="本人"), SituationChoice(id="agent", name="代办")),
            ),
        ),
        materials=(
            Material(material_name="身份证", situation=("who=self",)),
            Material(material_name="委托书", situation=("who=agent",)),
        ),
    )

    told = card_of(one, "who=agent")
    assert ([m.name for m in told.materials], told.situation) == (["委托书"], "谁去办：代办")
    assert told.checklist == "/guides/permit%40990100/checklist?situation=who%3Dagent"
    assert card_of(one).checklist == "/guides/permit%40990100/checklist"
    assert [m.note for m in card_of(one).materials] == ["仅限：本人", "仅限：代办"]


def test_places_are_the_guides_own_and_halls_that_list_the_matter() -> None:
    one = guide(
        handle_type=(Channel.ONLINE, Channel.WINDOW),
        online_handle_url="https://demo.example/a",
        online_explain="网上能办",
        lobbies=(Lobby(name="示例分厅", address="示例路2号", window="3号", phone="0000-1234502"),),
    )

    online, lobby, hall = card_of(one).places
    assert (online.kind, online.url, online.note, online.hall) == (
        "online",
        "https://demo.example/a",
        "网上能办",
        "",
    )
    assert (lobby.hall, lobby.address, lobby.window, lobby.lat) == ("示例分厅", "示例路2号", "3号", None)
    assert (hall.hall, hall.window, hall.lat, hall.lon, hall.note) == (
        "示例大厅",
        "二楼A1窗口",
        0.5,
        0.25,
        "",
    )


def test_what_is_said_of_a_way_stands_with_its_first_place_only() -> None:
    lobbies = tuple(Lobby(name=f"示例分厅{n}", address=f"示例路{n}号") for n in (1, 2))
    one = guide(handle_type=(Channel.WINDOW,), where_explain="随到随办", lobbies=lobbies)

    first, second, hall = card_of(one).places
    assert (first.note, second.note, hall.note) == ("随到随办", "", "")


def test_a_hall_that_does_not_list_the_matter_is_a_place_to_ask() -> None:
    plain = HALL.model_copy(update={"windows": ()})

    [place] = card_of(guide(handle_type=(Channel.WINDOW,)), halls=(plain,)).places
    assert (place.hall, place.window, place.note) == ("示例大厅", "", "收不收这件事没有写明，请先问")


@pytest.mark.parametrize(("lat", "lon"), [(36.1, 400.0), (-91, 120.0), (None, 120.0), (float("nan"), 120.0)])
def test_a_position_that_is_none_is_left_out(lat: float | None, lon: float) -> None:
    odd = HALL.model_copy(update={"lat": lat, "lon": lon})

    [place] = card_of(guide(handle_type=(Channel.WINDOW,)), halls=(odd,)).places
    assert (place.hall, place.lat, place.lon) == ("示例大厅", None, None)


def test_a_material_without_a_name_is_left_out() -> None:
    told = card_of(guide(materials=(Material(material_name=""), Material(material_name="照片"))))
    assert [material.name for material in told.materials] == ["照片"]


def test_steps_and_whether_they_can_be_drawn() -> None:
    two = guide(flow_steps=(FlowStep(name="申请", explain="交表", handler="本人"), FlowStep(name="领证")))

    assert (card_of(two).steps, card_of(two).has_flow) == (("申请：交表（本人）", "领证"), True)
    one = guide(handle_flow="当场办结")
    assert (card_of(one).steps, card_of(one).has_flow) == ((), False)
    assert [f.text for f in card_of(one).fields] == ["当场办结"]


def test_values_from_memory_are_marked() -> None:
    told = card_of(
        guide(fee_explain="每证10元", materials=(Material(material_name="照片"),), unverified_fields=("*",))
    )

    assert told.fields[-1].text == "每证10元（未核实）"
    assert told.materials[0].note == "（未核实）"


def test_what_is_only_announced_has_a_page_and_nothing_to_tick() -> None:
    base = KnowledgeBase.from_records([ITEM], [guide(fee_explain="10元")], (), [CITY])
    answer = Answer(ITEM, GuideChoice(guide(), False, ()), Aspect.OVERVIEW, (), None, None)

    told = Card.model_validate(page_only(Context(answer, load_words(), base)))
    assert told == Card(page="/guides/permit%40990100")


def test_no_length_makes_the_front_refuse() -> None:
    """An importer takes fields of any length; the card must fit the wire all the same."""
    one = guide(
        situations=(Situation(id="s", question=LONG, choices=(SituationChoice(id="a", name=LONG),)),),
        accept_condition=LONG,
        materials=tuple(
            Material(
                material_name=f"{n}{LONG}",
                source_explain=LONG,
                fill_explain=LONG,
                handle_case=LONG,
                form_url="https://demo.example/" + "x" * 5000,
                copy_num=10**9,
                page_num=10**9,
            )
            for n in range(90)
        ),
        materials_explain=LONG,
        flow_steps=tuple(FlowStep(name=LONG, explain=LONG, handler=LONG, time_limit=LONG) for _ in range(60)),
        promise_explain=LONG,
        anticipate_explain=LONG,
        fee_explain=LONG,
        fees=(Fee(fee_name=LONG, fee_stand=LONG * 2),),
        handle_type=tuple(Channel),
        where_explain=LONG,
        lobbies=tuple(
            Lobby(name=f"{n}{LONG}", address=LONG, window=LONG, phone=LONG, opening_hours=LONG)
            for n in range(30)
        ),
        transact_time=LONG,
        online_handle_url="https://demo.example/" + "x" * 5000,
        online_explain=LONG,
        agent_explain=LONG,
        progress_explain=LONG,
        link_way=LONG,
        by_law=(Law(law_name=LONG),) * 40,
        result_explain=LONG,
        questions=(QuestionAnswer(question=LONG, answer=LONG),) * 40,
    )

    told = card_of(one, "s=a")
    assert (len(told.materials), len(told.places), len(told.steps)) == (60, 20, 40)
    assert {place.url for place in told.places} == {""}, "a cut address would lead elsewhere"
    assert len(told.fields) == 12
    assert not any("https" in material.note for material in told.materials)


def test_no_length_makes_the_front_refuse_the_whole_answer() -> None:
    one = guide(
        dept_name=LONG,
        where_explain=LONG * 3,
        handle_type=(Channel.WINDOW,),
        sources=(Source(name=LONG, url="https://demo.example/" + "x" * 5000),) * 60,
    ).model_copy(update={"task_name": LONG})
    base = KnowledgeBase.from_records([ITEM.model_copy(update={"task_name": LONG})], [one], (), [CITY])
    memory = Memory(item_id="permit")
    turn = Turn("在哪办", "ask_where", 0.9, memory, TODAY)
    decided = decide(turn, FoundSearcher(base), ())  # type: ignore[arg-type]

    reply = Reply.read(compose(turn, decided, base, load_words(), index_digest="test").to_json())
    assert (reply.outcome, len(reply.sources), reply.sources[0].url) == ("answered", 50, "")


def test_the_page_of_every_possible_id_fits() -> None:
    for guide_id in ("a@370200", "a" * 120, "a" + "@" * 119):
        assert Card(page=page_of(guide_id))
    assert page_of("a@zone-demo") == "/guides/a%40zone-demo"


@pytest.mark.parametrize(
    ("text", "most", "expected"),
    [
        ("短", 10, "短"),
        ("第一句。第二句。第三句。", 10, "第一句。第二句。…"),
        ("没有句号的一长串话", 5, "没有句号…"),
        ("费用共计12345元", 8, "费用共计…"),
        ("1234567890", 4, "…"),
    ],
)
def test_cutting_keeps_sentences_and_figures_whole(text: str, most: int, expected: str) -> None:
    assert cut(text, most) == expected
    assert len(cut(text, most)) <= most


def test_no_number_is_cut_in_two() -> None:
    for most in range(10, 60):
        numbers = re.findall(
            r"\d+", cut("电话0000-1234501，费用1000元，5个工作日，满1500元的再加20元。" * 2, most)
        )
        assert set(numbers) <= {"0000", "1234501", "1000", "5", "1500", "20"}


def test_the_card_is_plain_json() -> None:
    base = KnowledgeBase.from_records([ITEM], [guide()], (), [CITY])
    answer = Answer(ITEM, GuideChoice(guide(), False, ()), Aspect.OVERVIEW, (), None, None)

    assert (
        json.loads(json.dumps(card(Context(answer, load_words(), base))))["page"] == "/guides/permit%40990100"
    )
