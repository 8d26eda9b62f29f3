"""The halls and windows of an option: only places that may be shown, nearest to the matter first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from knowledge.model import NATIONWIDE, Guide, Hall, Item, Lobby
from knowledge.regions.gazetteer import Gazetteer


class Reach(Enum):
    """How far from a region its halls may be looked for."""

    OWN = "own"
    LISTING = "listing"
    CITY_HALL = "city_hall"


@dataclass(frozen=True, slots=True)
class Places:
    """Halls and the guide's own lobbies, asked by region."""

    item: Item
    guide: Guide
    halls: Sequence[Hall]
    gazetteer: Gazetteer

    def halls_in(self, region: str | None, *, reach: Reach) -> tuple[Hall, ...]:
        """Halls of a region that list the matter; where none does, its government service halls.

        With no hall of its own, `reach` says what its city may lend: nothing, a hall that lists the
        matter, or any city hall (市级大厅).
        """
        if region is None:
            return ()
        city = self.gazetteer.city_of(region)
        found = self._listing(region) or self._general(region)
        if found or city is None or city == region or reach is Reach.OWN:
            return found
        return self._listing(city) or (self._general(city) if reach is Reach.CITY_HALL else ())

    def _listing(self, region: str) -> tuple[Hall, ...]:
        return tuple(hall for hall in self._shown(region) if hall.takes(self.item.id))

    def _general(self, region: str) -> tuple[Hall, ...]:
        return tuple(hall for hall in self._shown(region) if self._may_take_it(hall))

    def _shown(self, region: str) -> Iterator[Hall]:
        return (hall for hall in self.halls if hall.region == region and hall.can_be_shown)

    @staticmethod
    def _may_take_it(hall: Hall) -> bool:
        """A government service hall, unless its windows are all listed and this matter is not there."""
        whole_list = bool(hall.windows) and all(window.items for window in hall.windows)
        return hall.is_general and not whole_list

    def lobbies_in(self, region: str | None) -> tuple[Lobby, ...]:
        """The guide's own places in a region; all of them where they serve the whole of its area."""
        lobbies = [(lobby, self._hall_of(lobby)) for lobby in self.guide.lobbies]
        shown = [(lobby, hall) for lobby, hall in lobbies if hall is None or hall.can_be_shown]
        if region is None:
            return ()
        inside = tuple(
            lobby for lobby, hall in shown if hall and self.gazetteer.contains(region, hall.region)
        )
        own = self.guide.region
        serves = (
            own != NATIONWIDE and not self.gazetteer.is_zone(own) and self.gazetteer.contains(own, region)
        )
        return inside or (tuple(lobby for lobby, _ in shown) if serves else ())

    def _hall_of(self, lobby: Lobby) -> Hall | None:
        return next((hall for hall in self.halls if hall.id == lobby.hall_id), None)
