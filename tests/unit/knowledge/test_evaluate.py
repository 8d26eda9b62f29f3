from __future__ import annotations

import json
from pathlib import Path

import pytest

from knowledge.base import KnowledgeBase
from knowledge.errors import ImportFailed
from knowledge.evaluate import Row, evaluate, read_rows
from knowledge.search import Decision, Hit, SearchResult
from tests.unit.knowledge.search_samples import small_base


class Scripted:
    """Finds what the test says it finds."""

    def __init__(self, answers: dict[str, tuple[Decision, list[str], float]]) -> None:
        self.base: KnowledgeBase = small_base()
        self._answers = answers

    def search(self, text: str, *, top: int = 5) -> SearchResult:
        decision, items, sure = self._answers[text]
        hits = tuple(self._hit(item_id) for item_id in items[:top])
        options = tuple(items[:5]) if decision is Decision.CLARIFY else ()
        return SearchResult(text, text, hits, decision, options, None, sure)

    def _hit(self, item_id: str) -> Hit:
        item = self.base.item(item_id)
        return Hit(item_id, item.task_name, item.category, 0.5, 0.5, 0.5, 0.5, 0.5, exact=False, whole=False)


SCRIPT = {
    "right": (Decision.ANSWER, ["marriage", "death"], 0.9),
    "wrong": (Decision.ANSWER, ["death", "marriage"], 0.8),
    "asked": (Decision.CLARIFY, ["death", "marriage", "fund_loan"], 0.7),
    "asked, not offered": (Decision.CLARIFY, ["death", "fund_loan"], 0.6),
    "refused": (Decision.NOTHING, ["death"], 0.2),
    "weather": (Decision.NOTHING, ["death"], 0.1),
    "bank card": (Decision.ANSWER, ["death"], 0.75),
    "lost": (Decision.ANSWER, ["death"], 0.9),
}
ROWS = [
    Row("right", "结婚登记"),
    Row("wrong", "marriage"),
    Row("asked", "领证"),
    Row("asked, not offered", "结婚登记"),
    Row("refused", "结婚登记"),
    Row("weather", "-"),
    Row("bank card", "-"),
    Row("lost", "没有的事项", line=8),
]


def test_every_figure() -> None:
    report = evaluate(Scripted(SCRIPT), ROWS)
    inside = report.in_scope
    assert (report.questions, inside.n, report.out_of_scope) == (8, 5, 2)
    assert inside.hit_1 == pytest.approx(1 / 5)
    assert inside.hit_3 == pytest.approx(3 / 5)
    assert inside.mrr == pytest.approx((1 + 1 / 2 + 1 / 2) / 5)
    assert (inside.answered, inside.clarified, inside.refused) == pytest.approx((0.4, 0.4, 0.2))
    assert inside.offered == pytest.approx(2 / 5)
    assert inside.wrong_answers == pytest.approx(1 / 5)
    assert (report.out_of_scope_answered, report.out_of_scope_refused) == (0.5, 0.5)
    assert report.wrong_answers == pytest.approx(2 / 7)
    # pairs in which the in-scope question is the more certain: 5 with weather, 2 with bank card
    assert report.auroc == pytest.approx(7 / 10)


def test_what_the_base_lacks_is_listed_and_not_scored() -> None:
    report = evaluate(Scripted(SCRIPT), ROWS)
    assert report.lacking == (Row("lost", "没有的事项", line=8),)
    assert report.lacking_answered == 1
    assert evaluate(Scripted(SCRIPT), ROWS[:3]).lacking_answered == 0


def test_mistakes_begin_with_the_most_certain_wrong_answers() -> None:
    report = evaluate(Scripted(SCRIPT), ROWS)
    assert [one.question for one in report.mistakes] == [
        "wrong",
        "bank card",
        "asked",
        "asked, not offered",
        "refused",
    ]


def test_figures_by_category() -> None:
    report = evaluate(Scripted(SCRIPT), ROWS)
    assert {name: one.n for name, one in report.categories.items()} == {"民政": 5}


