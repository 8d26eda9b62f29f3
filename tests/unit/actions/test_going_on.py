"""Questions under an answer, and what becomes of a conversation when its course is changed."""

from __future__ import annotations

import pytest

from actions.dialogue import Answer, Asking, Clarify, Comparison, Memory, NothingFound, Smalltalk
from actions.dialogue.model import SKIP, Decided, Earlier, Note, Question
from knowledge.aspects import Aspect
from tests.support.dialogue import Say

REISSUE = {"身份证丢了补办": ("id_card_reissue",)}


def answered(decided: Decided) -> Answer:
    assert isinstance(decided.outcome, Answer)
    return decided.outcome


def lost_card(say: Say) -> Decided:
    return say("身份证丢了去哪补办", "ask_where", found=REISSUE)


def test_the_first_question_is_where_the_person_is(say: Say) -> None:
    decided = lost_card(say)
    ask = answered(decided).ask
    assert ask is not None
    assert (ask.asking, ask.options[-1].id, ask.again) == (Asking.HERE, SKIP, False)
    assert (decided.memory.asking, decided.memory.asked) == (Asking.HERE, ("here",))


def test_a_short_reply_is_read_against_the_question_and_the_next_one_is_put(say: Say) -> None:
    second = say("平度", "inform_region", lost_card(say).memory)
    assert (second.memory.here, second.memory.owner, second.memory.asking) == ("370283", None, Asking.OWNER)
    third = say("昌邑", "inform_region", second.memory)
    assert (answered(third).guide.region, answered(third).ask) == ("zone-jiaodong", None)
    assert (third.memory.here, third.memory.owner, third.memory.asking) == ("370283", "370786", None)


@pytest.mark.parametrize("said", ["也在那", "一样", "同一个地方", "1", "平度市（青岛）"])
def test_the_same_place_can_be_said_in_short(say: Say, said: str) -> None:
    second = say("平度", "inform_region", lost_card(say).memory)
    assert say(said, "inform_region", second.memory).memory.owner == "370283"


def test_a_narrower_place_than_an_option_is_not_taken_for_the_option(say: Say) -> None:
    asked = lost_card(say).memory
    assert "370200" in {option.id for option in asked.options}
    assert say("我在青岛市南区", "inform_region", asked).memory.here == "370202"


@pytest.mark.parametrize("said", ["跳过", "不知道", "随便", "都行", "6"])
def test_a_question_can_be_left_open_and_is_not_put_again(say: Say, said: str) -> None:
    asked = lost_card(say)
    assert len(asked.memory.options) == 6
    skipped = say(said, "nlu_fallback", asked.memory)
    assert answered(skipped).note is Note.LEFT_OPEN
    assert skipped.memory.asking is Asking.OWNER
    done = say(said, "nlu_fallback", skipped.memory)
    assert (answered(done).ask, done.memory.asking) == (None, None)
    assert answered(say("去哪办", "ask_where", done.memory)).ask is None


def test_a_question_in_between_is_answered_and_ours_is_put_again_once(say: Say) -> None:
    between = say("多少钱", "ask_fee", lost_card(say).memory)
    outcome = answered(between)
    assert outcome.aspect is Aspect.FEE
    assert outcome.ask is not None
    assert (outcome.ask.asking, outcome.ask.again) == (Asking.HERE, True)
    assert answered(say("要带什么", "ask_materials", between.memory)).ask is None
    reply = answered(say("平度", "inform_region", between.memory))
    assert (reply.aspect, reply.here) == (Aspect.WHERE, "370283"), "back to what the question was put under"


def test_another_matter_names_the_one_that_waits_and_it_is_taken_up_again(say: Say) -> None:
    other = say(
        "结婚登记要带什么",
        "ask_materials",
        lost_card(say).memory,
        {"结婚登记": ("marriage_registration",)},
    )
    waiting = answered(other).waiting
    assert waiting is not None
    assert waiting.id == "id_card_reissue"
    back = say("回到刚才那个", "choose_option", other.memory)
    outcome = answered(back)
    assert (outcome.item.id, outcome.aspect, outcome.note) == ("id_card_reissue", Aspect.WHERE, Note.BACK)
    assert outcome.ask is not None
    assert outcome.ask.asking is Asking.HERE


def test_a_matter_that_names_an_option_in_passing_is_not_a_reply(say: Say) -> None:
    decided = say(
        "烟台市结婚登记去哪", "ask_where", lost_card(say).memory, {"结婚登记": ("marriage_registration",)}
    )
    assert answered(decided).item.id == "marriage_registration"


def test_a_number_that_is_no_option_is_asked_again(say: Say) -> None:
    asked = lost_card(say).memory
    decided = say("9", "choose_option", asked)
    assert isinstance(decided.outcome, Clarify)
    assert decided.outcome.question is Question.WHICH_OPTION
    assert decided.memory == asked


