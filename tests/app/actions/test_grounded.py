"""No figure, date, telephone or address is said that no cited record has: every item, aspect, region pair."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from actions.compose import compose
from actions.dialogue import Answer, Decided, Memory, Planned, Turn
from actions.words import load_words
from knowledge.aspects import Aspect
from knowledge.base import KnowledgeBase
from tests.support.dialogue import TODAY, Say

NUMBER = re.compile(r"\d+")
CARD_WORDS = {"channel", "mode", "where", "materials", "steps", "time_limit", "fee", "conditions", "note"}
CARD_WORDS |= {"online", "phone", "hours", "agent", "result", "legal_basis", "progress", "faq", "card"}
LIST_NUMBER = re.compile(r"^\d+\. ", flags=re.MULTILINE)
PAIRS = ((None, None), ("370283", "370786"), ("371100", "370200"), ("370115", "371424"), ("320500", "370786"))
WORDS_OF_CARD = sorted(
    {
        piece
        for key, phrase in load_words().phrases.items()
        if key.partition(".")[0] in CARD_WORDS or key == "answer.unverified_mark"
        for piece in re.split(r"\{\w+\}|[\n；（）：，、]", phrase)
        if len(piece) > 1 or piece in "·问答"
    }
    - {""}
)
"""Labels and connecting words of ours, as they stand in the content file."""
OWN_NUMBERS = set(NUMBER.findall(json.dumps(dict(load_words().phrases), ensure_ascii=False)))
"""Numbers of the assistant's own words: 12345, 110 …"""


def _cited(base: KnowledgeBase, answer: Answer) -> Iterator[str]:
    """Everything this answer may quote."""
    yield from (g.model_dump_json() for g in (answer.guide, *answer.choice.alternatives, *answer.helpers))
    yield from (hall.model_dump_json() for option in answer.options for hall in option.halls)
    yield answer.item.model_dump_json()
    yield from (base.item(o.id).task_name for o in answer.local_neighbours)


@pytest.mark.parametrize("aspect", Aspect)
def test_every_number_is_cited(base: KnowledgeBase, say: Say, aspect: Aspect) -> None:
    unexplained = []
    for item_id in base.items:
        for here, owner in PAIRS:
            memory = Memory(item_id=item_id, here=here, owner=owner)
            decided = say("这个呢", aspect.intent, memory)
            if not isinstance(decided.outcome, Answer):
                continue
            text = _text(base, decided, memory, aspect)
            allowed = set(NUMBER.findall(" ".join(_cited(base, decided.outcome)))) | OWN_NUMBERS
            said = set(NUMBER.findall(LIST_NUMBER.sub("", text)))
            copies = {str(m.copy_num) for m in decided.outcome.guide.materials if m.copy_num}
            unexplained += [(item_id, here, owner, number) for number in said - allowed - copies]
    assert unexplained == []


def _text(base: KnowledgeBase, decided: Decided, memory: Memory, aspect: Aspect) -> str:
    turn = Turn("这个呢", aspect.intent, 0.9, memory, TODAY)
    return compose(turn, decided, base, load_words(), index_digest="test").text


OUR_WORDS = re.compile("|".join(sorted((re.escape(w) for w in WORDS_OF_CARD), key=len, reverse=True)))
CUT_OF_A_TEXT = re.compile(r"[\n；（）：，、]|〔.*?〕")


@pytest.mark.parametrize(("here", "owner"), PAIRS)
def test_every_value_of_a_card_is_in_the_guide(
    base: KnowledgeBase, say: Say, here: str | None, owner: str | None
) -> None:
    """Every piece of every text of a card, our own labels taken away, stands in the guide or its halls."""
    unexplained, pieces = [], 0
    for item_id in base.items:
        memory = Memory(item_id=item_id, here=here, owner=owner)
        decided = say("这个呢", "ask_overview", memory)
        if not isinstance(decided.outcome, Answer):
            continue
        turn = Turn("这个呢", "ask_overview", 0.9, memory, TODAY)
        card = compose(turn, decided, base, load_words(), index_digest="test").card
        assert card is not None
        outcome = decided.outcome
        allowed = _plain("\n".join([*_values(outcome), *_region_names(base, outcome)]))
        for text in _texts(card):
            for piece in CUT_OF_A_TEXT.split(OUR_WORDS.sub("\n", text)):
                pieces += 1
                if _plain(piece) not in allowed:
                    unexplained.append((item_id, piece))
    assert unexplained == []
    assert pieces > 1000


def _texts(value: Any) -> Iterator[str]:
    """Every text and every figure of a card; the guide's path, aspects and needs are ours."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("page", "checklist", "aspect", "need", "kind", "has_flow", "label"):
                yield from _texts(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, str):
        yield value
    elif value is not None:
        yield str(value)


def _values(answer: Answer) -> Iterator[str]:
    """Every value of the guide, of its item's hotline and of the halls of its options."""
    records = [answer.guide.to_json(), *(h.to_json() for option in answer.options for h in option.halls)]
    for record in records:
        yield from _leaves(record)


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from _leaves(inner)
    else:
        yield str(value)


def _region_names(base: KnowledgeBase, answer: Answer) -> Iterator[str]:
    yield from (base.gazetteer.display(option.region) for option in answer.options if option.region)


def _plain(text: str) -> str:
    return CUT_OF_A_TEXT.sub("", "".join(text.split()))


def test_every_answer_names_title_region_source_and_date(base: KnowledgeBase, say: Say) -> None:
    for item_id in base.items:
        memory = Memory(item_id=item_id)
        decided = say("这个呢", "ask_overview", memory)
        assert isinstance(decided.outcome, Answer | Planned)
        text = _text(base, decided, memory, Aspect.OVERVIEW)
        guide = decided.outcome.guide
        assert ("计划" in text) == isinstance(decided.outcome, Planned) or "计划" in guide.model_dump_json()
        assert f"【{guide.task_name}】" in text
        assert "资料日期：" in text or any(source.published in text for source in guide.sources)
        assert all(source.name in text for source in guide.sources[:2])
        assert "为准" in text


def test_unverified_values_are_marked(base: KnowledgeBase, say: Say) -> None:
    marked = 0
    for guide in (g for item_id in base.items for g in base.guides_of(item_id)):
        if not guide.is_unverified("fee_explain") or not guide.fee_explain or guide.region != "000000":
            continue
        memory = Memory(item_id=guide.item_id)
        text = _text(base, say("这个呢", "ask_fee", memory), memory, Aspect.FEE)
        assert "（未核实）" in text
        assert "以窗口答复为准" in text
        marked += 1
    assert marked
