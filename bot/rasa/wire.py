"""The channel's wire: from the bytes of a request to a checked value. Plain Python, no Rasa."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field
from typing import Any

from bot.rasa.errors import BadRequest, TooLarge, Unauthorized

MAX_BODY_BYTES = 136 * 1024
"""The longest message there may be (ten thousand characters), every one escaped, and the metadata."""
MAX_METADATA_BYTES = 8 * 1024
MAX_SENDER_CHARS = 200

_FIELDS = {"sender": str, "message": str, "metadata": dict, "new_session": bool}
_REQUIRED = ("sender", "message")
_NAMES = {str: "a string", dict: "an object", bool: "true or false"}
_INTENT_PREFIX = "/"
_HARMLESS_PREFIX = "／"


@dataclass(frozen=True)
class Incoming:
    """One message of a citizen. `text` cannot be taken for one of Rasa's own commands."""

    sender: str
    text: str
    metadata: dict[str, Any] = field(default_factory=dict)
    new_session: bool = False


def check_token(header: str | None, token: str) -> None:
    """Unauthorized unless the header is `Bearer <token>`; the comparison takes the same time for any token."""
    scheme, _, given = (header or "").partition(" ")
    matches = hmac.compare_digest(given.strip().encode(), token.encode())
    if scheme.lower() != "bearer" or not matches:
        raise Unauthorized(
            "The request carries no valid token.",
            mend="Send `Authorization: Bearer <token>` with the token of this installation.",
        )


def read_incoming(body: bytes, *, max_message_chars: int) -> Incoming:
    """The message in a request body; BadRequest or TooLarge says what is wrong with it."""
    if len(body) > MAX_BODY_BYTES:
        raise TooLarge(
            f"The request has {len(body)} bytes; at most {MAX_BODY_BYTES} are read.",
            mend="Shorten the message or its metadata.",
        )
    fields = _fields(body)
    sender, text = fields["sender"], clean(fields["message"])
    _check_sender(sender)
    if not text:
        raise BadRequest("message: expected text; it is empty.", mend="Send what the citizen wrote.")
    if len(text) > max_message_chars:
        raise TooLarge(
            f"message: {len(text)} characters; at most {max_message_chars} are worked on.",
            mend="Shorten the message.",
        )
    metadata = fields.get("metadata") or {}
    if len(json.dumps(metadata)) > MAX_METADATA_BYTES:
        raise TooLarge(
            f"metadata: more than {MAX_METADATA_BYTES} bytes.", mend="Send only what the actions need."
        )
    return Incoming(sender, escape(text), metadata, bool(fields.get("new_session")))


def read_sender(body: bytes) -> str:
    """The conversation named in a request that is about one as a whole."""
    sender = _fields(body, required=("sender",))["sender"]
    _check_sender(sender)
    return str(sender)


def _check_sender(sender: str) -> None:
    if not sender.strip() or not sender.isprintable():
        raise BadRequest("sender: expected visible characters.", mend="Send the id of the conversation.")
    if len(sender) > MAX_SENDER_CHARS:
        raise TooLarge(
            f"sender: {len(sender)} characters; at most {MAX_SENDER_CHARS} are kept.",
            mend="Use a shorter id.",
        )


def escape(text: str) -> str:
    """The text without the leading slash that Rasa takes for an intent (`/restart`, `/ask_fee{…}`)."""
    stripped = text.strip()
    return _HARMLESS_PREFIX + stripped[1:] if stripped.startswith(_INTENT_PREFIX) else stripped


def clean(text: str) -> str:
    """The text without what no store or log can hold: lone surrogates and control characters."""
    encodable = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(c if c.isprintable() or c in "\n\t" else " " for c in encodable).strip()


def _fields(body: bytes, required: tuple[str, ...] = _REQUIRED) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        raise BadRequest(
            "The body is not JSON.", mend='Send {"sender": "…", "message": "…"} in UTF-8.'
        ) from None
    if not isinstance(value, dict):
        raise BadRequest("The body is not a JSON object.", mend='Send {"sender": "…", "message": "…"}.')
    for name in required:
        if name not in value:
            raise BadRequest(f"{name}: missing.", mend=f"Send {name}.")
    for name, content in value.items():
        expected = _FIELDS.get(name)
        if expected is None:
            raise BadRequest(f"{name[:40]}: no such field.", mend=f"Send only {', '.join(_FIELDS)}.")
        if not isinstance(content, expected) and not (content is None and name not in required):
            raise BadRequest(
                f"{name}: expected {_NAMES[expected]}; received {json.dumps(content)[:40]}.",
                mend=f"Correct {name}.",
            )
    return value
