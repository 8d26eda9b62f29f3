"""Cross checks: what names something that is not there is left out or warned of."""

from __future__ import annotations

from pathlib import Path

from knowledge.importers import Batch, Known, check, read_path
from knowledge.model import Faq
from tests.unit.importers.helpers import KNOWN, write


def checked(tmp_path: Path, text: str, known: Known = KNOWN) -> Batch:
    batch = read_path(write(tmp_path / "a.yml", text), known=known)
    assert [str(error) for error in batch.errors] == []
    return check(batch, known)


def guide(guide_id: str, item: str, region: str, more: str = "") -> str:
    fields = f"id: {guide_id}, item_id: {item}, region: {region}, task_name: 甲, sources: [{{name: 来源}}]"
    return f"  - {{{fields}{more}}}\n"


def test_known_things_may_be_named(tmp_path: Path) -> None:
    batch = checked(tmp_path, "guides:\n" + guide("id_card@990100", "id_card", "990100"))
    assert (batch.errors, batch.warnings, len(batch.guides)) == ((), (), 1)


def test_guides_without_item_or_region_stay_out(tmp_path: Path) -> None:
    batch = checked(
        tmp_path,
        "guides:\n" + guide("a@990100", "id_crad", "990100") + guide("b@990900", "id_card", "990900"),
    )
    assert batch.guides == ()
    assert [(error.row, error.field, error.message) for error in batch.errors] == [
        (2, "guide a@990100: item_id", "did you mean id_card?"),
        (3, "guide b@990900: region", "import the region as well"),
    ]


def test_a_fallen_region_takes_down_what_stands_on_it(tmp_path: Path) -> None:
    batch = checked(
        tmp_path,
        "regions:\n  - {code: 880000, name: 无上省, level: province, parent_code: 870000}\n"
        "  - {code: 880100, name: 无上市, level: city, parent_code: 880000}\n"
        "halls:\n  - {id: h, region: 880100, name: 厅}\n"
        "faqs:\n  - {id: f, question: 问, answer: 答, region: 880100}\n"
        "guides:\n" + guide("g@880100", "id_card", "880100"),
    )
    assert (batch.regions, batch.halls, batch.guides, batch.faqs) == ((), (), (), ())
    assert len(batch.errors) == 5


def test_regions_in_a_circle(tmp_path: Path) -> None:
    batch = checked(
        tmp_path,
        "regions:\n  - {code: 880100, name: 甲, level: city, parent_code: 880200}\n"
        "  - {code: 880200, name: 乙, level: city, parent_code: 880100}\n"
        "  - {code: zone-x, name: 圈, level: zone, members: [990100, 123456]}\n",
    )
    assert batch.regions == ()
    assert [error.message for error in batch.errors] == [
        "import it as well",
        "it is its own ancestor",
        "it is its own ancestor",
    ]


def test_conveniences_are_warned_of(tmp_path: Path) -> None:
    batch = checked(
        tmp_path,
        "items:\n  - {id: a, task_name: 甲, category: 类, neighbours: [id_cart, a]}\n"
        "halls:\n  - {id: h, region: 990100, name: 厅, windows: [{name: 窗, items: [b]}]}\n"
        "guides:\n"
        + guide(
            "a@990100",
            "a",
            "990100",
            ", lobbies: [{hall_id: hh}], supersedes: old@990100, "
            "handle_scopes: [{handle_area: agreement, handle_area_divisions: [990900], rule: {name: 协议}}]",
        )
        + "  - {id: a@990200, item_id: a, region: 990200, task_name: 甲}\n",
    )
    assert batch.errors == ()
    assert len(batch.guides) == 2
    assert [warning.field.split(": ")[1] for warning in batch.warnings] == [
        "windows 窗",
        "neighbours",
        "lobbies",
        "handle_area_divisions",
        "supersedes",
        "sources",
    ]
    assert batch.warnings[1].message == "did you mean id_card?"


def test_a_faq_may_not_take_the_id_of_an_item(tmp_path: Path) -> None:
    batch = checked(
        tmp_path,
        "items: [{id: a, task_name: 甲, category: 类}]\nfaqs: [{id: a, question: 问, answer: 答}]\n",
    )
    assert batch.faqs == ()
    assert "an id that no item has" in str(batch.errors[0])


def test_an_item_may_not_take_the_id_of_a_faq(tmp_path: Path) -> None:
    known = Known.of(faqs=[Faq(id="a", question="问", answer="答")])
    batch = checked(tmp_path, "items: [{id: a, task_name: 甲, category: 类}]\n", known)
    assert batch.items == ()
    assert "an id that no FAQ has" in str(batch.errors[0])


def test_nothing_of_the_batch_is_lost(tmp_path: Path) -> None:
    batch = read_path(write(tmp_path / "a.yml", "guids: []\n"))
    assert check(batch).errors == batch.errors
