"""What is decided for a message, given what search finds and what is remembered."""

from __future__ import annotations

import pytest

from actions.dialogue import (
    Answer,
    Asking,
    Clarify,
    Declined,
    Handoff,
    Memory,
    NothingFound,
    Option,
    Smalltalk,
)
from actions.dialogue.model import Question, Why
from knowledge.aspects import Aspect
from knowledge.search import needle_of
from tests.support.dialogue import Say

ID_CARD = Memory(item_id="id_card_reissue", guide_id="id_card_reissue@000000", aspect=Aspect.WHERE)
CARDS = (Option("id_card_reissue", "居民身份证补领"), Option("id_card_renew", "居民身份证换领"))


def test_a_matter_is_answered_and_remembered(say: Say) -> None:
    decided = say("补身份证多少钱", "ask_fee", found={"补身份证": ("id_card_reissue",)})
    assert isinstance(decided.outcome, Answer)
    assert (decided.outcome.guide.id, decided.outcome.aspect) == ("id_card_reissue@000000", Aspect.FEE)
    assert decided.memory.item_id == "id_card_reissue"
    assert decided.memory.fails == 0


def test_a_follow_up_costs_no_search(say: Say) -> None:
    decided = say("那要带什么", "ask_materials", ID_CARD)
    assert isinstance(decided.outcome, Answer)
    assert decided.outcome.aspect is Aspect.MATERIALS
    assert decided.understanding.search is None


def test_a_question_on_a_document_stays_with_the_matter(say: Say) -> None:
    decided = say("要带户口本吗", "ask_materials", ID_CARD, {"带户口本": ("newborn_hukou",)})
    assert isinstance(decided.outcome, Answer)
    assert decided.outcome.item.id == "id_card_reissue"


def test_a_new_matter_replaces_the_old_one(say: Say) -> None:
    decided = say("结婚登记要带什么", "ask_materials", ID_CARD, {"结婚登记": ("marriage_registration",)})
    assert isinstance(decided.outcome, Answer)
    assert decided.memory.item_id == "marriage_registration"


def test_several_matters_are_asked_about(say: Say) -> None:
    decided = say("身份证", "ask_overview", found={"身份证": ("id_card_reissue", "id_card_renew")})
    assert isinstance(decided.outcome, Clarify)
    assert decided.outcome.question is Question.WHICH_ITEM
    assert decided.memory.asking is Asking.ITEM
    assert decided.memory.item_id is None


def test_a_number_picks_and_keeps_the_asked_aspect(say: Say) -> None:
    asked = Memory(options=CARDS, asking=Asking.ITEM, aspect=Aspect.FEE)
    decided = say("2", "choose_option", asked)
    assert isinstance(decided.outcome, Answer)
    assert (decided.outcome.item.id, decided.outcome.aspect) == ("id_card_renew", Aspect.FEE)


def test_a_number_without_a_question_asks_what_the_matter_is(say: Say) -> None:
    decided = say("第二个", "choose_option")
    assert isinstance(decided.outcome, Clarify)
    assert decided.outcome.question is Question.WHAT_MATTER


def test_none_of_the_options(say: Say) -> None:
    decided = say("都不是", "deny", Memory(options=CARDS, asking=Asking.ITEM))
    assert isinstance(decided.outcome, NothingFound)


def test_the_matter_at_hand_wins_over_asking_again(say: Say) -> None:
    decided = say("身份证多少钱", "ask_fee", ID_CARD, {"身份证": ("id_card_renew", "id_card_reissue")})
    assert isinstance(decided.outcome, Answer)
    assert decided.outcome.item.id == "id_card_reissue"


def test_the_only_guide_that_can_answer_is_used_and_the_other_named(say: Say) -> None:
    decided = say("护照几天能拿到", "ask_time_limit", found={"护照": ("passport_renew", "passport_apply")})
    assert isinstance(decided.outcome, Answer)
    assert decided.outcome.item.id == "passport_apply"
    assert [option.id for option in decided.outcome.also] == ["passport_renew"]


def test_nothing_found_twice_offers_a_person(say: Say) -> None:
    once = say("外星人停靠许可", "ask_overview")
    assert isinstance(once.outcome, NothingFound)
    assert once.outcome.why is Why.NO_MATCH
    assert not once.outcome.offer_person
    twice = say("飞碟年检", "ask_overview", once.memory)
    assert isinstance(twice.outcome, NothingFound)
    assert twice.outcome.offer_person


def test_two_regions_choose_the_agreement(say: Say) -> None:
    decided = say(
        "我在平度住，社保在昌邑，资格认证去哪办", "ask_where", found={"资格认证": ("benefit_certification",)}
    )
    assert isinstance(decided.outcome, Answer)
    assert decided.outcome.guide.region == "zone-jiaodong"
    assert (decided.memory.here, decided.memory.owner) == ("370283", "370786")


def test_the_same_pair_outside_the_agreement_gets_the_national_guide(say: Say) -> None:
    decided = say(
        "我在青岛上班，社保在江苏，社保转移要多久",
        "ask_time_limit",
        found={"社保转移": ("pension_transfer",)},
    )
    assert isinstance(decided.outcome, Answer)
    assert decided.outcome.guide.region == "000000"


