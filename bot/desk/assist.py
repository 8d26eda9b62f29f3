"""Help beside a chat: what the bot would answer, and the guides that fit, from Rasa and the action server.

Rasa says what is asked about (within a second, else it is left out), the action server finds and words the answer.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from bot.channels.cleaning import clean_value
from bot.channels.message import GuideNote, Reply
from bot.desk.console_words import load_console_words
from bot.errors import PartUnavailable
from knowledge.text import readable

log = structlog.get_logger(__name__)

PARSE_S = 1.0
ASSIST_S = 3.0
_LARGEST_ANSWER = 2 * 1024 * 1024


class AssistUnavailable(PartUnavailable):
    code = "assist_unavailable"

    def __init__(self) -> None:
        words = load_console_words().refusals[self.code]
        super().__init__(words.message, mend=words.mend)


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a chat beside the text."""

    here: str | None = None
    owner: str | None = None
    guide_id: str | None = None
    aspect: str | None = None


class Hit(BaseModel):
    """A guide with an answer ready to be sent."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    guide: GuideNote
    probability: float | None
    aspect: str
    text: str = Field(min_length=1, max_length=4000)
    page: str = Field(max_length=300)


@dataclass(frozen=True, slots=True)
class Assisted:
    """The reply the bot would give, and the guides that fit, the likeliest first."""

    reply: Reply
    hits: tuple[Hit, ...]


class Assist:
    """Asks the parts. In: the front's connections, where Rasa and the action server are, and Rasa's token."""

    def __init__(
        self, session: aiohttp.ClientSession, actions_url: str, rasa_url: str, rasa_token: str
    ) -> None:
        self._session = session
        self._assist_url = f"{actions_url}/assist"
        self._parse_url = f"{rasa_url}/model/parse"
        self._token = rasa_token

    async def ask(self, text: str, about: About, *, top: int = 3) -> Assisted:
        """For a masked text. AssistUnavailable when the action server does not answer in time or as agreed."""
        told = readable(text)
        known = {
            "here": about.here,
            "owner": about.owner,
            "guide_id": about.guide_id,
            "aspect": about.aspect,
        }
        asked = {key: value for key, value in known.items() if value} | {"text": told, "top": top}
        nlu = await self._understood(told)
        try:
            async with asyncio.timeout(ASSIST_S):
                body = await self._post(self._assist_url, asked | ({"nlu": nlu} if nlu else {}))
            return read_assisted(body)
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            log.warning("assist_unavailable", reason=type(error).__name__)
            raise AssistUnavailable from None

    async def _understood(self, text: str) -> Mapping[str, Any] | None:
        """What Rasa makes of a text; None when it does not say in time: the matter is found without it."""
        try:
            async with asyncio.timeout(PARSE_S):
                body = await self._post(self._parse_url, {"text": text}, token=self._token)
            read = json.loads(body)
            return {key: read[key] for key in ("intent", "intent_ranking")}
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError, RecursionError) as error:
            log.warning("assist_without_rasa", reason=type(error).__name__)
            return None

    async def _post(self, url: str, body: Mapping[str, Any], **query: str) -> bytes:
        async with self._session.post(url, json=body, params=query, allow_redirects=False) as response:
            response.raise_for_status()
            read = await response.content.read(_LARGEST_ANSWER)
            while more := await response.content.read(_LARGEST_ANSWER):
                read += more
                if len(read) > _LARGEST_ANSWER:
                    raise ValueError("too large")
            return read


def read_assisted(body: bytes) -> Assisted:
    """The action server's answer. ValueError when it is not as agreed."""
    try:
        read = clean_value(json.loads(body))
        return Assisted(Reply.read(read["reply"]), tuple(Hit.model_validate(hit) for hit in read["hits"]))
    except ValidationError as error:
        raise ValueError(f"{len(error.errors())} fields are not as agreed") from None
    except (KeyError, TypeError, RecursionError) as error:
        raise ValueError(type(error).__name__) from None
