"""Settling what each place of a message is: neighbours joined, one `here`, one place for each role."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from knowledge.model import OwnerRole
from knowledge.regions.frame import Role, Strength
from knowledge.regions.gazetteer import Gazetteer
from knowledge.regions.roles import Assigned

_NEIGHBOURS = re.compile(r"(?:的|这边|那边|这里|那里|住|[，,、 （(）)]){0,3}")
_HERE_ORDER = {
    Strength.MOVES: 0,
    Strength.ASKED: 1,
    Strength.LIVES: 2,
    Strength.STATED: 3,
    Strength.WORKS: 4,
}
_DISPLACED = {
    Strength.LIVES: OwnerRole.RESIDENCE,
    Strength.STATED: OwnerRole.RESIDENCE,
    Strength.WORKS: OwnerRole.EMPLOYER,
}
"""What a place claimed as `here` is when another place is `here`."""
_OWNER_ORDER = {Strength.FOUNDS: 0, Strength.HINT: 2}
"""Where two places claim one owner role: to be founded before said before hinted."""


@dataclass(frozen=True, slots=True)
class RegionMention:
    """One place named in a text, at text[start:end]."""

    text: str
    start: int
    end: int
    codes: tuple[str, ...]
    """Several when the name alone does not say which; none when the gazetteer does not know it."""
    role: Role | None = None
    hint: bool = False
    """The role is only suggested (老家, X人)."""


@dataclass(frozen=True, slots=True)
class Said:
    """A mention with all the roles its frame gave it."""

    mention: RegionMention
    roles: tuple[tuple[Role, Strength], ...]

    @property
    def code(self) -> str | None:
        return self.mention.codes[0] if len(self.mention.codes) == 1 else None


def with_roles(mentions: list[RegionMention], assigned: Assigned) -> list[Said]:
    said = []
    for number, mention in enumerate(mentions):
        if number in assigned.negated:
            continue
        roles = tuple(assigned.roles.get(number, ()))
        first = roles[0] if roles else (None, None)
        mention = replace(mention, role=first[0], hint=first[1] is Strength.HINT)
        said.append(Said(mention, roles))
    return said


def joined_places(said: list[Said], text: str, gazetteer: Gazetteer) -> list[Said]:
    """Take 我在青岛，平度 as one place: neighbours that lie in each other, one of them without a role."""
    joined: list[Said] = []
    for second in said:
        first = joined[-1] if joined else None
        one = _one_place(first, second, text, gazetteer) if first is not None else None
        if one is None:
            joined.append(second)
        else:
            joined[-1] = one
    return joined


def _one_place(first: Said, second: Said, text: str, gazetteer: Gazetteer) -> Said | None:
    if first.code is None or second.code is None or (first.roles and second.roles):
        return None
    if not _NEIGHBOURS.fullmatch(text[first.mention.end : second.mention.start]):
        return None
    if gazetteer.contains(first.code, second.code):
        inner, outer = second, first
    elif gazetteer.contains(second.code, first.code):
        inner, outer = first, second
    else:
        return None
    if inner.roles or not outer.roles:
        return inner
    role, hint = outer.mention.role, outer.mention.hint
    return Said(replace(inner.mention, role=role, hint=hint), outer.roles)


@dataclass(frozen=True, slots=True)
class Settled:
    """The places of a message, each with what it finally is."""

    here: str | None
    origin: str | None
    owners: dict[OwnerRole, str]
    hints: frozenset[OwnerRole]
    said: tuple[Said, ...]


def settle(said: Sequence[Said], gazetteer: Gazetteer) -> Settled:
    """Decide between places that claim the same role; the losers keep a lesser one or none."""
    owners, hints = _owners(said)
    origin = next((s.code for s in said if s.code and s.mention.role == "origin"), None)
    claims = [
        (_HERE_ORDER[s.roles[0][1]], n) for n, s in enumerate(said) if s.code and s.mention.role == "here"
    ]
    if not claims:
        return Settled(_founded_elsewhere(said, owners), origin, owners, hints, tuple(said))
    best, chosen = min(claims)
    here = said[chosen].code
    result = list(said)
    for _, n in claims:
        one = said[n]
        if one.code is None or one.code == here:
            continue
        role = _lesser_role(
            one, here, moved=best == _HERE_ORDER[Strength.MOVES] and n < chosen, gazetteer=gazetteer
        )
        if isinstance(role, OwnerRole):
            owners.setdefault(role, one.code)
        elif role == "origin":
            origin = origin or one.code
        result[n] = Said(replace(one.mention, role=role), one.roles)
    return Settled(here, origin, owners, hints, tuple(result))


def _lesser_role(one: Said, here: str | None, *, moved: bool, gazetteer: Gazetteer) -> Role | None:
    """What a place is that claimed `here` when another place is: X in 在X，想转到Y is where it comes from."""
    strength = one.roles[0][1]
    if strength is Strength.ASKED:
        return "origin" if moved else None
    role = _DISPLACED.get(strength)
    around = here is not None and one.code is not None and gazetteer.contains(one.code, here)
    return "here" if role is OwnerRole.RESIDENCE and around else role


def _owners(said: Iterable[Said]) -> tuple[dict[OwnerRole, str], frozenset[OwnerRole]]:
    """The place of each owner role, and the roles that are only hinted."""
    best: dict[OwnerRole, tuple[int, str]] = {}
    for one in said:
        for role, strength in one.roles:
            if one.code is None or not isinstance(role, OwnerRole):
                continue
            claim = (_OWNER_ORDER.get(strength, 1), one.code)
            if role not in best or claim[0] < best[role][0]:
                best[role] = claim
    owners = {role: code for role, (_, code) in best.items()}
    hint = _OWNER_ORDER[Strength.HINT]
    return owners, frozenset(role for role, (order, _) in best.items() if order == hint)


def _founded_elsewhere(said: Iterable[Said], owners: dict[OwnerRole, str]) -> str | None:
    """公司在X，想去Y办分公司: the matter is Y's, the person is taken to be at X."""
    chosen = owners.get(OwnerRole.BUSINESS)
    founded = any(s.code == chosen and s.roles[:1] == ((OwnerRole.BUSINESS, Strength.FOUNDS),) for s in said)
    others = (s.code for s in said if s.code != chosen and s.mention.role is OwnerRole.BUSINESS)
    return next(others, None) if founded else None