def test_a_region_alone_moves_the_matter(say: Say) -> None:
    memory = Memory(item_id="benefit_certification", aspect=Aspect.WHERE, here="370283", owner="370786")
    decided = say("那在烟台呢", "inform_region", memory)
    assert isinstance(decided.outcome, Answer)
    assert (decided.outcome.here, decided.outcome.owner, decided.outcome.aspect) == (
        "370600",
        "370786",
        Aspect.WHERE,
    )


def test_where_someone_is_insured_says_nothing_of_where_they_marry(say: Say) -> None:
    memory = Memory(item_id="benefit_certification", aspect=Aspect.WHERE, here="370283", owner="370786")
    decided = say("离婚登记去哪", "ask_where", memory, {"离婚登记": ("divorce_registration",)})
    assert isinstance(decided.outcome, Answer)
    assert decided.outcome.owner is None


def test_an_ambiguous_place_is_not_asked_about_when_it_does_not_matter(say: Say) -> None:
    decided = say("我在市中区，社保转移去哪办", "ask_where", found={"社保转移": ("pension_transfer",)})
    assert isinstance(decided.outcome, Answer), "both 市中区 lie outside the agreement: nothing to ask"
    assert decided.outcome.here is None


def test_an_ambiguous_place_is_asked_about_when_the_answers_differ(say: Say) -> None:
    found = {"自贸片区商事登记": ("ftz_business_registration",)}
    asked = say("我在市中区，自贸片区商事登记去哪办", "ask_where", found=found)
    assert isinstance(asked.outcome, Clarify), "the 市中区 of 济南 is in the agreement, that of 枣庄 is not"
    assert asked.outcome.question is Question.WHICH_REGION
    assert [option.id for option in asked.outcome.options] == ["370103", "370402"]
    answered = say("1", "choose_option", asked.memory)
    assert isinstance(answered.outcome, Answer)
    assert (answered.outcome.here, answered.outcome.aspect) == ("370103", Aspect.WHERE)


def test_regions_said_before_the_matter_are_kept(say: Say) -> None:
    several = ("pension_transfer", "social_security_card_apply")
    first = say("我在平度住，社保在昌邑", "inform_region", found={"社保": several})
    assert isinstance(first.outcome, Clarify)
    second = say("资格认证去哪办", "ask_where", first.memory, {"资格认证": ("benefit_certification",)})
    assert isinstance(second.outcome, Answer)
    assert second.outcome.guide.region == "zone-jiaodong"


def test_smalltalk_person_and_off_topic(say: Say) -> None:
    assert say("谢谢", "thanks").outcome == Smalltalk("thanks")
    assert say("转人工", "human").outcome == Handoff("asked")
    assert say("写首诗", "out_of_scope").outcome == Declined("out_of_scope")


@pytest.mark.parametrize(
    ("text", "intent", "outcome"),
    [("转人工", "human", Handoff), ("护照多少钱", "ask_fee", Answer), ("人工客服在吗", "human", Handoff)],
)
def test_after_a_person_was_asked_for_the_next_message_is_taken_as_it_is(
    say: Say, text: str, intent: str, outcome: type
) -> None:
    found = {
        needle_of("身份证丢了去哪补办"): ("id_card_reissue",),
        needle_of("护照多少钱"): ("passport_apply",),
    }
    first = say("身份证丢了去哪补办", "ask_where", found=found)
    assert first.memory.asking is not None  # where the person is
    asked = say("转人工", "human", first.memory, found)
    second = say(text, intent, asked.memory, found)
    assert isinstance(second.outcome, outcome)
    assert not isinstance(second.outcome, Answer) or second.outcome.item.id == "passport_apply"


def test_a_greeting_that_names_a_matter_is_answered(say: Say) -> None:
    decided = say("你好，补身份证", "greet", found={"补身份证": ("id_card_reissue",)})
    assert isinstance(decided.outcome, Answer)


def test_safety_comes_before_the_matter(say: Say) -> None:
    decided = say("我不想活了，社保转移多久", "ask_time_limit", found={"社保转移": ("pension_transfer",)})
    assert decided.outcome == Declined("suicide")


def test_a_phone_question_on_a_whole_field_gets_its_national_line(say: Say) -> None:
    found = {
        "社保": ("pension_transfer", "social_security_card_apply", "flexible_pension"),
        "社保热线": ("hotline_12333",),
    }
    decided = say("社保打哪个电话", "ask_phone", found=found)
    assert isinstance(decided.outcome, Answer)
    assert decided.outcome.item.id == "hotline_12333"


@pytest.mark.parametrize("words", ["好的", "不用了", "不对", "3", "第二个", "上面都不是"])
def test_an_answer_is_not_said_again_when_nothing_was_asked(say: Say, words: str) -> None:
    intent = {"好的": "affirm", "不用了": "deny", "不对": "deny"}.get(words, "choose_option")
    decided = say(words, intent, ID_CARD, {words: ("company_setup",)})
    assert not isinstance(decided.outcome, Answer)
    assert decided.memory == ID_CARD


def test_a_correction_that_repeats_what_is_known_moves_nobody(say: Say) -> None:
    known = Memory(
        item_id="benefit_certification",
        guide_id="benefit_certification@zone-jiaodong",
        aspect=Aspect.WHERE,
        here="370283",
        owner="370786",
    )
    decided = say("不对，是潍坊的昌邑", "inform_region", known)
    assert isinstance(decided.outcome, Answer)
    assert (decided.outcome.here, decided.outcome.owner) == ("370283", "370786")
