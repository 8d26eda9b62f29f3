"""Items with the lexicon added: linked items speak like people, and matters without a guide are known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from knowledge.lexicon.concept import Concept
from knowledge.lexicon.link import link_items
from knowledge.model import Item
from knowledge.text import compact


def with_lexicon(items: Iterable[Item], concepts: Sequence[Concept]) -> tuple[Item, ...]:
    """The items with their concepts' wording, and one guideless item for every concept left over.

    A phrase an item itself has stays that item's alone: what the knowledge base says of its matters
    outweighs the lexicon, also where its matters are cut wider than the lexicon's.
    """
    items = tuple(items)
    known = {concept.id: concept for concept in concepts}
    concepts_of: defaultdict[str, list[Concept]] = defaultdict(list)
    item_of: dict[str, str] = {}
    for link in link_items(items, concepts):
        concepts_of[link.item_id].append(known[link.concept_id])
        item_of[link.concept_id] = link.item_id
    taken = {compact(name) for item in items for name in (item.task_name, *item.aliases)}
    spoken = [_spoken(item, concepts_of[item.id], taken, item_of) for item in items]
    alone = [_guideless(c, taken, item_of) for c in concepts if c.id not in item_of]
    ids = {item.id for item in spoken}
    return (*spoken, *(item for item in alone if item.id not in ids))


def _spoken(item: Item, concepts: Sequence[Concept], taken: set[str], item_of: dict[str, str]) -> Item:
    if not concepts:
        return item
    return item.model_copy(
        update={
            "aliases": _distinct(item.aliases, (_free(c, taken) for c in concepts)),
            "keywords": _distinct(item.keywords, (_hints(c) for c in concepts)),
            "neighbours": _distinct(item.neighbours, (_neighbours(c, item_of) for c in concepts)),
            "hotline": item.hotline or next((c.hotline for c in concepts if c.hotline), ""),
        }
    )


def _guideless(concept: Concept, taken: set[str], item_of: dict[str, str]) -> Item:
    return Item(
        id=concept.id,
        task_name=concept.name,
        category=concept.category,
        aliases=tuple(_free(concept, taken)),
        keywords=_hints(concept),
        neighbours=_neighbours(concept, item_of),
        hotline=concept.hotline,
        lexicon_only=True,
    )


def _free(concept: Concept, taken: set[str]) -> tuple[str, ...]:
    return tuple(name for name in (*concept.official, *concept.says) if compact(name) not in taken)


def _hints(concept: Concept) -> tuple[str, ...]:
    return (*concept.objects, *concept.events, *concept.complaints)


def _neighbours(concept: Concept, item_of: dict[str, str]) -> tuple[str, ...]:
    return tuple(item_of.get(other, other) for other in concept.not_)


def _distinct(own: tuple[str, ...], others: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys((*own, *(name for names in others for name in names))))
