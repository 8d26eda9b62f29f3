"""Names under which people and messages are kept: keyed, so that they lead back to nobody."""

from __future__ import annotations

import hashlib
import hmac
import re

from bot.masking import mask

_HARMLESS_ID = re.compile(r"[\w.:-]{1,64}", re.ASCII)


def pseudonym(salt: str, channel: str, sender: str) -> str:
    """32 hexadecimal digits that stand for a person of a channel; without the salt nobody can make them."""
    said = f"{channel}\0{sender}".encode("utf-8", "surrogatepass")
    return hmac.new(salt.encode(), said, hashlib.sha256).hexdigest()[:32]


def kept_id(external_id: str) -> str:
    """The channel's id of a message as it is stored: itself, or a digest when it is long or personal."""
    if _HARMLESS_ID.fullmatch(external_id) and not mask(external_id).found:
        return external_id
    return "sha256:" + hashlib.sha256(external_id.encode("utf-8", "surrogatepass")).hexdigest()[:40]
