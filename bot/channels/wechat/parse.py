"""The XML of a push → `Push`. No document type, no entities; every field is checked before it is used."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from xml.etree.ElementTree import Element, ParseError

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from bot.channels.wechat.inbound import (
    Clicked,
    Deed,
    Followed,
    Location,
    Medium,
    Push,
    Scanned,
    Text,
    Unanswerable,
    Unfollowed,
    Unreadable,
)

_NAME = re.compile(r"[\w@.\-]{1,64}", re.ASCII)
_NUMBER = re.compile(r"[0-9]{1,20}")
_LONGEST_TEXT = 20_000
_LONGEST_KEY = 200
_SCENE = "qrscene_"
_STICKER = "【收到不支持的消息类型"
"""So begins the text the platform puts in place of a sticker."""

Fields = Mapping[str, str]


class NotAPush(Exception):
    """The XML is none, or lacks what every push has. The text names the field, never what it holds."""


def fields_of(xml: bytes) -> Fields:
    """The elements right under <xml> by name, the first of each; NotAPush for anything else."""
    try:
        root = ElementTree.fromstring(xml, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        raise NotAPush("no XML, or with a document type") from None
    if root.tag != "xml":
        raise NotAPush("root")
    found: dict[str, str] = {}
    for child in root:
        found.setdefault(child.tag, (child.text or "").strip())
        for inner in _inner(child):
            found.setdefault(f"{child.tag}.{inner.tag}", (inner.text or "").strip())
    return found


def _inner(element: Element) -> list[Element]:
    return list(element)[:10]


def parse(fields: Fields) -> Push:
    """The push in some fields; NotAPush names what is missing or wrong."""
    kind = fields.get("MsgType", "").lower()
    person, account = _name(fields, "FromUserName"), _name(fields, "ToUserName")
    created = _number(fields, "CreateTime")
    if kind == "event":
        event = fields.get("Event", "")
        key = f"{created}:{event}:{fields.get('EventKey', '')}"[:_LONGEST_KEY]
        return Push(account, person, key, _event(event.lower(), fields))
    # The documentation of voice messages spells it MsgID in places.
    number = fields.get("MsgId") or fields.get("MsgID") or ""
    if not _NUMBER.fullmatch(number):
        raise NotAPush("MsgId")
    return Push(account, person, number, _message(kind, fields))


def _message(kind: str, fields: Fields) -> Deed:
    if kind == "text":
        said = fields.get("Content", "")[:_LONGEST_TEXT]
        if said.startswith(_STICKER):
            return Unreadable(Medium.UNKNOWN)
        return Text(said, from_menu=bool(fields.get("bizmsgmenuid")))
    if kind == "voice":
        heard = fields.get("Recognition", "")[:_LONGEST_TEXT]
        return Text(heard, is_voice=True) if heard else Unreadable(Medium.VOICE)
    if kind == "location":
        return _location(fields, "Location_X", "Location_Y") or Unreadable(Medium.UNKNOWN)
    media = {"image": Medium.IMAGE, "video": Medium.VIDEO, "shortvideo": Medium.VIDEO, "link": Medium.LINK}
    return Unreadable(media.get(kind, Medium.UNKNOWN))


def _event(name: str, fields: Fields) -> Deed:
    read = _EVENTS.get(name)
    return Unanswerable(name[:40]) if read is None else read(fields)


def _scancode(fields: Fields) -> Deed:
    """A menu button that scans and waits for our word on what was scanned."""
    return Scanned(fields.get("ScanCodeInfo.ScanResult", "")[:_LONGEST_KEY])


_EVENTS: Mapping[str, Callable[[Fields], Deed]] = {
    "subscribe": lambda fields: Followed(_scene(fields)),
    "unsubscribe": lambda _fields: Unfollowed(),
    "scan": lambda fields: Scanned(_scene(fields)),
    "scancode_waitmsg": _scancode,
    "click": lambda fields: Clicked(fields.get("EventKey", "")[:_LONGEST_KEY]),
    "location": lambda fields: (
        _location(fields, "Latitude", "Longitude", shared=False) or Unanswerable("location")
    ),
}


def _scene(fields: Fields) -> str:
    return fields.get("EventKey", "").removeprefix(_SCENE)[:_LONGEST_KEY]


def _location(fields: Fields, lat: str, lon: str, *, shared: bool = True) -> Location | None:
    try:
        position = float(fields.get(lat, "")), float(fields.get(lon, ""))
    except ValueError:
        return None
    if not (-90 <= position[0] <= 90 and -180 <= position[1] <= 180):  # also refuses a NaN
        return None
    return Location(*position, label=fields.get("Label", "")[:500], shared=shared)


def _name(fields: Fields, field: str) -> str:
    value = fields.get(field, "")
    if not _NAME.fullmatch(value):
        raise NotAPush(field)
    return value


def _number(fields: Fields, field: str) -> int:
    value = fields.get(field, "")
    if not _NUMBER.fullmatch(value):
        raise NotAPush(field)
    return int(value)
