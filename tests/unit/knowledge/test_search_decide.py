from __future__ import annotations

import pytest

from knowledge.search.decide import MOST_OPTIONS, Decision, Hit, Policy, decide

POLICY = Policy(recognised=0.4, answer=0.8, offer=0.1)


def hit(
    item_id: str, probability: float, *, said: float = 0.5, whole: bool = False, category: str = "甲"
) -> Hit:
    return Hit(
        item_id=item_id,
        title=item_id,
        category=category,
        probability=probability,
        score=probability,
        lexical=probability,
        dense=probability,
        said=said,
        exact=whole,
        whole=whole,
    )


@pytest.mark.parametrize(
    ("hits", "recognised", "decision", "options"),
    [
        ([], 0.9, Decision.NOTHING, ()),
        ([hit("a", 0.9), hit("b", 0.05)], 0.9, Decision.ANSWER, ()),
        ([hit("a", 0.9), hit("b", 0.05)], 0.3, Decision.NOTHING, ()),
        ([hit("a", 0.7), hit("b", 0.05)], 0.9, Decision.CLARIFY, ("a", "b")),
        ([hit("a", 0.7), hit("b", 0.2), hit("c", 0.01)], 0.9, Decision.CLARIFY, ("a", "b")),
        ([hit("a", 0.5), hit("b", 0.4), hit("c", 0.3)], 0.9, Decision.CLARIFY, ("a", "b", "c")),
        # exactly the name of one item: answered however unlikely; of several: offered
        ([hit("a", 0.2, whole=True), hit("b", 0.1)], 0.1, Decision.ANSWER, ()),
        ([hit("a", 0.9, whole=True), hit("b", 0.2, whole=True)], 0.1, Decision.CLARIFY, ("a", "b")),
        # a word that many names hold entire is no item
        (
            [hit("a", 0.95, said=1), hit("b", 0.3, said=1), hit("c", 0.2, said=1)],
            0.9,
            Decision.CLARIFY,
            ("a", "b", "c"),
        ),
        ([hit("a", 0.5)], 0.9, Decision.NOTHING, ()),  # nothing to choose between
    ],
)
def test_decisions(hits: list[Hit], recognised: float, decision: Decision, options: tuple[str, ...]) -> None:
    verdict = decide(hits, recognised, POLICY)
    assert (verdict.decision, verdict.options) == (decision, options)


def test_at_most_five_are_offered() -> None:
    verdict = decide([hit(f"i{n}", 0.3) for n in range(8)], 0.9, POLICY)
    assert len(verdict.options) == MOST_OPTIONS == 5


def test_the_category_is_named_only_when_all_options_share_it() -> None:
    same = decide([hit("a", 0.5), hit("b", 0.4)], 0.9, POLICY)
    mixed = decide([hit("a", 0.5), hit("b", 0.4, category="乙")], 0.9, POLICY)
    answered = decide([hit("a", 0.9, category="乙")], 0.9, POLICY)
    assert (same.category, mixed.category, answered.category) == ("甲", None, "乙")


def test_a_policy_survives_json() -> None:
    assert Policy.from_json(POLICY.to_json()) == POLICY
