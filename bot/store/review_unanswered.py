"""The questions nothing was found for, for the inbox of the review."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.store.database import Database
from bot.store.review_tables import ReviewEntry, ReviewJudgement
from bot.store.review_words import CHINA
from bot.store.tables import Message

MOST = 3000
"""Questions that are grouped: the newest."""


@dataclass(frozen=True, slots=True)
class Unanswered:
    """A question without an answer, and what the search came up with."""

    entry_id: int
    text: str
    hits: tuple[Mapping[str, Any], ...]


class UnansweredStore:
    """Every method is one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def unanswered(self, first: date | None, last: date | None) -> tuple[tuple[Unanswered, ...], int]:
        """The newest ones that nobody has judged yet, oldest first: at most MOST and one more. And the newest of all
        judgements by then: whoever judges these has seen as far as that."""

        def work(session: Session) -> tuple[tuple[Unanswered, ...], int]:
            newest = session.execute(select(func.max(ReviewJudgement.id))).scalar_one_or_none() or 0
            query = (
                select(ReviewEntry.id, ReviewEntry.answer_id)
                .where(ReviewEntry.no_answer, ReviewEntry.verdict.is_(None))
                .order_by(ReviewEntry.id.desc())
                .limit(MOST + 1)
            )
            if first is not None:
                query = query.where(ReviewEntry.at >= datetime.combine(first, time(), CHINA))
            if last is not None:
                after = datetime.combine(last + timedelta(days=1), time(), CHINA)
                query = query.where(ReviewEntry.at < after)
            rows = session.execute(query).all()[::-1]
            return _with_texts(session, [(one, answer) for one, answer in rows]), newest

        return await self._database.read(work)


def _with_texts(session: Session, rows: Sequence[tuple[int, int | None]]) -> tuple[Unanswered, ...]:
    asked = select(Message.id, Message.text).where(Message.id.in_([one for one, _ in rows]))
    why = select(Message.id, Message.provenance).where(Message.id.in_([one for _, one in rows if one]))
    texts = {one: text for one, text in session.execute(asked)}
    hits = {one: ((found or {}).get("hits") or ()) for one, found in session.execute(why)}
    return tuple(
        Unanswered(one, texts[one], tuple(hits.get(answer, ()) if answer else ()))
        for one, answer in rows
        if one in texts
    )
