"""What is published in the store, as importers and search want it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict
from importlib.resources import files

from bot.store import Published
from bot.store.review_proposals import Learnt
from bot.store.review_values import ProposalKind
from knowledge.base import KnowledgeBase
from knowledge.importers import Known
from knowledge.lexicon import Concept, with_lexicon
from knowledge.model import Item, faq_records


def known_of(published: Published) -> Known:
    """What rows of an import may name."""
    return Known.of(
        items=published.items,
        regions=published.regions,
        halls=published.halls,
        guides=published.guides,
        faqs=published.faqs,
    )


def base_of(
    published: Published, concepts: Sequence[Concept] = (), aliases: Sequence[Learnt] = ()
) -> KnowledgeBase:
    """The knowledge base of everything published; a FAQ is an item with a guide of its own.

    With the lexicon's `concepts` its items are known as people speak of them, and matters without a
    guide are known by name. `aliases` are names the review approved.
    """
    items, guides = list(published.items), list(published.guides)
    versions = published.guide_versions
    for faq in published.faqs:
        item, guide = faq_records(faq)
        items.append(item)
        guides.append(guide)
        versions[guide.id] = published.versions["faq", faq.id]
    named = with_aliases(with_lexicon(items, concepts), aliases)
    return KnowledgeBase.from_records(named, guides, published.halls, published.regions, versions)


def with_aliases(items: Sequence[Item], learnt: Sequence[Learnt]) -> tuple[Item, ...]:
    """The items with the names the review approved for them."""
    names: dict[str, list[str]] = {}
    for one in learnt:
        if one.kind is ProposalKind.ALIAS:
            names.setdefault(one.item_id, []).append(one.phrase)
    return tuple(
        item.model_copy(update={"aliases": tuple(dict.fromkeys((*item.aliases, *names[item.id])))})
        if item.id in names
        else item
        for item in items
    )


def pairs_of(learnt: Sequence[Learnt]) -> tuple[tuple[str, str], ...]:
    """Wording and item of the pairs the review approved."""
    return tuple((one.phrase, one.item_id) for one in learnt if one.kind is ProposalKind.PAIR)


def embedding_inputs(base: KnowledgeBase, seed: int) -> str:
    """A digest of what the embedding is trained from: names and keywords, word lists, plan and seed."""
    from knowledge.search.train import TrainingPlan

    total = hashlib.sha256(f"{seed}{asdict(TrainingPlan())}".encode())
    for item in base.items.values():
        total.update(_line(item.id, item.task_name, *item.aliases, "", *item.keywords))
    for guide in base.guides():
        total.update(_line(guide.item_id, guide.task_name, *guide.aliases))
    words = [path for path in files("knowledge.search").joinpath("content").iterdir() if path.is_file()]
    for path in sorted(words, key=lambda path: path.name):
        total.update(path.read_bytes())
    return total.hexdigest()


def _line(*words: str) -> bytes:
    return json.dumps(words, ensure_ascii=False).encode() + b"\n"