def test_the_report_is_json_and_a_table() -> None:
    report = evaluate(Scripted(SCRIPT), ROWS)
    data = json.loads(json.dumps(report.to_json()))
    assert data["in_scope"]["n"] == 5
    assert data["mistakes"][0]["question"] == "wrong"
    assert data["lacking"][0]["item"] == "没有的事项"
    table = report.table()
    for part in ("hit@1 0.200", "wrong answers 0.286", "民政", "wrong → answer death", "没有的事项"):
        assert part in table


def test_either_of_two_items_may_be_right() -> None:
    report = evaluate(Scripted(SCRIPT), [Row("wrong", "结婚登记 | 死亡登记（户口注销）")])
    assert report.in_scope.hit_1 == 1


def test_a_set_of_one_kind_has_no_auroc() -> None:
    assert evaluate(Scripted(SCRIPT), ROWS[:3]).auroc is None
    assert evaluate(Scripted(SCRIPT), []).in_scope.hit_1 == 0


def test_rows_are_read_and_comments_left_out(tmp_path: Path) -> None:
    path = tmp_path / "questions.tsv"
    path.write_text("\ufeff# question\titem\n\n身份证丢了\t居民身份证补领\n天气 \t-\n", encoding="utf-8")
    assert read_rows(path) == (Row("身份证丢了", "居民身份证补领", 3), Row("天气", "-", 4))


@pytest.mark.parametrize("content", ["只有问题\n", "问题\t\n", "\t事项\n"])
def test_a_row_without_question_or_item_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "questions.tsv"
    path.write_text(f"好的\t-\n{content}", encoding="utf-8")
    with pytest.raises(ImportFailed, match="line 2"):
        read_rows(path)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00x"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "questions.tsv"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ImportFailed, match=r"questions\.tsv"):
        read_rows(path)


@pytest.mark.parametrize("content", ["", "\n \n", "# question\titem\n", "\ufeff"])
def test_a_file_without_a_question_measures_nothing_and_says_so(tmp_path: Path, content: str) -> None:
    path = tmp_path / "questions.tsv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ImportFailed, match="no question") as caught:
        read_rows(path)
    assert "a tab" in caught.value.mend


@pytest.mark.parametrize("name", ["dev.tsv", "test.tsv", "heldout.tsv"])
def test_the_shipped_questions_are_well_formed(name: str) -> None:
    rows = read_rows(Path(__file__).parents[3] / "benchmarks" / "search" / name)
    assert len({row.question for row in rows}) == len(rows)
    assert sum(row.item != "-" for row in rows) >= 130
    assert sum(row.item == "-" for row in rows) >= 80


def test_confusions_tell_what_was_taken_for_what() -> None:
    report = evaluate(Scripted(SCRIPT), ROWS)
    first, second = report.confusions
    assert (first.expected, first.got, first.count) == ("marriage", "death", 4)
    assert first.questions == ("wrong", "asked", "asked, not offered")
    assert (second.expected, second.got, second.questions) == ("out of scope", "death", ("bank card",))
    assert "    4  marriage → death: wrong; asked; asked, not offered" in report.table()


def test_the_calibration_is_that_of_the_first_hit() -> None:
    # The scripted hits all have probability 0.5; one of the seven scored questions has the right one first.
    curve = evaluate(Scripted(SCRIPT), ROWS).calibration
    assert [one.n for one in curve.bins] == [0, 0, 0, 0, 0, 7, 0, 0, 0, 0]
    assert curve.bins[5].observed == pytest.approx(1 / 7)
    assert curve.error == pytest.approx(0.5 - 1 / 7)


def test_coverage_is_of_in_scope_questions_and_can_be_left_out() -> None:
    report = evaluate(Scripted(SCRIPT), ROWS)
    assert report.coverage is not None
    assert (report.coverage.n, report.coverage.holds_name) == (5, 0)
    assert "lexicon: a name of the right item" in report.table()
    assert evaluate(Scripted(SCRIPT), ROWS, coverage=False).coverage is None


def test_the_json_has_all_of_the_report() -> None:
    report = evaluate(Scripted(SCRIPT), ROWS)
    data = json.loads(json.dumps(report.to_json()))
    assert len(data["calibration"]["bins"]) == 10
    assert data["confusions"][0]["questions"][0] == "wrong"
    assert data["coverage"]["n"] == 5
    assert data["categories"]["民政"]["n"] == 5
    assert len(data["mistakes"]) == len(report.mistakes)
