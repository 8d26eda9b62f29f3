from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.base import BaseEmpty, KnowledgeBase, RecordsInconsistent
from knowledge.errors import IndexMismatch, UnknownRecord
from tests.unit.knowledge.search_samples import HALLS, ITEMS, REGIONS, guide, guides, small_base


@pytest.fixture(params=["in memory", "in a file"])
def base(request: pytest.FixtureRequest, tmp_path: Path) -> KnowledgeBase:
    made = small_base()
    if request.param == "in memory":
        return made
    made.save(tmp_path / "base.sqlite")
    return KnowledgeBase.open(tmp_path / "base.sqlite")


def test_records_are_found_by_id(base: KnowledgeBase) -> None:
    assert base.item("marriage").task_name == "结婚登记"
    assert base.guide("fund_loan@370283").region == "370283"
    assert base.hall("pingdu").name == "平度大厅"
    assert list(base.items) == sorted(item.id for item in ITEMS)
    assert base.guide_count() == len(guides())
    assert sorted(base.guides(), key=lambda g: g.id) == sorted(guides(), key=lambda g: g.id)


def test_an_unknown_id_says_so(base: KnowledgeBase) -> None:
    for read in (base.item, base.guide, base.version, base.hall):
        with pytest.raises(UnknownRecord, match="“nothing”"):
            read("nothing")
    assert base.guides_of("nothing") == ()


def test_versions_are_kept(base: KnowledgeBase) -> None:
    assert base.version("fund_loan@370283") == 3
    assert base.version("marriage@000000") == 1


def test_guides_of_an_item(base: KnowledgeBase) -> None:
    assert [g.region for g in base.guides_of("fund_loan")] == [
        "000000",
        "370000",
        "370283",
        "370600",
        "zone-two",
    ]


def test_guides_near_a_place_leave_out_other_places(base: KnowledgeBase) -> None:
    near = base.guides_near("fund_loan", "370283", None)
    assert {g.region for g in near} == {"000000", "370000", "370283", "zone-two"}
    assert {g.region for g in base.guides_near("fund_loan")} == {"000000", "zone-two"}


def test_only_halls_that_can_be_shown_and_of_exactly_the_region(base: KnowledgeBase) -> None:
    assert [hall.id for hall in base.halls_in("370283")] == ["pingdu"]
    assert base.halls_in("370200") == ()
    assert set(base.halls) == {"pingdu", "pingdu-old"}


def test_the_gazetteer_knows_the_regions(base: KnowledgeBase) -> None:
    assert base.gazetteer.ancestors("370283") == ("370200", "370000", "000000")


def test_the_digest_depends_on_content_not_on_order() -> None:
    backwards = KnowledgeBase.from_records(
        ITEMS[::-1], guides()[::-1], HALLS[::-1], REGIONS[::-1], {"fund_loan@370283": 3}
    )
    assert backwards.digest() == small_base().digest()


def test_the_digest_changes_with_a_version_and_with_a_word() -> None:
    other_version = KnowledgeBase.from_records(ITEMS, guides(), HALLS, REGIONS)
    changed = (*guides()[1:], guide(ITEMS[0].id, task_name="别的"))
    other_word = KnowledgeBase.from_records(ITEMS, changed, HALLS, REGIONS, {"fund_loan@370283": 3})
    assert len({small_base().digest(), other_version.digest(), other_word.digest()}) == 3


def test_a_saved_base_keeps_its_digest(tmp_path: Path) -> None:
    base = small_base()
    base.save(tmp_path / "base.sqlite")
    opened = KnowledgeBase.open(tmp_path / "base.sqlite")
    again = KnowledgeBase.from_records(
        opened.items.values(), opened.guides(), opened.halls.values(), opened.regions.values(),
        {g.id: opened.version(g.id) for g in opened.guides()},
    )  # fmt: skip
    assert opened.digest() == base.digest() == again.digest()


def test_of_two_records_with_one_id_the_later_is_kept() -> None:
    later = ITEMS[0].model_copy(update={"task_name": "后来的"})
    base = KnowledgeBase.from_records((*ITEMS, later), guides())
    assert base.item(later.id).task_name == "后来的"


def test_a_guide_without_its_item_is_refused() -> None:
    with pytest.raises(RecordsInconsistent, match="orphan@000000 → orphan"):
        KnowledgeBase.from_records(ITEMS, [guide("orphan")])


def test_an_empty_base_cannot_be_searched() -> None:
    with pytest.raises(BaseEmpty, match="bangban import"):
        KnowledgeBase.from_records([], []).require_items()


@pytest.mark.parametrize("content", [None, b"", b"no database at all"])
def test_a_file_that_is_no_base_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "base.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(IndexMismatch, match="bangban train"):
        KnowledgeBase.open(path)
