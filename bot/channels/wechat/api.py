"""One HTTP exchange with the platform: JSON in, JSON out, in time, and never an exception with a secret."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

import aiohttp

from bot.channels.wechat.errors import ApiFailed

CALL_S = 3.0
_LARGEST_ANSWER = 256 * 1024
_ADDRESS = re.compile(r"\b(?:[0-9]{1,3}\.){3}[0-9]{1,3}\b")

# Each call has a connection of its own: on one kept open, a call that was made just when the other side
# closes it could not be told from one that was heard.
_HEADERS = {"Connection": "close"}


class Api:
    """Calls paths of the API. Who calls adds the access token to the query."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http = http
        self._url = url

    async def call(
        self,
        path: str,
        query: Mapping[str, str],
        body: Mapping[str, Any] | None = None,
        *,
        form: aiohttp.FormData | None = None,
        seconds: float = CALL_S,
    ) -> dict[str, Any]:
        """The answer without an error code. ApiFailed otherwise."""
        data: bytes | aiohttp.FormData | None = form
        headers = dict(_HEADERS)
        if body is not None:
            data = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
            headers["Content-Type"] = "application/json; charset=utf-8"
        method = "GET" if data is None else "POST"
        try:
            async with (
                asyncio.timeout(seconds),
                self._http.request(
                    method, self._url + path, params=query, data=data, headers=headers, allow_redirects=False
                ) as response,
            ):
                status, raw = response.status, await _read(response)
        except aiohttp.ClientConnectorError:
            raise ApiFailed("unreachable") from None
        except TimeoutError:
            raise ApiFailed("timeout", unsure=True) from None
        except (aiohttp.ClientError, OSError):
            raise ApiFailed("broken_off", unsure=True) from None
        return _answer(status, raw)


async def _read(response: aiohttp.ClientResponse) -> bytes:
    raw = b""
    while len(raw) <= _LARGEST_ANSWER and (more := await response.content.read(_LARGEST_ANSWER)):
        raw += more
    return raw


def _answer(status: int, raw: bytes) -> dict[str, Any]:
    if status >= 500:
        raise ApiFailed(f"status {status}", unsure=True)
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        raise ApiFailed("garbled", unsure=True) from None
    if not isinstance(said, dict):
        raise ApiFailed("garbled", unsure=True)
    code = said.get("errcode", 0)
    if not isinstance(code, int) or isinstance(code, bool):
        raise ApiFailed("garbled", unsure=True)
    if code:
        address = _ADDRESS.search(str(said.get("errmsg", ""))) if code in (40164, 61004) else None
        raise ApiFailed.of(code, hint=address.group() if address else "")
    if status != 200:
        raise ApiFailed(f"status {status}")
    return said
