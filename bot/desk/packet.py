"""What somebody who takes a chat over must know, from what was said. Pure.

Everything here is read from stored messages: nothing is summed up in words of our own but the line, whose parts
are the names in the replies and the citizen's own last words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.desk.console_words import ConsoleWords
from bot.store import Direction, StoredMessage

_MOST_SAID = 60
_MOST_LISTED = 8
_FAILED = ("nothing_found", "failed")
_BESIDE = ("handoff", "smalltalk", "declined")
"""Outcomes that leave what was asked before open."""


@dataclass(frozen=True, slots=True)
class Region:
    code: str
    name: str


@dataclass(frozen=True, slots=True)
class Answered:
    """An answer the citizen has had; of several on the same the newest."""

    title: str
    guide_id: str
    aspect: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Packet:
    """See the glossary, 交接单."""

    line: str
    """What is needed, in one sentence."""
    matter: str = ""
    guide_id: str | None = None
    here: Region | None = None
    owner: Region | None = None
    answered: tuple[Answered, ...] = ()
    missing: tuple[str, ...] = ()
    """What the guide does not tell, and what we asked without an answer."""
    failed_searches: tuple[str, ...] = ()
    """What the citizen said that nothing was found for."""
    rating: int | None = None
    earlier: int = 0
    """How often the conversation was handed over before."""


@dataclass(frozen=True, slots=True)
class _Exchange:
    said: str
    reply: StoredMessage | None


def packet_of(
    messages: Sequence[StoredMessage],
    words: ConsoleWords,
    *,
    since: datetime | None = None,
    rating: int | None = None,
    earlier: int = 0,
) -> Packet:
    """The packet of a conversation. In: its messages in order, and when it was last closed (None: never)."""
    told = list(_exchanges([one for one in messages if since is None or one.created_at > since]))
    replies = [one.reply for one in told if one.reply is not None]
    about = _newest(replies, lambda reply: _guide(reply) is not None)
    guide = (_guide(about) if about else None) or {}
    matter = str(guide.get("title") or "")
    regions = _newest(replies, lambda reply: any((reply.payload.get("regions") or {}).values()))
    here, owner = (_region(regions, side) for side in ("here", "owner"))
    return Packet(
        line=_line(told, about, matter, here, owner, words),
        matter=matter,
        guide_id=str(guide["id"]) if guide else None,
        here=here,
        owner=owner,
        answered=tuple(_answered(replies))[:_MOST_LISTED],
        missing=tuple(_missing(replies, words))[:_MOST_LISTED],
        failed_searches=tuple(dict.fromkeys(_failed(told)))[-_MOST_LISTED:],
        rating=rating,
        earlier=earlier,
    )


def _exchanges(messages: Sequence[StoredMessage]) -> Iterator[_Exchange]:
    """Each message of the citizen with the first reply of ours to it; words of staff are none."""
    replies: dict[int, StoredMessage] = {}
    for message in messages:
        is_answer = message.author in ("bot", "front") or is_wish(message)
        if message.direction is Direction.OUT and message.reply_to and is_answer:
            replies.setdefault(message.reply_to, message)
    for message in messages:
        if message.direction is Direction.IN and message.text.strip():
            yield _Exchange(" ".join(message.text.split()), replies.get(message.id))


def is_wish(reply: StoredMessage) -> bool:
    """Whether what was replied to was no more than the wish for a person: the bot hands over, or the desk says
    that one waits or that nobody is there. Pure."""
    if reply.outcome != "handoff" or (reply.provenance.get("turn") or {}).get("failure"):
        return False
    step = (reply.payload.get("desk") or {}).get("step")
    return reply.author == "bot" or (reply.author == "system" and step in ("queued", "nobody"))


def last_question(messages: Sequence[StoredMessage]) -> StoredMessage | None:
    """What the citizen said last that was more than the wish for a person; that, when there is nothing else. Pure."""
    wishes = {one.reply_to for one in messages if is_wish(one)}
    wishes -= {one.reply_to for one in messages if one.author in ("bot", "front") and not is_wish(one)}
    theirs = [one for one in messages if one.direction is Direction.IN and one.text.strip()]
    more = [one for one in theirs if one.id not in wishes]
    return more[-1] if more else theirs[-1] if theirs else None


def _newest(replies: Sequence[StoredMessage], which: Callable[[StoredMessage], bool]) -> StoredMessage | None:
    return next((reply for reply in reversed(replies) if which(reply)), None)


def _guide(reply: StoredMessage) -> Mapping[str, Any] | None:
    guide = reply.payload.get("guide")
    return guide if isinstance(guide, Mapping) and guide.get("id") else None


def _region(reply: StoredMessage | None, side: str) -> Region | None:
    found = ((reply.payload.get("regions") or {}) if reply else {}).get(side)
    return Region(str(found["code"]), str(found.get("name") or found["code"])) if found else None


def _answered(replies: Sequence[StoredMessage]) -> Iterator[Answered]:
    """Newest first, each guide and aspect once."""
    seen = set()
    for reply in reversed(replies):
        guide = _guide(reply)
        if reply.outcome != "answered" or guide is None or (guide["id"], reply.aspect) in seen:
            continue
        seen.add((guide["id"], reply.aspect))
        yield Answered(str(guide.get("title") or ""), str(guide["id"]), reply.aspect, reply.created_at)


def _missing(replies: Sequence[StoredMessage], words: ConsoleWords) -> Iterator[str]:
    said = words.missing
    silent = {}
    for reply in replies:
        guide = _guide(reply)
        if guide is not None and reply.provenance.get("silent"):
            silent[guide["id"], reply.aspect] = said.silent.format(
                matter=guide.get("title") or "", aspect=words.aspect(reply.aspect)
            )
    yield from silent.values()
    last = _newest(replies, lambda reply: reply.outcome not in _BESIDE)
    if last is None:
        return
    if last.outcome == "clarify":
        options = [f"“{option.get('title')}”" for option in last.payload.get("options") or ()]
        if options:
            yield said.choice.format(options="".join(options))
    elif asked := {"here": said.here, "owner": said.owner, "situation": said.situation}.get(
        str(last.provenance.get("asked"))
    ):
        yield asked


def _failed(told: Sequence[_Exchange]) -> Iterator[str]:
    for one in told:
        if one.reply is not None and one.reply.outcome in _FAILED:
            yield _short(one.said)


def _line(
    told: Sequence[_Exchange],
    about: StoredMessage | None,
    matter: str,
    here: Region | None,
    owner: Region | None,
    words: ConsoleWords,
) -> str:
    line = words.line
    parts = []
    aspect = words.aspect(about.aspect) if about and about.aspect != "overview" else ""
    if matter:
        parts.append((line.matter if aspect else line.matter_only).format(matter=matter, aspect=aspect))
    if here:
        parts.append(line.here.format(here=here.name))
    if owner and owner != here:
        parts.append(line.owner.format(owner=owner.name))
    if said := _last_words(told):
        parts.append(line.said.format(said=_short(said)))
    return line.between.join(parts) or line.nothing


def _last_words(told: Sequence[_Exchange]) -> str:
    """The last thing said that is more than the wish for a person; that, when there is nothing else."""
    if not told:
        return ""
    more = [one.said for one in told if one.reply is None or not is_wish(one.reply)]
    return more[-1] if more else told[-1].said


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SAID else text[: _MOST_SAID - 1] + "…"
