"""Regions: GB/T 2260 divisions, statistical functional zones, and agreement zones."""

from __future__ import annotations

from enum import StrEnum

from knowledge.model.record import Names, Record, RegionCode

NATIONWIDE = "000000"
"""The region code of a guide that holds for the whole country."""


class RegionLevel(StrEnum):
    NATION = "nation"
    PROVINCE = "province"
    CITY = "city"
    DISTRICT = "district"
    COUNTY = "county"
    COUNTY_CITY = "county_city"
    FUNCTIONAL_ZONE = "functional_zone"
    ZONE = "zone"
    """Several regions bound by an agreement (胶东五市); its `members` are region codes."""


class Region(Record):
    """One place. `aliases` are the short, former and everyday names people type."""

    code: RegionCode
    name: str
    parent_code: RegionCode | None = None
    level: RegionLevel
    aliases: Names = ()
    members: tuple[RegionCode, ...] = ()
    lat: float | None = None
    lon: float | None = None
    note: str = ""
    source_url: str = ""
    fictional: bool = False
