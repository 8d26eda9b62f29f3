"""Rows of hall, region and FAQ tables → the fields of their records."""

from __future__ import annotations

import hashlib
from typing import Any

from knowledge.importers import cells
from knowledge.importers.regions import RegionNames
from knowledge.importers.view import RowView
from knowledge.model import NATIONWIDE, RegionLevel
from knowledge.model.hall import HallStatus


def short_hash(text: str, length: int = 8) -> str:
    """A few hex digits that stay the same for the same text on every machine."""
    return hashlib.sha256(cells.folded(text).encode()).hexdigest()[:length]


def hall_fields(view: RowView, regions: RegionNames) -> dict[str, Any] | None:
    """The fields of one hall, or None when a cell cannot be used."""
    name = view.need("name")
    region = view.region(regions)
    fields: dict[str, Any] = {
        "id": view.text("id").lower() or f"hall-{region}-{short_hash(name)}",
        "region": region,
        "name": name,
        "lat": view.read("lat", cells.latitude, None),
        "lon": view.read("lon", cells.longitude, None),
        "status": view.read("status", cells.hall_state, HallStatus.FOUND),
        "windows": [{"name": window} for window in view.read("windows", cells.lines, ())],
        "services": view.read("services", cells.names, ()),
        "source_date": view.read("source_date", cells.partial_date, ""),
        "fictional": view.read("fictional", cells.boolean, False),
    }
    for field in ("address", "opening_hours", "phone", "note", "source_url"):
        fields[field] = view.text(field)
    if kind := view.text("kind"):
        fields["kind"] = kind
    if (fields["lat"] is None) != (fields["lon"] is None) and view.ok:
        missing = "lat" if fields["lat"] is None else "lon"
        view.refuse(missing, "both 经度 and 纬度 or neither", "only one of them")
    return fields if view.ok else None


def region_fields(view: RowView) -> dict[str, Any] | None:
    """The fields of one region, or None when a cell cannot be used."""
    region_code = view.code("code").lower()
    fields: dict[str, Any] = {
        "code": region_code.zfill(6) if region_code == "0" else region_code,
        "name": view.need("name"),
        "parent_code": view.code("parent_code").lower() or None,
        "level": view.read("level", cells.level, None) or _level_of(region_code),
        "aliases": view.read("aliases", cells.names, ()),
        "members": view.read("members", cells.names, ()),
        "lat": view.read("lat", cells.latitude, None),
        "lon": view.read("lon", cells.longitude, None),
        "note": view.text("note"),
        "source_url": view.text("source_url"),
        "fictional": view.read("fictional", cells.boolean, False),
    }
    if not region_code and view.ok:
        view.refuse("code", "a code of six digits", "nothing")
    if fields["level"] is None and view.ok:
        view.refuse("level", "the level (省、市、区、县 …)", "nothing")
    return fields if view.ok else None


def _level_of(region_code: str) -> RegionLevel | None:
    """The level that a code itself tells; below the city several are possible."""
    if region_code.startswith("zone-"):
        return RegionLevel.ZONE
    if region_code == NATIONWIDE:
        return RegionLevel.NATION
    if len(region_code) == 6 and region_code.endswith("0000"):
        return RegionLevel.PROVINCE
    return RegionLevel.CITY if len(region_code) == 6 and region_code.endswith("00") else None


def faq_fields(view: RowView, regions: RegionNames) -> dict[str, Any] | None:
    """The fields of one FAQ row, or None when a cell cannot be used."""
    question = view.need("question")
    fields: dict[str, Any] = {
        "id": view.text("id").lower() or f"faq-{short_hash(question, 12)}",
        "question": question,
        "similar": view.read("similar", cells.lines, ()),
        "answer": view.need("answer"),
        "region": view.region(regions, otherwise=NATIONWIDE),
        "source": view.text("source"),
        "source_url": view.text("source_url"),
        "publish_date": view.read("publish_date", cells.partial_date, ""),
        "fictional": view.read("fictional", cells.boolean, False),
    }
    return fields if view.ok else None
