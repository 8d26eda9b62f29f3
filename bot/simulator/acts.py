"""What a citizen can do in the chat, as the fields the platform sends to the callback."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.simulator.chat import Bubble
from bot.simulator.windows import Trigger

Value = str | int | float
Fields = Mapping[str, Value | Mapping[str, Value]]


@dataclass(frozen=True, slots=True)
class Act:
    """One message or event. `fields` is what is sent besides who, to whom, when and MsgId."""

    msg_type: str
    fields: Fields
    shown: Bubble | None
    """What the citizen sees of it in the chat; None for an event without a trace."""
    trigger: Trigger | None = None

    @property
    def is_event(self) -> bool:
        """Events have no MsgId."""
        return self.msg_type == "event"


def text(content: str, *, menu_item: str = "") -> Act:
    """Words typed; with `menu_item` the id of a tapped msgmenu line, which grants what a menu click does."""
    tapped: Fields = {"bizmsgmenuid": menu_item} if menu_item else {}
    trigger = Trigger.MENU if menu_item else Trigger.MESSAGE
    return Act("text", {"Content": content, **tapped}, Bubble("text", content), trigger)


def image(media_id: str, url: str) -> Act:
    """A photo."""
    return Act(
        "image",
        {"PicUrl": url, "MediaId": media_id},
        Bubble("image", media_id=media_id),
        Trigger.MESSAGE,
    )


def voice(media_id: str, recognition: str | None = None) -> Act:
    """A spoken message. `recognition` None: speech recognition is off; empty: it heard nothing."""
    heard: Fields = {} if recognition is None else {"Recognition": recognition}
    fields: Fields = {"MediaId": media_id, "Format": "amr", **heard}
    return Act("voice", fields, Bubble("voice", recognition or "", media_id), Trigger.MESSAGE)


def video(media_id: str, *, short: bool = False) -> Act:
    """A video."""
    kind = "shortvideo" if short else "video"
    return Act(kind, {"MediaId": media_id, "ThumbMediaId": media_id}, Bubble("video"), Trigger.MESSAGE)


def location(latitude: float, longitude: float, label: str) -> Act:
    """A place sent from the map."""
    fields: Fields = {"Location_X": latitude, "Location_Y": longitude, "Scale": 15, "Label": label}
    return Act("location", fields, Bubble("location", label), Trigger.MESSAGE)


def link(title: str, description: str, url: str) -> Act:
    """A page shared into the chat."""
    fields: Fields = {"Title": title, "Description": description, "Url": url}
    return Act("link", fields, Bubble("link", f"{title}\n{url}"), Trigger.MESSAGE)


def unknown(kind: str = "file") -> Act:
    """A kind of message the documents do not name."""
    return Act(kind, {"Title": "材料.pdf", "FileKey": "k"}, Bubble("unknown", "［文件］"), Trigger.MESSAGE)


def unsupported() -> Act:
    """A sticker; it arrives as words of the platform."""
    said = "【收到不支持的消息类型，暂无法显示】"
    return Act("text", {"Content": said}, Bubble("unknown", "［动画表情］"), Trigger.MESSAGE)


def event(name: str, fields: Fields | None = None, shown: str = "", trigger: Trigger | None = None) -> Act:
    """Any event."""
    bubble = Bubble("notice", shown) if shown else None
    return Act("event", {"Event": name, **(fields or {})}, bubble, trigger)


def subscribe(scene: str = "") -> Act:
    """Following the account, perhaps by a code with a scene."""
    if not scene:
        return event("subscribe", {"EventKey": ""}, "您关注了公众号", Trigger.FOLLOW)
    fields: Fields = {"EventKey": f"qrscene_{scene}", "Ticket": _ticket(scene)}
    return event("subscribe", fields, f"您扫码（{scene}）关注了公众号", Trigger.FOLLOW)


def unsubscribe() -> Act:
    """Leaving."""
    return event("unsubscribe", {"EventKey": ""}, "您取消了关注")


def scan(scene: str) -> Act:
    """Scanning a code as a follower."""
    fields: Fields = {"EventKey": scene, "Ticket": _ticket(scene)}
    return event("SCAN", fields, f"您扫了码（{scene}）", Trigger.SCAN)


def reported_location(latitude: float, longitude: float) -> Act:
    """The position the phone reports when the chat is opened."""
    return event("LOCATION", {"Latitude": latitude, "Longitude": longitude, "Precision": 65.0})


def click(key: str, name: str = "") -> Act:
    """Tapping a menu button with a key."""
    return event("CLICK", {"EventKey": key}, f"您点了菜单“{name or key}”", Trigger.MENU)


def view(url: str, name: str = "") -> Act:
    """Tapping a menu button that opens a page."""
    return event("VIEW", {"EventKey": url, "MenuId": 100}, f"您点了菜单“{name or url}”，网页打开了")


def menu_input(kind: str, key: str) -> Act:
    """The other menu buttons; only the scanning ones grant messages."""
    trigger = Trigger.MENU if kind in ("scancode_push", "scancode_waitmsg") else None
    place: Mapping[str, Value] = {
        "Location_X": 36.68,
        "Location_Y": 117.0,
        "Scale": 15,
        "Label": "示例市",
        "Poiname": "",
    }
    scanned: Mapping[str, Value] = {"ScanType": "qrcode", "ScanResult": "https://example.org/"}
    name, inner = "SendPicsInfo", dict[str, Value](Count=1)
    if kind.startswith("scancode_"):
        name, inner = "ScanCodeInfo", dict(scanned)
    elif kind == "location_select":
        name, inner = "SendLocationInfo", dict(place)
    return event(kind, {"EventKey": key, name: inner}, f"您用了菜单（{kind}）", trigger)


def _ticket(scene: str) -> str:
    return f"TICKET_{scene.encode().hex()}"
