"""What the page asks for, read into acts. BadRequest names what is wrong."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Mapping
from typing import Any

from bot.errors import BadRequest
from bot.simulator import acts
from bot.simulator.acts import Act
from bot.simulator.platform import Platform

_LONGEST = 20_000


def read_act(platform: Platform, body: Mapping[str, Any]) -> Act:
    """The act in a request of the page."""
    match body.get("kind"):
        case "text":
            return acts.text(words(body, "text"), menu_item=words(body, "menu_item", empty=True))
        case "image":
            return photo(platform, sample_photo())
        case "voice":
            heard = words(body, "text", empty=True)
            recognised = body.get("recognised") is not False
            return acts.voice(_recording(platform), heard if recognised else None)
        case "video":
            return acts.video(_recording(platform), short=body.get("short") is True)
        case "location":
            place = words(body, "text", empty=True)
            return acts.location(number(body, "latitude", 90), number(body, "longitude", 180), place)
        case "link":
            return acts.link(words(body, "text"), "", words(body, "url"))
        case "file":
            return acts.unknown()
        case "sticker":
            return acts.unsupported()
        case "subscribe":
            return acts.subscribe(words(body, "scene", empty=True))
        case "unsubscribe":
            return acts.unsubscribe()
        case "scan":
            return acts.scan(words(body, "scene"))
        case "reported_location":
            return acts.reported_location(number(body, "latitude", 90), number(body, "longitude", 180))
        case "menu":
            return _menu(body)
    raise BadRequest("The field “kind” names no act.", mend="Send one of the kinds the page sends.")


def _menu(body: Mapping[str, Any]) -> Act:
    kind, name = words(body, "type"), words(body, "name", empty=True)
    if kind == "click":
        return acts.click(words(body, "key"), name)
    if kind in ("view", "miniprogram"):
        return acts.view(words(body, "key"), name)
    return acts.menu_input(kind, words(body, "key"))


def words(body: Mapping[str, Any], name: str, *, empty: bool = False) -> str:
    """A field that is a text."""
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > _LONGEST or not (value or empty):
        raise BadRequest(f"The field “{name}” must be a text of 1 to {_LONGEST} characters.")
    return value.encode("utf-8", "replace").decode()


def number(body: Mapping[str, Any], name: str, largest: float) -> float:
    """A field that is a number from -largest to largest."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not -largest <= value <= largest:
        raise BadRequest(f"The field “{name}” must be a number from {-largest:g} to {largest:g}.")
    return float(value)


def photo(platform: Platform, data: bytes) -> Act:
    """A photo of a citizen, kept where the callback can fetch it."""
    medium = platform.media.add("image", data, platform.clock.now())
    return acts.image(medium.media_id, f"{platform.own_url}/sim/media/{medium.media_id}")


def sample_photo() -> bytes:
    """A small picture: a soft gradient, in case nobody chose a photo."""
    width, height = 96, 72
    rows = b"".join(
        b"\0" + b"".join(bytes((90 + x, 140 + y, 200 - x // 2)) for x in range(width)) for y in range(height)
    )
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )


def _recording(platform: Platform) -> str:
    return platform.media.add("voice", b"#!AMR\n", platform.clock.now()).media_id
