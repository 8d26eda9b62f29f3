"""The door: a request of the platform → an envelope, or `Refused`. Nothing behind it is reached unsigned."""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.channels.wechat.codec import CannotDecrypt, Codec, Key, is_signed, signature
from bot.channels.wechat.parse import Fields, NotAPush, fields_of
from bot.channels.wechat.replay import FRESH_S, REPEATED_S, Seen, digest_of
from bot.channels.wechat.settings import Mode

LARGEST_BODY = 64 * 1024
_NONCE = re.compile(r"[\x21-\x7e]{1,128}")
_TIME = re.compile(r"[0-9]{1,12}")

Query = Mapping[str, str]


class Refused(Exception):
    """The request is not the platform's, or too old or used already. The text names the reason for the log."""


@dataclass(frozen=True, slots=True, repr=False)
class Envelope:
    """A verified push: its fields, and the key the reply is to be encrypted with (None: plain)."""

    fields: Fields
    nonce: str
    key: Key | None


class Door:
    """Checks requests for one account. `now` is always passed in."""

    def __init__(self, token: str, mode: Mode, codec: Codec | None, seen: Seen) -> None:
        self._token = token
        self._mode = mode
        self._codec = codec
        self._seen = seen

    async def echo(self, query: Query, now: float) -> str:
        """The echostr of the platform's verification of our address, which is the whole answer to it."""
        self._check_signature(query, now)
        echo = query.get("echostr", "")
        if not _NONCE.fullmatch(echo):
            raise Refused("echostr")
        await self._use_up(query["signature"], query, echo.encode(), now)
        return echo

    async def open(self, query: Query, body: bytes, now: float) -> Envelope:
        """The push in a request. Refused when it is not to be trusted, NotAPush when it cannot be read."""
        timestamp, nonce = self._times(query, now)
        if query.get("encrypt_type", "raw") == "aes":
            if self._mode == Mode.PLAIN or self._codec is None:
                raise Refused("mode")
            envelope, signed = self._sealed(query, body, timestamp, nonce)
            await self._check_first(signed, query, body, now)
            if self._mode == Mode.COMPATIBLE:
                await self._use_up(signature(self._token, timestamp, nonce), query, body, now)
            return envelope
        if self._mode == Mode.SAFE:
            raise Refused("mode")
        self._check_signature(query, now)
        await self._check_first(query["signature"], query, body, now)
        return Envelope(fields_of(body), nonce, None)

    def _sealed(self, query: Query, body: bytes, timestamp: str, nonce: str) -> tuple[Envelope, str]:
        assert self._codec is not None
        try:
            encrypted = fields_of(body).get("Encrypt", "")
        except NotAPush:
            raise Refused("no_envelope") from None
        signed = query.get("msg_signature", "")
        if not encrypted or not is_signed(signed, self._token, timestamp, nonce, encrypted):
            raise Refused("msg_signature")
        try:
            opened = self._codec.open(encrypted)
        except CannotDecrypt:
            raise Refused("decryption") from None
        return Envelope(fields_of(opened.text), nonce, opened.key), signed

    def _check_signature(self, query: Query, now: float) -> None:
        timestamp, nonce = self._times(query, now)
        if not is_signed(query.get("signature", ""), self._token, timestamp, nonce):
            raise Refused("signature")

    def _times(self, query: Query, now: float) -> tuple[str, str]:
        timestamp, nonce = query.get("timestamp", ""), query.get("nonce", "")
        if not _TIME.fullmatch(timestamp) or not _NONCE.fullmatch(nonce):
            raise Refused("query")
        if abs(now - int(timestamp)) > FRESH_S:
            raise Refused("timestamp")
        return timestamp, nonce

    async def _check_first(self, signed: str, query: Query, body: bytes, now: float) -> None:
        """In plain mode the signature says nothing of the body, so another body under it is a forgery."""
        digest, at = await self._use_up(signed, query, body, now)
        if not hmac.compare_digest(digest, digest_of(body)):
            raise Refused("used_with_another_body")
        if now - at > REPEATED_S:
            raise Refused("used_before")

    async def _use_up(self, signed: str, query: Query, body: bytes, now: float) -> tuple[str, float]:
        """Let no other body come under a signature. An encrypted push has the plain one in its address, too."""
        return await self._seen.first(f"{query['timestamp']}:{query['nonce']}:{signed}", body, now)
