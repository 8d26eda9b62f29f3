"""Passwords: which are good enough, and how they are kept (Argon2id)."""

from __future__ import annotations

import asyncio
import re
import secrets
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.staff.words import load_staff_words

SHORTEST, LONGEST = 10, 128
_FEWEST_CHARACTERS = 5
_FEWEST_INSIDE = 4
"""Characters that are left without the figures and signs at both ends: initials and a birthday are no password."""
_AT_ONCE = 2
"""Hashes computed at a time: each takes 64 MiB and a good part of a second."""
_LEET = str.maketrans("0134578@$!", "oieastbasi")
_ROWS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890",
    "qwertyuiop",
    "asdfghjkl",
    "zxcvbnm",
    "1qaz2wsx3edc4rfv5tgb",
)
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
# No letters that are mistaken for another one: first passwords are typed from paper.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def normal(password: str) -> str:
    """The password as it is hashed: the same keys give the same text on every machine."""
    return unicodedata.normalize("NFKC", password)


def weakness(password: str, *names: str) -> str | None:
    """Why a password is not good enough, as a key of the words; None when it is. In: the person's names."""
    text = normal(password).casefold()
    if len(text) < SHORTEST:
        return "too_short"
    if len(text) > LONGEST:
        return "too_long"
    if any(len(name) >= 2 and normal(name).casefold() in text for name in names):
        return "holds_name"
    if len(set(text)) < _FEWEST_CHARACTERS or _is_repeated(text) or _is_row(text):
        return "too_simple"
    if len(_EDGES.sub("", text)) < _FEWEST_INSIDE:
        return "too_simple"
    return "common" if _is_common(text) else None


def new_password() -> str:
    """A first password: four groups of five letters and digits (99 random bits)."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


class Passwords:
    """Makes and checks hashes, a few at a time, off the event loop."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        # The second recommendation of RFC 9106.
        self._hasher = hasher or PasswordHasher(time_cost=3, memory_cost=64 * 1024, parallelism=4)
        self._nobody = ""
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def hash(self, password: str) -> str:
        """The hash to keep."""
        async with self._slots:
            return await asyncio.to_thread(self._hasher.hash, normal(password))

    async def fits(self, kept: str | None, password: str) -> bool:
        """Whether a password is the one kept. Without one it takes as long, and is not."""
        async with self._slots:
            if not self._nobody:
                self._nobody = await asyncio.to_thread(self._hasher.hash, secrets.token_urlsafe(16))
            fits = await asyncio.to_thread(self._verify, kept or self._nobody, normal(password))
        return fits and kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, password)
        except (VerificationError, InvalidHashError):
            return False


def _is_repeated(text: str) -> bool:
    """Made of one short piece again and again."""
    return any(text == (text[:size] * len(text))[: len(text)] for size in range(1, len(text) // 2 + 1))


def _is_row(text: str) -> bool:
    """Keys or characters in their order, there or back."""
    return any(text in row * 2 or text in (row * 2)[::-1] for row in _ROWS)


def _is_common(text: str) -> bool:
    """A well-known password or word, also with figures or signs around it, or written with figures."""
    inside = _EDGES.sub("", text)
    variants = {text, inside, text.translate(_LEET), inside.translate(_LEET)}
    return any(one in _common() for one in variants | {re.sub(r"[\W_]+", "", one) for one in variants})


@cache
def _common() -> frozenset[str]:
    """The words of the list, each also without the figures around it."""
    words = load_staff_words().common_passwords
    return frozenset(words) | {_EDGES.sub("", word) for word in words}