@pytest.mark.parametrize("said", ["本地", "我在家", "呵呵呵"])
def test_words_that_say_no_place_are_asked_again(say: Say, said: str) -> None:
    asked = lost_card(say).memory
    decided = say(said, "inform_region", asked)
    assert isinstance(decided.outcome, Clarify)
    assert (decided.outcome.question, decided.memory) == (Question.WHICH_OPTION, asked)


@pytest.mark.parametrize("intent", ["out_of_scope", "complaint", "bot_challenge", "ask_phone", "deny"])
def test_a_place_alone_is_a_reply_whatever_it_was_taken_for(say: Say, intent: str) -> None:
    decided = say("莱州", intent, lost_card(say).memory)
    assert (answered(decided).aspect, decided.memory.here) == (Aspect.WHERE, "370683")


@pytest.mark.parametrize(("said", "intent"), [("好的", "affirm"), ("不用了", "deny"), ("谢谢", "thanks")])
def test_an_answer_is_not_repeated_for_a_polite_word(say: Say, said: str, intent: str) -> None:
    assert say(said, intent, lost_card(say).memory).outcome == Smalltalk("thanks")


def test_at_most_three_questions_for_a_matter(say: Say) -> None:
    memory = Memory(item_id="id_card_reissue", aspect=Aspect.WHERE, asked=("a", "b", "c"))
    assert answered(say("去哪办", "ask_where", memory)).ask is None


def test_no_region_is_asked_for_a_fee(say: Say) -> None:
    assert answered(say("补身份证多少钱", "ask_fee", found={"补身份证": ("id_card_reissue",)})).ask is None


def test_what_the_channel_knows_is_where_the_person_is_until_another_place_is_said(say: Say) -> None:
    first = say("身份证丢了去哪补办", "ask_where", found=REISSUE, region="370283")
    assert (first.memory.here, first.memory.asking) == ("370283", Asking.OWNER)
    said = say("我在烟台，户口在昌邑", "inform_region", first.memory, region="370283")
    assert said.memory.here == "370600"
    same = say("多少钱", "ask_fee", said.memory, region="370283")
    assert same.memory.here == "370600", "the same region told again is no news"
    moved = say("多少钱", "ask_fee", same.memory, region="371100")
    assert moved.memory.here == "371100", "a shared location is"


@pytest.mark.parametrize(
    ("here", "owner", "said", "after"),
    [
        ("370200", "410000", "郑州的", ("370200", "410100")),
        ("370283", "370000", "烟台呢", ("370600", "370000")),
        (None, "370700", "昌邑", (None, "370786")),
    ],
)
def test_a_place_within_the_owner_region_narrows_it(
    say: Say, here: str | None, owner: str, said: str, after: tuple[str | None, str]
) -> None:
    memory = Memory(item_id="id_card_reissue", aspect=Aspect.FEE, here=here, owner=owner)
    decided = say(said, "inform_region", memory)
    assert (decided.memory.here, decided.memory.owner) == after


@pytest.mark.parametrize("region", ["999999", "", "zz", None])
def test_a_region_nobody_knows_is_not_taken_from_the_channel(say: Say, region: str | None) -> None:
    assert say("身份证丢了去哪补办", "ask_where", found=REISSUE, region=region).memory.here is None


def test_the_situation_is_asked_kept_and_changed(say: Say) -> None:
    memory = Memory(item_id="business_premises", here="370200", owner="370200", aspect=Aspect.WHERE)
    asked = say("要带什么", "ask_materials", memory)
    ask = answered(asked).ask
    assert ask is not None
    assert [o.id for o in ask.options] == ["premises=own", "premises=cluster", "premises=desk", SKIP]
    chosen = say("集中办公区", "nlu_fallback", asked.memory)
    assert (answered(chosen).situation, answered(chosen).aspect) == (
        ("premises=cluster",),
        Aspect.MATERIALS,
    )
    fee = say("多少钱", "ask_fee", chosen.memory)
    assert fee.memory.situation == ("premises=cluster",)
    other = say("我说错了，是工位", "nlu_fallback", fee.memory)
    assert other.memory.situation == ("premises=desk",)


@pytest.mark.parametrize(
    ("said", "choice"),
    [("护照丢了补办要带什么", "reissue"), ("护照到期换发要带什么", "renew"), ("护照换领补发要带什么", None)],
)
def test_the_situation_is_read_with_the_matter(say: Say, said: str, choice: str | None) -> None:
    needles = ("护照丢了补办", "护照到期换发", "护照换领补发")
    outcome = answered(say(said, "ask_materials", found=dict.fromkeys(needles, ("passport_renew",))))
    assert outcome.situation == ((f"kind={choice}",) if choice else ())
    assert (outcome.ask is None) == (choice is not None)


def test_whether_the_injury_is_decided_is_asked_first(say: Say) -> None:
    memory = Memory(item_id="labour_capacity_appraisal", here="371000", owner="370200")
    asked = say("什么条件", "ask_conditions", memory)
    ask = answered(asked).ask
    assert ask is not None
    assert ask.subject == "是不是已经认定工伤"
    assert answered(say("还没认定", "nlu_fallback", asked.memory)).situation == ("injury=not_yet",)


