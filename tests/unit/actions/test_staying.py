"""What is said of the matter at hand stays with it, and what is said of another does not."""

from __future__ import annotations

from datetime import date

import pytest

from actions.compose import compose
from actions.dialogue import Memory, Turn, decide
from actions.dialogue.model import (
    SKIP,
    Answer,
    Asking,
    Clarify,
    Earlier,
    Handoff,
    NothingFound,
    Option,
    Planned,
    Question,
    Smalltalk,
)
from actions.dialogue.moves import Kind, move_of
from actions.words import load_words
from knowledge.aspects import Aspect
from knowledge.base import KnowledgeBase
from knowledge.model import Item
from knowledge.search import Decision, Hit, SearchResult
from tests.support.dialogue import TODAY, FoundSearcher, Say

CARD = Memory(
    item_id="id_card_reissue", guide_id="id_card_reissue@000000", aspect=Aspect.FEE, told=(Aspect.FEE,)
)
PENSION = Memory(
    item_id="benefit_certification", aspect=Aspect.WHERE, told=(Aspect.WHERE,), here="370283", owner="370786"
)


class Weighed(FoundSearcher):
    """Finds what a test says, with the probabilities it says."""

    def __init__(
        self, base: KnowledgeBase, hits: dict[str, float], decision: Decision, exact: bool = False
    ) -> None:
        super().__init__(base)
        self._found = SearchResult(
            "",
            "",
            tuple(
                Hit(
                    i,
                    base.item(i).task_name,
                    base.item(i).category,
                    p,
                    1.0,
                    1.0,
                    1.0,
                    1.0,
                    exact and not n,
                    False,
                )
                for n, (i, p) in enumerate(hits.items())
            ),
            decision,
            tuple(hits) if decision is Decision.CLARIFY else (),
        )

    def search(self, text: str, *, top: int = 5) -> SearchResult:
        self.searches += 1
        return self._found


def said(
    searcher: FoundSearcher, text: str, intent: str, memory: Memory, confidence: float = 0.9, on: date = TODAY
) -> tuple[object, Memory]:
    decided = decide(Turn(text, intent, confidence, memory, on), searcher, load_words().safety_lines)  # type: ignore[arg-type]
    return decided.outcome, decided.memory


NOISE = {"food_business_licence": 0.03, "fund_query": 0.01}


@pytest.mark.parametrize("decision", [Decision.CLARIFY, Decision.NOTHING])
def test_a_word_or_two_with_an_aspect_is_of_the_matter_at_hand(
    base: KnowledgeBase, decision: Decision
) -> None:
    outcome, memory = said(Weighed(base, NOISE, decision), "工本费多少", "ask_fee", CARD)
    assert isinstance(outcome, Answer)
    assert (outcome.item.id, outcome.aspect, memory.item_id) == (
        "id_card_reissue",
        Aspect.FEE,
        "id_card_reissue",
    )


def test_a_longer_question_of_something_else_is_not(base: KnowledgeBase) -> None:
    text = "外星飞碟停靠许可申请要多少钱"
    outcome, _ = said(Weighed(base, NOISE, Decision.NOTHING), text, "ask_fee", CARD)
    assert isinstance(outcome, NothingFound)


def test_another_likely_matter_is_asked_about(base: KnowledgeBase) -> None:
    likely = {"food_business_licence": 0.5, "public_place_hygiene": 0.4}
    outcome, _ = said(Weighed(base, likely, Decision.CLARIFY), "卫生证多少钱", "ask_fee", CARD)
    assert isinstance(outcome, Clarify)
    assert [o.id for o in outcome.options] == list(likely)


def test_a_place_said_in_passing_is_of_the_matter_at_hand(base: KnowledgeBase) -> None:
    unpaid = Memory(item_id="wage_arrears_complaint", aspect=Aspect.OVERVIEW)
    noise = {"unemployment_registration": 0.2, "work_injury_recognition": 0.02}
    outcome, _ = said(Weighed(base, noise, Decision.CLARIFY), "在莱西干的活", "inform_region", unpaid)
    assert isinstance(outcome, Answer)
    assert outcome.guide.id == "wage_arrears_complaint@370285"


def test_two_places_alone_are_no_matter(base: KnowledgeBase) -> None:
    noise = {"hukou_certificate": 0.3, "hukou_transfer": 0.2}
    searcher = Weighed(base, noise, Decision.CLARIFY)
    outcome, memory = said(searcher, "我户口在潍坊，人在青岛", "inform_region", Memory(), 0.98)
    assert isinstance(outcome, Clarify)
    assert outcome.question is Question.WHAT_MATTER
    assert (memory.here, memory.owner) == ("370200", "370700")


