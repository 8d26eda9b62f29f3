from __future__ import annotations

import pytest

from knowledge.measures import Coverage, Curve, confusion_lines, confusions
from tests.unit.knowledge.search_samples import small_base


def test_confusions_are_counted_and_the_most_frequent_comes_first() -> None:
    found = confusions([("a", "b", "1"), ("c", "d", "2"), *(("c", "d", str(n)) for n in range(3, 7))])
    assert [(one.expected, one.got, one.count) for one in found] == [("c", "d", 5), ("a", "b", 1)]
    assert found[0].questions == ("2", "3", "4")
    assert confusion_lines(found)[1] == "    5  c → d: 2; 3; 4"


def test_the_calibration_curve_compares_predicted_with_observed() -> None:
    curve = Curve.of([(0.05, False), (0.15, True), (0.1, False), (0.95, True), (1.0, True)])
    assert [one.n for one in curve.bins] == [1, 2, 0, 0, 0, 0, 0, 0, 0, 2]
    second = curve.bins[1]
    assert (second.low, second.high) == (0.1, 0.2)
    assert (second.predicted, second.observed) == pytest.approx((0.125, 0.5))
    assert curve.error == pytest.approx((0.05 + 2 * 0.375 + 2 * 0.025) / 5)
    assert len(curve.lines()) == 2 + 3  # empty bins are not shown


def test_nothing_tried_has_no_error() -> None:
    assert Curve.of([]).error == 0


def test_coverage_by_names_by_keywords_and_by_the_best_name() -> None:
    asked = [
        ("我的身份证丢了怎么办", "身份证丢了", ("id_card_reissue",)),  # an alias stands in it
        ("高血压去济南", "高血压 济南", ("remote_medical",)),  # a keyword, no name
        ("驾照要换", "驾照要换", ("driving_renew",)),  # neither, yet its names are the nearest
        ("什么也没有", "xyz", ("marriage",)),
    ]
    found = Coverage.of(small_base(), asked)
    assert (found.n, found.holds_name, found.holds_hint, found.best_name) == (4, 0.25, 0.5, 0.5)


def test_coverage_of_no_question() -> None:
    assert Coverage.of(small_base(), []).n == 0
