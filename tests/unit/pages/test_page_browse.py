"""The list of matters: what is found by which words, in which order, on which page."""

from __future__ import annotations

import pytest

from bot.pages.browse import PAGE_SIZE, Listing, browse
from bot.store.published import GuideHead
from knowledge.model import Item

ITEMS = {
    item.id: item
    for item in (
        Item(id="a", task_name="居民身份证补领", category="户籍", aliases=("补身份证",)),
        Item(id="b", task_name="护照补发", category="出入境", aliases=("Passport 补办",)),
        Item(id="c", task_name="没有指南的事", category="其他"),
    )
}
HEADS = [
    GuideHead("a@000000", "a", "000000", "居民身份证补领", False),
    GuideHead("a@370200", "a", "370200", "青岛身份证补领", False),
    GuideHead("b@000000", "b", "000000", "护照补发", False),
]


def listing(query: str = "", category: str = "", page: int = 1) -> Listing:
    return browse(ITEMS, HEADS, query=query, category=category, page=page)


def test_only_matters_with_a_guide_by_category_and_name() -> None:
    assert [(e.item.id, len(e.guides)) for e in listing().entries] == [("b", 1), ("a", 2)]
    assert listing().categories == ("出入境", "户籍")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("身份证", ["a"]),
        ("补", ["b", "a"]),
        ("身份证 青岛", ["a"]),
        ("ｐａｓｓｐｏｒｔ", ["b"]),
        ("居民 passport", []),
        ("   ", ["b", "a"]),
        ("%", []),
        ("x" * 10_000, []),
    ],
)
def test_all_words_must_be_in_one_name(query: str, found: list[str]) -> None:
    assert [entry.item.id for entry in listing(query).entries] == found


def test_a_category_narrows_but_the_others_stay_offered() -> None:
    narrowed = listing(category="户籍")
    assert ([e.item.id for e in narrowed.entries], len(narrowed.categories)) == (["a"], 2)
    assert listing(category="没有").entries == ()


@pytest.mark.parametrize(
    ("page", "shown", "count"), [(1, 1, PAGE_SIZE), (2, 2, 5), (99, 2, 5), (-3, 1, PAGE_SIZE)]
)
def test_pages(page: int, shown: int, count: int) -> None:
    items = {f"i{n}": Item(id=f"i{n}", task_name=f"事{n}", category="类") for n in range(PAGE_SIZE + 5)}
    heads = [GuideHead(f"{i}@000000", i, "000000", "事", False) for i in items]

    found = browse(items, heads, query="", category="", page=page)
    assert (found.page, len(found.entries), found.count, found.pages) == (shown, count, PAGE_SIZE + 5, 2)
