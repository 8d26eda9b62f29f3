"""Asking Rasa: one turn over HTTP, within a deadline, and a word for whatever goes wrong."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import aiohttp
from pydantic import ValidationError

from bot.channels.cleaning import clean_value
from bot.channels.message import Reply
from knowledge.text import readable

_LARGEST_ANSWER = 1024 * 1024
_FORGET_S = 5.0
_CONNECTING = 0.75
"""The part of a turn's time in which a Rasa that is being started again is waited for; the rest is for the
turn itself."""
_PAUSE_S = 0.2


class Failure(StrEnum):
    """Why a turn has no answer."""

    TIMEOUT = "timeout"
    UNREACHABLE = "unreachable"
    BROKEN_OFF = "broken_off"
    REFUSED = "refused"
    ERROR_STATUS = "error_status"
    GARBLED = "garbled"
    NO_REPLY = "no_reply"


class RasaFailed(Exception):
    """Rasa gave no usable answer. `detail` never holds anything that was said."""

    def __init__(self, failure: Failure, detail: str = "") -> None:
        super().__init__(f"{failure.value} {detail}".strip())
        self.failure = failure
        self.detail = detail


@dataclass(frozen=True, slots=True)
class RasaTurn:
    """What Rasa and the action server made of a message."""

    replies: tuple[Reply, ...]
    intent: str
    confidence: float


class RasaClient:
    """Talks to the channel `bangban` of our Rasa.

    Every turn has a connection of its own: on one kept open, a turn sent just when Rasa restarts could not
    be told from one that Rasa has already run, and a turn must never run twice. A refused connection is
    tried again: nothing was sent by it.
    """

    def __init__(self, session: aiohttp.ClientSession, url: str, token: str) -> None:
        self._session = session
        self._url = f"{url}/webhooks/bangban/webhook"
        self._forget_url = f"{url}/webhooks/bangban/forget"
        self._headers = {"Authorization": f"Bearer {token}", "Connection": "close"}

    async def turn(
        self,
        sender: str,
        text: str,
        metadata: Mapping[str, Any],
        *,
        new_session: bool,
        deadline_s: float,
    ) -> RasaTurn:
        """Run one turn. In: a masked text; Rasa reads it without tags and in simplified characters.

        RasaFailed when there is no answer before the deadline.
        """
        told = readable(text)
        asked = {"sender": sender, "message": told, "metadata": dict(metadata), "new_session": new_session}
        try:
            async with asyncio.timeout(deadline_s):
                body = await self._post_when_there(asked, deadline_s * _CONNECTING)
        except TimeoutError:
            raise RasaFailed(Failure.TIMEOUT) from None
        except aiohttp.ClientConnectorError as error:
            raise RasaFailed(Failure.UNREACHABLE, type(error).__name__) from None
        except aiohttp.ClientError as error:
            raise RasaFailed(Failure.BROKEN_OFF, type(error).__name__) from None
        return read_turn(body)

    async def forget(self, sender: str) -> None:
        """Have Rasa delete all it knows of a conversation. RasaFailed when it does not say that it did."""
        try:
            async with (
                asyncio.timeout(_FORGET_S),
                self._session.post(
                    self._forget_url, json={"sender": sender}, headers=self._headers, allow_redirects=False
                ) as response,
            ):
                if response.status != 200:
                    raise RasaFailed(Failure.ERROR_STATUS, str(response.status))
        except TimeoutError:
            raise RasaFailed(Failure.TIMEOUT) from None
        except aiohttp.ClientError as error:
            raise RasaFailed(Failure.UNREACHABLE, type(error).__name__) from None

    async def _post_when_there(self, asked: Mapping[str, Any], patience_s: float) -> bytes:
        clock = asyncio.get_running_loop().time
        give_up = clock() + patience_s
        while True:
            try:
                return await self._post(asked)
            except aiohttp.ClientConnectorError:
                if clock() >= give_up:
                    raise
            await asyncio.sleep(_PAUSE_S)

    async def _post(self, asked: Mapping[str, Any]) -> bytes:
        async with self._session.post(
            self._url, json=asked, headers=self._headers, allow_redirects=False
        ) as response:
            if response.status in (401, 403):
                raise RasaFailed(Failure.REFUSED, str(response.status))
            if response.status == 504:
                raise RasaFailed(Failure.TIMEOUT, str(response.status))
            if response.status != 200:
                raise RasaFailed(Failure.ERROR_STATUS, str(response.status))
            body = await response.content.read(_LARGEST_ANSWER + 1)
            while len(body) <= _LARGEST_ANSWER and (more := await response.content.read(_LARGEST_ANSWER)):
                body += more
        if len(body) > _LARGEST_ANSWER:
            raise RasaFailed(Failure.GARBLED, "too large")
        return body


def read_turn(body: bytes) -> RasaTurn:
    """The turn in Rasa's response. RasaFailed when it cannot be read or says nothing."""
    try:
        answer = clean_value(json.loads(body))
        replies = tuple(Reply.read(payload) for payload in answer["messages"])
        intent = answer.get("intent") or {}
        name, confidence = str(intent.get("name") or ""), float(intent.get("confidence") or 0)
    except ValidationError as error:
        fields = sorted({".".join(map(str, problem["loc"])) for problem in error.errors()})
        raise RasaFailed(Failure.GARBLED, "fields " + ", ".join(fields)[:120]) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RasaFailed(Failure.GARBLED, type(error).__name__) from None
    if not replies:
        raise RasaFailed(Failure.NO_REPLY)
    return RasaTurn(replies=replies, intent=name[:80], confidence=confidence)
