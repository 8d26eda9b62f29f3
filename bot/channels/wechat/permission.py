"""Whether the account may write to people when no request of theirs is open."""

from __future__ import annotations

import asyncio

import structlog

from bot.channels.wechat.client import WeChatClient
from bot.channels.wechat.errors import ApiFailed
from bot.channels.wechat.settings import Sending

log = structlog.get_logger(__name__)

_CHECKED_S = 3600.0
_AGAIN_S = 30.0


class Permission:
    """Off until the platform has said that it is allowed; asked anew now and then."""

    def __init__(self, client: WeChatClient | None, setting: Sending) -> None:
        self._client = client
        self._setting = setting
        self._is_on = client is not None and setting is Sending.ON

    @property
    def is_on(self) -> bool:
        """Whether customer-service messages may be sent now."""
        return self._is_on

    def refused(self) -> None:
        """The platform refused a message for want of permission."""
        if self._setting is Sending.AUTO:
            self._set(False)

    async def ask(self) -> bool:
        """Ask the platform; out: whether it said anything."""
        if self._client is None:
            return True
        try:
            self._set(await self._client.may_send())
        except ApiFailed as failed:
            log.warning("wechat_permission_unknown", reason=failed.reason)
            return False
        return True

    async def keep_asking(self) -> None:
        """Ask until told, and then every hour. Ends only by cancellation."""
        while self._client is not None and self._setting is Sending.AUTO:
            await asyncio.sleep(_CHECKED_S if await self.ask() else _AGAIN_S)

    def _set(self, is_on: bool) -> None:
        if is_on != self._is_on:
            log.info("wechat_permission", customer_service=is_on)
        self._is_on = is_on
