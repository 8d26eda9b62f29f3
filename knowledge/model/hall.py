"""A Hall is a place with windows. An empty address, telephone or hours field has no source."""

from __future__ import annotations

from enum import StrEnum

from knowledge.model.record import Names, Record, RecordId, RegionCode

GENERAL_HALL = "政务服务大厅"


class HallStatus(StrEnum):
    FOUND = "found"
    HISTORICAL = "historical"
    """Moved or closed: never shown as a place to go."""
    SEED_POINT = "seed_point"
    """An office named by a source without an address."""
    PLACEHOLDER = "placeholder"
    """Nothing but the region is known: never shown."""


class HallWindow(Record):
    """A window or zone inside a hall and the matters it takes (item ids; empty means not listed)."""

    name: str
    floor: str = ""
    items: tuple[RecordId, ...] = ()
    note: str = ""


class Hall(Record):
    id: RecordId
    region: RegionCode
    name: str
    kind: str = GENERAL_HALL
    address: str = ""
    lat: float | None = None
    lon: float | None = None
    opening_hours: str = ""
    phone: str = ""
    windows: tuple[HallWindow, ...] = ()
    services: Names = ()
    status: HallStatus = HallStatus.FOUND
    note: str = ""
    source_url: str = ""
    source_date: str = ""
    fictional: bool = False

    @property
    def can_be_shown(self) -> bool:
        """Whether a citizen may be sent here at all."""
        return self.status in (HallStatus.FOUND, HallStatus.SEED_POINT)

    @property
    def is_general(self) -> bool:
        """A government service hall (政务服务大厅), not the office of one authority."""
        return self.kind == GENERAL_HALL

    def takes(self, item_id: str) -> bool:
        """Whether one of its windows lists the matter."""
        return any(item_id in window.items for window in self.windows)
