"""An answer can be put together once more from what it is made of, and from nothing else."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from actions.compose import compose
from actions.dialogue import Decided, Memory, Turn
from actions.recipe import RecipeBroken, guides_of_recipe
from actions.replay import ReplayAsked, replay
from actions.words import load_words
from knowledge.base import KnowledgeBase
from tests.support.dialogue import TODAY, Say

SAID: dict[str, tuple[str, str, dict[str, tuple[str, ...]]]] = {
    "materials": ("身份证丢了要带什么", "ask_materials", {"身份证丢了": ("id_card_reissue",)}),
    "where, in another place": (
        "我在平度住，社保在昌邑，资格认证去哪办",
        "ask_where",
        {"资格认证": ("benefit_certification",), "社保 资格认证": ("benefit_certification",)},
    ),
    "fee": (
        "补办身份证多少钱",
        "ask_fee",
        {"补办身份证": ("id_card_reissue",), "身份证": ("id_card_reissue",)},
    ),
    "which one": ("身份证", "ask_overview", {"身份证": ("id_card_reissue", "id_card_renew")}),
    "nothing": ("量子纠缠去哪办", "ask_where", {}),
    "small talk": ("你好", "greet", {}),
    "a person": ("我要找人工", "human", {}),
}


def asked_of(payload: dict[str, object], base: KnowledgeBase) -> ReplayAsked:
    recipe = json.loads(json.dumps(payload["provenance"]))["recipe"]
    guides = [
        {"version": version, "content": base.guide(guide_id).to_json()}
        for guide_id, version in dict.fromkeys(guides_of_recipe(recipe["outcome"]))
    ]
    halls = [base.hall(hall_id).to_json() for hall_id in recipe.get("halls", ())]
    return ReplayAsked.model_validate({"recipe": recipe, "guides": guides, "halls": halls})


def made(decided: Decided, base: KnowledgeBase) -> dict[str, object]:
    turn = Turn("x", "greet", 0.9, Memory(), TODAY)
    return compose(turn, decided, base, load_words(), index_digest="d").to_json()


@pytest.mark.parametrize("name", SAID)
def test_every_kind_of_answer_once_more(say: Say, base: KnowledgeBase, name: str) -> None:
    text, intent, found = SAID[name]
    payload = made(say(text, intent, found=found), base)

    assert replay(asked_of(payload, base), base, load_words())["text"] == payload["text"]


def test_a_guide_that_changed_since_changes_nothing(say: Say, base: KnowledgeBase) -> None:
    text, intent, found = SAID["materials"]
    payload = made(say(text, intent, found=found), base)
    asked = asked_of(payload, base)
    changed = KnowledgeBase.from_records(
        base.items.values(),
        [guide.model_copy(update={"task_name": "改了名的事项", "materials": ()}) for guide in base.guides()],
        (),
        base.regions.values(),
    )

    assert replay(asked, changed, load_words())["text"] == payload["text"]


def test_the_version_it_names_decides(say: Say, base: KnowledgeBase) -> None:
    text, intent, found = SAID["materials"]
    payload = made(say(text, intent, found=found), base)
    asked = asked_of(payload, base)
    other = asked.guides[0].model_copy(
        update={"content": asked.guides[0].content.model_copy(update={"task_name": "别的事项"})}
    )

    told = replay(asked.model_copy(update={"guides": (other, *asked.guides[1:])}), base, load_words())["text"]
    assert told != payload["text"]
    assert "别的事项" in told


def test_without_its_version_it_is_not_made_up(say: Say, base: KnowledgeBase) -> None:
    text, intent, found = SAID["materials"]
    asked = asked_of(made(say(text, intent, found=found), base), base)

    with pytest.raises(RecipeBroken, match="missing"):
        replay(asked.model_copy(update={"guides": ()}), base, load_words())
    with pytest.raises(RecipeBroken, match="another version"):
        replay(asked.model_copy(update={"recipe": asked.recipe | {"format": 0}}), base, load_words())


def test_a_recipe_holds_no_words_of_a_guide(say: Say, base: KnowledgeBase) -> None:
    text, intent, found = SAID["materials"]
    decided = say(text, intent, found=found)
    recipe = json.dumps(made(decided, base)["provenance"]["recipe"], ensure_ascii=False)  # type: ignore[index]
    guide = base.guide(made(decided, base)["guide"]["id"])  # type: ignore[index]

    assert guide.materials
    assert not any(material.material_name in recipe for material in guide.materials)
    assert len(recipe) < 4000


@pytest.mark.parametrize(
    ("here", "owner"),
    [("370283", "370786"), ("370115", "371424"), ("370115", "371621"), ("370200", None), (None, None)],
)
def test_every_answer_of_every_guide_once_more(
    base: KnowledgeBase, say: Say, here: str | None, owner: str | None
) -> None:
    """All items that have a guide, asked in four ways, from places with halls of their own and without."""
    for item_id in base.items:
        if not base.guides_of(item_id):
            continue
        for intent in ("ask_where", "ask_materials", "ask_time_limit", "ask_cross_region"):
            memory = Memory(item_id=item_id, here=here, owner=owner)
            decided = say("问一下", intent, replace(memory, guide_id=base.guides_of(item_id)[0].id))
            payload = made(decided, base)
            assert replay(asked_of(payload, base), base, load_words())["text"] == payload["text"], (
                item_id,
                intent,
            )
