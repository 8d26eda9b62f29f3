"""Putting an answer together once more: the versions it was made of come from the store, the words from the action
server, which composes it as it composes any answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog

from bot.review.errors import ReplayUnavailable, refusal
from bot.store.published import PublishedKnowledge
from bot.store.values import StoredMessage
from knowledge.model import Faq, Guide, faq_records

log = structlog.get_logger(__name__)

_REPLAY_S = 5.0
_MOST_GUIDES = 60

NOT_AN_ANSWER = "not_an_answer"
"""What staff, the desk or the front said in words of their own."""
BEFORE_REPLAY = "before_replay"
"""It was given before recipes were kept, or by another version of the program."""
VERSION_MISSING = "version_missing"
"""A version it was made of is not in the store."""


@dataclass(frozen=True, slots=True)
class ReplayedAnswer:
    """The text once more, or why there is none."""

    text: str | None
    why_not: str | None = None


def can_be_replayed(message: StoredMessage) -> bool:
    """Whether an answer was kept with what it is made of."""
    return "recipe" in message.provenance


class Replayer:
    """In: the published knowledge with all versions, the front's connections, where the action server is."""

    def __init__(
        self, published: PublishedKnowledge, session: aiohttp.ClientSession, actions_url: str
    ) -> None:
        self._published = published
        self._session = session
        self._url = f"{actions_url}/replay"

    async def replay(self, message: StoredMessage) -> ReplayedAnswer:
        """The answer once more. ReplayUnavailable when the action server does not answer."""
        recipe = message.provenance.get("recipe")
        if not isinstance(recipe, Mapping):
            return ReplayedAnswer(None, BEFORE_REPLAY if message.author == "bot" else NOT_AN_ANSWER)
        guides = []
        for guide_id, version in list(dict.fromkeys(versions_in(recipe)))[:_MOST_GUIDES]:
            guide = await self._guide(guide_id, version)
            if guide is None:
                return ReplayedAnswer(None, VERSION_MISSING)
            guides.append({"version": version, "content": guide.to_json()})
        halls = []
        for hall_id, digest in (recipe.get("halls") or {}).items():
            content = await self._published.content_of("hall", str(hall_id), str(digest))
            if content is None:
                return ReplayedAnswer(None, VERSION_MISSING)
            halls.append(content)
        return await self._made({"recipe": dict(recipe), "guides": guides, "halls": halls})

    async def _guide(self, guide_id: str, version: int) -> Guide | None:
        """A version of a guide, or of the question-and-answer record that is one."""
        edition = await self._published.edition("guide", guide_id, version)
        if edition is not None and isinstance(edition.record, Guide):
            return edition.record
        edition = await self._published.edition("faq", guide_id.rpartition("@")[0], version)
        return faq_records(edition.record)[1] if edition and isinstance(edition.record, Faq) else None

    async def _made(self, asked: Mapping[str, Any]) -> ReplayedAnswer:
        try:
            async with (
                asyncio.timeout(_REPLAY_S),
                self._session.post(self._url, json=asked, allow_redirects=False) as response,
            ):
                if response.status == 409:
                    return ReplayedAnswer(None, BEFORE_REPLAY)
                response.raise_for_status()
                return ReplayedAnswer(str((await response.json())["text"]))
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
            log.warning("replay_unavailable", reason=type(error).__name__)
            raise refusal(ReplayUnavailable) from None


def versions_in(recipe: Any) -> Iterator[tuple[str, int]]:
    """The guide versions a recipe names (`{"guide_version": [id, version]}`, see `actions.recipe`)."""
    if isinstance(recipe, Mapping):
        named = recipe.get("guide_version")
        if named:
            yield str(named[0]), int(named[1])
        else:
            for one in recipe.values():
                yield from versions_in(one)
    elif isinstance(recipe, list | tuple):
        for one in recipe:
            yield from versions_in(one)
