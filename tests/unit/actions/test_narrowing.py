"""A reply in one's own words to 「您问的是哪一件」."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from actions.dialogue import Answer, Asking, Clarify, Decided, Declined, Handoff, Memory, Option, Turn, decide
from actions.dialogue.narrowing import LONGEST
from actions.words import load_words
from knowledge.base import KnowledgeBase
from knowledge.search import Decision, Hit, SearchResult, needle_of

RENT, BUY, RETIRE = "fund_withdraw_rent", "fund_withdraw_purchase", "fund_withdraw_retirement"
CHOOSING = Memory(
    asking=Asking.ITEM,
    options=(Option(BUY, "购房提取住房公积金"), Option(RETIRE, "退休提取住房公积金")),
    sought="公积金取",
)


@dataclass
class Odds:
    """A searcher that gives the items a test lists for a needle their probabilities."""

    base: KnowledgeBase
    odds: dict[str, dict[str, float]]
    meta: dict[str, Any] = field(default_factory=lambda: {"digest": "test"})

    def search(self, text: str, *, top: int = 5) -> SearchResult:
        needle = needle_of(text)
        found = sorted(self.odds.get(needle, {}).items(), key=lambda one: -one[1])
        hits = tuple(
            Hit(
                i,
                self.base.item(i).task_name,
                self.base.item(i).category,
                p,
                p,
                p,
                p,
                p,
                exact=False,
                whole=False,
            )
            for i, p in found
        )
        best = hits[0].probability if hits else 0.0
        decision = Decision.ANSWER if best > 0.7 else Decision.CLARIFY if len(hits) > 1 else Decision.NOTHING
        ids = tuple(hit.item_id for hit in hits) if decision is Decision.CLARIFY else ()
        return SearchResult(text, needle, hits, decision, ids, recognised=1.0 if hits else 0.1)


def reply(
    base: KnowledgeBase,
    said: str,
    odds: dict[str, dict[str, float]],
    intent: str = "ask_overview",
    sure: float = 0.4,
) -> Decided:
    turn = Turn(said, intent, sure, CHOOSING, date(2026, 11, 20))
    return decide(turn, Odds(base, odds), load_words().safety_lines)  # type: ignore[arg-type]


MENU = {"公积金取": {BUY: 0.3, RETIRE: 0.2}}


@pytest.mark.parametrize("intent", ["ask_overview", "out_of_scope"])
def test_the_reply_and_the_words_before_it_say_which(base: KnowledgeBase, intent: str) -> None:
    odds = MENU | {"租房": {"old_age_allowance": 0.1, RENT: 0.05}, "公积金取 租房": {RENT: 0.94, BUY: 0.1}}
    decided = reply(base, "租房", odds, intent)
    assert isinstance(decided.outcome, Answer)
    assert (decided.outcome.item.id, decided.understanding.needle) == (RENT, "公积金取 租房")


def test_a_matter_of_its_own_is_not_read_with_what_came_before(base: KnowledgeBase) -> None:
    odds = MENU | {"结婚登记": {"marriage_registration": 0.99}, "公积金取 结婚登记": {RENT: 0.99}}
    decided = reply(base, "结婚登记", odds)
    assert isinstance(decided.outcome, Answer)
    assert decided.outcome.item.id == "marriage_registration"


def test_what_makes_nothing_likelier_is_left_as_it_was(base: KnowledgeBase) -> None:
    odds = MENU | {"天气咋样": {}, "公积金取 天气咋样": {BUY: 0.3, RETIRE: 0.2}}
    decided = reply(base, "天气咋样", odds, "out_of_scope", 0.9)
    assert decided.outcome == Declined("out_of_scope")
    assert decided.memory == CHOOSING


def test_words_that_speak_for_one_option_only_pick_it(base: KnowledgeBase) -> None:
    alone = {"老了拿": {"old_age_allowance": 0.3, RETIRE: 0.15}}
    odds = MENU | alone | {"公积金取 老了拿": {RETIRE: 0.2, BUY: 0.01}}
    decided = reply(base, "老了拿", odds)
    assert isinstance(decided.outcome, Answer)
    assert decided.outcome.item.id == RETIRE
    odds |= {"公积金取 老了拿": {RETIRE: 0.2, BUY: 0.1}}
    assert not isinstance(reply(base, "老了拿", odds).outcome, Answer), "two options are spoken for"


def test_a_word_said_before_narrows_nothing(base: KnowledgeBase) -> None:
    odds = {"公积金取": {BUY: 0.3, RETIRE: 0.2}, "公积金": {BUY: 0.2, RETIRE: 0.1}}
    odds |= {"公积金取 公积金": {RENT: 0.99}}
    assert isinstance(reply(base, "公积金", odds).outcome, Clarify)


def test_a_place_is_kept_and_the_question_stays(base: KnowledgeBase) -> None:
    decided = reply(
        base, "在青岛住 儿子家", MENU | {"儿子家": {"marriage_registration": 0.2}}, "inform_region"
    )
    assert isinstance(decided.outcome, Clarify)
    assert decided.outcome.options == CHOOSING.options
    assert (decided.memory.here, decided.memory.sought) == ("370200", "公积金取")


def test_what_was_asked_back_about_is_remembered_and_stays_short(base: KnowledgeBase) -> None:
    first = decide(
        Turn("公积金怎么取", "ask_steps", 0.9, Memory(), date(2026, 11, 20)),
        Odds(base, MENU),  # type: ignore[arg-type]
        load_words().safety_lines,
    )
    assert (first.memory.sought, first.memory.asking) == ("公积金取", Asking.ITEM)
    long = "很" * 80
    odds = MENU | {long: {}, f"公积金取 {long}": {BUY: 0.6, RETIRE: 0.2}}
    assert len(reply(base, long, odds).memory.sought) == LONGEST


def test_another_of_the_same_kind_instead(base: KnowledgeBase) -> None:
    memory = Memory(item_id=BUY, guide_id=f"{BUY}@000000")
    turn = Turn("不是买房，是租房", "deny", 0.6, memory, date(2026, 11, 20))
    decided = decide(turn, Odds(base, {}), load_words().safety_lines)  # type: ignore[arg-type]
    assert isinstance(decided.outcome, Answer)
    assert decided.outcome.item.id == RENT


@pytest.mark.parametrize(
    ("said", "sure", "person"),
    [("我老太太七十多了不会用手机", 0.48, False), ("你们这什么态度", 0.48, True), ("气死人了", 0.9, True)],
)
def test_only_a_complaint_is_taken_for_one(base: KnowledgeBase, said: str, sure: float, person: bool) -> None:
    turn = Turn(said, "complaint", sure, Memory(), date(2026, 11, 20))
    decided = decide(turn, Odds(base, {}), load_words().safety_lines)  # type: ignore[arg-type]
    assert isinstance(decided.outcome, Handoff) is person
