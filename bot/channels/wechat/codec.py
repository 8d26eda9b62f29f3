"""Signatures and encryption of the platform: SHA-1 over sorted strings, AES-256-CBC with a frame of its own."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32
_RANDOM = 16
_LENGTH = 4


class CannotDecrypt(Exception):
    """The text is not one of the platform's for this account; which step failed is nobody's business."""


def signature(*parts: str) -> str:
    """The platform's signature of some strings, in any order."""
    return hashlib.sha1("".join(sorted(parts)).encode("utf-8", "surrogatepass")).hexdigest()


def is_signed(given: str, *parts: str) -> bool:
    """Whether `given` is the signature of the strings; takes the same time for any wrong one."""
    return hmac.compare_digest(given.encode("utf-8", "surrogatepass"), signature(*parts).encode())


@dataclass(frozen=True, slots=True, repr=False)
class Key:
    """One EncodingAESKey. It is never shown."""

    raw: bytes

    @classmethod
    def read(cls, encoded: str) -> Key:
        """The key in 43 characters of base64."""
        return cls(base64.b64decode(encoded + "="))


@dataclass(frozen=True, slots=True, repr=False)
class Opened:
    """A decrypted text and the key that opened it, with which the reply is encrypted."""

    text: bytes
    key: Key


class Codec:
    """Encrypts and decrypts for one account. `keys`: the current one, then the previous one if any."""

    def __init__(
        self, app_id: str, keys: tuple[Key, ...], random: Callable[[int], bytes] = secrets.token_bytes
    ) -> None:
        self._app_id = app_id.encode()
        self._keys = keys
        self._random = random

    def open(self, encrypted: str) -> Opened:
        """The text in an `Encrypt` element, tried with each key; CannotDecrypt when none opens it."""
        try:
            sealed = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError):
            raise CannotDecrypt from None
        if not sealed or len(sealed) % 16:
            raise CannotDecrypt
        for key in self._keys:
            text = self._text_in(_decrypt(key, sealed))
            if text is not None:
                return Opened(text, key)
        raise CannotDecrypt

    def seal(self, text: bytes, key: Key) -> str:
        """The `Encrypt` element of a text."""
        framed = self._random(_RANDOM) + len(text).to_bytes(_LENGTH, "big") + text + self._app_id
        padding = _BLOCK - len(framed) % _BLOCK
        return base64.b64encode(_encrypt(key, framed + bytes([padding]) * padding)).decode()

    def _text_in(self, padded: bytes) -> bytes | None:
        """The text of a frame with right padding, length and account; None when something is wrong."""
        padding = padded[-1]
        if not 1 <= padding <= _BLOCK or padded[-padding:] != bytes([padding]) * padding:
            return None
        framed = padded[:-padding]
        head = _RANDOM + _LENGTH
        if len(framed) < head:
            return None
        end = head + int.from_bytes(framed[_RANDOM:head], "big")
        if end > len(framed) or not hmac.compare_digest(framed[end:], self._app_id):
            return None
        return framed[head:end]


def _decrypt(key: Key, sealed: bytes) -> bytes:
    decryptor = Cipher(algorithms.AES256(key.raw), modes.CBC(key.raw[:16])).decryptor()
    return decryptor.update(sealed) + decryptor.finalize()


def _encrypt(key: Key, plain: bytes) -> bytes:
    encryptor = Cipher(algorithms.AES256(key.raw), modes.CBC(key.raw[:16])).encryptor()
    return encryptor.update(plain) + encryptor.finalize()
