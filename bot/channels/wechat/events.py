"""What a person did → what is asked and what we say to it by ourselves: a pure decision."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.channels.message import Outcome, Reply
from bot.channels.wechat.inbound import (
    Clicked,
    Followed,
    Location,
    Medium,
    Scanned,
    Text,
    Unreadable,
)
from bot.channels.wechat.menu import question_of
from bot.channels.wechat.places import Here, Places
from bot.channels.wechat.window import Trigger
from bot.channels.wechat.words import WeChatWords
from bot.content import fill

# What is kept in the conversation for what has no words; nothing of the picture or place itself.
_KEPT = {
    Medium.IMAGE: "［图片］",
    Medium.VIDEO: "［视频］",
    Medium.LINK: "［链接］",
    Medium.VOICE: "［语音］",
    Medium.UNKNOWN: "［其他消息］",
}


@dataclass(frozen=True, slots=True)
class Reaction:
    """A message for the conversation: its text, and what the channel answers by itself (None: nothing)."""

    text: str
    trigger: Trigger
    own: tuple[Reply, ...] | None = None
    also: tuple[Reply, ...] = ()
    region: str | None = None


Answerable = Text | Unreadable | Location | Followed | Scanned | Clicked


def react(deed: Answerable, places: Places, words: WeChatWords, *, with_people: bool = False) -> Reaction:
    """What follows from something a person did that takes an answer.

    `with_people`: they wait for a member of staff or talk to one, who sees their words and nothing else.
    """
    match deed:
        case Text():
            return Reaction(deed.text, Trigger.EVENT if deed.from_menu else Trigger.MESSAGE)
        case Unreadable():
            said = words.unseen if with_people else getattr(words, deed.medium)
            return Reaction(_KEPT[deed.medium], Trigger.MESSAGE, own=_says(said))
        case Location():
            located = _located(deed, places, words)
            return replace(located, also=()) if with_people else located
        case Followed():
            here = places.of_scene(deed.scene) if deed.scene else None
            place = fill(words.welcome_place, place=here.name) if here else ""
            return _arrived("［关注］", fill(words.welcome, place=place), here)
        case Scanned():
            here = places.of_scene(deed.scene)
            said = fill(words.scanned, place=here.name) if here else words.scanned_unknown
            return _arrived("［扫码］", said, here)
        case Clicked():
            asked = question_of(deed.key)
            own = None if asked else _says(words.unknown_click)
            return Reaction(asked or "［菜单］", Trigger.EVENT, own=own)


def _located(where: Location, places: Places, words: WeChatWords) -> Reaction:
    """A shared place becomes the name of its county; the address itself is not kept."""
    here = places.of_position(where)
    halls = places.halls_near(where, here, words)
    if here is None:
        own = _says(words.location_unknown, *([halls] if halls else []))
        return Reaction("［位置］", Trigger.MESSAGE, own=own)
    text = fill(words.location, place=here.name)
    return Reaction(text, Trigger.MESSAGE, also=_says(halls) if halls else (), region=here.code)


def _arrived(kept: str, said: str, here: Here | None) -> Reaction:
    return Reaction(kept, Trigger.EVENT, own=_says(said), region=here.code if here else None)


def _says(*texts: str) -> tuple[Reply, ...]:
    return tuple(Reply(outcome=Outcome.SMALLTALK, text=text) for text in texts)
