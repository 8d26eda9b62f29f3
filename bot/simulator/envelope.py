"""Signing and wrapping what goes to the callback, and opening what comes back: with wechatpy's crypto.

Nothing here is shared with the channel under test.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from xml.parsers.expat import ExpatError

import xmltodict
from wechatpy.crypto import WeChatCrypto
from wechatpy.utils import WeChatSigner

from bot.simulator.account import Account, Mode
from bot.simulator.acts import Fields, Value


class BadEnvelope(Exception):
    """The answer cannot be opened; the text says why."""


@dataclass(frozen=True, slots=True)
class Posted:
    """A request to the callback."""

    query: Mapping[str, str]
    body: str
    plain: str
    """The message without its wrapping, for the developer's panel."""


def signature(*parts: str) -> str:
    """SHA1 over the sorted parts."""
    signer = WeChatSigner()
    signer.add_data(*parts)
    return str(signer.signature)


def signed_query(account: Account, openid: str = "") -> dict[str, str]:
    """What every request to the callback has in its query."""
    timestamp, nonce = str(int(time.time())), str(secrets.randbelow(9 * 10**9) + 10**9)
    query = {
        "signature": signature(account.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
    }
    return {**query, "openid": openid} if openid else query


def sealed(account: Account, openid: str, message: Fields) -> Posted:
    """A message on its way to the callback, wrapped as the account's mode says."""
    query = signed_query(account, openid)
    plain = to_xml(message)
    if account.mode is Mode.PLAIN:
        return Posted(query, plain, plain)
    crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
    wrapped = from_xml(crypto.encrypt_message(plain, query["nonce"], query["timestamp"]).encode())
    query |= {"encrypt_type": "aes", "msg_signature": str(wrapped["MsgSignature"])}
    outer: Fields = message if account.mode is Mode.COMPATIBLE else {"ToUserName": account.original_id}
    return Posted(query, to_xml({**outer, "Encrypt": str(wrapped["Encrypt"])}), plain)


def opened(account: Account, body: bytes) -> Mapping[str, object]:
    """The fields of a passive reply; BadEnvelope when the platform could not read it."""
    fields = from_xml(body)
    if account.mode is Mode.PLAIN:
        return fields
    if "Encrypt" not in fields:
        if account.mode is Mode.COMPATIBLE:
            return fields
        raise BadEnvelope("safe mode wants an encrypted reply, and this one is plain")
    missing = [name for name in ("MsgSignature", "TimeStamp", "Nonce") if not fields.get(name)]
    if missing:
        raise BadEnvelope(f"the encrypted reply lacks {', '.join(missing)}")
    crypto = WeChatCrypto(account.token, account.aes_key, account.app_id)
    try:
        plain = crypto.decrypt_message(
            fields, str(fields["MsgSignature"]), str(fields["TimeStamp"]), str(fields["Nonce"])
        )
    except Exception as error:  # wechatpy raises what its libraries raise: struct.error, ValueError, …
        raise BadEnvelope(
            f"the encrypted reply cannot be opened: {type(error).__name__} {error}".strip()
        ) from None
    return from_xml(plain.encode())


def readable(account: Account, body: bytes) -> str:
    """An answer for a developer to read: as it came, and opened when it was wrapped."""
    raw = body.decode("utf-8", "replace")
    try:
        fields = opened(account, body)
    except BadEnvelope:
        return raw
    if "Encrypt" in fields or b"Encrypt" not in body:
        return raw
    return f"{xmltodict.unparse({'xml': fields}, full_document=False, pretty=True)}\n\n{raw}"


def to_xml(fields: Fields) -> str:
    """Fields as the platform writes them: text in CDATA, numbers bare."""
    return f"<xml>{''.join(_element(name, value) for name, value in fields.items())}</xml>"


def _element(name: str, value: Value | Mapping[str, Value]) -> str:
    if isinstance(value, Mapping):
        inner = "".join(_element(key, one) for key, one in value.items())
        return f"<{name}>{inner}</{name}>"
    if isinstance(value, str):
        return f"<{name}><![CDATA[{value.replace(']]>', ']]]]><![CDATA[>')}]]></{name}>"
    return f"<{name}>{value}</{name}>"


def from_xml(body: bytes) -> Mapping[str, object]:
    """The fields of <xml>…</xml>; BadEnvelope when it is none."""
    try:
        read = xmltodict.parse(body)
    except (ExpatError, ValueError) as error:
        raise BadEnvelope(f"the answer is no XML: {error}") from None
    fields = read.get("xml")
    if not isinstance(fields, dict):
        raise BadEnvelope("the answer is no <xml> with fields in it")
    return fields
