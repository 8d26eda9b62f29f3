"""The XML of a passive reply: what the platform reads in the response to its own request."""

from __future__ import annotations

from bot.channels.wechat.codec import Codec, Key, signature

SUCCESS = b"success"
"""Answers the platform's request without a word to the person; sent unencrypted in every mode."""


def cdata(text: str) -> str:
    """Any text as character data that cannot end its own section."""
    return "<![CDATA[" + text.replace("]]>", "]]]]><![CDATA[>") + "]]>"


def text_reply(*, to: str, sender: str, text: str, now: int) -> str:
    """A text message to the person from the account."""
    return (
        f"<xml><ToUserName>{cdata(to)}</ToUserName><FromUserName>{cdata(sender)}</FromUserName>"
        f"<CreateTime>{now}</CreateTime><MsgType><![CDATA[text]]></MsgType>"
        f"<Content>{cdata(text)}</Content></xml>"
    )


def sealed_reply(xml: str, codec: Codec, key: Key, token: str, nonce: str, now: int) -> str:
    """The encrypted and signed envelope of a reply, for safe and compatible mode."""
    encrypted = codec.seal(xml.encode(), key)
    signed = signature(token, str(now), nonce, encrypted)
    return (
        f"<xml><Encrypt>{cdata(encrypted)}</Encrypt><MsgSignature>{cdata(signed)}</MsgSignature>"
        f"<TimeStamp>{now}</TimeStamp><Nonce>{cdata(nonce)}</Nonce></xml>"
    )
