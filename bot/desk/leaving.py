"""Leaving a message while nobody is there: what one message of the citizen's holds, and what is still asked.

One message with telephone, matter and time is enough; what is missing is asked for once and can be skipped.
Pure. A telephone number is never in here: the conversation path seals it before a message is stored, and
what is kept of the draft holds only what was sealed and how it is shown.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from bot.desk.words import DeskWords, says
from bot.masking import MASK, Personal, personal_numbers

STANDS = timedelta(minutes=30)
"""So long an offer stands."""
_LONGEST = 1000


class Stage(StrEnum):
    """How far a citizen is with leaving a message."""

    OFFERED = "offered"
    ASKED = "asked"
    """The next message is the one that is left."""
    CONTACT = "contact"
    """A telephone number was asked for."""
    MATTER = "matter"


@dataclass(frozen=True, slots=True)
class SealedContact:
    """How to reach a person, as it may be kept."""

    sealed: str
    shown: str
    """138****8000"""


@dataclass(frozen=True, slots=True)
class Draft:
    """A message that is being left, as it is kept with the conversation."""

    stage: Stage
    at: datetime
    team_id: int | None = None
    known: str = ""
    """The matter spoken of before; then none need be said."""
    text: str = ""
    contact: SealedContact | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        contact = [self.contact.sealed, self.contact.shown] if self.contact else None
        return {
            "stage": self.stage.value,
            "at": self.at.isoformat(),
            "team_id": self.team_id,
            "known": self.known,
            "text": self.text,
            "contact": contact,
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> Draft | None:
        """The draft that was stored; None without one."""
        if not stored:
            return None
        contact = stored.get("contact")
        return cls(
            Stage(stored["stage"]),
            datetime.fromisoformat(stored["at"]),
            stored.get("team_id"),
            stored.get("known", ""),
            stored.get("text", ""),
            SealedContact(*contact) if contact else None,
        )


@dataclass(frozen=True, slots=True)
class PassOn:
    """The message is no part of it: it is answered like any other."""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """The citizen leaves none."""


@dataclass(frozen=True, slots=True)
class Ask:
    """More is asked for; `draft.stage` says what."""

    draft: Draft


@dataclass(frozen=True, slots=True)
class Left:
    """A message was left."""

    text: str
    contact: SealedContact | None
    preferred_time: str
    team_id: int | None


Heard = PassOn | GivenUp | Ask | Left


def hear(draft: Draft, text: str, contact: SealedContact | None, words: DeskWords, now: datetime) -> Heard:
    """What follows from a message. In: its masked text, and the contact that was sealed from it."""
    if now - draft.at > STANDS or says(text, words.says.person):
        return PassOn()
    if draft.stage in (Stage.CONTACT, Stage.MATTER):
        return _completed(draft, text, contact, words)
    if says(text, words.says.cancel):
        return GivenUp()
    if says(text, words.says.leave):
        return Ask(replace(draft, stage=Stage.ASKED, at=now))
    began = next((begin for begin in words.begins if text.startswith(begin)), None)
    if draft.stage is Stage.OFFERED and contact is None and began is None:
        return PassOn()
    said = replace(draft, text=text.removeprefix(began or "").strip()[:_LONGEST], contact=contact, at=now)
    if contact is None:
        return Ask(replace(said, stage=Stage.CONTACT))
    if not has_matter(said.text) and not draft.known:
        return Ask(replace(said, stage=Stage.MATTER))
    return _left(said)


def _completed(draft: Draft, text: str, contact: SealedContact | None, words: DeskWords) -> Heard:
    """The reply to the one question that is asked; whatever it is, the message is left."""
    skips = says(text, words.says.skip) or says(text, words.says.cancel)
    more = "" if skips else text
    joined = "\n".join(part for part in (draft.text, more) if part)[:_LONGEST]
    return _left(replace(draft, text=joined, contact=contact or draft.contact))


def _left(draft: Draft) -> Left:
    return Left(_matter(draft), draft.contact, preferred_time(draft.text), draft.team_id)


def _matter(draft: Draft) -> str:
    if has_matter(draft.text) or not draft.known:
        return draft.text
    return f"{draft.known}\n{draft.text}".strip()


# --- reading a message -------------------------------------------------------------------------------

_LANDLINE = re.compile(r"(?<![0-9])(?:\(?0[0-9]{2,3}\)?[- ]?)[0-9]{7,8}(?:-[0-9]{1,6})?(?![0-9])")
_TIME = re.compile(
    r"(?:今天|明天|后天|大后天|(?:下?周|下?星期|下?礼拜)[一二三四五六日天末]|周末|工作日|每天|上午|下午|中午|早上|早晨|晚上|傍晚"
    r"|[0-9一二三四五六七八九十两]{1,3}[点时](?:半|[0-9]{1,2}分?)?|[0-9]{1,2}[:：][0-9]{2}"
    r"|随时|都行|以后|之前|之后|前|后|到|至|[-—~～])+"
)
_TIME_WORD = re.compile(r"今天|明天|后天|周|星期|礼拜|工作日|每天|午|早|晚|点|时|[:：]|随时")
_FILLER = re.compile(
    r"我的|我是|我|电话号码|电话|手机号|手机|号码|座机|联系方式|联系|请|给|打|回复|回|您好|你好|留言|方便|时间|有空"
    r"|都可以|可以|麻烦|谢谢|姓名|先生|女士|女生|是|的|在|来|了|吧|啊|哦|嗯"
)
_COUNTRY = re.compile(r"^0{0,2}86(?=1[3-9][0-9]{9}$)")
_WORDS = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]")


def contact_in(text: str) -> str | None:
    """A telephone number (or e-mail address) in a message as it was typed; None without one.

    It must be sealed before anything is kept.
    """
    found = personal_numbers(text)
    for kind in (Personal.PHONE, Personal.EMAIL):
        for known, value in found:
            if known is kind:
                return value
    landline = _LANDLINE.search(text)
    return landline.group() if landline else None


def shown_contact(contact: str) -> str:
    """A contact as lists show it: enough to tell two apart, too little to call."""
    digits = _COUNTRY.sub("", "".join(character for character in contact if character.isdigit()))
    if "@" in contact:
        name, _, host = contact.partition("@")
        return f"{name[:1]}***@{host}"
    if len(digits) < 7:
        return MASK
    return f"{digits[:3]}****{digits[-4:]}"


def without_landlines(text: str) -> str:
    """The text with landline numbers masked as well: here they are somebody's own."""
    return _LANDLINE.sub(MASK, text)


def preferred_time(text: str) -> str:
    """When a person would like to be called, in their own words; "" when they did not say."""
    spans = (match.group().strip("-—~～到至") for match in _TIME.finditer(text))
    return "".join(span for span in spans if _TIME_WORD.search(span))[:100]


def has_matter(text: str) -> bool:
    """Whether a message says more than who calls when."""
    left = text.replace(MASK, " ")
    for pattern in (_TIME, _FILLER):
        left = pattern.sub(" ", left)
    return len(_WORDS.findall(left)) >= 2
