"""From the store's records to what importers and search take."""

from __future__ import annotations

from bot.cli.published import base_of, embedding_inputs, known_of
from bot.store import Published
from knowledge.model import Faq, Guide, Item, Region, RegionLevel

ITEM = Item(id="a", task_name="甲事", category="类")
GUIDE = Guide(id="a@000000", item_id="a", region="000000", task_name="甲事")
FAQ = Faq(id="f", question="几点上班", answer="九点")
NATION = Region(code="000000", name="全国", level=RegionLevel.NATION)
VERSIONS = {("item", "a"): 1, ("guide", "a@000000"): 4, ("faq", "f"): 2}


def published(item: Item = ITEM) -> Published:
    return Published(items=(item,), guides=(GUIDE,), regions=(NATION,), faqs=(FAQ,), versions=VERSIONS)


def test_a_faq_is_in_the_base_with_its_own_version() -> None:
    base = base_of(published())
    assert base.item("f").task_name == "几点上班"
    assert base.guide("f@000000").questions[0].answer == "九点"
    assert (base.version("a@000000"), base.version("f@000000")) == (4, 2)


def test_everything_published_is_known_to_an_import() -> None:
    known = known_of(published())
    assert (set(known.items), set(known.regions)) == ({"a"}, {"000000"})
    assert (known.guide_ids, known.faq_ids) == ({"a@000000"}, {"f"})


def test_the_embedding_is_trained_anew_only_for_other_words() -> None:
    before = embedding_inputs(base_of(published()), seed=1)
    assert embedding_inputs(base_of(published()), seed=1) == before
    assert embedding_inputs(base_of(published()), seed=2) != before
    renamed = ITEM.model_copy(update={"aliases": ("甲",)})
    assert embedding_inputs(base_of(published(renamed)), seed=1) != before
    moved = ITEM.model_copy(update={"hotline": "12345"})
    assert embedding_inputs(base_of(published(moved)), seed=1) == before
