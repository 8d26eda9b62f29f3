"""Reading a JSON request that anybody may have sent: bounded in size and time, never quoted back."""

from __future__ import annotations

import asyncio
import json
from typing import Any, ClassVar

from aiohttp import web

from bot.errors import BadRequest, TooLarge

LARGEST_BODY = 128 * 1024
"""Bytes of a request; a message of ten thousand characters fits even when every one is escaped."""

_SLOWEST_S = 15.0


class TooSlow(BadRequest):
    code = "request_timeout"
    status: ClassVar[int] = 408
    default_mend = "Send the whole request at once."


async def read_object(request: web.Request) -> dict[str, Any]:
    """The JSON object in the body. BadRequest, TooLarge or TooSlow when there is none.

    Half a surrogate pair in an escape is let through: a client cut an emoji in two, the rest is readable.
    """
    try:
        async with asyncio.timeout(_SLOWEST_S):
            body = await request.read()
    except TimeoutError:
        raise TooSlow(f"The body of the request did not come within {_SLOWEST_S:.0f} s.") from None
    except web.HTTPRequestEntityTooLarge:
        raise TooLarge(
            f"The request is larger than {LARGEST_BODY} bytes.", mend="Send a shorter message."
        ) from None
    except web.HTTPException:
        raise
    except Exception as error:  # a broken encoding of the transfer; aiohttp has many names for it
        raise BadRequest(f"The body of the request cannot be read: {type(error).__name__}.") from None
    try:
        value = json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise BadRequest("The request is not UTF-8.", mend="Send JSON encoded as UTF-8.") from None
    except (ValueError, RecursionError):
        raise BadRequest("The request is not JSON.", mend="Send one JSON object.") from None
    if not isinstance(value, dict):
        raise BadRequest("The request is no JSON object.", mend='Send an object: {"sender": …}.')
    return value


def text_field(value: dict[str, Any], name: str) -> str:
    """A field that must be there and be a string."""
    if not isinstance(value.get(name), str):
        given = "nothing" if value.get(name) is None else type(value[name]).__name__
        raise BadRequest(
            f"The field “{name}” must be a string; received {given}.", mend=f"Send “{name}” as a string."
        )
    text: str = value[name]
    return text
