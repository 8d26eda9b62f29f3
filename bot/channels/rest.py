"""The REST channel: requests and replies as Rasa's REST channel has them, so that its clients work here.

    POST /webhooks/rest/webhook   {"sender": "…", "message": "…", "metadata": {"message_id": "…"}}
    → [{"recipient_id", "text", "buttons": [{"title", "payload"}], "custom": {outcome, guide, …, message_id}}]

`metadata.message_id` (a string or a number) makes a repeated request the same message: it is answered once
and the repetition gets the same replies. Unknown fields are ignored, as Rasa does.
"""

from __future__ import annotations

import json
from typing import Any

import structlog
from aiohttp import web

from bot.channels.body import read_object, text_field
from bot.channels.message import ChannelName, Incoming, NotDelivered, StoredReply, Turn
from bot.conversation.service import Conversations
from bot.errors import BadRequest, Conflict

log = structlog.get_logger(__name__)

CONVERSATIONS = web.AppKey("conversations", Conversations)

_LONGEST_SENDER = 200
_LONGEST_ID = 200


async def webhook(request: web.Request) -> web.StreamResponse:
    """Answer one message; the response is its delivery."""
    incoming = parse(await read_object(request))
    answers: list[web.StreamResponse] = []

    async def deliver(turn: Turn) -> None:
        if not turn.replies and not turn.with_person:
            return
        shown = [render(incoming.sender, stored) for stored in turn.replies]
        response = web.json_response(shown, dumps=_readable)
        answers.append(response)
        try:
            await response.prepare(request)
            await response.write_eof()
        except ConnectionError:
            raise NotDelivered("disconnected") from None

    try:
        await request.app[CONVERSATIONS].receive(incoming, deliver)
    except Exception:
        if not answers:
            raise
        log.exception("failed_after_delivery")
    if not answers:
        raise Conflict(
            "This message is still being worked on.",
            mend="Send it again in a minute with the same message_id.",
        )
    return answers[0]


def _readable(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def parse(body: dict[str, Any]) -> Incoming:
    """The message in a request; BadRequest names the field that is wrong."""
    sender = text_field(body, "sender")
    if not 0 < len(sender) <= _LONGEST_SENDER or not sender.isprintable():
        raise BadRequest(
            "The field “sender” is empty, too long or not printable.",
            mend=f"Send 1 to {_LONGEST_SENDER} characters that name the person, the same each time.",
        )
    return Incoming(
        channel=ChannelName.REST,
        sender=sender,
        text=text_field(body, "message"),
        external_id=_message_id(body.get("metadata")),
    )


def _message_id(metadata: object) -> str | None:
    if metadata is None:
        return None
    if not isinstance(metadata, dict):
        raise BadRequest("The field “metadata” must be an object.", mend="Send an object, or leave it out.")
    given = metadata.get("message_id")
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, str | int) or not 0 < len(str(given)) <= _LONGEST_ID:
        raise BadRequest(
            "The field “metadata.message_id” must be a string or a whole number.",
            mend=f"Send 1 to {_LONGEST_ID} characters, other ones for every message.",
        )
    return str(given)


def render(recipient: str, stored: StoredReply) -> dict[str, Any]:
    """A reply as Rasa's REST clients know it; `custom` has all there is."""
    shown: dict[str, Any] = {
        "recipient_id": recipient,
        "text": stored.reply.text,
        "custom": {**stored.reply.public(), "message_id": stored.message_id},
    }
    if stored.reply.options:
        shown["buttons"] = [
            {"title": option.title, "payload": option.title} for option in stored.reply.options
        ]
    return shown
