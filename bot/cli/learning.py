"""What the review approved, for the commands that train and measure."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from bot.settings import Settings
from bot.store import Database
from bot.store.review_proposals import Learnt, ProposalStore
from knowledge.search import Decision, Searcher


@dataclass(frozen=True, slots=True)
class Untaught:
    """A wording that does not lead to its item."""

    phrase: str
    item_id: str
    decision: str
    found: str | None


@dataclass(frozen=True, slots=True)
class Taught:
    """How far what was learnt is answered so."""

    count: int
    right: int
    wrong: tuple[Untaught, ...]

    @classmethod
    def of(cls, searcher: Searcher, learnt: Sequence[Learnt]) -> Taught:
        """Ask every wording."""
        wrong = []
        for one in learnt:
            found = searcher.search(one.phrase)
            best = found.hits[0].item_id if found.hits else None
            if found.decision is not Decision.ANSWER or best != one.item_id:
                wrong.append(Untaught(one.phrase, one.item_id, found.decision.value, best))
        return cls(len(learnt), len(learnt) - len(wrong), tuple(wrong))

    def __str__(self) -> str:
        lines = [f"wordings of the review: {self.right} of {self.count} answered with their item"]
        lines += [
            f"  {one.phrase} → {one.decision} {one.found or ''}, not {one.item_id}" for one in self.wrong
        ]
        return "\n".join([*lines, *(["  run `bangban train`"] if self.wrong else [])])

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {"count": self.count, "right": self.right, "wrong": [asdict(one) for one in self.wrong]}


def learnt_in(settings: Settings) -> tuple[Learnt, ...]:
    """What is approved; nothing where there is no database yet."""
    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").is_file():
        return ()

    async def load() -> tuple[Learnt, ...]:
        async with Database.open(settings.database_url) as database:
            return await ProposalStore(database).learnt()

    return asyncio.run(load())
