"""Giving the places of a text their roles, and cutting them out of it, with the frames of frames.py."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from knowledge.model import OwnerRole
from knowledge.regions.frame import Frame, Role, Strength
from knowledge.regions.frames import (
    BARE,
    CORRECTED_FRAMES,
    CORRECTION,
    CORRECTION_WORDS,
    HERE_FRAMES,
    LEFT,
    MOVE_FRAMES,
    MOVES,
    NEGATED,
    OTHERS,
    ROLE_FRAMES,
)
from knowledge.regions.phrases import PLACE

_TRANSFER = re.compile(r"转|迁移|迁入")
"""Said of things, so what is moved may stand in another clause (医保转移，从X转Y)."""
_STOP = re.compile(r"[，。、,.！!？?；;：:\s]")
_BOUNDARY = re.compile(rf"[，。、,.！!？?；;：:\s{PLACE}]")
_HUKOU_BOUNDARY = re.compile(rf"{_BOUNDARY.pattern}|[人现]?在{PLACE}|能在{PLACE}")
"""聊城的户口在济南能补身份证吗: the 户口 is only said of the place."""
_TOLD = frozenset({OwnerRole.INJURY, OwnerRole.SCHOOL, OwnerRole.EVENT, OwnerRole.BENEFIT})
"""Roles told with a verb of their own (在X受的伤, 孩子在X上学), which alone is no matter yet."""
_FRAMES = (*CORRECTED_FRAMES, *MOVE_FRAMES, *ROLE_FRAMES, *HERE_FRAMES)


@dataclass
class Assigned:
    """What the frames said of the places of one text (places are numbered in reading order)."""

    roles: dict[int, list[tuple[Role, Strength]]] = field(default_factory=dict)
    negated: set[int] = field(default_factory=set)
    cut: set[int] = field(default_factory=set)
    """Positions of the marked text that are about the places, not about the matter."""
    stated: dict[int, str] = field(default_factory=dict)
    """Nouns kept in the text that only say what the place is to them (公积金在X), by position."""
    dropped: dict[int, str] = field(default_factory=dict)
    """Nouns cut out with their places (户口, 社保) by position."""
    correction: bool = False


def assign_roles(marked: str) -> Assigned:
    """Roles and cuts for a text in which every place is one PLACE character."""
    result = Assigned()
    places = [i for i, char in enumerate(marked) if char == PLACE]
    if not places:
        return result
    number = {position: n for n, position in enumerate(places)}
    _correct(marked, number, result)
    characters = set(marked)
    for frame in _FRAMES:
        if len(result.roles) + len(result.negated) >= len(places):
            break
        if not frame.needs or not frame.needs.isdisjoint(characters):
            _try(frame, marked, number, result)
    for match in BARE.finditer(marked):
        result.cut.update(range(*match.span()))
    return result


def _try(frame: Frame, marked: str, number: dict[int, int], result: Assigned) -> None:
    """Give the frame's roles to the places of every match whose places are still free."""
    for match in frame.pattern.finditer(marked):
        free = _free_places(match, number, result)
        if not free:
            continue
        if frame.is_move:
            _move(marked, match, free, frame, result)
            continue
        result.roles[free[0]] = [(role, frame.strength) for role in frame.roles]
        _cut(marked, match, result, frame.roles[0])


def _free_places(match: re.Match[str], number: dict[int, int], result: Assigned) -> list[int]:
    """The numbers of the places a match covers, or nothing when one of them has a role already."""
    covered = [number[i] for i in range(*match.span()) if i in number]
    taken = any(n in result.roles or n in result.negated for n in covered)
    return [] if taken else covered


def _move(marked: str, match: re.Match[str], free: Sequence[int], frame: Frame, result: Assigned) -> None:
    """从X转到Y: X is the owner region of what is moved, or just where the person comes from."""
    clause = marked[_clause_start(marked, match.start()) : _clause_end(marked, match.end())]
    if _TRANSFER.search(clause):
        clause = marked
    moved = next((role for words, role in MOVES if words.search(clause)), frame.roles[0])
    result.roles[free[0]] = [(moved, frame.strength)]
    result.roles[free[-1]] = [(frame.roles[-1], frame.strength)]
    _cut(marked, match, result, moved)


def _clause_start(marked: str, position: int) -> int:
    return max((m.end() for m in _STOP.finditer(marked, 0, position)), default=0)


def _clause_end(marked: str, position: int) -> int:
    found = _STOP.search(marked, position)
    return found.start() if found else len(marked)


def _cut(marked: str, match: re.Match[str], result: Assigned, role: Role) -> None:
    """Cut a match out, its kept words aside; a noun to drop goes only where its clause ends."""
    ends = _BOUNDARY if role is not OwnerRole.HUKOU else _HUKOU_BOUNDARY
    bounded = match.end() == len(marked) or ends.match(marked, match.end()) is not None
    kept: set[int] = set()
    for group, start, end in _groups(match):
        noun = match.string[start:end]
        if group.startswith("drop") and bounded:
            result.dropped[start] = noun
            continue
        if group == "verb" and role == "origin":
            continue
        kept.update(range(start, end))
        if group.startswith("keep") and (role in _TOLD or PLACE in match.string[end : match.end()]):
            result.stated[start] = noun
    result.cut.update(i for i in range(*match.span()) if i not in kept)


def _groups(match: re.Match[str]) -> Iterator[tuple[str, int, int]]:
    for name in match.re.groupindex:
        start, end = match.span(name)
        if end > start:
            yield name, start, end


def _correct(marked: str, number: dict[int, int], result: Assigned) -> None:
    """不是X，是Y: X is taken back."""
    result.correction = CORRECTION.search(marked) is not None
    for match in NEGATED.finditer(marked):
        result.negated.add(number[match.start("place")])
        result.correction = True
        result.cut.update(range(*match.span()))
    for match in LEFT.finditer(marked):
        n = number[match.start("place")]
        if len(number) > 1:
            result.negated.add(n)
        else:
            result.roles[n] = [("origin", Strength.STATED)]
        result.cut.update(range(*match.span()))
    for match in OTHERS.finditer(marked) if len(number) > 1 else ():
        result.negated.add(number[match.start("place")])
        result.cut.update(range(*match.span()))
    if result.correction:
        for match in CORRECTION_WORDS.finditer(marked):
            result.cut.update(range(*match.span()))
