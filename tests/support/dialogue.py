"""The sample packs as a knowledge base, and a searcher that finds what a test says it finds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from actions.dialogue import Decided, Memory, Turn, decide
from actions.words import load_words
from knowledge.base import KnowledgeBase
from knowledge.importers import read_path
from knowledge.search import Decision, Hit, SearchResult, needle_of

TODAY = date(2026, 11, 20)


@dataclass
class FoundSearcher:
    """Finds the items a test lists for a needle; counts the searches it was asked for."""

    base: KnowledgeBase
    found: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    meta: Mapping[str, Any] = field(default_factory=lambda: {"digest": "test"})
    also: Mapping[str, str] = field(default_factory=dict)
    """Needle → the item of a second matter."""
    searches: int = 0

    def search(self, text: str, *, top: int = 5) -> SearchResult:
        self.searches += 1
        needle = needle_of(text)
        ids = self.found.get(needle, ())
        hits = tuple(
            Hit(
                i,
                self.base.item(i).task_name,
                self.base.item(i).category,
                0.9,
                1.0,
                1.0,
                1.0,
                1.0,
                True,
                False,
            )
            for i in ids
        )
        decision = (Decision.NOTHING, Decision.ANSWER)[len(ids)] if len(ids) < 2 else Decision.CLARIFY
        second = (self.also[needle],) if needle in self.also else ()
        return SearchResult(text, needle, hits, decision, ids if len(ids) > 1 else (), also=second)


@pytest.fixture(scope="session")
def base() -> KnowledgeBase:
    packs = [
        read_path(Path("knowledge/samples") / name)
        for name in ("regions", "national", "hotlines", "shandong")
    ]
    return KnowledgeBase.from_records(
        items=[i for p in packs for i in p.items],
        guides=[g for p in packs for g in p.guides],
        halls=[h for p in packs for h in p.halls],
        regions=[r for p in packs for r in p.regions],
    )


Say = Callable[..., Decided]


@pytest.fixture
def say(base: KnowledgeBase) -> Say:
    """Decide one message: `say("多少钱", "ask_fee", memory, {"needle": ("item_id",)})`."""

    def one(
        text: str,
        intent: str,
        memory: Memory | None = None,
        found: Mapping[str, tuple[str, ...]] | None = None,
        confidence: float = 0.9,
        also: Mapping[str, str] | None = None,
        region: str | None = None,
    ) -> Decided:
        searcher = FoundSearcher(base, found or {}, also=also or {})
        turn = Turn(text, intent, confidence, memory or Memory(), TODAY, region)
        return decide(turn, searcher, load_words().safety_lines)  # type: ignore[arg-type]

    return one