def test_one_of_two_that_were_compared_is_named_by_its_own_word(base: KnowledgeBase) -> None:
    options = (Option("id_card_reissue", "居民身份证补领"), Option("id_card_renew", "居民身份证换领"))
    compared = Memory(item_id="id_card_reissue", aspect=Aspect.OVERVIEW, options=options)
    both = {"id_card_reissue": 0.4, "id_card_renew": 0.4}
    outcome, _ = said(Weighed(base, both, Decision.CLARIFY), "换领要带什么", "ask_materials", compared)
    assert isinstance(outcome, Answer)
    assert (outcome.item.id, outcome.aspect) == ("id_card_renew", Aspect.MATERIALS)


@pytest.mark.parametrize(
    ("exact", "best", "second", "answered"),
    [
        (True, 0.64, 0.001, True),
        (False, 0.64, 0.001, False),
        (True, 0.55, 0.001, False),
        (True, 0.8, 0.1, False),
    ],
)
def test_nothing_but_noise_beside_a_named_matter(
    base: KnowledgeBase, exact: bool, best: float, second: float, answered: bool
) -> None:
    hits = {"passport_renew": best, "passport_apply": second}
    searcher = Weighed(base, hits, Decision.CLARIFY, exact)
    outcome, _ = said(searcher, "护照丢了怎么补", "ask_overview", Memory())
    assert isinstance(outcome, Answer if answered else Clarify)


@pytest.mark.parametrize(
    ("text", "here", "owner"),
    [
        ("又回青岛了", "370200", "370786"),
        ("那要是我回济南呢", "370100", "370786"),
        ("寿光的呢", "370283", "370783"),
        ("那在烟台呢", "370600", "370786"),
    ],
)
def test_which_region_moves(say: Say, text: str, here: str, owner: str) -> None:
    decided = say(text, "inform_region", PENSION, {}, 0.4)
    assert isinstance(decided.outcome, Answer)
    assert (decided.memory.here, decided.memory.owner) == (here, owner)


def test_what_was_misheard_is_corrected(say: Say) -> None:
    memory = Memory(item_id="remote_medical_filing", aspect=Aspect.WHERE, here="370115", owner="371424")
    decided = say("不对，是临清", "inform_region", memory)
    assert (decided.memory.here, decided.memory.owner) == ("370115", "371581")


def test_the_owner_of_a_flat_is_not_that_of_a_pension(say: Say) -> None:
    """Also after a question back came in between, when there is no present matter."""
    left = Memory(
        owner="370700", here="370200", earlier=(Earlier("real_estate_registration", Aspect.FEE, "370700"),)
    )
    decided = say("社保转移要多久", "ask_time_limit", left, {"社保转移": ("pension_transfer",)})
    assert decided.memory.owner is None


def test_a_citys_plan_is_told_as_one_wherever_the_person_is(say: Say) -> None:
    memory = Memory(here="zone-jiaodong")
    found = {"医保全市通办了": ("medical_citywide",), "医保全市通办": ("medical_citywide",)}
    outcome = say("聊城医保全市通办了吗", "ask_overview", memory, found).outcome
    assert isinstance(outcome, Planned)
    assert outcome.guide.id == "medical_citywide@371500"


@pytest.mark.parametrize(
    ("text", "intent", "confidence", "aspect"),
    [
        ("西海岸企业服务日是什么", "ask_result", 0.35, Aspect.OVERVIEW),
        ("西海岸企业服务日是怎么回事", "ask_progress", 0.8, Aspect.OVERVIEW),
        ("西海岸企业服务日要多少钱", "ask_fee", 0.95, Aspect.FEE),
        ("西海岸企业服务日办到哪一步了", "ask_progress", 0.95, Aspect.PROGRESS),
    ],
)
def test_an_aspect_that_was_hardly_asked(
    base: KnowledgeBase, text: str, intent: str, confidence: float, aspect: Aspect
) -> None:
    outcome, _ = said(
        Weighed(base, {"enterprise_appeal": 0.99}, Decision.ANSWER), text, intent, Memory(), confidence
    )
    assert isinstance(outcome, Answer)
    assert outcome.aspect is aspect


def test_by_when_to_come_is_a_condition(say: Say) -> None:
    injured = Memory(item_id="work_injury_recognition", aspect=Aspect.MATERIALS)
    outcome = say("多长时间内要申请", "ask_time_limit", injured).outcome
    assert isinstance(outcome, Answer)
    assert outcome.aspect is Aspect.CONDITIONS


