"""What may follow an answer: a card that opens the guide's page, the process as a picture.

An extra says nothing the answer does not, so whether it arrives is not recorded.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable

import structlog

from bot.channels.message import Outcome, Reply
from bot.channels.wechat.client import WeChatClient
from bot.channels.wechat.errors import ApiFailed
from bot.channels.wechat.render import page_of
from bot.channels.wechat.words import WeChatWords
from bot.content import fill
from bot.errors import BangbanError

log = structlog.get_logger(__name__)

_LONGEST_S = 5.0
_KEPT_S = 2.5 * 24 * 3600
"""The platform keeps an uploaded picture for three days."""
_MOST_KEPT = 500
_MOST_SHOWN = 10_000
_TITLE = 60

Draw = Callable[[str, int | None], Awaitable[bytes | None]]
"""Id and version of a guide → its process as a picture; None when there is none to draw."""


class Extras:
    """Sends at most one extra for a reply."""

    def __init__(self, client: WeChatClient, words: WeChatWords, public_url: str, draw: Draw) -> None:
        self._client = client
        self._words = words
        self._public_url = public_url
        self._draw = draw
        self._media: OrderedDict[tuple[str, int | None], tuple[str, float]] = OrderedDict()
        self._shown: OrderedDict[str, str] = OrderedDict()
        """The page a person was shown last: the same card twice running tells nothing."""

    async def send(self, person: str, reply: Reply) -> bool:
        """Send the extra of a reply, if it has one; out: whether a message was sent."""
        if reply.outcome is not Outcome.ANSWERED or reply.guide is None or reply.card is None:
            return False
        try:
            async with asyncio.timeout(_LONGEST_S):
                if reply.aspect == "overview" and (page := page_of(reply, self._public_url)):
                    return await self._send_card(person, reply.guide.title, page)
                if reply.aspect == "steps" and reply.card.has_flow:
                    return await self._send_picture(person, reply.guide.id, reply.guide.version)
        except ApiFailed as failed:
            log.info("wechat_extra_not_sent", reason=failed.reason)
        except BangbanError as error:
            log.info("wechat_extra_not_sent", reason=error.code)
        except TimeoutError:
            log.info("wechat_extra_not_sent", reason="timeout")
        return False

    def forget(self, person: str) -> None:
        """The person left."""
        self._shown.pop(person, None)

    async def _send_card(self, person: str, title: str, page: str) -> bool:
        if self._shown.get(person) == page:
            return False
        title = fill(self._words.article_title, title=title)[:_TITLE]
        await self._client.send_article(person, title, self._words.article_description, page)
        self._shown[person] = page
        if len(self._shown) > _MOST_SHOWN:
            self._shown.popitem(last=False)
        return True

    async def _send_picture(self, person: str, guide_id: str, version: int | None) -> bool:
        key = guide_id, version
        media_id, until = self._media.get(key, ("", 0.0))
        if time.monotonic() > until:
            png = await self._draw(guide_id, version)
            if png is None:
                return False
            media_id = await self._client.upload_picture("flow.png", png)
            self._media[key] = media_id, time.monotonic() + _KEPT_S
            if len(self._media) > _MOST_KEPT:
                self._media.popitem(last=False)
        try:
            await self._client.send_picture(person, media_id)
        except ApiFailed as failed:
            if failed.code == 40007:  # the platform has it no longer
                self._media.pop(key, None)
            raise
        return True
