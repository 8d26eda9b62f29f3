from __future__ import annotations

from datetime import date

import pytest

from knowledge.model import Guide, HandleArea, HandleMode, ScopeStatus
from knowledge.where import GuideChoice, choose_guide
from tests.unit.knowledge.region_samples import sample_gazetteer
from tests.unit.knowledge.where_samples import TODAY, guide, scope

PINGDU, SHINAN, QINGDAO, CHANGYI, WEIFANG, LINYI, SUZHOU = (
    "370283", "370202", "370200", "370786", "370700", "371424", "320500",
)  # fmt: skip
NATION, SHANDONG, ZONE, CITY, COUNTY = (
    guide(region=code) for code in ("000000", "370000", "zone-jiaodong", QINGDAO, PINGDU)
)


def choose(guides: list[Guide], here: str | None, owner: str | None) -> GuideChoice | None:
    return choose_guide(guides, here=here, owner=owner, gazetteer=sample_gazetteer(), on=TODAY)


ALL = [COUNTY, CITY, ZONE, SHANDONG, NATION]

CHOICES = [
    # guides, here, owner, chosen, fell back
    (ALL, None, None, NATION, False),
    (ALL, None, PINGDU, COUNTY, False),
    (ALL, PINGDU, None, COUNTY, False),
    (ALL, None, SHINAN, CITY, True),
    (ALL, None, QINGDAO, CITY, False),
    (ALL, LINYI, PINGDU, COUNTY, False),
    (ALL, PINGDU, LINYI, SHANDONG, True),
    (ALL, PINGDU, SUZHOU, NATION, True),
    (ALL, "000000", SUZHOU, NATION, True),
    # both members of the agreement, in two cities
    (ALL, CHANGYI, PINGDU, ZONE, False),
    (ALL, WEIFANG, QINGDAO, ZONE, False),
    ([ZONE, NATION], PINGDU, CHANGYI, ZONE, False),
    # both members, one city: nothing is crossed
    (ALL, SHINAN, PINGDU, COUNTY, False),
    ([ZONE, NATION], SHINAN, PINGDU, NATION, True),
    # one region known: the agreement is an alternative, unless nothing wider exists
    ([ZONE, NATION], None, PINGDU, NATION, True),
    ([ZONE, NATION], PINGDU, None, NATION, True),
    ([ZONE], None, PINGDU, ZONE, False),
    ([ZONE], SHINAN, PINGDU, ZONE, False),
    ([ZONE], None, None, ZONE, False),
    # the agreement itself is asked about
    (ALL, None, "zone-jiaodong", ZONE, False),
    # nobody outside gets what holds inside only
    ([ZONE], LINYI, PINGDU, None, False),
    ([COUNTY, CITY], None, SUZHOU, None, False),
    ([COUNTY, CITY], SUZHOU, None, None, False),
    ([SHANDONG], SUZHOU, SUZHOU, None, False),
    ([COUNTY], None, QINGDAO, None, False),
    ([], PINGDU, PINGDU, None, False),
    ([COUNTY, CITY], None, None, CITY, False),
]


@pytest.mark.parametrize(("guides", "here", "owner", "chosen", "fell_back"), CHOICES)
def test_choice(
    guides: list[Guide], here: str | None, owner: str | None, chosen: Guide | None, fell_back: bool
) -> None:
    choice = choose(guides, here, owner)
    assert (choice.guide if choice else None) == chosen
    assert (choice.fell_back if choice else False) is fell_back


def test_alternatives_are_the_guides_that_may_matter_to_these_people() -> None:
    jinan = guide(region="370100")
    choice = choose([*ALL, jinan], PINGDU, None)
    assert choice is not None
    assert [g.region for g in choice.alternatives] == ["000000", "370000", "zone-jiaodong", QINGDAO]


def test_knowing_nothing_every_other_guide_may_matter_the_widest_first() -> None:
    choice = choose([COUNTY, ZONE, NATION], None, None)
    assert choice is not None
    assert [g.region for g in choice.alternatives] == ["zone-jiaodong", PINGDU]


def test_what_is_planned_is_an_alternative_and_never_the_choice() -> None:
    planned = guide(region=PINGDU, status=ScopeStatus.PLANNED)
    later = guide(region=QINGDAO, effective_date=date(2025, 1, 1))
    choice = choose([planned, later, NATION], None, PINGDU)
    assert choice is not None
    assert choice.guide is NATION
    assert list(choice.alternatives) == [later, planned]
    assert choose([planned, later], None, PINGDU) is None


def test_expired_and_superseded_guides_are_gone() -> None:
    expired = guide(region=QINGDAO, expiry_date=date(2024, 5, 31))
    old = guide(region=PINGDU, id="matter@old")
    new = guide(region=PINGDU, id="matter@new", supersedes="matter@old")
    choice = choose([expired, old, new, NATION], None, PINGDU)
    assert choice is not None
    assert choice.guide is new
    assert list(choice.alternatives) == [NATION]


def test_a_successor_that_is_only_planned_replaces_nothing_yet() -> None:
    old = guide(region=PINGDU, id="matter@old")
    new = guide(region=PINGDU, id="matter@new", supersedes="matter@old", status=ScopeStatus.PLANNED)
    choice = choose([old, new], None, PINGDU)
    assert choice is not None
    assert choice.guide is old


def test_of_two_guides_of_one_region_the_later_is_used() -> None:
    old = guide(region=PINGDU, id="matter@a", publish_date="2021-01")
    new = guide(region=PINGDU, id="matter@b", publish_date="2023-05-05")
    for guides in ([old, new], [new, old]):
        choice = choose(guides, None, PINGDU)
        assert choice is not None
        assert choice.guide is new


def test_the_guide_of_where_one_is_serves_an_outsider_only_if_its_scope_takes_them() -> None:
    anywhere = guide(scope(HandleArea.CROSS_PROVINCE, HandleMode.COLLECT), region=QINGDAO)
    in_city = guide(scope(HandleArea.CITY, HandleMode.ANY_WINDOW), region=QINGDAO)
    choice = choose([anywhere], SHINAN, SUZHOU)
    assert choice is not None
    assert (choice.guide, choice.fell_back) == (anywhere, True)
    assert choose([in_city], SHINAN, SUZHOU) is None
    assert choose([CITY], SHINAN, SUZHOU) is None
