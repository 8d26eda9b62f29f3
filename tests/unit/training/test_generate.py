"""Names out of the knowledge base, Rasa's YAML into a folder."""

from __future__ import annotations

from pathlib import Path

import yaml

from bot.training import generate_nlu
from bot.training.examples import Mix
from bot.training.generate import WRITTEN, matter_names, nlu_yaml, place_names, read_written
from knowledge.base import KnowledgeBase
from knowledge.model import Item, Region, RegionLevel
from knowledge.settings import KnowledgeSettings

ITEMS = (
    Item(
        id="id_card_reissue", task_name="居民身份证补领", category="公安", aliases=("身份证丢了", "补身份证")
    ),
    Item(id="passport", task_name="普通护照申请（首次）", category="公安", aliases=("办护照", "[护照](x)")),
)
REGIONS = (
    Region(code="000000", name="全国", level=RegionLevel.NATION),
    Region(code="370200", name="青岛市", level=RegionLevel.CITY, aliases=("青岛",)),
    Region(code="370600", name="烟台市", level=RegionLevel.CITY, aliases=("烟台", "烟")),
    Region(code="zone-jiaodong", name="胶东五市", level=RegionLevel.ZONE, members=("370200", "370600")),
)
BASE = KnowledgeBase.from_records(ITEMS, (), (), REGIONS)
SMALL = Mix(per_intent=20)


def test_names_of_matters_are_titles_and_aliases_without_brackets_or_markup() -> None:
    assert set(matter_names(ITEMS)) == {
        "居民身份证补领",
        "身份证丢了",
        "补身份证",
        "普通护照申请",
        "办护照",
        "护照",
    }


def test_names_of_places_are_single_places_of_at_least_two_characters() -> None:
    assert place_names(REGIONS) == ("烟台", "烟台市", "青岛", "青岛市")


def test_the_same_base_and_seed_give_the_same_files(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    assert generate_nlu(BASE, one, KnowledgeSettings(), SMALL) == generate_nlu(
        BASE, two, KnowledgeSettings(), SMALL
    )
    assert {f.name: f.read_bytes() for f in one.iterdir()} == {f.name: f.read_bytes() for f in two.iterdir()}


def test_what_is_written_is_what_is_read_back(tmp_path: Path) -> None:
    total = generate_nlu(BASE, tmp_path, KnowledgeSettings(), SMALL)
    read = read_written(tmp_path)
    assert sum(len(texts) for texts in read.values()) == total > 200
    for file in tmp_path.iterdir():
        assert yaml.safe_load(file.read_text(encoding="utf-8"))["version"] == "3.1"


def test_a_file_of_an_intent_that_is_gone_is_removed(tmp_path: Path) -> None:
    (tmp_path / "ask_forgotten.yml").write_text(nlu_yaml("ask_forgotten", ["旧"]), encoding="utf-8")
    generate_nlu(BASE, tmp_path, KnowledgeSettings(), SMALL)
    assert not (tmp_path / "ask_forgotten.yml").exists()


def test_nothing_generated_is_written_by_hand_already(tmp_path: Path) -> None:
    generate_nlu(BASE, tmp_path, KnowledgeSettings(), SMALL)
    by_hand = {text for texts in read_written(WRITTEN).values() for text in texts}
    assert not by_hand & {text for texts in read_written(tmp_path).values() for text in texts}
