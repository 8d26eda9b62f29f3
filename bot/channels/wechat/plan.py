"""Which pieces of which replies become which messages, within what may be sent: a pure decision."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.channels.wechat.splitting import MOST_BYTES, MOST_CHARS, fits, split

_BETWEEN = "\n\n"


@dataclass(frozen=True, slots=True)
class Unit:
    """A reply to be handed over: its text as the person will read it, from a piece on."""

    id: int
    """Of the stored reply."""
    text: str
    start: int = 0
    """Characters that were shown before."""
    lead: str = ""
    """Words of ours before it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """One message, the replies that end in it, and how far the one that goes on has been shown by it."""

    text: str
    complete: tuple[int, ...]
    shown: tuple[int, int] | None = None
    """Id and characters of the reply that is cut off for good by the end of the last message."""
    begun: int | None = None
    """Id of the reply that goes on in the next message."""


@dataclass(frozen=True, slots=True)
class Plan:
    messages: tuple[Planned, ...]
    left: tuple[int, ...]
    """Replies of which nothing is in the messages."""


@dataclass(frozen=True, slots=True)
class _Piece:
    unit: int
    text: str
    end: int
    """Characters of the unit's text up to the end of this piece."""
    is_last: bool


def plan(units: Sequence[Unit], room: int, more: str) -> Plan:
    """Put replies into at most `room` messages, in order.

    When they do not all fit, the last message ends with the words `more`, which say how to see the rest.
    """
    packed = _packed(units, reserve="")
    if len(packed) > room:
        packed = _packed(units, reserve=_BETWEEN + more)
    sent, unsent = packed[: max(room, 0)], packed[max(room, 0) :]
    messages = [_message(pieces) for pieces in sent]
    if sent and unsent:
        last, piece = messages[-1], sent[-1][-1]
        shown = None if piece.is_last else (piece.unit, piece.end)
        messages[-1] = Planned(last.text + _BETWEEN + more, last.complete, shown)
    begun = {piece.unit for pieces in sent for piece in pieces}
    left = dict.fromkeys(piece.unit for pieces in unsent for piece in pieces if piece.unit not in begun)
    return Plan(tuple(messages), tuple(left))


def _pieces(units: Sequence[Unit], reserve: str) -> list[_Piece]:
    made = []
    for unit in units:
        shown = unit.lead + unit.text[unit.start :]
        before = unit.start - len(unit.lead)
        at = 0
        parts = split(shown, chars=MOST_CHARS - len(reserve), size=MOST_BYTES - len(reserve.encode()))
        for number, part in enumerate(parts, start=1):
            at = shown.index(part, at) + len(part)
            made.append(_Piece(unit.id, part, max(unit.start, before + at), number == len(parts)))
    return made


def _packed(units: Sequence[Unit], reserve: str) -> list[list[_Piece]]:
    """Short pieces together in one message, in order. The pieces of one reply stay apart."""
    packed: list[list[_Piece]] = []
    for piece in _pieces(units, reserve):
        before = packed[-1] if packed else None
        if before and before[-1].is_last and fits(_BETWEEN.join(p.text for p in (*before, piece)) + reserve):
            before.append(piece)
        else:
            packed.append([piece])
    return packed


def _message(pieces: Sequence[_Piece]) -> Planned:
    complete = tuple(piece.unit for piece in pieces if piece.is_last)
    begun = None if pieces[-1].is_last else pieces[-1].unit
    return Planned(_BETWEEN.join(piece.text for piece in pieces), complete, begun=begun)