def test_impatience_is_no_other_subject(say: Say) -> None:
    assert say("说重点行不行", "out_of_scope", CARD).outcome == Smalltalk("impatient")
    assert isinstance(say("听不懂你说的，我要找人工", "human", CARD).outcome, Handoff)


def test_a_complaint_about_what_no_guide_tells_of_goes_to_a_person(base: KnowledgeBase) -> None:
    complaint = Item(id="window_complaint", task_name="窗口投诉", category="政务服务")
    without = KnowledgeBase.from_records(
        [*base.items.values(), complaint], (), (), base.gazetteer.regions.values()
    )
    searcher = Weighed(without, {"window_complaint": 0.95}, Decision.ANSWER)
    text = "你们窗口态度太差了我要投诉"
    assert said(searcher, text, "complaint", Memory())[0] == Handoff("complaint")
    told = Weighed(base, {"wage_arrears_complaint": 0.95}, Decision.ANSWER)
    assert isinstance(said(told, "老板拖欠工资我要投诉", "complaint", Memory())[0], Answer)


def test_the_telephone_for_complaints_is_told(base: KnowledgeBase) -> None:
    assert said(FoundSearcher(base), "投诉电话多少", "ask_phone", Memory())[0] == Handoff("complaint")


@pytest.mark.parametrize("text", ["我不会弄手机", "不会上网啊", "老人不会用智能手机"])
def test_who_cannot_use_a_telephone_is_told_where(say: Say, text: str) -> None:
    outcome = say(text, "out_of_scope", CARD).outcome
    assert isinstance(outcome, Answer)
    assert outcome.aspect is Aspect.WHERE


@pytest.mark.parametrize("text", ["手机号怎么变更", "我想在网上办", "网上能办吗"])
def test_a_telephone_or_the_net_alone_is_no_such_thing(text: str) -> None:
    assert move_of(text) is None


def test_back_to_the_matter_at_hand_and_with_a_question(say: Say) -> None:
    married = Memory(
        item_id="marriage_registration",
        aspect=Aspect.WHERE,
        earlier=(Earlier("newborn_hukou", Aspect.WHERE),),
    )
    at_hand = say("回到结婚登记", "ask_overview", married).outcome
    assert isinstance(at_hand, Answer)
    assert at_hand.item.id == "marriage_registration"
    earlier = say("刚才上户口那个有什么条件", "ask_conditions", married).outcome
    assert isinstance(earlier, Answer)
    assert (earlier.item.id, earlier.aspect) == ("newborn_hukou", Aspect.CONDITIONS)


def test_moves_with_something_before_them() -> None:
    assert (move := move_of("我耳朵背，再说一遍")) is not None
    assert move.kind is Kind.REPEAT
    assert (move := move_of("还没定")) is not None
    assert move.kind is Kind.SKIP


def test_a_question_without_a_place_to_pick_asks_for_its_name(base: KnowledgeBase) -> None:
    asked = Memory(
        item_id="residence_permit_apply",
        aspect=Aspect.WHERE,
        asking=Asking.HERE,
        options=(Option(SKIP, ""),),
        asked=("here",),
    )
    turn = Turn("99", "choose_option", 0.9, asked, TODAY)
    decided = decide(turn, FoundSearcher(base), load_words().safety_lines)  # type: ignore[arg-type]
    payload = compose(turn, decided, base, load_words(), index_digest="test").to_json()
    assert payload["text"] == load_words().say("clarify.which_place")


def test_a_follow_up_costs_no_search(base: KnowledgeBase) -> None:
    """Twelve turns on one matter: only the first of them is searched."""
    searcher = FoundSearcher(
        base, {"身份证丢了补办": ("id_card_reissue",), "身份证丢了": ("id_card_reissue",)}
    )
    memory = Memory()
    talk = (
        ("身份证丢了去哪补办", "ask_where"),
        ("要带什么", "ask_materials"),
        ("多少钱", "ask_fee"),
        ("我在烟台，户口在青岛", "inform_region"),
        ("那在威海呢", "inform_region"),
        ("网上能办吗", "ask_online"),
        ("还有呢", "ask_overview"),
        ("再说一遍", "ask_overview"),
        ("不对，是潍坊", "inform_region"),
        ("几天", "ask_time_limit"),
        ("打哪个电话", "ask_phone"),
        ("地址再发一遍", "ask_where"),
    )
    for text, intent in talk:
        outcome, memory = said(searcher, text, intent, memory)
        assert isinstance(outcome, Answer | Smalltalk), text
    assert memory.item_id == "id_card_reissue"
    assert searcher.searches == 1
