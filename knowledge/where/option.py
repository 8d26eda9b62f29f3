"""What the where engine answers with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from knowledge.model import Channel, Guide, Hall, HandleMode, HandleScope, Lobby, Rule, ScopeStatus

Side = Literal["here", "owner"]
"""One of the two regions an answer may depend on: where the person is, whose matter it is."""


@dataclass(frozen=True, slots=True)
class WhereOption:
    """One way to handle the matter. Every value is a field of the guide, its scopes or the halls."""

    channel: Channel | None
    """None: neither the guide nor the scope says how it is handed in."""
    mode: HandleMode | None
    region: str | None
    """Where the person goes; None when no place is gone to, or it is not known."""
    halls: tuple[Hall, ...]
    lobbies: tuple[Lobby, ...]
    authority: str
    rule: Rule | None
    status: ScopeStatus
    scope: HandleScope | None
    """The scope that allows it; None for the guide's ordinary way."""
    explain: str
    promise_explain: str
    materials_explain: str
    guide_id: str
    unknown: tuple[Side, ...] = ()
    """Regions that are not known and decide whether this option holds or where it leads."""


@dataclass(frozen=True, slots=True)
class GuideChoice:
    """The guide that answers, and the other guides of the item that may matter."""

    guide: Guide
    fell_back: bool
    """The region asked about has no guide of its own; a wider division's is used."""
    alternatives: tuple[Guide, ...]
