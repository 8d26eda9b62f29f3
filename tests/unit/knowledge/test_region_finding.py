"""A region found by what somebody types into a field."""

from __future__ import annotations

import pytest

from knowledge.regions.finding import find_regions
from tests.unit.knowledge.region_samples import sample_gazetteer

PLACES = sample_gazetteer()


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("市中区", ["370103", "370402", "370811"]),  # both, and after them the one of a former name
        ("济南市中区", ["370103"]),
        ("济南市市中区", ["370103"]),
        (" 枣庄 市中 ", ["370402"]),
        ("平度", ["370283"]),
        ("370402", ["370402"]),
        ("青岛市平度市", ["370283"]),
        ("泉城", ["370100"]),  # an everyday name
        ("胶东五市", []),
        ("火星", []),
        ("", []),
        ("  ", []),
    ],
)
def test_what_is_typed_finds(typed: str, codes: list[str]) -> None:
    assert [region.code for region in find_regions(PLACES, typed)] == codes


def test_the_closest_comes_first_and_of_equals_the_wider() -> None:
    found = find_regions(PLACES, "济南")
    assert found[0].code == "370100"
    assert {region.code for region in found[1:]} > {"370103"}, "what lies in it comes after it"
    assert [region.code for region in find_regions(PLACES, "3701", most=2)] == ["370100", "370102"]


def test_no_more_come_than_are_wanted() -> None:
    assert len(find_regions(PLACES, "区", most=5)) == 5
