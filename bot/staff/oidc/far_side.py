"""Talks with the identity provider over HTTP: its document and keys, kept for an hour, and codes for ID tokens.

Whatever comes back is bounded in time and size; nothing is followed elsewhere.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import quote_plus

import aiohttp

from bot.staff.oidc.asking import Client, Flow
from bot.staff.oidc.problems import KeyUnknown, ProviderAway, TokenWrong
from bot.staff.oidc.provider import Provider, Showing, discovery_address, read_provider
from bot.staff.oidc.verifying import Expected, Identity, identity_of

PATIENCE_S = 8.0
"""For each request."""
LARGEST_BYTES = 262_144
_KEPT_S = 3600.0
_MOST_KEYS = 100


class FarSide:
    """The identity provider, as this front knows it. In: its issuer, what we are to it, a session, a clock."""

    def __init__(
        self,
        issuer: str,
        client: Client,
        http: aiohttp.ClientSession,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.issuer = issuer
        self.client = client
        self._http = http
        self._clock = clock
        self._provider: tuple[float, Provider] | None = None
        self._keys: tuple[float, tuple[Mapping[str, Any], ...]] | None = None

    async def provider(self) -> Provider:
        """What it says of itself."""
        kept = self._provider
        if kept is None or self._clock() - kept[0] > _KEPT_S:
            document = await self._get(discovery_address(self.issuer))
            kept = self._provider = self._clock(), read_provider(document, self.issuer)
        return kept[1]

    async def redeem(self, code: str, flow: Flow) -> str:
        """The ID token for a code. TokenWrong when the provider does not take the code."""
        provider, client = await self.provider(), self.client
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client.return_address,
            "code_verifier": flow.verifier,
        }
        headers = {}
        if provider.showing is Showing.BASIC:
            # RFC 6749, 2.3.1: both are encoded as in a form first.
            headers["Authorization"] = aiohttp.encode_basic_auth(
                quote_plus(client.id), quote_plus(client.secret)
            )
        else:
            form |= {"client_id": client.id, "client_secret": client.secret}
        status, answer = await self._ask("POST", provider.token, data=form, headers=headers)
        if status == 400 and answer.get("error") == "invalid_grant":
            raise TokenWrong("code_refused")
        if status != 200:
            raise ProviderAway(f"token_{status}{_word(answer.get('error'))}")
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise TokenWrong("no_id_token")
        return token

    async def identity(self, token: str, expected: Expected) -> Identity:
        """Who a token names. A key that is not known yet is looked for once, in a fresh document."""
        keys, fresh = await self._known_keys()
        try:
            return identity_of(token, keys, expected)
        except KeyUnknown:
            if fresh:
                raise
        self._keys = None
        return identity_of(token, (await self._known_keys())[0], expected)

    async def _known_keys(self) -> tuple[Sequence[Mapping[str, Any]], bool]:
        """Its keys, and whether they were fetched just now."""
        kept = self._keys
        if kept is not None and self._clock() - kept[0] <= _KEPT_S:
            return kept[1], False
        listed = (await self._get((await self.provider()).keys)).get("keys")
        if not isinstance(listed, list):
            raise ProviderAway("keys_unreadable")
        read = tuple(one for one in listed[:_MOST_KEYS] if isinstance(one, dict))
        self._keys = self._clock(), read
        return read, True

    async def _get(self, address: str) -> Mapping[str, Any]:
        status, answer = await self._ask("GET", address)
        if status != 200:
            raise ProviderAway(f"status_{status}")
        return answer

    async def _ask(
        self,
        method: str,
        address: str,
        *,
        data: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Mapping[str, Any]]:
        """Status and JSON object of an answer; an object that is none is empty with another status than 200."""
        sent = {"Accept": "application/json", "Accept-Encoding": "identity", **(headers or {})}
        try:
            async with (
                asyncio.timeout(PATIENCE_S),
                self._http.request(
                    method, address, data=data, headers=sent, allow_redirects=False
                ) as response,
            ):
                status, body = response.status, await _bounded(response)
        except TimeoutError:
            raise ProviderAway("too_slow") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise ProviderAway(type(error).__name__) from None
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if isinstance(answer, dict):
            return status, answer
        if status == 200:
            raise ProviderAway("garbled")
        return status, {}


def _word(error: object) -> str:
    """The provider's word for what is wrong, when it is one: `_invalid_client`."""
    is_word = isinstance(error, str) and re.fullmatch(r"[a-z_]{1,40}", error)
    return f"_{error}" if is_word else ""


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    read = bytearray()
    async for part in response.content.iter_any():
        read += part
        if len(read) > LARGEST_BYTES:
            raise ProviderAway("too_large")
    return bytes(read)