def test_two_matters_in_one_message_are_answered_one_after_the_other(say: Say) -> None:
    found = {"身份证丢了 护照也丢了": ("id_card_reissue",)}
    first = say(
        "身份证丢了，护照也丢了", "ask_where", found=found, also={"身份证丢了 护照也丢了": "passport_renew"}
    )
    second = answered(first).second
    assert second is not None
    assert second.id == "passport_renew"
    for words in ("还有呢", "第二个"):
        following = say(words, "nlu_fallback", first.memory)
        assert (answered(following).item.id, answered(following).aspect) == ("passport_renew", Aspect.WHERE)
        assert following.memory.later is None
        assert following.understanding.search is None


def test_more_goes_through_what_was_not_told_and_ends(say: Say) -> None:
    memory = say("补身份证多少钱", "ask_fee", found={"补身份证": ("id_card_reissue",)}).memory
    told = []
    for _ in range(12):
        decided = say("还有呢", "nlu_fallback", memory)
        memory = decided.memory
        if decided.outcome == Smalltalk("all_told"):
            break
        assert answered(decided).note is None
        told.append(answered(decided).aspect)
    assert decided.outcome == Smalltalk("all_told")
    assert Aspect.WHERE in told
    assert len(told) == len(set(told))
    assert Aspect.FEE not in told


def test_the_same_words_again_offer_a_person(say: Say) -> None:
    first = lost_card(say)
    again = say("身份证丢了去哪补办", "ask_where", first.memory, REISSUE)
    assert (answered(first).note, answered(again).note) == (None, Note.AGAIN)
    other = say("多少钱", "ask_fee", again.memory)
    assert answered(other).note is None


def test_said_again_costs_no_search(say: Say) -> None:
    memory = say("多少钱", "ask_fee", lost_card(say).memory).memory
    again = say("再说一遍", "nlu_fallback", memory, {"说一遍": ("company_setup",)})
    assert (answered(again).aspect, again.understanding.search) == (Aspect.FEE, None)
    place = say("刚才说的地址再发一遍", "ask_where", memory)
    assert answered(place).aspect is Aspect.WHERE


def test_back_by_name_and_at_most_three_matters_are_kept(say: Say) -> None:
    memory = Memory()
    for words, item in (
        ("甲", "id_card_reissue"),
        ("乙", "marriage_registration"),
        ("丙", "passport_apply"),
        ("丁", "pension_transfer"),
        ("戊", "company_setup"),
    ):
        memory = say(f"{words}事项多少钱", "ask_fee", memory, {f"{words}事项": (item,)}).memory
    assert [one.item_id for one in memory.earlier] == [
        "pension_transfer",
        "passport_apply",
        "marriage_registration",
    ]
    named = say("回到结婚登记那个", "nlu_fallback", memory)
    assert answered(named).item.id == "marriage_registration"
    assert answered(say("刚才那个", "nlu_fallback", named.memory)).item.id == "company_setup"


@pytest.mark.parametrize(
    "said", ["补领和换领有啥区别", "和换领有什么不同", "这个和换领有什么区别", "身份证补领跟换领的区别是什么"]
)
def test_two_matters_are_compared(say: Say, said: str) -> None:
    memory = Memory(item_id="id_card_reissue", guide_id="id_card_reissue@000000", aspect=Aspect.FEE)
    decided = say(said, "out_of_scope", memory, {"身份证补领": ("id_card_reissue",)})
    assert isinstance(decided.outcome, Comparison)
    assert {decided.outcome.first.id, decided.outcome.second.id} == {"id_card_reissue", "id_card_renew"}


def test_the_difference_of_unknown_matters_is_no_comparison(say: Say) -> None:
    decided = say("苹果和梨有啥区别", "ask_overview")
    assert isinstance(decided.outcome, NothingFound)


@pytest.mark.parametrize("said", ["再说一遍", "还有呢", "刚才那个", "跳过"])
def test_a_move_before_any_matter_asks_what_it_is(say: Say, said: str) -> None:
    decided = say(said, "nlu_fallback")
    assert isinstance(decided.outcome, Clarify)
    assert decided.outcome.question is Question.WHAT_MATTER


def test_a_withdrawn_guide_or_item_in_memory_is_survived(say: Say) -> None:
    gone = Memory(
        item_id="gone",
        guide_id="gone@000000",
        aspect=Aspect.FEE,
        later="gone",
        earlier=(Earlier("gone"),),
    )
    for said in ("还有呢", "第二个", "再说一遍", "刚才那个", "跳过", "多少钱", "这两个有什么区别"):
        assert not isinstance(say(said, "ask_fee", gone).outcome, Answer)


def test_impatience_offers_a_person_and_keeps_the_matter(say: Say) -> None:
    memory = lost_card(say).memory
    decided = say("没看懂你说的", "nlu_fallback", memory)
    assert decided.outcome == Smalltalk("impatient")
    assert decided.memory.item_id == "id_card_reissue"
