"""The search of regions, for whoever says which of them a team serves."""

from __future__ import annotations

from typing import cast

from bot.desk import shapes
from bot.desk.api_parts import SUPERVISORS, parts
from bot.staff.routing import Call, Reply, Route
from knowledge.model import NATIONWIDE, Region
from knowledge.regions import Gazetteer
from knowledge.regions.finding import find_regions

_MOST = 20


async def _search(call: Call) -> Reply:
    places = await parts(call).places()
    found = find_regions(places, cast(shapes.RegionsQuery, call.query).q, _MOST)
    return Reply(shapes.RegionsFound(regions=tuple(_shown(places, region) for region in found)))


def _shown(places: Gazetteer, region: Region) -> shapes.RegionFound:
    above = [code for code in places.ancestors(region.code) if code != NATIONWIDE and places.get(code)]
    return shapes.RegionFound.model_validate(
        {
            "code": region.code,
            "name": places.display(region.code),
            "level": region.level.value,
            "under": tuple(places.display(code) for code in reversed(above)),
        }
    )


ROUTES = (
    Route(
        "GET",
        "/api/desk/regions",
        "searchRegions",
        "Regions by part of a name or the beginning of a code, the closest first",
        _search,
        roles=SUPERVISORS,
        query=shapes.RegionsQuery,
        answer=shapes.RegionsFound,
    ),
)
