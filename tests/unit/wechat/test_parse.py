"""Every kind of push is read; whatever else comes is refused with the name of a field."""

from __future__ import annotations

from xml.sax.saxutils import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.wechat.inbound import (
    Clicked,
    Deed,
    Followed,
    Location,
    Medium,
    Scanned,
    Text,
    Unanswerable,
    Unfollowed,
    Unreadable,
)
from bot.channels.wechat.parse import NotAPush, fields_of, parse

NAMES = ["MsgType", "Event", "EventKey", "Content", "MsgId", "CreateTime", "FromUserName", "ToUserName"]
NAMES += [
    "Location_X",
    "Location_Y",
    "Label",
    "Latitude",
    "Longitude",
    "Recognition",
    "bizmsgmenuid",
    "Ticket",
]


def xml(**fields: str) -> bytes:
    common = {
        "ToUserName": "gh_1",
        "FromUserName": "oAnna",
        "CreateTime": "1714112445",
        "MsgId": "9007199254740993",
    }
    inner = "".join(f"<{name}>{escape(value)}</{name}>" for name, value in (common | fields).items())
    return f"<xml>{inner}</xml>".encode()


@pytest.mark.parametrize(
    ("fields", "deed"),
    [
        ({"MsgType": "text", "Content": " 在吗 "}, Text("在吗")),
        ({"MsgType": "text", "Content": "补领", "bizmsgmenuid": "1"}, Text("补领", from_menu=True)),
        ({"MsgType": "voice", "Recognition": "你好"}, Text("你好", is_voice=True)),
        ({"MsgType": "voice"}, Unreadable(Medium.VOICE)),
        ({"MsgType": "image", "PicUrl": "http://x"}, Unreadable(Medium.IMAGE)),
        ({"MsgType": "shortvideo"}, Unreadable(Medium.VIDEO)),
        ({"MsgType": "link", "Url": "http://x"}, Unreadable(Medium.LINK)),
        ({"MsgType": "news"}, Unreadable(Medium.UNKNOWN)),
        ({"MsgType": ""}, Unreadable(Medium.UNKNOWN)),
        (
            {"MsgType": "location", "Location_X": "36.8", "Location_Y": "119.9", "Label": "平度"},
            Location(36.8, 119.9, "平度"),
        ),
        ({"MsgType": "location", "Location_X": "nan", "Location_Y": "1"}, Unreadable(Medium.UNKNOWN)),
        ({"MsgType": "location", "Location_X": "91", "Location_Y": "1"}, Unreadable(Medium.UNKNOWN)),
        ({"MsgType": "event", "Event": "subscribe"}, Followed()),
        ({"MsgType": "event", "Event": "subscribe", "EventKey": "qrscene_370283"}, Followed("370283")),
        (
            {"MsgType": "event", "Event": "subscribe", "EventKey": "last_trade_no_1"},
            Followed("last_trade_no_1"),
        ),
        ({"MsgType": "event", "Event": "unsubscribe"}, Unfollowed()),
        ({"MsgType": "event", "Event": "SCAN", "EventKey": "370283"}, Scanned("370283")),
        ({"MsgType": "event", "Event": "CLICK", "EventKey": "ask:x"}, Clicked("ask:x")),
        ({"MsgType": "event", "Event": "VIEW", "EventKey": "http://x"}, Unanswerable("view")),
        (
            {"MsgType": "event", "Event": "LOCATION", "Latitude": "1", "Longitude": "2"},
            Location(1, 2, shared=False),
        ),
        ({"MsgType": "event", "Event": ""}, Unanswerable("")),
    ],
)
def test_what_a_person_did(fields: dict[str, str], deed: Deed) -> None:
    push = parse(fields_of(xml(**fields)))

    assert push.deed == deed
    assert (push.account, push.person) == ("gh_1", "oAnna")


def test_a_scan_that_waits_for_a_word() -> None:
    body = xml(MsgType="event", Event="scancode_waitmsg", EventKey="k").replace(
        b"</xml>",
        b"<ScanCodeInfo><ScanType>qrcode</ScanType><ScanResult>370283</ScanResult></ScanCodeInfo></xml>",
    )

    assert parse(fields_of(body)).deed == Scanned("370283")


def test_messages_are_named_by_their_number_and_events_by_what_they_are() -> None:
    assert parse(fields_of(xml(MsgType="text"))).key == "9007199254740993"
    assert parse(fields_of(xml(MsgType="voice", MsgId="", MsgID="7"))).key == "7"
    keys = {
        parse(fields_of(xml(MsgType="event", CreateTime=time, Event=event, EventKey=key))).key
        for time in ("1", "2")
        for event in ("CLICK", "SCAN")
        for key in ("a", "b")
    }
    assert len(keys) == 8


@pytest.mark.parametrize("field", ["FromUserName", "ToUserName", "CreateTime", "MsgId"])
@pytest.mark.parametrize("value", ["", "x y", "-1", "1.5", "é", "x" * 65, "<x/>"])
def test_what_every_push_has_is_checked(field: str, value: str) -> None:
    if value == "-1" and field.endswith("Name"):
        return
    if value == "1.5" and field.endswith("Name"):
        return
    with pytest.raises(NotAPush, match=field):
        parse(fields_of(xml(MsgType="text", **{field: value})))


@settings(deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(NAMES), st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"]))
    )
)
def test_no_fields_break_it(fields: dict[str, str]) -> None:
    try:
        push = parse(fields)
    except NotAPush as wrong:
        assert str(wrong) in NAMES
    else:
        assert push.person == fields["FromUserName"]


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_break_it(body: bytes) -> None:
    with pytest.raises(NotAPush):
        parse(fields_of(body))
