"""Understanding where: which places a message names, and what each is to the person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from knowledge.model import OwnerRole
from knowledge.regions.address import cut_street
from knowledge.regions.gazetteer import Gazetteer
from knowledge.regions.leftover import without_places
from knowledge.regions.mentions import Found, find_places
from knowledge.regions.phrases import PLACE
from knowledge.regions.roles import assign_roles
from knowledge.regions.settle import RegionMention, joined_places, settle, with_roles
from knowledge.regions.unknown import UnknownPlace, find_unknown

__all__ = ["RegionMention", "RegionReading", "read_regions"]

_FALLBACKS: dict[OwnerRole, tuple[OwnerRole, ...]] = {
    OwnerRole.BENEFIT: (OwnerRole.INSURED,),
    OwnerRole.INSURED: (OwnerRole.BENEFIT,),
    OwnerRole.EMPLOYER: (OwnerRole.BUSINESS,),
    OwnerRole.BUSINESS: (OwnerRole.EMPLOYER,),
    OwnerRole.LOAN: (OwnerRole.PROPERTY,),
}
_GO_THERE = (
    OwnerRole.INJURY,
    OwnerRole.EVENT,
    OwnerRole.LOAN,
    OwnerRole.PROPERTY,
    OwnerRole.SCHOOL,
    OwnerRole.EMPLOYER,
)


@dataclass(frozen=True)
class RegionReading:
    """Everything one message says about where."""

    here: str | None = None
    """Where the person is, or asks to go."""
    owners: Mapping[OwnerRole, str] = field(default_factory=dict)
    unassigned: tuple[str, ...] = ()
    """Codes whose role the message does not say, in order."""
    ambiguous: tuple[RegionMention, ...] = ()
    unknown: tuple[str, ...] = ()
    """Words where a place should stand that the gazetteer does not know."""
    correction: bool = False
    mentions: tuple[RegionMention, ...] = ()
    text_without_regions: str = ""
    origin: str | None = None
    """Where the person or the matter comes from (从X搬来, 不想回X) when no owner role is named."""
    hints: frozenset[OwnerRole] = frozenset()
    """Owner roles that are only suggested: 老家 is not always the 户籍地."""
    carriers: tuple[str, ...] = ()
    """Nouns cut out with their places (户口, 社保, 公积金), of use when too little of a matter is left."""

    def owner_for(self, role: OwnerRole) -> str | None:
        """The region that owns a matter of this role, as far as the message says."""
        for named in (role, *_FALLBACKS.get(role, ())):
            if code := self.owners.get(named):
                return code
        if role is OwnerRole.RESIDENCE:
            return self.here
        return None if role is OwnerRole.ANY else self.origin

    def here_for(self, role: OwnerRole) -> str | None:
        """Where the person would go: said, or the other place of the story (受伤在X, 房子在X)."""
        if self.here is not None:
            return self.here
        return next((self.owners[r] for r in _GO_THERE if r is not role and r in self.owners), None)


def read_regions(text: str, gazetteer: Gazetteer) -> RegionReading:
    """Read the places of one message: text and gazetteer in, a reading out; nothing is remembered."""
    text = text.replace(PLACE, " ")
    found = find_places(text, gazetteer)
    marked = _marked(text, found)
    plain = cut_street(marked, [text[place.start : place.end] for place in found]) if found else None
    if plain is not None:
        text, found = plain, find_places(plain, gazetteer)
        marked = _marked(text, found)
    unknown = find_unknown(marked)
    if not found and not unknown:
        return RegionReading(text_without_regions=text.strip())
    complete = _mark_unknown(marked, unknown)
    assigned = assign_roles(complete)
    said = with_roles(_in_order(text, found, unknown), assigned)
    settled = settle(joined_places(said, text, gazetteer), gazetteer)
    left, carriers = without_places(complete, assigned)
    placed = {settled.here, settled.origin, *settled.owners.values()}
    without_role = (
        s.code for s in settled.said if s.code and s.mention.role is None and s.code not in placed
    )
    mentions = tuple(one.mention for one in settled.said)
    return RegionReading(
        here=settled.here,
        owners=settled.owners,
        unassigned=tuple(dict.fromkeys(without_role)),
        ambiguous=tuple(mention for mention in mentions if len(mention.codes) > 1),
        unknown=tuple(mention.text for mention in mentions if not mention.codes),
        correction=assigned.correction and bool(mentions),
        mentions=mentions,
        text_without_regions=left,
        origin=settled.origin,
        hints=settled.hints,
        carriers=carriers,
    )


def _marked(text: str, found: tuple[Found, ...]) -> str:
    parts: list[str] = []
    at = 0
    for place in found:
        parts += (text[at : place.start], PLACE)
        at = place.end
    return "".join((*parts, text[at:]))


def _mark_unknown(marked: str, unknown: tuple[UnknownPlace, ...]) -> str:
    for place in reversed(unknown):
        marked = marked[: place.start] + PLACE + marked[place.end :]
    return marked


def _in_order(text: str, found: tuple[Found, ...], unknown: tuple[UnknownPlace, ...]) -> list[RegionMention]:
    """All places in reading order; offsets of unknown ones are moved back from the marked text."""
    places = [RegionMention(text[f.start : f.end], f.start, f.end, f.codes) for f in found]
    for place in unknown:
        start = place.start
        for f in found:
            start += f.end - f.start - 1 if f.start < start else 0
        places.append(RegionMention(place.text, start, start + len(place.text), ()))
    return sorted(places, key=lambda mention: mention.start)
