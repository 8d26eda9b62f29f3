"""The lexicon is consistent over all its files, and links to items as it should."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from random import Random

import pytest

from knowledge.importers import read_path
from knowledge.lexicon import LexiconInvalid, LinkReason, link_items, read_concepts, with_lexicon
from knowledge.lexicon.link import NEAR, _Alike, _dice, _pairs
from knowledge.model import Item
from knowledge.text import compact

CONCEPTS = read_concepts()
ITEMS = [
    item
    for pack in ("national", "shandong", "hotlines")
    for item in read_path(Path("knowledge/samples") / pack).items
]


def test_it_covers_national_government_service() -> None:
    assert len(CONCEPTS) >= 1000
    assert len({concept.category for concept in CONCEPTS}) >= 15
    assert all(len(concept.says) >= 12 for concept in CONCEPTS)


def test_no_phrase_means_two_matters() -> None:
    meant: defaultdict[str, set[str]] = defaultdict(set)
    for concept in CONCEPTS:
        for phrase in (concept.name, *concept.official, *concept.says):
            meant[compact(phrase)].add(concept.id)
    assert {phrase: ids for phrase, ids in meant.items() if len(ids) > 1} == {}


def test_neighbours_exist() -> None:
    known = {concept.id for concept in CONCEPTS} | {item.id for item in ITEMS}
    assert [(c.id, other) for c in CONCEPTS for other in c.not_ if other not in known] == []


def test_every_national_sample_item_has_its_concept() -> None:
    linked = {link.item_id for link in link_items(ITEMS, CONCEPTS)}
    national = {item.id for item in read_path(Path("knowledge/samples/national")).items}
    assert national - linked == set()


def item(task_name: str, **fields: object) -> Item:
    return Item.model_validate({"id": "new", "task_name": task_name, "category": "测试", **fields})


def link_of(new: Item) -> tuple[str, LinkReason] | None:
    links = link_items([new], CONCEPTS)
    return (links[0].concept_id, links[0].reason) if links else None


def test_a_new_citys_item_links_by_title_alias_or_its_own_word() -> None:
    assert link_of(item("居民身份证补领")) == ("id_card_reissue", LinkReason.TITLE)
    assert link_of(item("身份证件遗失办理", aliases="居民身份证补领")) == (
        "id_card_reissue",
        LinkReason.ALIAS,
    )
    assert link_of(item("不动产抵押登记")) != ("chattel_mortgage", LinkReason.NEAR_TITLE)
    assert link_of(item("外星飞船停靠许可")) is None
    chosen = link_of(item("某地特色事项", concepts=["id_card_renew"]))
    assert chosen == ("id_card_renew", LinkReason.CHOSEN)
    assert link_of(item("居民身份证补领", concepts=["-"])) is None


def test_titles_nearly_the_same_are_those_of_comparing_all() -> None:
    names = sorted({compact(name) for concept in CONCEPTS for name in (concept.name, *concept.official)})
    alike, random = _Alike(names), Random(1)
    near = 0
    for name in random.sample(names, k=300):
        at = random.randrange(len(name))
        title = random.choice(
            [name[:at] + name[at + 1 :], f"{name[:at]}市{name[at:]}", name[1:], f"{name}办"]
        )
        expected = {other for other in names if _dice(_pairs(title), _pairs(other)) >= NEAR}
        assert alike.near(title) == expected
        near += bool(expected)
    assert near > 30


@pytest.mark.parametrize("title", ["", "证", "天气"])
def test_a_title_of_no_pair_a_name_has_is_near_none(title: str) -> None:
    assert _Alike(["居民身份证补领", "证", ""]).near(title) == set()


def test_a_linked_item_speaks_like_people_and_the_rest_is_known_without_a_guide() -> None:
    merged = {one.id: one for one in with_lexicon([item("居民身份证补领")], CONCEPTS)}
    assert "new" in merged
    assert len(merged["new"].aliases) > 10
    assert "id_card_reissue" not in merged
    assert merged["id_card_renew"].lexicon_only
    assert len(merged) == len(CONCEPTS)


def test_what_an_item_says_itself_is_not_taken_by_another_matter() -> None:
    wide = item("综合窗口", aliases="身份证到期换领", concepts=["-"])
    merged = {one.id: one for one in with_lexicon([wide], CONCEPTS)}
    assert "身份证到期换领" in merged["new"].aliases
    assert "身份证到期换领" not in merged["id_card_renew"].aliases


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("concepts: [{id: a, name: 甲}]", "category"),
        ("concepts: [{id: a, name: 甲, category: 乙, colour: 红}]", "colour"),
        ("nothing: 1", "no lexicon file"),
        ("concepts: [{id: a, name: 甲, category: 乙}, {id: a, name: 丙, category: 乙}]", "twice"),
    ],
)
def test_a_bad_file_is_named_with_its_concept(tmp_path: Path, text: str, told: str) -> None:
    (tmp_path / "bad.yml").write_text(text, encoding="utf-8")
    with pytest.raises(LexiconInvalid, match=told):
        read_concepts(tmp_path)
