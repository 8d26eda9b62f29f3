from __future__ import annotations

import time
from typing import Any

import pytest

from knowledge.model import Guide, HandleArea, HandleMode, OwnerRole, ScopeStatus
from knowledge.where import missing_regions
from tests.unit.knowledge.region_samples import sample_gazetteer
from tests.unit.knowledge.where_samples import HERE, JIAODONG, OWNER, TODAY, guide, item, scope

A, M = HandleArea, HandleMode
CLUSTER = scope(A.CLUSTER, M.NEARBY_CHECK, *JIAODONG)
NOWHERE: tuple[str | None, str | None] = (None, None)


def missing(
    guides: list[Guide], here: str | None, owner: str | None, role: OwnerRole = OwnerRole.INSURED
) -> tuple[str, ...]:
    known: dict[str, Any] = {"gazetteer": sample_gazetteer(), "halls": (), "on": TODAY}
    return missing_regions(guides, item(role), here=here, owner=owner, **known)


@pytest.mark.parametrize(
    ("guides", "known", "expected"),
    [
        ([guide()], NOWHERE, ()),
        ([guide(scope(A.DISTRICT))], NOWHERE, ()),
        ([guide(scope(A.NATIONWIDE, M.ANY_WINDOW))], NOWHERE, ()),
        ([guide(scope(A.NATIONWIDE, M.ONLINE))], NOWHERE, ()),
        ([guide(CLUSTER)], NOWHERE, ("here", "owner")),
        ([guide(CLUSTER)], (None, OWNER), ("here",)),
        ([guide(CLUSTER)], (OWNER, None), ("owner",)),
        ([guide(CLUSTER)], (HERE["cluster"], OWNER), ()),
        ([guide(CLUSTER)], (None, "320500"), ()),
        ([guide(CLUSTER)], ("320500", None), ()),
        ([guide(scope(A.PROVINCE, M.ANY_WINDOW))], (None, OWNER), ("here",)),
        ([guide(scope(A.CITY, M.ANY_WINDOW))], (OWNER, None), ("owner",)),
        ([guide(scope(A.CROSS_PROVINCE, M.COLLECT))], (None, OWNER), ("here",)),
        ([guide(), guide(region="370200")], NOWHERE, ("owner",)),
        ([guide(), guide(region="370200")], (None, OWNER), ()),
        ([guide(), guide(CLUSTER, region="zone-jiaodong")], (None, OWNER), ("here",)),
        ([guide(), guide(CLUSTER, region="zone-jiaodong")], (OWNER, None), ("owner",)),
    ],
)
def test_only_a_region_that_changes_the_answer_is_missing(
    guides: list[Guide], known: tuple[str | None, str | None], expected: tuple[str, ...]
) -> None:
    assert missing(guides, *known) == expected


def test_a_plan_that_only_some_would_hear_of_still_matters() -> None:
    planned = scope(A.CLUSTER, M.NEARBY_CHECK, *JIAODONG, status=ScopeStatus.PLANNED)
    assert missing([guide(planned)], None, OWNER) == ("here",)


@pytest.mark.parametrize("role", [OwnerRole.ANY, OwnerRole.RESIDENCE])
def test_a_matter_without_a_separate_owner_never_asks_for_one(role: OwnerRole) -> None:
    assert missing([guide(), guide(region="370200")], None, None, role) == ("here",)
    assert missing([guide(), guide(region="370200")], OWNER, None, role) == ()


def test_no_guides_no_question() -> None:
    assert missing([], None, None) == ()


def test_trying_stays_quick() -> None:
    guides = [guide(CLUSTER, scope(A.CITY, M.ANY_WINDOW), region=code) for code in ("000000", *JIAODONG)]
    missing(guides, None, None)
    started = time.thread_time()
    missing(guides, None, None)
    assert time.thread_time() - started < 0.1
