"""What a person can do in the chat, as the parser hands it on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Medium(StrEnum):
    """What cannot be read here."""

    IMAGE = "image"
    VIDEO = "video"
    LINK = "link"
    VOICE = "voice"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Text:
    """Something typed, spoken and recognised, or tapped in a menu of choices."""

    text: str
    from_menu: bool = False
    """Tapped in a msgmenu, which grants fewer messages than typing."""
    is_voice: bool = False


@dataclass(frozen=True, slots=True)
class Unreadable:
    medium: Medium


@dataclass(frozen=True, slots=True)
class Location:
    lat: float
    lon: float
    label: str = ""
    """Address in words, as the platform's map has it."""
    shared: bool = True
    """Sent by the person; else reported when the chat was opened, which wants no answer."""


@dataclass(frozen=True, slots=True)
class Followed:
    scene: str = ""
    """What the scanned code says, when the account was found by a code."""


@dataclass(frozen=True, slots=True)
class Unfollowed:
    pass


@dataclass(frozen=True, slots=True)
class Scanned:
    scene: str


@dataclass(frozen=True, slots=True)
class Clicked:
    key: str


@dataclass(frozen=True, slots=True)
class Unanswerable:
    """An event that takes no answer, or that we do not know."""

    name: str


Deed = Text | Unreadable | Location | Followed | Unfollowed | Scanned | Clicked | Unanswerable


@dataclass(frozen=True, slots=True)
class Push:
    """One thing the platform told us of."""

    account: str
    """The account's own gh_… name, from which a reply comes."""
    person: str
    """OpenID: leads to a person, so it is never logged."""
    key: str
    """Names this push: the same for every repetition of it, another for every other push of the person."""
    deed: Deed
