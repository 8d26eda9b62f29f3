"""一件事 in files: read, checked against the guides they name, written and read again."""

from __future__ import annotations

from pathlib import Path

from knowledge.importers import Known, check, guide_yaml, read_path, read_paths
from knowledge.model import Bundle, Guide
from tests.unit.importers.helpers import write

SAMPLES = Path(__file__).parents[3] / "knowledge" / "samples"
GUIDES = [
    Guide(id=f"{name}@000000", item_id=name, region="000000", task_name=name) for name in ("first", "second")
]


def test_a_bundle_names_its_guides(tmp_path: Path) -> None:
    file = write(
        tmp_path / "b.yml", "bundles:\n  - {id: b, name: 一件事, guides: [first@000000, second@000000]}\n"
    )

    batch = check(read_path(file), Known.of(guides=GUIDES))
    assert (batch.errors, batch.warnings) == ((), ())
    assert batch.bundles == (Bundle(id="b", name="一件事", guides=("first@000000", "second@000000")),)
    assert batch.counts["bundles"] == 1


def test_a_bundle_with_a_gap_stays_out(tmp_path: Path) -> None:
    file = write(tmp_path / "b.yml", "bundle: {id: b, name: 一件事, guides: [first@000000, secund@000000]}\n")

    batch = check(read_path(file), Known.of(guides=GUIDES))
    assert batch.bundles == ()
    [error] = batch.errors
    assert (error.expected, error.message) == ("a guide that exists", "did you mean second@000000?")


def test_one_guide_is_no_bundle_and_its_region_must_exist(tmp_path: Path) -> None:
    file = write(
        tmp_path / "b.yml",
        "bundles:\n"
        "  - {id: a, name: 一件事, guides: [first@000000]}\n"
        "  - {id: b, name: 一件事, guides: [first@000000, second@000000], region: '880000'}\n",
    )

    batch = check(read_path(file), Known.of(guides=GUIDES))
    assert batch.bundles == ()
    assert ["at least two guides" in str(error) for error in batch.errors] == [True, False]


def test_the_samples_stand_and_survive_the_way_out_and_back(tmp_path: Path) -> None:
    batch = check(read_paths([SAMPLES / name for name in ("regions", "national", "demo_city")]))
    assert batch.errors == ()
    assert len(batch.bundles) == 2

    for bundle in batch.bundles:
        assert read_path(write(tmp_path / "again.yml", guide_yaml(bundle))).bundles == (bundle,)
        assert bundle.fictional
        assert "虚构" in bundle.name
