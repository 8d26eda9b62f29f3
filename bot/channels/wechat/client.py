"""The API as we use it: every call with the token, bounded retries, and a word for what goes wrong."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import aiohttp
import structlog

from bot.channels.wechat.api import CALL_S, Api
from bot.channels.wechat.errors import ApiFailed, Then
from bot.channels.wechat.token import TokenKeeper

log = structlog.get_logger(__name__)

PROBE = "bangban-check"
"""An OpenID nobody has: the platform says whether we might write before it says that."""
_PAUSES_S = (0.3, 0.9)
_UPLOAD_S = 8.0
_NO_PERMISSION = 48001

Sleep = Callable[[float], Awaitable[None]]


class WeChatClient:
    """Sends messages, uploads pictures, sets the menu. Every method raises ApiFailed."""

    def __init__(self, api: Api, tokens: TokenKeeper, sleep: Sleep = asyncio.sleep) -> None:
        self._api = api
        self._tokens = tokens
        self._sleep = sleep

    async def send_text(self, person: str, text: str) -> None:
        """A customer-service message in words."""
        await self._send(person, "text", {"content": text})

    async def send_picture(self, person: str, media_id: str) -> None:
        """A customer-service message with an uploaded picture."""
        await self._send(person, "image", {"media_id": media_id})

    async def send_article(self, person: str, title: str, description: str, url: str) -> None:
        """A customer-service message that opens a page when it is tapped."""
        article = {"title": title, "description": description, "url": url, "picurl": ""}
        await self._send(person, "news", {"articles": [article]})

    async def send_choices(self, person: str, head: str, choices: Mapping[str, str], tail: str) -> None:
        """A customer-service message with choices to tap; the tapped one comes back as its text."""
        rows = [{"id": key, "content": text} for key, text in choices.items()]
        await self._send(person, "msgmenu", {"head_content": head, "list": rows, "tail_content": tail})

    async def show_typing(self, person: str) -> None:
        """Show that an answer is on its way; fails quietly, for nothing depends on it."""
        try:
            await self._typing(person)
        except ApiFailed as failed:
            log.debug("wechat_typing_failed", reason=failed.reason)

    async def may_send(self) -> bool:
        """Whether the account may send customer-service messages."""
        try:
            await self._typing(PROBE)
        except ApiFailed as failed:
            if failed.code is None or failed.then in (Then.TOKEN, Then.AGAIN):
                raise
            if failed.code in (40013, 40125, 40164, 40243, 61004, 89503):  # no token at all
                raise
            return failed.code != _NO_PERMISSION
        return True

    async def upload_picture(self, name: str, content: bytes, kind: str = "image/png") -> str:
        """Upload a temporary picture; out: its media id, good for three days."""

        def form() -> aiohttp.FormData:
            made = aiohttp.FormData()
            made.add_field("media", content, filename=name, content_type=kind)
            return made

        said = await self._call("/cgi-bin/media/upload", {"type": "image"}, form=form, seconds=_UPLOAD_S)
        media_id = said.get("media_id")
        if not isinstance(media_id, str) or not media_id:
            raise ApiFailed("garbled")
        return media_id

    async def create_menu(self, menu: Mapping[str, Any]) -> None:
        """Set the account's menu."""
        await self._call("/cgi-bin/menu/create", {}, menu)

    async def menu(self) -> dict[str, Any]:
        """The account's menu as the platform has it."""
        return await self._call("/cgi-bin/menu/get", {})

    async def platform_addresses(self) -> tuple[str, ...]:
        """Where the platform calls us from."""
        said = await self._call("/cgi-bin/getcallbackip", {})
        listed = said.get("ip_list")
        return tuple(str(one) for one in listed) if isinstance(listed, list) else ()

    async def check_token(self) -> None:
        """Return when the platform gives us a token."""
        await self._tokens.get()

    async def _send(self, person: str, kind: str, content: Mapping[str, Any]) -> None:
        await self._call(
            "/cgi-bin/message/custom/send", {}, {"touser": person, "msgtype": kind, kind: content}
        )

    async def _typing(self, person: str) -> None:
        await self._call("/cgi-bin/message/custom/typing", {}, {"touser": person, "command": "Typing"})

    async def _call(
        self,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
        *,
        form: Callable[[], aiohttp.FormData] | None = None,
        seconds: float = CALL_S,
    ) -> dict[str, Any]:
        """One call. A busy platform is asked up to three times, a refused token is replaced once."""
        token = await self._tokens.get()
        replaced = False
        pauses = iter(_PAUSES_S)
        while True:
            try:
                return await self._api.call(
                    path,
                    {"access_token": token.value, **query},
                    body,
                    form=form() if form else None,
                    seconds=seconds,
                )
            except ApiFailed as failed:
                if failed.then is Then.TOKEN and not replaced:
                    replaced = True
                    token = await self._tokens.replace(token)
                    continue
                pause = next(pauses, None) if _is_worth_it(failed) else None
                if pause is None:
                    raise
            await self._sleep(pause * random.uniform(0.8, 1.2))


def _is_worth_it(failed: ApiFailed) -> bool:
    """Whether the same call may be made again: only when it was certainly not carried out."""
    return failed.then is Then.AGAIN or (failed.code is None and not failed.unsure)
