"""How questions under an answer, notes and comparisons are put into words, as the front reads them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from actions.compose import Payload, compose
from actions.dialogue import Decided, Memory, Turn
from actions.dialogue.model import Answer
from actions.words import load_words
from bot.channels.message import Reply
from knowledge.aspects import Aspect
from knowledge.base import KnowledgeBase
from knowledge.model import Guide
from tests.support.dialogue import TODAY, Say

WORDS = load_words()
Tell = Callable[[Decided], Payload]


@pytest.fixture
def tell(base: KnowledgeBase) -> Tell:
    def one(decided: Decided) -> Payload:
        turn = Turn("…", "ask_where", 0.9, Memory(), TODAY)
        payload = compose(turn, decided, base, WORDS, index_digest="d")
        Reply.read(payload.to_json())
        return payload

    return one


def lost_card(say: Say) -> Decided:
    return say("身份证丢了去哪补办", "ask_where", found={"身份证丢了补办": ("id_card_reissue",)})


def test_the_question_stands_last_with_its_options(say: Say, tell: Tell) -> None:
    payload = tell(lost_card(say))
    assert payload.outcome == "answered"
    *_, question, reply = payload.text.splitlines()
    assert question == WORDS.say("ask.here")
    titles = [option.title for option in payload.options]
    assert titles[-1] == WORDS.say("ask.leave_open")
    assert all(title in reply for title in titles)
    assert reply.index("①") < reply.index("⑥")


def test_the_owner_is_asked_by_its_role(say: Say, tell: Tell) -> None:
    payload = tell(say("平度", "inform_region", lost_card(say).memory))
    assert "您的户口在哪个市县" in payload.text


def test_a_question_left_open_is_acknowledged_without_the_whole_answer(say: Say, tell: Tell) -> None:
    payload = tell(say("跳过", "nlu_fallback", lost_card(say).memory))
    assert WORDS.say("noted.left_open") in payload.text
    assert "异地受理点" not in payload.text
    assert payload.guide is not None
    assert payload.sources


def test_a_question_after_an_interruption_says_so(say: Say, tell: Tell) -> None:
    payload = tell(say("多少钱", "ask_fee", lost_card(say).memory))
    assert "每证40元" in payload.text
    assert WORDS.say("ask.again") + WORDS.say("ask.here") in payload.text


def test_a_situation_is_asked_in_the_guides_own_words(say: Say, tell: Tell) -> None:
    memory = Memory(item_id="business_premises", here="370200", owner="370200", aspect=Aspect.WHERE)
    payload = tell(say("要带什么", "ask_materials", memory))
    assert "住所属于哪种情形？" in payload.text
    assert [option.title for option in payload.options] == ["独立产权", "集中办公区", "工位", "跳过"]


def test_the_second_matter_and_the_one_that_waits_can_be_tapped(say: Say, tell: Tell) -> None:
    needle = "身份证丢了 护照也丢了"
    both = say(
        "身份证丢了，护照也丢了",
        "ask_where",
        found={needle: ("id_card_reissue",)},
        also={needle: "passport_renew"},
    )
    payload = tell(both)
    assert payload.suggestions[0] == "普通护照换发、补发"
    assert "您还问到“普通护照换发、补发”" in payload.text
    other = say("结婚登记要带什么", "ask_materials", both.memory, {"结婚登记": ("marriage_registration",)})
    waits = tell(other)
    assert WORDS.say("said.back_words") in waits.suggestions
    assert "居民身份证补领" in waits.text


def test_a_comparison_says_only_what_differs_and_cites_both(
    base: KnowledgeBase, say: Say, tell: Tell
) -> None:
    memory = Memory(item_id="id_card_reissue", aspect=Aspect.FEE)
    payload = tell(say("和换领有什么区别", "ask_overview", memory))
    first, second = base.guide("id_card_reissue@000000"), base.guide("id_card_renew@000000")
    assert first.fee_explain in payload.text
    assert second.fee_explain in payload.text
    assert payload.guide is not None
    assert payload.guide["id"] == first.id
    assert payload.provenance is not None
    assert [one["id"] for one in payload.provenance["compared"]] == [first.id, second.id]
    assert {source["name"] for source in payload.sources} >= {first.sources[0].name, second.sources[0].name}
    said = set(re.findall(r"\d+", payload.text))
    assert said <= _numbers(first) | _numbers(second) | {"12345"}


def test_every_pair_of_neighbours_can_be_compared_within_its_guides(
    base: KnowledgeBase, say: Say, tell: Tell
) -> None:
    pairs = 0
    for item in base.items.values():
        for neighbour in (base.items[i] for i in item.neighbours if i in base.items):
            decided = say(f"和{neighbour.task_name}有什么区别", "ask_overview", Memory(item_id=item.id))
            payload = tell(decided)
            if payload.provenance is None or "compared" not in payload.provenance:
                continue
            pairs += 1
            guides = [base.guide(one["id"]) for one in payload.provenance["compared"]]
            allowed = set().union(*map(_numbers, guides)) | {"12345"}
            titles = {number for g in guides for number in re.findall(r"\d+", base.item(g.item_id).task_name)}
            assert set(re.findall(r"\d+", payload.text)) <= allowed | titles, item.id
    assert pairs > 50


def _numbers(guide: Guide) -> set[str]:
    return set(re.findall(r"\d+", guide.model_dump_json()))


def test_why_a_person_is_needed_is_told_to_the_front(say: Say, tell: Tell) -> None:
    card = lost_card(say)
    assert isinstance(card.outcome, Answer)
    guide = card.outcome.choice.guide.model_copy(update={"needs_person": True})
    hard = replace(card.outcome, choice=replace(card.outcome.choice, guide=guide))

    assert tell(say("转人工", "human")).handoff == "asked"
    assert tell(say("我要投诉", "complaint")).handoff == "complaint"
    assert tell(card).handoff is None
    assert tell(replace(card, outcome=hard)).to_json()["handoff"] == "guide"
