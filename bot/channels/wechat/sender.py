"""Customer-service messages of the account, counted for each person; what an error says is remembered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime

from bot.channels.message import Reply
from bot.channels.wechat.client import WeChatClient
from bot.channels.wechat.errors import ApiFailed, Then
from bot.channels.wechat.people import PeopleStore
from bot.channels.wechat.permission import Permission
from bot.channels.wechat.render import choices_of
from bot.channels.wechat.splitting import fits
from bot.channels.wechat.words import WeChatWords

_LONGEST_S = 7.0
_NOT_THIS_ACCOUNT = 40200
_TOO_MANY_CHOICES = 45098
_TIME_IS_OVER = 45015


class Sender:
    """Both methods take the address and the pseudonym of a person, and raise ApiFailed."""

    def __init__(
        self,
        client: WeChatClient | None,
        people: PeopleStore,
        permission: Permission,
        words: WeChatWords,
        *,
        msgmenu: bool,
    ) -> None:
        self._client = client
        self._people = people
        self._permission = permission
        self._words = words
        self._msgmenu = msgmenu

    async def send(self, person: str, sender: str, text: str, *, seconds: float) -> None:
        """One message in words. Not begun when there is no time left for it."""
        if seconds <= 0 or self._client is None:
            raise ApiFailed("timeout")
        await self._counted(sender, self._client.send_text(person, text), seconds)

    async def send_choices(self, person: str, sender: str, reply: Reply, *, seconds: float) -> bool:
        """A question with choices as a menu to tap; False when it is to be sent in words."""
        found = choices_of(reply) if self._msgmenu else None
        if found is None or not found[0] or not fits(found[0]) or self._client is None:
            return False
        head, choices = found
        try:
            await self._counted(
                sender, self._client.send_choices(person, head, choices, self._words.choices_tail), seconds
            )
        except ApiFailed as failed:
            if failed.code not in (_NOT_THIS_ACCOUNT, _TOO_MANY_CHOICES):
                raise
            self._msgmenu = failed.code != _NOT_THIS_ACCOUNT
            return False
        return True

    async def _counted(self, sender: str, sending: Awaitable[None], seconds: float) -> None:
        try:
            async with asyncio.timeout(min(_LONGEST_S, seconds)):
                await sending
        except TimeoutError:
            raise ApiFailed("timeout", unsure=True) from None
        except ApiFailed as failed:
            if failed.code == _TIME_IS_OVER:
                await self._people.over(sender, datetime.now(UTC))
            elif failed.then is Then.CLOSED:
                await self._people.closed(sender, datetime.now(UTC))
            elif failed.code == 48001:
                self._permission.refused()
            raise
        await self._people.spent(sender, datetime.now(UTC))
