"""一次性告知: each material once, the situation taken into account, several matters merged."""

from __future__ import annotations

from typing import Any

import pytest

from knowledge.checklist import Case, checklist, deciding, picked, read_chosen
from knowledge.model import Guide, Material, MaterialNeed, Situation, SituationChoice

REQUIRED, OPTIONAL, LATER = MaterialNeed.REQUIRED, MaterialNeed.OPTIONAL, MaterialNeed.LATER
WHO = Situation(
    id="who",
    question="谁去办",
    choices=(
        SituationChoice(id="self", name="本人"),
        SituationChoice(id="agent", name="代办", accept_condition="有委托书"),
    ),
)
AGE = Situation(
    id="age",
    question="多大",
    choices=(SituationChoice(id="adult", name="成年"), SituationChoice(id="minor", name="未成年")),
)


def material(name: str, *situation: str, **fields: Any) -> Material:
    return Material(material_name=name, situation=situation, **fields)


def guide(*materials: Material, name: str = "甲事", **fields: Any) -> Guide:
    fields.setdefault("situations", (WHO, AGE))
    item = name.encode().hex()
    return Guide(
        id=f"{item}@000000", item_id=item, region="000000", task_name=name, materials=materials, **fields
    )


def names(*cases: Case) -> list[str]:
    return [line.name for line in checklist(cases).lines]


MATERIALS = (
    material("申请表"),
    material("身份证", "who=self"),
    material("委托书", "who=agent"),
    material("监护人证件", "who=agent", "age=minor"),
)


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ({}, ["申请表", "身份证", "委托书", "监护人证件"]),
        ({"who": "self"}, ["申请表", "身份证"]),
        ({"who": "agent"}, ["申请表", "委托书", "监护人证件"]),
        ({"who": "agent", "age": "adult"}, ["申请表", "委托书"]),
        ({"who": "agent", "age": "minor"}, ["申请表", "委托书", "监护人证件"]),
        ({"age": "adult"}, ["申请表", "身份证", "委托书"]),
    ],
)
def test_what_a_situation_rules_out_is_left_out(chosen: dict[str, str], expected: list[str]) -> None:
    assert names(Case(guide(*MATERIALS), chosen)) == expected


@pytest.mark.parametrize(
    ("chosen", "cases"),
    [({}, ("代办，未成年",)), ({"who": "agent"}, ("未成年",)), ({"who": "agent", "age": "minor"}, ())],
)
def test_what_is_not_decided_is_said_as_a_case(chosen: dict[str, str], cases: tuple[str, ...]) -> None:
    assert checklist([Case(guide(*MATERIALS), chosen)]).lines[-1].cases == cases


def test_open_situations_and_conditions_of_chosen_ones() -> None:
    one = guide(*MATERIALS)

    assert checklist([Case(one)]).open == (WHO, AGE)
    decided = checklist([Case(one, {"who": "agent"})])
    assert (decided.open, decided.conditions) == ((AGE,), ("有委托书",))
    assert picked(one, {"who": "agent"}) == ((WHO, WHO.choices[1]),)


def test_a_situation_that_decides_nothing_is_not_asked() -> None:
    assert deciding(guide(material("申请表"))) == (WHO,)  # its choice has a condition of its own
    assert deciding(guide(material("照片", "age=minor"), situations=(AGE,))) == (AGE,)
    assert deciding(guide(material("照片"), situations=(AGE,))) == ()


def test_the_same_material_listed_twice_is_one_line() -> None:
    one = guide(
        material("户口簿", "who=self", page_num=1),
        material("户 口簿", "who=agent", page_num=1, copy_num=2, source_explain="公安机关"),
    )

    [line] = checklist([Case(one)]).lines
    assert (line.name, line.originals, line.copies, line.where_from) == ("户口簿", 1, 2, ("公安机关",))
    assert line.cases == ("本人", "代办")


@pytest.mark.parametrize(
    ("uses", "need", "cases"),
    [
        ([(OPTIONAL, ""), (REQUIRED, "")], REQUIRED, ()),
        ([(OPTIONAL, ""), (REQUIRED, "异地的")], REQUIRED, ("异地的",)),
        ([(REQUIRED, ""), (REQUIRED, "异地的")], REQUIRED, ()),
        ([(LATER, ""), (OPTIONAL, "")], LATER, ()),
        ([(REQUIRED, "补办的"), (REQUIRED, "异地的")], REQUIRED, ("补办的", "异地的")),
    ],
)
def test_the_strictest_matter_decides(
    uses: list[tuple[MaterialNeed, str]], need: MaterialNeed, cases: tuple[str, ...]
) -> None:
    merged = checklist(
        [
            Case(guide(material("身份证", is_need=wanted, handle_case=case), name=f"事{n}"))
            for n, (wanted, case) in enumerate(uses)
        ]
    )

    [line] = merged.lines
    assert (line.need, line.cases) == (need, cases)
    assert [use.task_name for use in line.uses] == [f"事{n}" for n in range(len(uses))]


def test_numbers_of_copies_are_never_added_up() -> None:
    """A sum is a figure that no guide has."""
    cases = [Case(guide(material("身份证", page_num=1, copy_num=n), name=f"事{n}")) for n in (1, 2)]

    [line] = checklist(cases).lines
    assert (line.originals, line.copies) == (1, 2)


def test_what_an_earlier_matter_makes_is_not_brought() -> None:
    company = guide(material("章程"), name="设立公司", result_name="营业执照")
    food = guide(material("营业执照"), name="食品许可")

    made = {line.name: line.made_by for line in checklist([Case(company), Case(food)]).lines}
    assert made == {"章程": "", "营业执照": "设立公司"}
    in_the_wrong_order = checklist([Case(food), Case(company)]).lines
    assert [line.made_by for line in in_the_wrong_order] == ["", ""]


def test_a_merged_list_is_whole_only_when_each_is() -> None:
    whole, part = guide(materials_complete=True), guide(name="乙事", materials_explain="以窗口为准")

    assert checklist([Case(whole)]).complete
    merged = checklist([Case(whole), Case(part)])
    assert (merged.complete, merged.explains) == (False, ("以窗口为准",))


@pytest.mark.parametrize(
    "values",
    [["who=nobody"], ["who"], ["=self"], ["nothing=self"], ["who=self=agent"], ["who=" + "x" * 9999], [""]],
)
def test_unknown_choices_of_an_address_are_passed_over(values: list[str]) -> None:
    assert read_chosen(guide(*MATERIALS), values) == {}


def test_the_last_choice_of_an_address_counts() -> None:
    assert read_chosen(guide(*MATERIALS), ["who=self", "who=agent", "age=minor"]) == {
        "who": "agent",
        "age": "minor",
    }
